import {
  InvalidUrlError,
  Response as SessionResponse,
  type Session,
  type SessionMap,
} from "@orbweaver/session";
import { frozenCopy } from "./frozen_copy.ts";
import { type Inherit, inheritedOptions } from "./policy/inherit.ts";
import { refererFor } from "./policy/referer.ts";
import {
  type AnyCallback,
  changedRequest,
  Request,
  type RequestOptions,
  type SessionOptions,
} from "./request.ts";

/** What {@linkcode Response.follow} takes: routing, session options, and how much to inherit. */
export type FollowOptions<S extends SessionMap = SessionMap> = RequestOptions<S> & {
  /**
   * How much of the parent's session options to take over: "safe" (default) leaves out method, body,
   * params and other things of one request, and credentials across origins; "all"; or "none".
   */
  inherit?: Inherit;
};

/** What a response needs to know of its crawl in order to follow links. */
export interface FollowContext {
  /** The id of the default session. */
  readonly defaultSid: string;
  /** The session with an id, or `undefined`. */
  session(sid: string): Session | undefined;
  /** The name of a callback; throws if it is not a method of the spider. */
  callbackName(callback: AnyCallback | string): string;
}

/**
 * The answer to a spider's request: everything that a session's response has, and
 * {@linkcode Response.follow}.
 */
export class Response<S extends SessionMap = SessionMap> extends SessionResponse {
  readonly #request: Request;
  readonly #context: FollowContext;
  #baseUrl: string | undefined;
  #ownOrigin: string | undefined;
  #ambient: Map<string, SessionOptions> | undefined;

  /**
   * Makes a response; the engine does.
   *
   * @param base What the session gave.
   * @param request The request that it answers.
   * @param context What it needs to follow links.
   */
  constructor(base: SessionResponse, request: Request, context: FollowContext) {
    super(base.data);
    if (base.sessionId !== undefined) this.fetchedBy(base.sessionId);
    this.#request = request;
    this.#context = context;
  }

  /** The request that this answers. */
  get request(): Request {
    return this.#request;
  }

  /** The request's `meta`, and the facts that the session added, which win. */
  override get meta(): Readonly<Record<string, unknown>> {
    return { ...this.#request.meta, ...super.meta };
  }

  /** What links on this page are relative to: `<base href>`, else the final URL. */
  get baseUrl(): string {
    return this.#baseUrl ??= this.#findBaseUrl();
  }

  /**
   * Makes a link on this page absolute.
   *
   * @param href The link, absolute or relative.
   * @throws {InvalidUrlError} If it can't be parsed.
   */
  urlJoin(href: string): string {
    return this.#join(href).href;
  }

  /**
   * A request for a link on this page. It inherits the session, callback, priority and meta of the
   * request that led here, and its session options as far as they are not about that one request;
   * what is given here wins.
   *
   * @param href The link, absolute or relative to this page.
   * @param options What to change: routing, session options, `inherit`.
   * @throws {InvalidUrlError} If the link is malformed or neither `http:` nor `https:`.
   * @throws {UnknownCallbackError} If the callback is not a method of the spider.
   */
  follow(href: string | URL, options: FollowOptions<S> = {} as FollowOptions<S>): Request {
    const url = this.#join(String(href));
    const { inherit = "safe", sid: givenSid, callback: givenCallback, ...given } =
      options as FollowOptions;
    const { priority, dontFilter, meta, ...own } = given;
    const parent = this.#request;
    const sid = givenSid || parent.sid;
    const callback = givenCallback ?? parent.callback;
    const request = new Request(url, {
      dontFilter,
      ...withoutUndefined(own),
      sid,
      callback: callback === undefined ? undefined : this.#context.callbackName(callback),
      priority: priority ?? parent.priority,
      meta: meta === undefined ? parent.meta : { ...parent.meta, ...meta },
    });
    const ambient = this.#ambientOptions(url, request.sid, inherit);
    return changedRequest(request, {
      options: hasNothing(request.options)
        ? ambient
        : frozenCopy({ ...ambient, ...request.options }),
      depth: parent.depth + 1,
    });
  }

  #join(href: string): URL {
    const base = this.baseUrl;
    const site = PLAIN_PATH.test(href) ? SITE.exec(base)?.[0] : undefined;
    const url = site === undefined ? URL.parse(href, base) : URL.parse(site + href);
    if (url !== null) return url;
    throw new InvalidUrlError(
      `Not a URL: received ${JSON.stringify(href.slice(0, 200))} on ${this.url}`,
      { url: this.url },
    );
  }

  /**
   * What a link takes over of this page's session options, with its referer. It is the same for every
   * link to the same place in the same way, and so made once: a page may have thousands of links.
   */
  #ambientOptions(url: URL, sid: string | undefined, inherit: Inherit): SessionOptions {
    const { origin, protocol } = url;
    const sameOrigin = origin === this.#origin;
    const key = `${inherit} ${sameOrigin} ${protocol} ${sid}`;
    const known = this.#ambient?.get(key);
    if (known !== undefined) return known;
    const parent = this.#request;
    const inherited = inheritedOptions(parent.options, {
      inherit,
      sameOrigin,
      sameKind: this.#kindOf(sid) === this.#kindOf(parent.sid),
    });
    const made = frozenCopy({ referer: refererFor(this.url, url.href) ?? false, ...inherited });
    this.#ambient ??= new Map();
    this.#ambient.set(key, made);
    return made;
  }

  get #origin(): string {
    return this.#ownOrigin ??= new URL(this.url).origin;
  }

  #kindOf(sid: string | undefined): string | undefined {
    return this.#context.session(sid ?? this.#context.defaultSid)?.kind;
  }

  #findBaseUrl(): string {
    const contentType = this.headers.get("content-type") ?? "text/html";
    if (!contentType.includes("html")) return this.url;
    const href = this.css("base[href]::attr(href)").get();
    return href !== undefined && URL.canParse(href, this.url)
      ? new URL(href, this.url).href
      : this.url;
  }
}

/**
 * Links that begin with a slash, as most do: they can be written behind the base's scheme and host,
 * and parsed in a fifth of the time. After the slash there must be neither another one nor anything
 * that parsers skip or take for one (https://url.spec.whatwg.org/#relative-slash-state).
 */
const PLAIN_PATH = /^\/[\w.~%-]/;
const SITE = /^https?:\/\/[^/?#\\\s]+(?=\/)/;

function hasNothing(options: object): boolean {
  for (const _ in options) return false;
  return true;
}

function withoutUndefined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
