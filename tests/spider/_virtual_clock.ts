import type { Clock } from "@orbweaver/spider";

interface Sleeper {
  readonly at: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * A clock that a test drives by hand, with {@linkcode VirtualClock.advance}, or that goes on by itself
 * whenever everybody waits ({@linkcode VirtualClock.running}): hours pass in milliseconds, in order.
 */
export class VirtualClock implements Clock {
  #now = 1_000_000;
  #order = 0;
  readonly #sleepers = new Set<Sleeper>();
  #running = false;

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const sleeper = { at: this.#now + ms, order: this.#order++, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", wake);
    });
  }

  /** How many wait for the time to pass. */
  get sleepers(): number {
    return this.#sleepers.size;
  }

  /** Lets time pass; whoever wakes acts at his own time. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (let next = this.#first(); next !== undefined && next.at <= end; next = this.#first()) {
      await this.#wake(next);
    }
    this.#now = end;
    await settled();
  }

  /** Runs something, with time passing whenever everybody waits. */
  async running<T>(work: () => Promise<T>): Promise<T> {
    this.#running = true;
    const passing = this.#pass();
    try {
      return await work();
    } finally {
      this.#running = false;
      await passing;
    }
  }

  async #pass(): Promise<void> {
    while (this.#running) {
      await settled();
      const next = this.#first();
      if (this.#running && next !== undefined && next.at < Infinity) await this.#wake(next);
    }
  }

  async #wake(sleeper: Sleeper): Promise<void> {
    this.#now = Math.max(this.#now, sleeper.at);
    sleeper.wake();
    await settled();
  }

  #first(): Sleeper | undefined {
    return [...this.#sleepers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

/** Waits until whatever could go on did; real timers of 0 ms and promises have had their turns. */
async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve));
}
