import type { Clock } from "../engine/clock.ts";

/** Sleeps until there may be something new to take. A message that comes before the sleep counts too. */
export class Wakes {
  readonly #sleepers = new Set<() => void>();
  #count = 0;

  /** How often there was something new so far. */
  get count(): number {
    return this.#count;
  }

  /** Wakes everybody. */
  wake(): void {
    this.#count += 1;
    for (const wake of [...this.#sleepers]) wake();
  }

  /**
   * Sleeps for a while, or until something new comes.
   *
   * @param since The count when one last looked.
   * @param ms For how long at most.
   * @param clock What the sleep goes by.
   * @param signal Ends it.
   */
  async sleep(since: number, ms: number, clock: Clock, signal?: AbortSignal): Promise<void> {
    if (this.#count !== since || signal?.aborted) return;
    const woken = new AbortController();
    const wake = () => woken.abort();
    this.#sleepers.add(wake);
    signal?.addEventListener("abort", wake);
    try {
      await clock.sleep(ms, woken.signal);
    } finally {
      this.#sleepers.delete(wake);
      signal?.removeEventListener("abort", wake);
    }
  }
}
