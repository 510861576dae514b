import { Wakeup } from "../engine/wakeup.ts";
import type { Frontier } from "../frontier/frontier.ts";
import type { Durability } from "../frontier/sqlite.ts";
import type { Request } from "../request.ts";
import { closeSink } from "../sinks/outputs.ts";
import { isResumable, type Sink, type SinkMark } from "../sinks/sink.ts";

/** What a {@linkcode Delivery} works with. */
export interface DeliveryParts {
  /** Where the items are. */
  frontier: Frontier<Request>;
  /** Where they go. */
  sinks: readonly Sink[];
  /** Closes them. */
  resources: AsyncDisposableStack;
  /** How long each may take to close, in milliseconds. */
  sinkCloseTimeoutMs: number;
  /** What a mark has to survive. */
  durability: Durability;
  /** Asked before each item, where several processes take turns; false ends it. */
  mayDeliver?: () => Promise<boolean>;
}

/** Who takes a crawl's items out of its frontier. */
export interface Deliverer {
  /** Begins to deliver. */
  begin(takers: Takers): void;
  /** Delivers no more. */
  stop(): void;
  /** Hears of items that were stored; resolves when there is room for more. */
  stored(count: number): Promise<void>;
  /** Waits until everything is delivered. */
  finish(isCompleted: boolean): Promise<void>;
}

/** Who takes the items. */
export interface Takers {
  /** The offset of the first item for `emit`; `Infinity` for none. */
  emitFrom: number;
  /** Takes each item besides the sinks, such as the result. */
  emit: (item: unknown) => Promise<void>;
  /** Writes an item into a sink; gives false if it has no written form. */
  write: (sink: Sink, item: unknown) => Promise<boolean>;
}

/** A sink, and the offset of the next item for it. */
interface Outlet {
  readonly sink: Sink;
  /** What its mark is kept under. */
  readonly name: string;
  next: number;
  /** How many items had no written form, so that the sink does not have them. */
  left: number;
}

/** So many items may be stored that are not delivered yet before the crawl waits for the sinks. */
const MOST_BEHIND = 1_000;
/** How often marks are kept while items come. After a kill, what came since is written again. */
const MARK_EVERY_MS = 500;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Takes the items out of the frontier, in their order, each once, and writes them into the sinks: what is
 * in the frontier comes out, whatever happened between. How far each sink is, is kept in the frontier.
 */
export class Delivery implements Deliverer {
  readonly #parts: DeliveryParts;
  readonly #outlets: Outlet[] = [];
  readonly #moved = new Wakeup();
  /** How many items are stored. */
  #stored = 0;
  /** The offset of the next item to deliver. */
  #next = 0;
  #takers: Takers | undefined;
  #emitNext = Infinity;
  #markedAt = 0;
  #isStopped = false;
  #pumping: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;

  private constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /**
   * Opens the sinks, each where it was.
   *
   * @throws {SinkError} If one can't be opened.
   */
  static async open(parts: DeliveryParts): Promise<Delivery> {
    const delivery = new Delivery(parts);
    for (const [index, sink] of parts.sinks.entries()) {
      parts.resources.defer(() => closeSink(sink, parts.sinkCloseTimeoutMs));
      await delivery.#open(sink, index);
    }
    delivery.#stored = (await parts.frontier.stats()).items;
    await delivery.#mark();
    return delivery;
  }

  /** The offset of the next item to deliver. */
  get next(): number {
    return this.#next;
  }

  /** Begins to deliver, with what earlier runs have left to deliver. */
  begin(takers: Takers): void {
    this.#takers = takers;
    this.#emitNext = takers.emitFrom;
    const first = this.#outlets.map(({ next }) => next);
    this.#next = Math.min(...first, takers.emitFrom, this.#stored);
    this.#pump();
  }

  /** Delivers no more: the next run will. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Hears of items that were stored; resolves when there is room for more.
   *
   * @throws What a sink failed with.
   */
  async stored(count: number): Promise<void> {
    await this.storedUpTo(this.#stored + count);
  }

  /** Hears how many items are stored by now; see {@linkcode Delivery.stored}. */
  async storedUpTo(total: number): Promise<void> {
    this.#stored = Math.max(this.#stored, total);
    this.#pump();
    while (this.#isBehind()) {
      await this.#moved.wait();
    }
    this.#throwFailure();
  }

  /**
   * Waits until everything that is stored is delivered, and keeps how far the sinks are.
   *
   * @throws What a sink failed with.
   */
  async finish(): Promise<void> {
    this.#pump();
    while (this.#pumping !== undefined) await this.#pumping;
    this.#throwFailure();
    await this.#mark();
  }

  async #open(sink: Sink, index: number): Promise<void> {
    if (!isResumable(sink)) {
      const name = `sink ${index} ${sink.constructor.name}`;
      await sink.open();
      const mark = await this.#kept(name);
      this.#outlets.push({ sink, name, next: mark?.items ?? 0, left: 0 });
      return;
    }
    const name = `sink ${sink.place}`;
    const mark = await this.#kept(name);
    const items = await sink.resume(mark);
    const left = items === 0 ? 0 : Number(mark?.left ?? 0);
    this.#outlets.push({ sink, name, next: items + left, left });
  }

  async #kept(name: string): Promise<SinkMark | undefined> {
    const bytes = await this.#parts.frontier.state.get(name);
    return bytes === undefined ? undefined : JSON.parse(decoder.decode(bytes));
  }

  #isBehind(): boolean {
    const goesOn = this.#failure === undefined && !this.#isStopped;
    return goesOn && this.#stored - this.#next > MOST_BEHIND;
  }

  #pump(): void {
    if (this.#takers === undefined || this.#failure !== undefined || this.#isStopped) return;
    if (this.#next >= this.#stored) return;
    this.#pumping ??= this.#deliver()
      .catch((error) => this.#failure = { error })
      .then(() => {
        this.#pumping = undefined;
        this.#pump(); // what came while the last round ended
        this.#moved.wake();
      });
  }

  async #deliver(): Promise<void> {
    while (this.#next < this.#stored && !this.#isStopped) {
      for await (const { offset, item } of this.#parts.frontier.items(this.#next)) {
        if (this.#isStopped || await this.#parts.mayDeliver?.() === false) return;
        await this.#deliverOne(offset, item);
        this.#next = offset + 1;
        this.#moved.wake();
        if (performance.now() - this.#markedAt > MARK_EVERY_MS) await this.#mark();
      }
    }
  }

  async #deliverOne(offset: number, item: unknown): Promise<void> {
    const { write, emit } = this.#takers!;
    for (const outlet of this.#outlets) {
      if (outlet.next > offset) continue;
      if (!await write(outlet.sink, item)) outlet.left += 1;
      outlet.next = offset + 1;
    }
    if (this.#emitNext > offset) return;
    this.#emitNext = offset + 1;
    await emit(item);
  }

  async #mark(): Promise<void> {
    const { frontier: { state }, durability } = this.#parts;
    await Promise.all(this.#outlets.map(async ({ sink, name, next, left }) => {
      const mark = isResumable(sink) ? { ...await sink.mark(durability), left } : { items: next };
      await state.set(name, encoder.encode(JSON.stringify(mark)));
    }));
    this.#markedAt = performance.now();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
