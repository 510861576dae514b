/**
 * Tells the time and waits. Everything that waits in a crawl (delays, back-off, deadlines) does it
 * here, so that a test can drive the time by hand.
 */
export interface Clock {
  /** The time, in milliseconds since 1970. It never goes back. */
  now(): number;
  /**
   * Waits.
   *
   * @param ms How long, in milliseconds.
   * @param signal Ends the wait early.
   * @returns A promise that resolves when the time is over or the signal aborts; it never rejects.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Longer timers fire at once (https://html.spec.whatwg.org/#dom-settimeout, step 4). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine, safe from changes of its wall clock. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(ms, LONGEST_TIMER_MS));
      signal?.addEventListener("abort", end);
    });
  },
};
