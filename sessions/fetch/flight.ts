import { TimeoutError } from "@orbweaver/session";
import { StopSignal } from "./stop_signal.ts";

/**
 * One fetch on its way, and what may end it early: its time limit, the user's signal, and the
 * session's close. Its own signal then aborts with the error that the fetch is to reject with.
 */
export class Flight {
  /** Fires when the fetch has to end. */
  readonly signal = new StopSignal();
  /** Where it stands among its session's flights; {@linkcode Flights} alone writes it. */
  place = -1;
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #user: AbortSignal | undefined;
  readonly #onUserAbort = (): void => this.abort(this.#user?.reason);
  /** When its time is over, by `performance.now()`. */
  readonly endsAt: number;

  /**
   * Sets the end; {@linkcode Flights} watches the clock.
   *
   * @param url What is fetched, for the error.
   * @param timeoutMs The time limit, in milliseconds.
   * @param user The user's signal.
   */
  constructor(url: string, timeoutMs: number, user: AbortSignal | undefined) {
    this.#url = url;
    this.#user = user;
    this.#timeoutMs = timeoutMs;
    this.endsAt = performance.now() + timeoutMs;
    user?.addEventListener("abort", this.#onUserAbort, { once: true });
    if (user?.aborted) this.#onUserAbort();
  }

  /** What is left of the time limit, in milliseconds. */
  get remainingMs(): number {
    return Math.max(0, this.endsAt - performance.now());
  }

  /**
   * Ends the fetch.
   *
   * @param reason What it is to reject with.
   */
  abort(reason: unknown): void {
    this.signal.abort(reason);
  }

  /** Ends the fetch because its time is over. */
  timeOut(): void {
    this.abort(new TimeoutError(this.#timeoutMs, "The fetch", { url: this.#url }));
  }

  /** Lets go of the user's signal. */
  land(): void {
    this.#user?.removeEventListener("abort", this.#onUserAbort);
  }

  /**
   * Waits for something that can't be aborted, but no longer than the fetch may take.
   *
   * @param work What to wait for.
   */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    signal.throwIfAborted();
    let onAbort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(signal.reason);
      signal.addEventListener("abort", onAbort);
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}
