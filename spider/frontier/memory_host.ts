import { type HeapEntry, IndexedHeap } from "./indexed_heap.ts";
import { PriorityQueue } from "./priority_queue.ts";

/** A request in memory. */
export interface Queued<P> {
  /** Its host. */
  readonly key: string;
  readonly priority: number;
  /** Its place among equals. */
  readonly order: number;
  readonly payload: P;
  /** How often it was handed out so far. */
  readonly attempt: number;
}

interface Later<P> extends HeapEntry {
  readonly at: number;
  readonly queued: Queued<P>;
}

/** Where a host stands: nothing to do, may be asked, may not yet, or has enough requests out. */
export type HostPlace = "idle" | "ready" | "waiting" | "full";

/** The queue of one host, and when it may be asked next. */
export class MemoryHost<P> implements HeapEntry {
  readonly key: string;
  readonly #now = new PriorityQueue<Queued<P>>();
  #later: IndexedHeap<Later<P>> | undefined;
  place: HostPlace = "idle";
  heapIndex = -1;
  /** When the frontier looks at it again; only while it is "waiting". */
  readyAt = 0;
  /** When the next request may start. */
  nextStart = 0;
  /** How many requests are out. */
  leased = 0;
  /** The number of the handing-out that was its last; hosts that had none for long go first. */
  lastServed = 0;

  /** @param key The host. */
  constructor(key: string) {
    this.key = key;
  }

  /** The priority of what is next. */
  get headPriority(): number {
    return this.#now.peek()?.priority ?? -Infinity;
  }

  /** The place of what is next among its equals. */
  get headOrder(): number {
    return this.#now.peek()?.order ?? Infinity;
  }

  /** Whether something could be taken. */
  get hasNext(): boolean {
    return this.#now.size > 0;
  }

  /** When something that has to wait may go, at the earliest; `Infinity` if nothing has to. */
  get laterAt(): number {
    return this.#later?.peek()?.at ?? Infinity;
  }

  /** What is queued, for now and for later. */
  *payloads(): Iterable<P> {
    for (const { payload } of this.#now.values()) yield payload;
    for (const { queued } of this.#later?.values() ?? []) yield queued.payload;
  }

  /** Queues a request, for now or for later. */
  push(queued: Queued<P>, notBefore: number, now: number): void {
    if (notBefore <= now) return this.#now.push(queued);
    this.#later ??= new IndexedHeap((a, b) => a.at < b.at);
    this.#later.add({ at: notBefore, queued, heapIndex: -1 });
  }

  /** Lets those whose time has come take their places. */
  promote(now: number): void {
    for (let first = this.#later?.peek(); first !== undefined && first.at <= now;) {
      this.#later!.remove(first);
      this.#now.push(first.queued);
      first = this.#later!.peek();
    }
  }

  /** Takes the next request out. */
  take(): Queued<P> {
    return this.#now.pop()!;
  }
}
