import type { Clock } from "./clock.ts";
import {
  DuplicateSessionError,
  InvalidOptionError,
  SessionClosedError,
  SessionCloseError,
  SessionError,
  SessionStartError,
  TimeoutError,
  UnknownSessionError,
  UnsupportedOptionError,
} from "./errors.ts";
import { InFlight } from "./in_flight.ts";
import { COMMON_OPTIONS, type FetchOptions } from "./options.ts";
import type { Response } from "./response.ts";
import type { RoutedOptions, Session, SessionMap } from "./session.ts";
import { withDeadline } from "./deadline.ts";
import { StartBackoff } from "./start_backoff.ts";

/** How a session is added to a {@linkcode SessionManager}. */
export interface AddOptions {
  /** Make this the default session. Default: the first session added is. */
  default?: boolean;
  /** Start it when it is first used, not with the others. Default false. */
  lazy?: boolean;
  /** Close it together with the manager. Default true; false for a session that someone else closes. */
  owned?: boolean;
}

/** Settings of a {@linkcode SessionManager}. */
export interface SessionManagerOptions {
  /**
   * How long one session's close may take, in milliseconds, before it is killed (if it can be, see
   * {@linkcode Session.kill}) and given up. Default 10000.
   */
  closeTimeoutMs?: number;
  /** The clock, for the wait between two attempts to start a lazy session. Default `Date.now`. */
  now?: Clock;
}

interface Entry {
  readonly id: string;
  readonly session: Session;
  readonly lazy: boolean;
  readonly owned: boolean;
  readonly backoff: StartBackoff;
  readonly inFlight: InFlight;
}

/**
 * Named sessions that live and end together: the first added is the default, lazy ones start when
 * first used, and all are closed, in reverse order, whatever happens.
 *
 * @example
 * ```ts ignore
 * import { SessionManager } from "@orbweaver/session";
 * import { FetchSession } from "@orbweaver/fetch-session";
 * import { StealthSession } from "@orbweaver/browser-session";
 *
 * await using sessions = new SessionManager<{ http: FetchSession; stealth: StealthSession }>();
 * sessions.add("http", new FetchSession());
 * sessions.add("stealth", new StealthSession(), { lazy: true });
 * const page = await sessions.fetch("https://example.com/", { sid: "stealth", waitSelector: "h1" });
 * ```
 */
export class SessionManager<S extends SessionMap = SessionMap> implements AsyncDisposable {
  readonly #entries = new Map<string, Entry>();
  /** Taken out by remove(), and not closed yet: close() must not forget them. */
  readonly #leaving = new Set<Entry>();
  readonly #closeTimeoutMs: number;
  readonly #now: Clock;
  #defaultId: string | undefined;
  #explicitDefault = false;
  #start: Promise<void> | undefined;
  #close: Promise<void> | undefined;

  /**
   * Makes a manager without sessions.
   *
   * @param options Settings; all have defaults.
   * @throws {InvalidOptionError} If `closeTimeoutMs` is not a positive number.
   */
  constructor(options: SessionManagerOptions = {}) {
    const { closeTimeoutMs = 10_000, now = Date.now } = options;
    if (typeof closeTimeoutMs !== "number" || !(closeTimeoutMs > 0)) {
      throw new InvalidOptionError("closeTimeoutMs", closeTimeoutMs, "a positive number");
    }
    this.#closeTimeoutMs = closeTimeoutMs;
    this.#now = now;
  }

  /** How many sessions there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The ids, in the order in which they were added. */
  get ids(): string[] {
    return [...this.#entries.keys()];
  }

  /**
   * The id of the session that requests without a `sid` use.
   *
   * @throws {UnknownSessionError} If there is no session yet.
   */
  get defaultId(): keyof S & string {
    if (this.#defaultId === undefined) throw new UnknownSessionError("default", []);
    return this.#defaultId;
  }

  /**
   * Adds a session.
   *
   * @param id The name by which requests refer to it, as `sid`.
   * @param session The session, started or not.
   * @param options Whether it is the default, lazy, and closed by the manager.
   * @returns The manager, for chaining.
   * @throws {DuplicateSessionError} If the id is taken, or a second session asks to be the default.
   * @throws {InvalidOptionError} If the id is empty or the session is none.
   * @throws {SessionClosedError} If the manager is closed.
   */
  add<K extends keyof S & string>(id: K, session: S[K], options: AddOptions = {}): this {
    this.#assertOpen();
    refuseNonSession(id, session);
    if (this.#entries.has(id)) {
      throw new DuplicateSessionError(
        `Session '${id}' was added before; every session needs an id of its own`,
        { sessionId: id },
      );
    }
    if (options.default && this.#explicitDefault) {
      throw new DuplicateSessionError(
        `Session '${id}' asks to be the default, but '${this.#defaultId}' already is by ` +
          `'default: true'; leave it out on one of them`,
        { sessionId: id },
      );
    }
    this.#entries.set(id, {
      id,
      session,
      lazy: options.lazy ?? false,
      owned: options.owned ?? true,
      backoff: new StartBackoff(this.#now),
      inFlight: new InFlight(),
    });
    this.#explicitDefault ||= options.default ?? false;
    if (options.default || this.#defaultId === undefined) this.#defaultId = id;
    return this;
  }

  /**
   * Whether there is a session with this id.
   *
   * @param id The id to look for.
   */
  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /**
   * A session by its id.
   *
   * @param id The id it was added with.
   * @throws {UnknownSessionError} If there is none; the error lists those there are.
   */
  get<K extends keyof S & string>(id: K): S[K] {
    return this.#entry(id).session as S[K];
  }

  /**
   * Takes a session out and hands it over, alive: closing it is now the caller's task.
   *
   * @param id The id it was added with.
   * @throws {UnknownSessionError} If there is none.
   */
  pop<K extends keyof S & string>(id: K): S[K] {
    return this.#take(id).session as S[K];
  }

  /**
   * Takes a session out, waits for its fetches in flight, and closes it (unless it is not owned).
   *
   * @param id The id it was added with.
   * @throws {UnknownSessionError} If there is none.
   * @throws {SessionCloseError} If it does not close.
   */
  async remove(id: keyof S & string): Promise<void> {
    const entry = this.#take(id);
    this.#leaving.add(entry);
    try {
      await entry.inFlight.idle();
      const failure = await this.#closeEntry(entry);
      if (failure !== undefined) throw closeError([failure]);
    } finally {
      this.#leaving.delete(entry);
    }
  }

  /**
   * Starts every session that is not lazy, in parallel. Idempotent; sessions added since the last
   * time are started, too.
   *
   * @throws {SessionStartError} If one of them fails; those that did start are closed again, so
   * that a manager that could not start stays useless: make a new one, with new sessions.
   * @throws {SessionClosedError} If the manager is closed.
   */
  async start(): Promise<void> {
    this.#assertOpen();
    // Only a failure is remembered.
    this.#start ??= this.#startAll().then(() => this.#start = undefined);
    await this.#start;
  }

  /**
   * Fetches through one of the sessions, starting it where needed.
   *
   * @param url The URL, `http:` or `https:`.
   * @param options `sid` names the session (default: the default session); the rest are its options.
   * @throws {UnknownSessionError} If no session has that id.
   * @throws {UnsupportedOptionError} If that kind of session has no such option.
   * @throws {SessionStartError} If a lazy session does not start.
   */
  async fetch(url: string | URL, options?: RoutedOptions<S>): Promise<Response> {
    this.#assertOpen();
    const { sid, ...rest } = (options ?? {}) as FetchOptions & { sid?: string };
    const entry = this.#entry(sid ?? this.defaultId);
    refuseUnsupported(entry, rest, String(url));
    entry.inFlight.begin();
    try {
      const response = await this.#fetchWith(entry, url, rest);
      return checkedResponse(response, entry).fetchedBy(entry.id);
    } catch (error) {
      if (error instanceof SessionError) error.sessionId ??= entry.id;
      throw error;
    } finally {
      entry.inFlight.end();
    }
  }

  /**
   * Closes every owned session, the last added first; each close is attempted and bounded by
   * `closeTimeoutMs`. Idempotent, and safe during a start, during fetches and in a signal handler.
   *
   * @throws {SessionCloseError} With every failure, after all sessions had their turn.
   */
  close(): Promise<void> {
    this.#close ??= this.#closeAll();
    return this.#close;
  }

  /** Closes the manager; see {@linkcode SessionManager.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #startAll(): Promise<void> {
    const eager = [...this.#entries.values()].filter((entry) => !entry.lazy);
    const fresh = eager.filter((entry) => entry.session.state === "idle");
    const results = await Promise.allSettled(eager.map(async (entry) => {
      await entry.session.start();
    }));
    const failed = eager.filter((_, i) => results[i]?.status === "rejected");
    if (failed.length === 0) return;

    const errors = results.flatMap((r) => r.status === "rejected" ? [r.reason as unknown] : []);
    const rollback = fresh.filter((entry) => !failed.includes(entry)).reverse();
    for (const entry of rollback) {
      const failure = await this.#closeEntry(entry);
      if (failure !== undefined) errors.push(failure);
    }
    throw startError(failed, errors);
  }

  async #fetchWith(entry: Entry, url: string | URL, options: FetchOptions): Promise<Response> {
    await entry.backoff.start(entry.id, entry.session);
    return await entry.session.fetch(url, options);
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const entry of [...this.#entries.values(), ...this.#leaving].reverse()) {
      const failure = await this.#closeEntry(entry);
      if (failure !== undefined) failures.push(failure);
    }
    if (failures.length > 0) throw closeError(failures);
  }

  /** Closes one session and gives what went wrong, so that the others still get their turn. */
  async #closeEntry(entry: Entry): Promise<SessionError | undefined> {
    if (!entry.owned) return undefined;
    try {
      await withDeadline(entry.session.close(), this.#closeTimeoutMs, "Closing the session");
      return undefined;
    } catch (cause) {
      const what = cause instanceof TimeoutError
        ? `it took longer than ${this.#closeTimeoutMs} ms; ${kill(entry.session)}`
        : messageOf(cause);
      return new SessionError(`Session '${entry.id}' did not close: ${what}`, {
        sessionId: entry.id,
        cause,
      });
    }
  }

  #take(id: string): Entry {
    const entry = this.#entry(id);
    this.#entries.delete(id);
    if (this.#defaultId === id) {
      this.#defaultId = this.#entries.keys().next().value;
      this.#explicitDefault = false;
    }
    return entry;
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new UnknownSessionError(id, this.ids);
    return entry;
  }

  #assertOpen(): void {
    if (this.#close === undefined) return;
    throw new SessionClosedError("The session manager is closed; create a new one");
  }
}

function refuseNonSession(id: string, session: Session): void {
  if (typeof id !== "string" || id === "") {
    throw new InvalidOptionError("id", id, "a name that is not empty");
  }
  const { start, fetch, close } = (session ?? {}) as Partial<Session>;
  if ([start, fetch, close].every((member) => typeof member === "function")) return;
  throw new InvalidOptionError("session", session, "a session: an object with start, fetch, close");
}

/** Ends by force a session that does not close, and says what became of it. */
function kill(session: Session): string {
  if (session.kill === undefined) return "what it holds is left behind";
  try {
    session.kill();
    return "it was killed";
  } catch (error) {
    return `killing it failed: ${messageOf(error)}`;
  }
}

/** A session may be a user's own. */
function checkedResponse(response: unknown, { id, session }: Entry): Response {
  // Not by its class: it may come from another copy of this package.
  const { fetchedBy } = (response ?? {}) as Partial<Response>;
  if (typeof fetchedBy === "function") return response as Response;
  throw new SessionError(
    `Session '${id}' of kind '${session.kind}' must fetch a Response: received ${typeof response}`,
    { sessionId: id },
  );
}

function refuseUnsupported(entry: Entry, options: object, url: string): void {
  const supported = entry.session.requestOptions;
  if (supported === undefined) return;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || supported.includes(name) || COMMON_OPTIONS.includes(name)) continue;
    throw new UnsupportedOptionError(name, entry.session.kind, supported, {
      url,
      sessionId: entry.id,
    });
  }
}

function startError(failed: readonly Entry[], errors: readonly unknown[]): SessionStartError {
  const names = failed.map((entry) => `'${entry.id}'`).join(", ");
  return new SessionStartError(
    `Could not start session ${names}: ${errors.map(messageOf).join("; ")}`,
    errors,
  );
}

function closeError(failures: readonly unknown[]): SessionCloseError {
  return new SessionCloseError(failures.map(messageOf).join("; "), failures);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
