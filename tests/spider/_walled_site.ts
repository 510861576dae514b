import {
  COMMON_OPTIONS,
  CookieJar,
  type FetchOptions,
  headerPairs,
  type HeadersInput,
  identityOf,
  Lifecycle,
  Response,
  type Session,
  type SessionIdentity,
  type SessionState,
} from "@orbweaver/session";

/** What a site sees of a visitor. */
export interface Visitor {
  readonly url: URL;
  readonly cookies: string;
  readonly headers: Headers;
  readonly proxy: string | undefined;
  /** Which session it is, for the test's book. */
  readonly session: string;
}

/** What a site answers; `script` is what a browser runs, which then asks again. */
export interface SiteAnswer {
  readonly html?: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** A cookie that only the page's script sets. */
  readonly script?: string;
  /** What the page shows once its scripts have run. */
  readonly rendered?: string;
}

/** A site in memory: every answer, and a book of who asked. */
export class WalledSite {
  readonly visits: Visitor[] = [];
  readonly #answer: (visitor: Visitor) => SiteAnswer;

  constructor(answer: (visitor: Visitor) => SiteAnswer) {
    this.#answer = answer;
  }

  visit(visitor: Visitor): SiteAnswer {
    this.visits.push(visitor);
    return this.#answer(visitor);
  }

  /** How many pages a session asked for; a page that asks again by itself counts once. */
  pagesOf(session: string): number {
    return new Set(this.visits.filter((visit) => visit.session === session)).size;
  }
}

/** Options of the sessions of these tests. */
export interface FakeOptions {
  name: string;
  jar?: CookieJar | undefined;
  /** Without one, the cookies of its responses tell. */
  hasJar?: boolean;
  identity?: SessionIdentity | undefined;
  /** The session's own proxy, with credentials. */
  proxy?: string;
  /** What `start` fails with. */
  startError?: Error;
  /** What every fetch waits for. */
  gate?: () => Promise<unknown>;
}

/** What the sessions of these tests have in common. */
abstract class FakeSession implements Session {
  abstract readonly kind: string;
  abstract readonly requestOptions: readonly string[];
  readonly jar?: CookieJar;
  readonly asked: { url: string; options: Record<string, unknown> }[] = [];
  readonly cookies: CookieJar;
  readonly options: FakeOptions;
  starts = 0;
  readonly #lifecycle: Lifecycle;

  constructor(protected_: WalledSite, options: FakeOptions) {
    this.site = protected_;
    this.options = options;
    this.cookies = options.jar ?? new CookieJar();
    if (options.hasJar ?? true) this.jar = this.cookies;
    this.#lifecycle = new Lifecycle(options.name, {
      start: () => {
        this.starts += 1;
        return options.startError === undefined
          ? Promise.resolve()
          : Promise.reject(options.startError);
      },
      stop: () => Promise.resolve(),
    });
  }

  protected readonly site: WalledSite;

  get state(): SessionState {
    return this.#lifecycle.state;
  }

  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  proxyUrl(server: string): string | undefined {
    const { proxy } = this.options;
    return proxy !== undefined && withoutCredentials(proxy) === server ? proxy : undefined;
  }

  async fetch(url: string | URL, options: FetchOptions = {}): Promise<Response> {
    await this.start();
    this.asked.push({ url: String(url), options: { ...options } });
    await this.options.gate?.();
    return this.load(new URL(url), options as Record<string, unknown>);
  }

  protected abstract load(url: URL, options: Record<string, unknown>): Response;

  protected visitor(url: URL, own: HeadersInput, options: Record<string, unknown>): Visitor {
    const headers = new Headers([...headerPairs(own)]);
    for (const [name, value] of headerPairs(options.headers as HeadersInput | undefined)) {
      headers.set(name, value);
    }
    const proxy = (options.proxy as string | undefined) ?? this.options.proxy;
    return { url, cookies: this.cookies.header(url), headers, proxy, session: this.options.name };
  }

  protected response(visitor: Visitor, answer: SiteAnswer, html: string): Response {
    const { url, proxy, headers } = visitor;
    return new Response({
      url: url.href,
      status: answer.status ?? 200,
      headers: { "content-type": "text/html; charset=utf-8", ...answer.headers },
      body: new TextEncoder().encode(html),
      requestHeaders: headers,
      cookies: this.cookies.cookies(url),
      ...(proxy === undefined ? {} : { proxy: withoutCredentials(proxy) }),
    });
  }
}

function withoutCredentials(proxy: string): string {
  return proxy.replace(/\/\/.*@/, "//");
}

/** An HTTP client: it sends what it is told, and runs no scripts. */
export class FakeHttp extends FakeSession {
  readonly kind = "fetch";
  readonly requestOptions = [
    ...COMMON_OPTIONS,
    "method",
    "data",
    "json",
    "params",
    "proxy",
    "identity",
    "auth",
    "cookies",
  ];

  protected load(url: URL, options: Record<string, unknown>): Response {
    const identity = (options.identity as SessionIdentity | undefined) ?? HTTP_IDENTITY;
    const visitor = this.visitor(url, identity.headers, options);
    const answer = this.site.visit(visitor);
    return this.response(visitor, answer, answer.html ?? "");
  }
}

/** A browser: it runs the scripts of a page, which set a cookie and ask again, and shows the result. */
export class FakeBrowser extends FakeSession {
  readonly kind: string;
  readonly requestOptions: readonly string[];

  constructor(site: WalledSite, options: FakeOptions, takesProxy = true) {
    super(site, options);
    this.kind = options.name;
    this.requestOptions = [...COMMON_OPTIONS, "waitSelector", ...(takesProxy ? ["proxy"] : [])];
    if (options.identity !== undefined) {
      this.identity = () => Promise.resolve(options.identity!);
    }
  }

  identity?: () => Promise<SessionIdentity>;

  protected load(url: URL, options: Record<string, unknown>): Response {
    const visitor = this.visitor(url, BROWSER_IDENTITY.headers, options);
    let answer = this.site.visit(visitor);
    if (answer.script !== undefined) {
      this.cookies.store(url, [answer.script]);
      const again = { ...visitor, cookies: this.cookies.header(url) };
      this.site.visits.pop(); // the page asks again by itself
      answer = this.site.visit(again);
    }
    return this.response(visitor, answer, answer.rendered ?? answer.html ?? "");
  }
}

export const HTTP_IDENTITY: SessionIdentity = identityOf([
  ["user-agent", "Http/1"],
  ["accept-language", "en"],
]);

export const BROWSER_IDENTITY: SessionIdentity = identityOf([
  ["sec-ch-ua", '"Chromium";v="156"'],
  ["user-agent", "Browser/156"],
  ["accept-language", "de"],
]);
