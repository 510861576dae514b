import { type HeapEntry, IndexedHeap } from "./indexed_heap.ts";

/** How long a lease lasts where nobody says, in milliseconds. */
export const DEFAULT_LEASE_MS = 60_000;
/** How many expired leases one call takes back, so that no call takes long. */
const MOST_REAPED = 1_000;

/** A lease that is out. */
export interface Held<T> extends HeapEntry {
  /** Identifies this handing-out. */
  readonly token: string;
  /** What was handed out. */
  readonly value: T;
  /** When someone else may get it, in milliseconds since 1970. */
  expiresAt: number;
}

/** Which leases are out, by their tokens, and which of them end first. */
export class LeaseBook<T> {
  readonly #prefix: string;
  readonly #held = new Map<string, Held<T>>();
  readonly #expiring = new IndexedHeap<Held<T>>((a, b) => a.expiresAt < b.expiresAt);
  #issued = 0;

  /** @param prefix Begins every token, so that those of an earlier run are none of this one. */
  constructor(prefix = "") {
    this.#prefix = prefix;
  }

  /** How many are out. */
  get size(): number {
    return this.#held.size;
  }

  /** When the next one ends, in milliseconds since 1970; `Infinity` if none is out. */
  get nextExpiry(): number {
    return this.#expiring.peek()?.expiresAt ?? Infinity;
  }

  /** What is out. */
  *values(): Iterable<T> {
    for (const { value } of this.#held.values()) yield value;
  }

  /** Writes down a lease; gives its token. */
  add(value: T, expiresAt: number): string {
    const token = `${this.#prefix}${++this.#issued}`;
    const held = { token, value, expiresAt, heapIndex: -1 };
    this.#held.set(token, held);
    this.#expiring.add(held);
    return token;
  }

  /** What was handed out with a token; `undefined` if it is stale. */
  get(token: string): T | undefined {
    return this.#held.get(token)?.value;
  }

  /** Lets a lease end at another time; gives false if it is stale. */
  extend(token: string, expiresAt: number): boolean {
    const held = this.#held.get(token);
    if (held === undefined) return false;
    held.expiresAt = expiresAt;
    this.#expiring.moved(held);
    return true;
  }

  /** Ends a lease. */
  end(token: string): void {
    const held = this.#held.get(token);
    if (held !== undefined) this.#drop(held);
  }

  /** Ends those whose time is over, and gives them: not all at once, where there are many. */
  *reap(now: number): Iterable<T> {
    for (let reaped = 0; reaped < MOST_REAPED; reaped++) {
      const held = this.#expiring.peek();
      if (held === undefined || held.expiresAt > now) return;
      this.#drop(held);
      yield held.value;
    }
  }

  #drop(held: Held<T>): void {
    this.#held.delete(held.token);
    this.#expiring.remove(held);
  }
}
