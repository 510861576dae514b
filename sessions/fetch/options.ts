import {
  COMMON_OPTIONS,
  type CookieJar,
  type FetchOptions,
  InvalidOptionError,
  isIdentityHeader,
  ProxyPool,
  ProxyServer,
  type SessionIdentity,
  UnsupportedOptionError,
} from "@orbweaver/session";
import { UnsupportedByTransportError } from "./errors.ts";
import { type Impersonate, type Profile, profilesOf } from "./profiles/names.ts";
import { isHeaderValue, mergeUserHeaders, type UserHeader } from "./user_headers.ts";

/** A value in a query or a form; a list gives its name several times. */
export type FormValue = string | number | boolean | readonly (string | number | boolean)[];

/** User name and password for HTTP Basic authentication. */
export interface BasicAuth {
  /** The user name. */
  username: string;
  /** The password. */
  password: string;
}

/** A certificate to show to servers that want to know who asks. */
export interface ClientCertificate {
  /** The certificate, and those that lead to one the server trusts, in PEM. */
  cert: string;
  /** Its private key, in PEM. */
  key: string;
}

/** What one request of a {@linkcode FetchSession} may change; every one has a session-wide default. */
export interface FetchRequestOptions extends FetchOptions {
  /**
   * Which browser to be, on the wire: `"chrome"`, `"firefox131"`, `"chrome131_android"`,
   * `"safari_ios"`, …; a list picks one at random for each request; `false` uses the platform's own
   * `fetch`. Default "chrome".
   */
  impersonate?: Impersonate;
  /**
   * Send the browser's own headers in the browser's order, and a Google referer unless `referer`
   * says otherwise. Default true; with false only `accept`, `accept-encoding`, `user-agent:
   * Orbweaver` and your own headers are sent.
   */
  stealthyHeaders?: boolean;
  /**
   * Say in the headers to be this one, as another session's `identity()` gives it: its user agent, its
   * languages and its client hints take the place of the browser's own. Your own headers win.
   */
  identity?: SessionIdentity;
  /** The HTTP method. Default "GET". */
  method?: string;
  /** Appended to the URL's query. */
  params?: URLSearchParams | Readonly<Record<string, FormValue>>;
  /** The body: a record is sent as a URL-encoded form, everything else as what it is. */
  data?: string | Uint8Array | URLSearchParams | FormData | Readonly<Record<string, FormValue>>;
  /** The body as JSON. */
  json?: unknown;
  /** HTTP Basic authentication; dropped on a redirect to another origin. */
  auth?: BasicAuth;
  /** Cookies by name, sent beside the jar's to the origin that is asked first, and not kept. */
  cookies?: Readonly<Record<string, string>>;
  /**
   * `"safe"` (default) follows redirects, but never from elsewhere to a private, loopback,
   * link-local or metadata address; `true` follows all; `false` gives the redirect itself. What is
   * checked is the address that is connected to. Through a proxy, which looks names up by itself,
   * only addresses that stand in URLs are checked.
   */
  followRedirects?: "safe" | boolean;
  /**
   * With false, not even the URL that is asked for may lead to a private, loopback, link-local or
   * metadata address, and no redirect may, whatever `followRedirects` says. Default true.
   */
  allowPrivate?: boolean;
  /** How many redirects to follow. Default 30. */
  maxRedirects?: number;
  /** How often to try, in all, when the network fails. Default 3. */
  retries?: number;
  /** Wait before the second attempt, in milliseconds; doubles with each further one. Default 1000. */
  retryDelayMs?: number;
  /**
   * Limit for each attempt to connect, in milliseconds, when impersonating and in Node; Deno's own
   * `fetch` has none. Default: none but `timeoutMs`.
   */
  connectTimeoutMs?: number;
  /** A proxy: `http://`, `https://`, `socks5://` or `socks5h://`, with credentials if it wants them. */
  proxy?: string;
  /** User name and password for a `proxy` whose URL has none. */
  proxyAuth?: BasicAuth;
  /** Proxies to take turns with: each attempt asks for another one and reports how it went. */
  proxyPool?: ProxyPool;
  /**
   * Check certificates. Default true; false is not possible with Deno's own `fetch`. When impersonating,
   * the authorities of Mozilla, of the system and of the environment variable `SSL_CERT_FILE` are
   * trusted; without, those of the runtime.
   */
  verify?: boolean;
  /** Certificates to trust besides the usual ones, in PEM. Only with `impersonate: false`. */
  ca?: string;
  /** The certificate to show to servers that ask for one. Only with `impersonate: false`. */
  clientCert?: ClientCertificate;
  /**
   * Offer HTTP/2. Default: as the browser does, and as the platform's client does by itself. A
   * browser can't be told not to.
   */
  http2?: boolean;
  /** Offer HTTP/3. There is nothing yet that could: true is refused. */
  http3?: boolean;
  /** Largest body to accept, decompressed, in bytes. Default 64 MiB. */
  maxBytes?: number;
}

/** Settings of a {@linkcode FetchSession}: the default of every request option, and its cookies. */
export interface FetchSessionOptions extends FetchRequestOptions {
  /** Where cookies are kept; may be shared between sessions. Default: a jar of its own. */
  jar?: CookieJar;
}

/** The request options with their defaults filled in, and what was worked out of them once. */
export type Settings =
  & Omit<FetchRequestOptions, keyof typeof DEFAULTS>
  & { [K in keyof typeof DEFAULTS]: NonNullable<FetchRequestOptions[K]> }
  & {
    /** The browsers to choose from; `undefined` for the platform's own `fetch`. */
    profiles: readonly Profile[] | undefined;
    /** The user's headers, the session's and the request's together. */
    userHeaders: readonly UserHeader[];
    /** The proxy with its credentials. */
    proxyServer: ProxyServer | undefined;
  };

const DEFAULTS = {
  impersonate: "chrome",
  stealthyHeaders: true,
  method: "GET",
  followRedirects: "safe",
  allowPrivate: true,
  maxRedirects: 30,
  timeoutMs: 30_000,
  retries: 3,
  retryDelayMs: 1_000,
  verify: true,
  maxBytes: 64 * 1024 * 1024,
} as const satisfies FetchRequestOptions;

/** The names of {@linkcode FetchRequestOptions}. */
export const REQUEST_OPTIONS: readonly string[] = [
  ...COMMON_OPTIONS,
  ...Object.keys(DEFAULTS).filter((name) => !COMMON_OPTIONS.includes(name)),
  "identity",
  "params",
  "data",
  "json",
  "auth",
  "cookies",
  "connectTimeoutMs",
  "proxy",
  "proxyAuth",
  "proxyPool",
  "ca",
  "clientCert",
  "http2",
  "http3",
];
const KNOWN: ReadonlySet<string> = new Set(REQUEST_OPTIONS);

/** Settings of a session from what its constructor got. */
export function sessionSettings(options: FetchRequestOptions): Settings {
  const defaults = {
    ...DEFAULTS,
    profiles: profilesOf(DEFAULTS.impersonate),
    userHeaders: [],
    proxyServer: undefined,
  };
  return requestSettings(defaults, options);
}

/**
 * Settings of one request: its own options win; headers and cookies are merged by name.
 *
 * @throws {UnsupportedOptionError} For an option that does not exist.
 * @throws {InvalidOptionError} For a value that makes no sense.
 */
export function requestSettings(defaults: Settings, options: FetchRequestOptions): Settings {
  let settings: Settings | undefined;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!KNOWN.has(name)) throw new UnsupportedOptionError(name, "fetch", REQUEST_OPTIONS);
    CHECKS[name]?.(name, value);
    settings ??= { ...defaults };
    Object.assign(settings, { [name]: value });
  }
  if (settings === undefined) return defaults;
  // A body of the request replaces the session's, of whichever kind that is.
  if (options.json !== undefined && options.data === undefined) settings.data = undefined;
  if (options.data !== undefined && options.json === undefined) settings.json = undefined;
  if (settings.data !== undefined && settings.json !== undefined) {
    throw new InvalidOptionError("json", settings.json, "left out where 'data' is given");
  }
  if (options.impersonate !== undefined) settings.profiles = profilesOf(options.impersonate);
  if (options.headers !== undefined) {
    settings.userHeaders = mergeUserHeaders(defaults.userHeaders, options.headers);
  }
  if (options.cookies !== undefined && defaults.cookies !== undefined) {
    settings.cookies = { ...defaults.cookies, ...options.cookies };
  }
  chooseProxy(settings, options);
  return settings;
}

/** A request's proxy replaces the session's pool, and the other way round. */
function chooseProxy(settings: Settings, options: FetchRequestOptions): void {
  const { proxy, proxyPool, proxyAuth } = options;
  if (proxy !== undefined && proxyPool !== undefined) {
    throw new InvalidOptionError("proxyPool", "a pool", "left out where 'proxy' is given");
  }
  if (proxy !== undefined) settings.proxyPool = undefined;
  if (proxyPool !== undefined) {
    settings.proxy = undefined;
    settings.proxyServer = undefined;
  }
  if (proxyAuth !== undefined && settings.proxyPool !== undefined) {
    const expected = "left out where 'proxyPool' is given, whose proxies have their own";
    throw new InvalidOptionError("proxyAuth", "credentials", expected);
  }
  if (proxy === undefined && proxyAuth === undefined) return;
  settings.proxyServer = settings.proxy === undefined
    ? undefined
    : proxyServer(settings.proxy, settings.proxyAuth);
}

function proxyServer(proxy: string, auth: BasicAuth | undefined): ProxyServer {
  const server = new ProxyServer(proxy);
  if (auth === undefined || server.username !== "" || server.password !== "") return server;
  return new ProxyServer({ server: server.server, ...auth });
}

type Check = (name: string, value: unknown) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  method: (name, value) => {
    // CONNECT, TRACE and TRACK are forbidden methods in the Fetch standard (§2.2.1).
    const valid = typeof value === "string" && /^[\w!#$%&'*+.^`|~-]+$/.test(value) &&
      !/^(?:connect|trace|track)$/i.test(value);
    if (!valid) throw new InvalidOptionError(name, value, "an HTTP method such as GET or POST");
  },
  followRedirects: (name, value) => {
    if (value === "safe" || typeof value === "boolean") return;
    throw new InvalidOptionError(name, value, `"safe", true or false`);
  },
  proxy: (name, value) => {
    if (typeof value === "string") return void new ProxyServer(value);
    throw new InvalidOptionError(name, typeof value, "a URL such as http://host:8080");
  },
  proxyPool: (name, value) => {
    if (value instanceof ProxyPool) return;
    throw new InvalidOptionError(name, typeof value, "a ProxyPool");
  },
  clientCert: (name, value) => {
    const { cert, key } = (value ?? {}) as Partial<ClientCertificate>;
    if (typeof cert === "string" && typeof key === "string") return;
    // The value is not repeated: it may hold a private key.
    throw new InvalidOptionError(name, typeof value, "{ cert, key } in PEM");
  },
  http3: (name, value) => {
    boolean(name, value);
    if (value === false) return;
    throw new UnsupportedByTransportError(name, "nothing here speaks HTTP/3; leave it out");
  },
  referer: (name, value) => {
    if (value === false || (typeof value === "string" && isHeaderValue(value))) return;
    throw new InvalidOptionError(name, value, "a URL, or false for none");
  },
  identity: (name, value) => {
    const { headers } = (value ?? {}) as Partial<SessionIdentity>;
    const valid = Array.isArray(headers) &&
      headers.every(([header, text]) => isIdentityHeader(header) && isHeaderValue(text));
    if (!valid) throw new InvalidOptionError(name, value, "what a session's identity() gives");
  },
  auth: basicAuth,
  proxyAuth: basicAuth,
  cookies: (name, value) => {
    if (typeof value !== "object" || value === null) {
      throw new InvalidOptionError(name, value, "a record of values by name");
    }
    for (const [cookie, text] of Object.entries(value)) {
      if (/^[^=;\s]+$/.test(cookie) && isHeaderValue(cookie + text) && !/[;]/.test(text)) continue;
      throw new InvalidOptionError(name, cookie, "cookies without ';' and line breaks");
    }
  },
  stealthyHeaders: boolean,
  verify: boolean,
  allowPrivate: boolean,
  http2: boolean,
  maxRedirects: integerFrom(0),
  retries: integerFrom(1),
  maxBytes: integerFrom(0),
  retryDelayMs: numberOfMs(0),
  timeoutMs: numberOfMs(1),
  connectTimeoutMs: numberOfMs(1),
};

function basicAuth(name: string, value: unknown): void {
  const { username, password } = (value ?? {}) as Partial<BasicAuth>;
  const valid = typeof username === "string" && typeof password === "string";
  // RFC 7617 §2: the first colon is where the password begins. The value is not repeated.
  if (valid && !username.includes(":")) return;
  throw new InvalidOptionError(name, typeof value, "{ username, password }, no ':' in username");
}

function boolean(name: string, value: unknown): void {
  if (typeof value !== "boolean") throw new InvalidOptionError(name, value, "true or false");
}

function integerFrom(least: number): Check {
  return (name, value) => {
    if (Number.isInteger(value) && (value as number) >= least) return;
    throw new InvalidOptionError(name, value, `an integer of at least ${least}`);
  };
}

function numberOfMs(least: number): Check {
  // A longer delay than this makes setTimeout fire at once.
  const longest = 2 ** 31 - 1;
  return (name, value) => {
    if (typeof value === "number" && value >= least && value <= longest) return;
    throw new InvalidOptionError(name, value, `milliseconds from ${least} to ${longest}`);
  };
}
