import { Wakeup } from "./wakeup.ts";

/** What a {@linkcode StartFeed} needs to know of the queue. */
export interface StartFeedQueue<T> {
  /** It pulls while fewer than this are waiting. */
  lowWater: number;
  /**
   * Whether more could be done than is waiting to be: what waits may all be for hosts that are not to be
   * asked yet. Then it pulls on, up to {@linkcode HIGH_WATER}.
   */
  isStarving: () => boolean;
  /** How many are waiting now. */
  waiting: () => number;
  /** Queues one. */
  push: (value: T) => Promise<void>;
  /** Hears that there are no more. */
  ended: () => Promise<void> | undefined;
}

/** The most start requests that wait for slow hosts, in memory, while others are looked for. */
const HIGH_WATER = 10_000;

/**
 * Pulls the start requests as there is room for them, so that a million of them never sit in memory,
 * while pages already fetched go their way.
 */
export class StartFeed<T> {
  readonly #source: AsyncIterator<T>;
  readonly #queue: StartFeedQueue<T>;
  readonly #room = new Wakeup();
  readonly #progress = new Wakeup();
  readonly #stopped = new AbortController();
  #ended = false;
  #exhausted = false;
  #pulled = 0;
  #error: { reason: unknown } | undefined;

  /**
   * @param source The start requests.
   * @param queue Where they go.
   */
  constructor(source: AsyncIterable<T>, queue: StartFeedQueue<T>) {
    this.#source = source[Symbol.asyncIterator]();
    this.#queue = queue;
  }

  /** How many were pulled so far. */
  get pulled(): number {
    return this.#pulled;
  }

  /** True once the source has nothing more to give. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** What the source threw, if it did. */
  get error(): { reason: unknown } | undefined {
    return this.#error;
  }

  /** Begins to pull. */
  start(): void {
    this.#pull().catch((reason) => this.#error = { reason }).finally(() => {
      this.#ended = true;
      this.#progress.wake();
    });
  }

  /** Says that something was taken out of the queue, or finished. */
  roomMade(): void {
    this.#room.wake();
  }

  /** Pulls no more, and lets the source clean up. */
  stop(): void {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    this.#room.wake();
    this.#ended = true;
    this.#progress.wake();
    // Not awaited: a source that is stuck in a slow `await` must not hold up the end of the crawl.
    this.#source.return?.()?.catch(() => {});
  }

  /**
   * Waits until the queue has something.
   *
   * @returns False if it has nothing and nothing will come.
   */
  async more(): Promise<boolean> {
    for (;;) {
      if (this.#queue.waiting() > 0) return true;
      if (this.#ended) return false;
      await this.#progress.wait();
    }
  }

  async #pull(): Promise<void> {
    for (;;) {
      while (!this.#hasRoom() && !this.#isStopped()) await this.#room.wait();
      if (this.#isStopped()) return;
      const { value, done } = await this.#source.next();
      if (done) await this.#queue.ended();
      this.#exhausted = done ?? false;
      if (this.#exhausted || this.#isStopped()) return;
      this.#pulled += 1;
      await this.#queue.push(value);
      this.#progress.wake();
    }
  }

  #hasRoom(): boolean {
    const { waiting, lowWater, isStarving } = this.#queue;
    const most = isStarving() ? HIGH_WATER : lowWater;
    return waiting() < most;
  }

  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }
}
