/** A fixed number of permits; who finds none left waits in line. */
export class Permits {
  readonly #waiting: (() => void)[] = [];
  #left: number;

  /** @param count How many permits there are. */
  constructor(count: number) {
    this.#left = count;
  }

  /**
   * Waits for a permit.
   *
   * @param signals Any of these ends the waiting; it then rejects with that signal's reason.
   */
  async acquire(...signals: readonly AbortSignal[]): Promise<void> {
    for (const signal of signals) signal.throwIfAborted();
    if (this.#left > 0) {
      this.#left -= 1;
      return;
    }
    await this.#wait(signals);
  }

  /** Gives a permit back, to whoever waits longest. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#left += 1;
    else next();
  }

  async #wait(signals: readonly AbortSignal[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const listeners = signals.map((signal) => {
      const listener = () => {
        // A permit that was handed over in the same moment is not lost: the waiter keeps it.
        const place = this.#waiting.indexOf(resolve);
        if (place < 0) return;
        this.#waiting.splice(place, 1);
        reject(signal.reason);
      };
      signal.addEventListener("abort", listener, { once: true });
      return () => signal.removeEventListener("abort", listener);
    });
    this.#waiting.push(resolve);
    try {
      await promise;
    } finally {
      for (const stop of listeners) stop();
    }
  }
}
