import type { Clock } from "./clock.ts";
import { SessionStartError } from "./errors.ts";
import type { Session } from "./session.ts";

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/**
 * Starts a session on first use, once for all who ask, and does not try again at once when that
 * failed: a browser that can't be launched must not be launched by every request that needs it.
 */
export class StartBackoff {
  readonly #now: Clock;
  #starting: Promise<void> | undefined;
  #failures = 0;
  #failure: SessionStartError | undefined;
  #retryAt = 0;

  /**
   * Makes one for a session that was not tried yet.
   *
   * @param now The clock.
   */
  constructor(now: Clock) {
    this.#now = now;
  }

  /**
   * Makes sure that the session is open.
   *
   * @param id The session's id, for the error.
   * @param session The session.
   * @throws {SessionStartError} If it does not start, or did not a moment ago.
   */
  async start(id: string, session: Session): Promise<void> {
    if (session.state === "open") return;
    if (this.#failure !== undefined && this.#now() < this.#retryAt) throw this.#failure;
    this.#starting ??= this.#tryToStart(id, session).finally(() => this.#starting = undefined);
    await this.#starting;
  }

  async #tryToStart(id: string, session: Session): Promise<void> {
    try {
      await session.start();
    } catch (cause) {
      throw this.#failed(id, session, cause);
    }
    this.#failures = 0;
    this.#failure = undefined;
  }

  #failed(id: string, session: Session, cause: unknown): unknown {
    if (session.state === "closing" || session.state === "closed") return cause;
    this.#retryAt = this.#now() + Math.min(FIRST_DELAY_MS * 2 ** this.#failures, LONGEST_DELAY_MS);
    this.#failures += 1;
    const message = cause instanceof Error ? cause.message : String(cause);
    this.#failure = new SessionStartError(`Session '${id}' does not start: ${message}`, [cause], {
      sessionId: id,
      attempts: this.#failures,
      retryAt: this.#retryAt,
    });
    return this.#failure;
  }
}
