/** How many items may wait for a slow consumer before the crawl waits for it. */
const CAPACITY = 64;

/** A bounded queue from a crawl to the one who iterates over it: a slow consumer slows the crawl. */
export class ItemStream<Item> {
  readonly #items: Item[] = [];
  #wakeConsumer: (() => void) | undefined;
  #wakeProducers: (() => void)[] = [];
  #ended = false;
  #error: { reason: unknown } | undefined;

  /** Adds an item; resolves when there is room again, or nobody listens any more. */
  async push(item: Item): Promise<void> {
    if (this.#ended) return;
    this.#items.push(item);
    this.#wakeConsumer?.();
    while (this.#items.length >= CAPACITY && !this.#ended) {
      await new Promise<void>((resolve) => this.#wakeProducers.push(resolve));
    }
  }

  /** Ends the stream; what is queued can still be taken, then an error, if any, is thrown. */
  end(error?: { reason: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wakeConsumer?.();
    this.#releaseProducers();
  }

  /** The items as they come. */
  async *items(): AsyncGenerator<Item, void, undefined> {
    for (;;) {
      if (this.#items.length > 0) {
        const item = this.#items.shift()!;
        this.#releaseProducers();
        yield item;
      } else if (this.#ended) {
        if (this.#error !== undefined) throw this.#error.reason;
        return;
      } else {
        await new Promise<void>((resolve) => this.#wakeConsumer = resolve);
      }
    }
  }

  #releaseProducers(): void {
    const waiting = this.#wakeProducers;
    this.#wakeProducers = [];
    for (const wake of waiting) wake();
  }
}
