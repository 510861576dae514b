import {
  CookieJar,
  identityOf,
  Lifecycle,
  type Response,
  type Session,
  type SessionIdentity,
  type SessionState,
} from "@orbweaver/session";
import { exchangeWithRetries, type Route } from "./attempts.ts";
import { toResponse, type Trip } from "./exchange.ts";
import { firstHop, type Start } from "./first_hop.ts";
import { Flight } from "./flight.ts";
import { Flights } from "./flights.ts";
import { AddressGuard } from "./guard/address_guard.ts";
import { NETWORK, type Network, SYSTEM_NETWORK } from "./guard/network.ts";
import {
  type FetchRequestOptions,
  type FetchSessionOptions,
  REQUEST_OPTIONS,
  requestSettings,
  sessionSettings,
  type Settings,
} from "./options.ts";
import { orderedHeaders } from "./profiles/headers.ts";
import { type Profile, profilesOf } from "./profiles/names.ts";
import { nextHop } from "./redirects.ts";
import { platformTransport } from "./transports/platform.ts";
import type { Transport } from "./transports/transport.ts";
import { WreqTransport } from "./transports/wreq.ts";

/** Options of the one-line helpers, which know their method. */
export type MethodOptions = Omit<FetchRequestOptions, "method">;

/**
 * An HTTP client that looks like a browser on the wire (TLS, HTTP/2, headers and their order), and
 * keeps cookies and connections until it is closed.
 *
 * @example
 * ```ts ignore
 * import { FetchSession } from "@orbweaver/fetch-session";
 *
 * await using session = new FetchSession({ impersonate: "firefox" });
 * const page = await session.fetch("https://example.com/", { params: { q: "web" } });
 * console.log(page.status, page.css("title::text").get());
 * await session.post("https://example.com/login", { data: { user: "ada", password: "…" } });
 * ```
 */
export class FetchSession implements Session<FetchRequestOptions> {
  /** What kind of session this is. */
  readonly kind = "fetch";
  /** The names of the options that `fetch` understands. */
  readonly requestOptions: readonly string[] = REQUEST_OPTIONS;
  /** Where the cookies are kept. */
  readonly jar: CookieJar;

  readonly #settings: Settings;
  readonly #native: Transport = platformTransport();
  readonly #guard: AddressGuard;
  readonly #flights = new Flights();
  readonly #lifecycle = new Lifecycle("FetchSession", {
    start: () => this.#open(),
    stop: () => this.#stop(),
  });
  #wreq: WreqTransport | undefined;
  #loading: Promise<WreqTransport> | undefined;

  /**
   * Makes a session; nothing is opened before it is started or used.
   *
   * @param options Defaults for every request, and the cookie jar.
   * @throws {UnknownProfileError} If `impersonate` names a browser that is not known.
   * @throws {InvalidOptionError} For a value that makes no sense.
   * @throws {UnsupportedOptionError} For an option that does not exist.
   */
  constructor(options: FetchSessionOptions = {}) {
    const { jar, ...defaults } = options;
    this.jar = jar ?? new CookieJar();
    this.#settings = sessionSettings(defaults);
    const { [NETWORK]: network } = options as { [NETWORK]?: Network };
    this.#guard = new AddressGuard(network ?? SYSTEM_NETWORK);
  }

  /** Where the session is in its life. */
  get state(): SessionState {
    return this.#lifecycle.state;
  }

  /**
   * Makes ready what the session's `impersonate` needs. Idempotent; `fetch` does it by itself.
   *
   * @throws {TransportUnavailableError} If the impersonating library can't be loaded.
   * @throws {SessionClosedError} If the session was closed.
   */
  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  /**
   * Fetches one page.
   *
   * @param url The URL, `http:` or `https:`; user name and password in it become `auth`.
   * @param options What differs from the session's settings.
   * @returns The answer, whatever its status.
   * @throws {InvalidUrlError} If the URL is malformed or of another kind.
   * @throws {NetworkError} If there is no answer after all attempts.
   * @throws {TimeoutError} If it takes longer than `timeoutMs`, body included.
   * @throws {RedirectError} For a redirect that is not followed.
   * @throws {ProxyError} If the proxy gives no connection.
   * @throws {PrivateAddressError} If the URL leads to one, with `allowPrivate: false`.
   * @throws {BodyTooLargeError} If the body is larger than `maxBytes`.
   * @throws {SessionClosedError} If the session is closed, before or meanwhile.
   */
  async fetch(url: string | URL, options: FetchRequestOptions = {}): Promise<Response> {
    const settings = requestSettings(this.#settings, options);
    const start = await firstHop(url, settings);
    if (this.state !== "open") await this.start();
    this.#lifecycle.signal.throwIfAborted();
    const flight = new Flight(start.hop.url.href, settings.timeoutMs, settings.signal);
    this.#flights.add(flight);
    try {
      return await this.#travel(start, settings, flight);
    } finally {
      flight.land();
      this.#flights.delete(flight);
    }
  }

  /**
   * Who it says it is when it loads a page over TLS; of several browsers to choose from, the first.
   */
  identity(): Promise<SessionIdentity> {
    const settings = this.#settings;
    const [fingerprint] = settings.profiles ?? [];
    const headers = orderedHeaders(
      {
        profile: settings.stealthyHeaders ? fingerprint ?? defaultBrowser() : undefined,
        mode: "navigate",
        wire: "tls",
        sender: fingerprint === undefined ? this.#native.sender : "exact",
        identity: settings.identity,
      },
      {},
      settings.userHeaders,
    );
    return Promise.resolve(identityOf(headers));
  }

  /**
   * The full URL, with credentials, of a proxy of this session.
   *
   * @param server The proxy as a response of this session names it.
   * @returns `undefined` for a proxy that is not the session's.
   */
  proxyUrl(server: string): string | undefined {
    const { proxyServer, proxyPool } = this.#settings;
    const known = proxyServer === undefined ? proxyPool?.proxies ?? [] : [proxyServer];
    return known.find((proxy) => proxy.server === server)?.url;
  }

  /**
   * Fetches with GET.
   *
   * @param url The URL.
   * @param options What differs from the session's settings.
   */
  get(url: string | URL, options?: MethodOptions): Promise<Response> {
    return this.fetch(url, { ...options, method: "GET" });
  }

  /**
   * Fetches with POST.
   *
   * @param url The URL.
   * @param options What differs from the session's settings, `data` or `json` among them.
   */
  post(url: string | URL, options?: MethodOptions): Promise<Response> {
    return this.fetch(url, { ...options, method: "POST" });
  }

  /**
   * Fetches with PUT.
   *
   * @param url The URL.
   * @param options What differs from the session's settings, `data` or `json` among them.
   */
  put(url: string | URL, options?: MethodOptions): Promise<Response> {
    return this.fetch(url, { ...options, method: "PUT" });
  }

  /**
   * Fetches with DELETE.
   *
   * @param url The URL.
   * @param options What differs from the session's settings.
   */
  delete(url: string | URL, options?: MethodOptions): Promise<Response> {
    return this.fetch(url, { ...options, method: "DELETE" });
  }

  /**
   * Fetches with HEAD.
   *
   * @param url The URL.
   * @param options What differs from the session's settings.
   */
  head(url: string | URL, options?: MethodOptions): Promise<Response> {
    return this.fetch(url, { ...options, method: "HEAD" });
  }

  /**
   * Fetches with PATCH.
   *
   * @param url The URL.
   * @param options What differs from the session's settings, `data` or `json` among them.
   */
  patch(url: string | URL, options?: MethodOptions): Promise<Response> {
    return this.fetch(url, { ...options, method: "PATCH" });
  }

  /**
   * Rejects the fetches in flight, then closes every connection. Idempotent.
   *
   * One thing stays for a while: when impersonating, a body of unknown length that has stalled is
   * waited for by native code until the fetch's `timeoutMs` is over, and the process with it.
   */
  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  /** Closes the session; see {@linkcode FetchSession.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #open(): Promise<void> {
    if (this.#settings.profiles !== undefined) await this.#loadWreq();
  }

  async #stop(): Promise<void> {
    await this.#flights.close(this.#lifecycle.signal.reason);
    await this.#loading?.catch(() => {});
    await Promise.all([this.#native.close(), this.#wreq?.close()]);
    await this.#guard.close();
  }

  async #loadWreq(): Promise<WreqTransport> {
    this.#loading ??= WreqTransport.load();
    try {
      this.#wreq = await this.#loading;
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
    return this.#wreq;
  }

  async #travel(
    { hop: first, auth }: Start,
    settings: Settings,
    flight: Flight,
  ): Promise<Response> {
    flight.signal.throwIfAborted();
    const fingerprint = pickOne(settings.profiles);
    const trip: Trip = {
      settings,
      jar: this.jar,
      auth,
      flight,
      first,
      guard: this.#guard,
      fingerprint,
      profile: settings.stealthyHeaders ? fingerprint ?? defaultBrowser() : undefined,
      sender: fingerprint === undefined ? this.#native.sender : "exact",
      transport: fingerprint === undefined
        ? this.#native
        : this.#wreq ?? await flight.race(this.#loadWreq()),
      cookies: [],
      history: [],
      startedAt: Date.now(),
    };
    const route: Route = { proxy: undefined, failed: new Set() };
    for (let hop = first;;) {
      const page = await exchangeWithRetries(hop, trip, route);
      const response = toResponse(hop, page, trip);
      if (page.redirect === undefined) return response;
      trip.history.push(response);
      hop = nextHop(hop, page.redirect, settings.maxRedirects);
    }
  }
}

function pickOne(profiles: readonly Profile[] | undefined): Profile | undefined {
  if (profiles === undefined || profiles.length === 1) return profiles?.[0];
  return profiles[Math.floor(Math.random() * profiles.length)];
}

/** Without impersonation, stealthy headers are those of the default browser. */
function defaultBrowser(): Profile | undefined {
  return profilesOf("chrome")?.[0];
}
