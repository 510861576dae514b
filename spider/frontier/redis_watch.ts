/**
 * Sees to it that calls on one connection are answered in time. A connection answers in the order of the
 * calls, so that the oldest alone is watched, with one timer for all: one for each call was a part of its
 * cost that the profile showed.
 */
export class Watch {
  readonly #ms: number;
  readonly #giveUp: () => void;
  /** When each call under way began, the oldest first. */
  readonly #begun = new Set<{ readonly at: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOverdue = false;
  #hasEnded = false;

  /**
   * @param ms How long a call may take.
   * @param giveUp Gives the connection up, which ends all calls on it.
   */
  constructor(ms: number, giveUp: () => void) {
    this.#ms = ms;
    this.#giveUp = giveUp;
  }

  /**
   * Waits for an answer.
   *
   * @param call Calls, and gives the answer.
   * @throws If it does not come in time.
   */
  async answerTo<T>(call: () => Promise<T>): Promise<T> {
    const begun = { at: performance.now() };
    this.#begun.add(begun);
    if (!this.#hasEnded) this.#timer ??= setTimeout(() => this.#look(), this.#ms);
    try {
      return await call();
    } catch (error) {
      if (this.#isOverdue) throw new Error(`no answer within ${this.#ms} ms`, { cause: error });
      throw error;
    } finally {
      this.#begun.delete(begun);
    }
  }

  /** Watches no more: the connection is closed, and so are its calls. */
  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** While nothing is under way, there is no timer. */
  #look(): void {
    this.#timer = undefined;
    const [oldest] = this.#begun;
    if (oldest === undefined) return;
    const leftMs = oldest.at + this.#ms - performance.now();
    if (leftMs > 0) {
      this.#timer = setTimeout(() => this.#look(), leftMs);
      return;
    }
    this.#isOverdue = true;
    this.#giveUp();
  }
}
