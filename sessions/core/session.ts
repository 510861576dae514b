import type { CookieJar } from "./cookie_jar.ts";
import type { SessionIdentity } from "./identity.ts";
import type { FetchOptions } from "./options.ts";
import type { Response } from "./response.ts";

/** Where a session is in its life. A closed session stays closed. */
export type SessionState = "idle" | "starting" | "open" | "closing" | "closed";

/**
 * A pre-configured fetcher that stays alive for many requests: an HTTP client with its cookies and
 * connections, or a browser with its tabs. Whoever opens it closes it.
 *
 * @example A session of your own
 * ```ts
 * import { Response, type Session, type SessionState } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * class HelloSession implements Session {
 *   readonly kind = "hello";
 *   state: SessionState = "idle";
 *   start(): Promise<void> {
 *     this.state = "open";
 *     return Promise.resolve();
 *   }
 *   fetch(url: string | URL): Promise<Response> {
 *     const body = new TextEncoder().encode("<h1>hello</h1>");
 *     return Promise.resolve(new Response({ url: String(url), status: 200, body }));
 *   }
 *   close(): Promise<void> {
 *     this.state = "closed";
 *     return Promise.resolve();
 *   }
 *   [Symbol.asyncDispose](): Promise<void> {
 *     return this.close();
 *   }
 * }
 *
 * await using session = new HelloSession();
 * assert.equal((await session.fetch("https://example.com/")).css("h1::text").get(), "hello");
 * ```
 */
export interface Session<O extends FetchOptions = FetchOptions> extends AsyncDisposable {
  /** What kind of session this is: "fetch", "dynamic", "stealth", or a user's own word. */
  readonly kind: string;
  /** Where the session is in its life. */
  readonly state: SessionState;
  /**
   * The names of the options that `fetch` understands. Where it is given, any other option is
   * refused with {@linkcode UnsupportedOptionError} before the session sees it; where it is
   * missing, every option is passed on.
   */
  readonly requestOptions?: readonly string[];
  /**
   * Where its cookies are kept: what is put in goes out with the next fetch, and what a fetch was given
   * is in it when the fetch ends. Optional: a session without it can't hand its cookies over.
   */
  readonly jar?: CookieJar;
  /** Starts the session. Idempotent; concurrent calls share one start. */
  start(): Promise<void>;
  /** Fetches one page; starts the session first where needed. */
  fetch(url: string | URL, options?: O): Promise<Response>;
  /** Aborts what is in flight, then releases everything. Idempotent, and safe at any moment. */
  close(): Promise<void>;
  /**
   * Releases by force what `close` could not release in time, such as a process that hangs. The
   * {@linkcode SessionManager} calls it after `closeTimeoutMs`; it must not wait. Optional: a
   * session without it is left behind, and the error says so.
   */
  kill?(): void;
  /**
   * Who it says it is when it loads a page. A site that lets one session pass may want to see the same
   * one again, whichever fetches next. Optional: without it, the headers of its requests tell.
   */
  identity?(): Promise<SessionIdentity>;
  /**
   * The full URL, with credentials, of a proxy that a {@linkcode Response.proxy} of this session names
   * without them, so that another session can go the same way.
   *
   * @param server The proxy as the response names it.
   * @returns `undefined` for a proxy that the session does not know.
   */
  proxyUrl?(server: string): string | undefined;
}

/** A map of session ids to session types, which types `sid` and options: `{ http: FetchSession }`. */
// deno-lint-ignore no-explicit-any -- a session of any options; `unknown` would refuse them all (contravariance)
export type SessionMap = Record<string, Session<any>>;

/** The options that a session's `fetch` takes. */
export type OptionsOf<S> = S extends Session<infer O> ? O : never;

/**
 * The options of a request that may name its session.
 *
 * With a typed {@linkcode SessionMap}, a `sid` selects the options of just that session, and without
 * a `sid` those of all of them are allowed, since the session is then inherited or the default. With
 * an untyped map anything goes, and the session itself checks at run time.
 */
export type RoutedOptions<S extends SessionMap> = string extends keyof S ? LooseOptions
  :
    | { [K in keyof S & string]: { sid: K } & OptionsOf<S[K]> }[keyof S & string]
    | ({ sid?: undefined } & Partial<UnionToIntersection<OptionsOf<S[keyof S]>>>);

/** Options where the sessions are not typed: the common ones typed, the others as they are. */
export interface LooseOptions extends FetchOptions {
  /** The id of the session to use. */
  sid?: string;
  /** Any other option of the session that will handle the request. */
  [option: string]: unknown;
}

/** All members of a union at once: `A | B` becomes `A & B`. */
export type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends
  (value: infer I) => void ? I : never;
