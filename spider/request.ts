import {
  InvalidOptionError,
  InvalidUrlError,
  type RoutedOptions,
  type SessionMap,
} from "@orbweaver/session";
import { frozenCopy } from "./frozen_copy.ts";

/** What a callback gives: items and requests, in any order; `null` and `undefined` are ignored. */
export type CallbackResult<Item> =
  | AsyncIterable<Item | Request | null | undefined>
  | Iterable<Item | Request | null | undefined>;

/** A spider's method that handles a response, whatever its types. */
// deno-lint-ignore no-explicit-any -- any spider's method; `unknown` parameters would accept none of them
export type AnyCallback = (response: any) => CallbackResult<any>;

/** How a request is queued and handled, whichever session fetches it. */
export interface RequestRouting {
  /** The spider's method that handles the response, by reference or by name. Default: `parse`. */
  callback?: AnyCallback | string;
  /** Higher goes first. Default 0. */
  priority?: number;
  /** True to fetch it even if the same request was seen before. Default false. */
  dontFilter?: boolean;
  /** Facts to hand on to the callback, as `response.meta`. */
  meta?: Readonly<Record<string, unknown>>;
}

/**
 * Options of a request: how to route it, and options for the session that fetches it. With a typed
 * session map, a wrong `sid` or an option of another kind of session does not compile.
 */
export type RequestOptions<S extends SessionMap = SessionMap> = RequestRouting & RoutedOptions<S>;

/** The session options of a request: everything but its routing. Deeply frozen. */
export type SessionOptions = Readonly<Record<string, unknown>>;

/** How often a request was tried again so far, by cause. */
export interface Retries {
  /** Because the network failed. */
  readonly network: number;
  /** Because the answer was a block. */
  readonly blocked: number;
  /** How often escalation decided anew how to fetch it; missing for never. */
  readonly escalated?: number | undefined;
  /** The session that escalation moved it up to; missing for its own. */
  readonly sid?: string | undefined;
  /** The proxy that the block came through, without credentials; missing for none. */
  readonly proxy?: string | undefined;
}

/** What the engine changes about a request, besides what its user may. */
export type RequestChanges = Partial<
  Pick<Request, "callback" | "priority" | "dontFilter" | "meta" | "options" | "depth" | "retries">
>;

/** Shared, so that a million queued requests don't each hold empty ones of their own. */
const NOTHING: Readonly<Record<string, never>> = frozenCopy({});
const NO_RETRIES: Retries = Object.freeze({ network: 0, blocked: 0 });

/**
 * A page to fetch: where, through which session, with which options, and who handles the answer.
 * Immutable; {@linkcode Request.with} gives a changed copy.
 *
 * @example
 * ```ts
 * import { Request } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const request = new Request("https://example.com/submit", {
 *   method: "POST",
 *   data: { field: "value" },
 *   sid: "firefox",
 * });
 * assert.equal(request.sid, "firefox");
 * assert.equal(request.options.method, "POST");
 * assert.equal(request.with({ priority: 5 }).priority, 5);
 * ```
 */
export class Request<S extends SessionMap = SessionMap> {
  /** The absolute URL, normalised. */
  readonly url: string;
  /** The id of the session that fetches it; `undefined` is the default session. */
  readonly sid: string | undefined;
  /** The spider's method that handles the response; `undefined` is `parse`. */
  readonly callback: AnyCallback | string | undefined;
  /** Higher goes first. */
  readonly priority: number;
  /** True if it is fetched even if the same request was seen before. */
  readonly dontFilter: boolean;
  /** Facts to hand on to the callback. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** Options for the session's `fetch`. */
  readonly options: SessionOptions;
  /** How many links lead here from a start request; 0 for a start request. */
  readonly depth: number;
  /** How often it was tried again so far, by cause. */
  readonly retries: Retries;

  /**
   * Makes a request.
   *
   * @param url An absolute `http:` or `https:` URL.
   * @param options Routing, and options for the session.
   * @throws {InvalidUrlError} If the URL is malformed, relative, or of another scheme.
   * @throws {InvalidOptionError} If the priority is not a finite number.
   */
  constructor(url: string | URL, options: RequestOptions<S> = {} as RequestOptions<S>) {
    const { sid, callback, priority, dontFilter, meta, ...sessionOptions } = options as
      & RequestRouting
      & { sid?: string };
    this.url = parseUrl(url).href;
    this.sid = sid === "" ? undefined : sid;
    this.callback = callback;
    this.priority = checkedPriority(priority);
    this.dontFilter = dontFilter ?? false;
    this.meta = frozenOf(meta);
    this.options = frozenOf(sessionOptions);
    this.depth = 0;
    this.retries = NO_RETRIES;
    Object.freeze(this);
  }

  /**
   * A copy with some things changed.
   *
   * @param changes Routing and session options to set; `undefined` removes one. `url` changes the URL.
   */
  with(changes: RequestOptions & { url?: string | URL }): Request {
    const { url, ...options } = changes;
    const { sid, callback, priority, dontFilter, meta } = this;
    const routing = { sid, callback, priority, dontFilter, meta };
    const changed = { ...this.options, ...routing, ...(options as object) };
    const { depth, retries } = this;
    return changedRequest(new Request(url ?? this.url, changed), { depth, retries });
  }

  /** The URL's host and port, the unit of politeness. */
  get host(): string {
    return new URL(this.url).host;
  }

  /** The request as a person would write it: method and URL. */
  toString(): string {
    return `${this.options.method ?? "GET"} ${this.url}`;
  }
}

/**
 * A copy of a request with changes that are known to be right: nothing is checked or copied.
 *
 * @param request The request.
 * @param changes What to change; objects among it must be frozen.
 */
export function changedRequest(request: Request, changes: RequestChanges): Request {
  const copy = Object.assign(Object.create(Request.prototype), request, changes);
  return Object.freeze(copy) as Request;
}

/**
 * A request as it was before it was ever tried.
 *
 * @param request The request.
 */
export function untriedRequest(request: Request): Request {
  return request.retries === NO_RETRIES
    ? request
    : changedRequest(request, { retries: NO_RETRIES });
}

function frozenOf(values: object | undefined): Readonly<Record<string, unknown>> {
  for (const _ in values) return frozenCopy(values as Record<string, unknown>);
  return NOTHING;
}

function checkedPriority(priority: unknown): number {
  if (priority === undefined) return 0;
  if (Number.isFinite(priority)) return priority as number;
  throw new InvalidOptionError("priority", priority, "a finite number");
}

/** Servers refuse longer ones (most at 8 KiB), and a trap could fill the queue with them. */
const LONGEST_URL = 32 * 1024;

function parseUrl(url: string | URL): URL {
  if (String(url).length > LONGEST_URL) throw tooLong(String(url));
  const parsed = url instanceof URL ? url : URL.parse(url);
  if (parsed?.protocol === "http:" || parsed?.protocol === "https:") return parsed;
  const received = JSON.stringify(String(url).slice(0, 200));
  throw new InvalidUrlError(
    `A request needs an absolute http: or https: URL: received ${received}` +
      (parsed === null ? "; use response.follow() for a relative one" : ""),
    { url: String(url).slice(0, 2048) },
  );
}

function tooLong(url: string): InvalidUrlError {
  return new InvalidUrlError(
    `A URL may have ${LONGEST_URL} characters: received ${url.length}, beginning with ${
      JSON.stringify(url.slice(0, 200))
    }`,
    { url: url.slice(0, 2048) },
  );
}
