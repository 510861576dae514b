import { defaultPath, getPublicSuffix } from "tough-cookie";
import { isIP } from "node:net";
import type { Cookie } from "./cookie.ts";
import { hasControls, isTooLong, type SetCookie } from "./set_cookie.ts";

/** RFC 6265bis §5.5: no cookie lives longer than 400 days. */
const LONGEST_LIFE_MS = 400 * 24 * 60 * 60 * 1000;

/** Why a cookie is not taken, as the end of a sentence. */
export type Refusal = string;

/**
 * The cookie that a site asks to store, by the storage model of RFC 6265bis §5.7 as far as it
 * depends on nothing but the site and the cookie.
 *
 * @param url The URL that asks.
 * @param asked What it asks for.
 * @param now The time, in milliseconds since 1970.
 * @returns The cookie, or why it is refused.
 */
export function cookieFor(url: URL, asked: SetCookie, now: number): Cookie | Refusal {
  const host = url.hostname;
  if (host === "") return "the URL has no host";
  // deno-lint-ignore no-control-regex -- the range of ASCII
  if (!/^[\x00-\x7f]*$/.test(asked.domain)) return "its domain is not ASCII";
  const domain = asked.domain !== "" && isPublicSuffix(asked.domain) && asked.domain === host
    ? ""
    : asked.domain;
  if (domain !== "" && !belongsTo(host, domain)) return `${host} is not part of its domain`;
  const { name, value, secure, httpOnly, sameSite, expires } = asked;
  const cookie: Cookie = {
    name,
    value,
    domain: domain === "" ? host : domain,
    path: asked.path ?? defaultPath(url.pathname),
    hostOnly: domain === "",
    httpOnly,
    secure,
    ...(sameSite === undefined ? {} : { sameSite }),
    ...(expires === undefined ? {} : { expires: Math.min(expires, now + LONGEST_LIFE_MS) }),
  };
  if (secure && !isSecure(url)) return "it is 'secure' and the URL is not";
  // A default path that happens to be "/" is not an explicit one.
  if (/^__host-/i.test(name) && asked.path === undefined) {
    return "its name begins with '__Host-', which takes an explicit path of '/'";
  }
  return problemOf(cookie) ?? cookie;
}

/**
 * What is wrong with a cookie by itself, wherever it comes from.
 *
 * @param cookie The cookie.
 * @returns The reason to refuse it, or `undefined`.
 */
export function problemOf(cookie: Cookie): Refusal | undefined {
  const { name, value, domain, path, secure, hostOnly, sameSite } = cookie;
  if (name === "" && value === "") return "it has neither name nor value";
  // In a Cookie header it would pass for a name and a value; Chromium refuses it for that.
  if (name === "" && value.includes("=")) return "it has no name, and a '=' in its value";
  if (hasControls(name + value + domain + path)) return "it contains control characters";
  if (/[;=]/.test(name) || /[;]/.test(value + domain + path)) return "it contains ';' or '='";
  if (isTooLong(name, value)) return "name and value are longer than 4096 bytes";
  if (domain === "" || domain.startsWith(".")) return "its domain is not a host";
  if (!path.startsWith("/")) return "its path does not begin with '/'";
  if (!hostOnly && isPublicSuffix(domain)) return `its domain '${domain}' is a public suffix`;
  if (sameSite === "none" && !secure) return "it is 'SameSite=None' and not 'secure'";
  return prefixProblem(cookie);
}

/**
 * Whether a cookie goes to a host (RFC 6265bis §5.1.3).
 *
 * @param host The host.
 * @param cookie The cookie.
 */
export function goesTo(host: string, { domain, hostOnly }: Cookie): boolean {
  return hostOnly ? host === domain : belongsTo(host, domain);
}

/**
 * Whether what is sent to a URL can be read by no one on the way: TLS, or this very machine.
 *
 * @param url The URL.
 */
export function isSecure(url: URL): boolean {
  const { protocol, hostname } = url;
  return protocol === "https:" || protocol === "wss:" || hostname === "localhost" ||
    hostname.endsWith(".localhost") || hostname === "[::1]" ||
    (hostname.startsWith("127.") && isIP(hostname) === 4);
}

/**
 * The site of a host: its registrable domain by the public suffix list, else the host itself.
 *
 * @param host The host.
 */
export function siteOf(host: string): string {
  // tough-cookie lets every host below it set cookies for "localhost".
  if (host.endsWith(".localhost")) return "localhost";
  return registrableDomain(host) ?? host;
}

function belongsTo(host: string, domain: string): boolean {
  if (host === domain) return true;
  const dot = host.length - domain.length - 1;
  return dot > 0 && host[dot] === "." && host.endsWith(domain) && isIP(host) === 0;
}

function isPublicSuffix(domain: string): boolean {
  return isIP(domain) === 0 && !domain.startsWith("[") && registrableDomain(domain) === undefined;
}

function registrableDomain(host: string): string | undefined {
  return getPublicSuffix(host, { allowSpecialUseDomain: true, ignoreError: true });
}

/** RFC 6265bis §5.7, steps 20 to 22: browsers ignore case here, and look at nameless values, too. */
function prefixProblem({ name, value, secure, hostOnly, path }: Cookie): Refusal | undefined {
  if (name === "" && /^__(?:secure|host)-/i.test(value)) {
    return "its value poses as a prefixed name";
  }
  if (/^__secure-/i.test(name) && !secure) return "its name begins with '__Secure-' and it is not";
  if (/^__host-/i.test(name) && !(secure && hostOnly && path === "/")) {
    return "its name begins with '__Host-', which takes 'secure', the path '/' and no domain";
  }
  return undefined;
}
