import type { Clock } from "../engine/clock.ts";

/** Those who wait for a frontier to have something for them. There is one timer for all of them. */
export class Sleepers {
  readonly #clock: Clock;
  readonly #sleepers = new Set<() => void>();
  #timer: { at: number; cancel: AbortController } | undefined;

  /** @param clock Tells the time. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Sleeps until something changes.
   *
   * @param until When to wake at the latest, in milliseconds since 1970.
   * @param signal Ends the wait.
   */
  change(until: number, signal: AbortSignal | undefined): Promise<void> {
    this.#setTimer(until);
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#sleepers.add(wake);
      signal?.addEventListener("abort", wake);
    });
  }

  /** Wakes everybody. */
  wake(): void {
    if (this.#sleepers.size === 0) return;
    for (const wake of [...this.#sleepers]) wake();
  }

  /** Wakes everybody, and sets no more timers. */
  close(): void {
    this.#timer?.cancel.abort();
    this.#timer = undefined;
    this.wake();
  }

  /** Only while someone waits; a timer that is early enough is left as it is. */
  #setTimer(at: number): void {
    if (at === Infinity || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#timer?.cancel.abort();
    const timer = { at, cancel: new AbortController() };
    this.#timer = timer;
    this.#clock.sleep(Math.max(0, at - this.#clock.now()), timer.cancel.signal).then(() => {
      if (this.#timer !== timer) return;
      this.#timer = undefined;
      this.wake();
    });
  }
}
