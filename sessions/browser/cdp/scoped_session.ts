import type { CdpSession } from "../engines/engine.ts";
import type { FetchScope } from "./fetch_scope.ts";

/** How long to wait for the reason of a failure, in milliseconds. */
const GRACE_MS = 50;

/**
 * A CDP session for the time of one fetch: its commands end with the fetch, and so do its
 * listeners.
 */
export class ScopedSession implements CdpSession {
  readonly #session: CdpSession;
  readonly #scope: FetchScope;
  readonly #stops: (() => void)[] = [];

  /**
   * @param session The session to the tab.
   * @param scope The fetch.
   */
  constructor(session: CdpSession, scope: FetchScope) {
    this.#session = session;
    this.#scope = scope;
  }

  /**
   * Sends a command.
   *
   * @param method The command.
   * @param params Its parameters.
   */
  async send<T = unknown>(method: string, params?: object): Promise<T> {
    try {
      return await this.#scope.race(this.#session.send<T>(method, params));
    } catch (error) {
      this.#scope.signal.throwIfAborted();
      // When a tab or the browser is gone, commands fail before anyone says why.
      await this.#scope.pause(GRACE_MS);
      throw error;
    }
  }

  /**
   * Sends a command whose failure doesn't matter, for instance because the page may be gone.
   *
   * @param method The command.
   * @param params Its parameters.
   * @returns Resolves once it is done or has failed, however the fetch ends.
   */
  async post(method: string, params?: object): Promise<void> {
    await this.#session.send(method, params).catch(() => {});
  }

  /**
   * Listens to an event until the fetch is over.
   *
   * @param event The event.
   * @param listener Called with the event's parameters.
   * @returns Stops listening earlier.
   */
  on<T = unknown>(event: string, listener: (params: T) => void): () => void {
    const stop = this.#session.on(event, listener);
    this.#stops.push(stop);
    return stop;
  }

  /**
   * The session to a part of the target, for the time of the same fetch.
   *
   * @param sessionId The id that `Target.attachedToTarget` gave.
   */
  child(sessionId: string): ScopedSession {
    return this.beside(this.#session.child(sessionId));
  }

  /**
   * A session to another target, for the time of the same fetch.
   *
   * @param session The session.
   */
  beside(session: CdpSession): ScopedSession {
    const other = new ScopedSession(session, this.#scope);
    this.#stops.push(() => other.stopListening());
    return other;
  }

  /** Listens to nothing any more. */
  stopListening(): void {
    for (const stop of this.#stops) stop();
  }

  /** Ends the session. */
  async detach(): Promise<void> {
    this.stopListening();
    await this.#session.detach();
  }
}
