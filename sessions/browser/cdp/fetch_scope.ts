import { TimeoutError } from "@orbweaver/session";

/**
 * The time and the reasons to stop of one fetch. Everything the fetch waits for goes through
 * {@linkcode FetchScope.race}, so nothing outlives the time limit, an abort, a crash or a close.
 */
export class FetchScope {
  /** The URL that is fetched. */
  readonly url: string;
  readonly #controller = new AbortController();
  readonly #unfollow: (() => void)[] = [];
  readonly #whole: FetchScope | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #deadline = Infinity;
  #step = "Fetching the page";

  /**
   * @param url The URL that is fetched.
   * @param whole The scope that this one is a part of.
   */
  constructor(url: string, whole?: FetchScope) {
    this.url = url;
    this.#whole = whole;
    if (whole !== undefined) this.follow(whole.signal);
  }

  /** Aborts when the fetch has to stop; the reason is the error to throw. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How much of the time is left, in milliseconds. */
  get remainingMs(): number {
    return this.#whole?.remainingMs ?? Math.max(0, this.#deadline - performance.now());
  }

  /** A scope for one try: it ends with this one, and what ends the try alone doesn't end this one. */
  fork(): FetchScope {
    return new FetchScope(this.url, this);
  }

  /**
   * Limits the time from now on.
   *
   * @param timeoutMs The limit, in milliseconds.
   */
  startClock(timeoutMs: number): void {
    this.#deadline = performance.now() + timeoutMs;
    this.#timer = setTimeout(() => {
      this.#controller.abort(new TimeoutError(timeoutMs, this.#step, { url: this.url }));
    }, timeoutMs);
  }

  /**
   * Stops the fetch when someone else's signal does.
   *
   * @param signal The signal; its reason is what the fetch rejects with.
   * @returns Stops following it.
   */
  follow(signal: AbortSignal): () => void {
    const stop = () => this.#controller.abort(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const unfollow = () => signal.removeEventListener("abort", stop);
    this.#unfollow.push(unfollow);
    return unfollow;
  }

  /**
   * Says what the fetch is waiting for from now on.
   *
   * @param step The beginning of a sentence, which a {@linkcode TimeoutError} goes on with.
   */
  enter(step: string): void {
    this.#step = step;
    this.#whole?.enter(step); // whose clock it is that may run out
  }

  /**
   * Waits, unless the fetch has to stop before.
   *
   * @param work What to wait for.
   */
  async race<T>(work: Promise<T>): Promise<T> {
    const stopped = Promise.withResolvers<never>();
    const stop = () => stopped.reject(this.signal.reason);
    if (this.signal.aborted) stop();
    this.signal.addEventListener("abort", stop, { once: true });
    try {
      return await Promise.race([stopped.promise, work]);
    } finally {
      this.signal.removeEventListener("abort", stop);
    }
  }

  /**
   * Does nothing for a while.
   *
   * @param ms How long, in milliseconds.
   */
  async pause(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.race(new Promise<void>((resolve) => timer = setTimeout(resolve, ms)));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the scope: no timer and no listener is left. */
  end(): void {
    clearTimeout(this.#timer);
    for (const unfollow of this.#unfollow) unfollow();
  }
}
