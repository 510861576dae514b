import type { CookieJar } from "@orbweaver/session";
import type { BasicAuth, Settings } from "./options.ts";
import {
  type HeaderPair,
  orderedHeaders,
  type RequestMode,
  type Wire,
} from "./profiles/headers.ts";
import type { Profile } from "./profiles/names.ts";
import type { Hop } from "./redirects.ts";
import type { UserHeader } from "./user_headers.ts";

const GOOGLE = "https://www.google.com/";

/** What the headers of all hops of a fetch have in common. */
export interface HeaderSource {
  readonly settings: Settings;
  readonly jar: CookieJar;
  /** Whose headers to send; `undefined` for no browser's. */
  readonly profile: Profile | undefined;
  readonly sender: "exact" | "platform";
  /** Basic authentication, from the options or from the URL. */
  readonly auth: BasicAuth | undefined;
}

/**
 * The page that the first request of a fetch claims to come from.
 *
 * A browser that sends a form is on a page of that site, so only pages and files are claimed to be
 * found through Google; sites that check where a form comes from (Django does) would refuse it.
 */
export function firstReferer(url: URL, method: string, settings: Settings): string | undefined {
  const own = settings.userHeaders.find(({ key }) => key === "referer")?.value;
  if (own !== undefined) return own;
  if (settings.referer !== undefined) return settings.referer || undefined;
  if (!settings.stealthyHeaders) return undefined;
  return isSafe(method) ? GOOGLE : `${url.origin}/`;
}

/** The headers of one request, in order. */
export function hopHeaders(hop: Hop, source: HeaderSource): HeaderPair[] {
  const { settings, jar, profile, sender, auth } = source;
  const { url, method, body, referer, leftOrigin } = hop;
  const wire = wireTo(url);
  const cookies = leftOrigin ? undefined : settings.cookies;
  const values = {
    "host": url.host,
    "content-length": contentLength(hop),
    "content-type": body?.contentType,
    "authorization": leftOrigin || auth === undefined ? undefined : basic(auth),
    "origin": isSafe(method) || profile === undefined ? undefined : originOf(hop),
    "referer": referer,
    "sec-fetch-site": fetchSite(referer, url),
    "cookie": cookieHeader(jar.header(url), cookies),
  };
  const kind = { profile, mode: modeOf(hop), wire, sender, identity: settings.identity };
  return orderedHeaders(kind, values, userHeadersFor(hop, settings.userHeaders));
}

function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}

function wireTo(url: URL): Wire {
  if (url.protocol === "https:") return "tls";
  const local = /^(?:127\.\d+\.\d+\.\d+|\[::1\]|(?:.*\.)?localhost)$/.test(url.hostname);
  return local ? "local" : "plain";
}

const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;

/** What a page needs to send such a request: a link, a form, or a script. */
function modeOf({ method, body }: Hop): RequestMode {
  if (method === "GET" || method === "HEAD") return "navigate";
  const form = method === "POST" && (body === undefined || FORM_TYPE.test(body.contentType ?? ""));
  return form ? "form" : "fetch";
}

/** A method that usually has a body says so when it has none (RFC 9110 §8.6). */
function contentLength({ method, body }: Hop): string | undefined {
  if (body !== undefined) return String(body.bytes.byteLength);
  return method === "POST" || method === "PUT" || method === "PATCH" ? "0" : undefined;
}

/** Once a request has been redirected across origins, its own is no longer told (Fetch standard). */
function originOf({ url, referer, leftOrigin }: Hop): string {
  if (leftOrigin) return "null";
  return (referer === undefined ? undefined : URL.parse(referer)?.origin) ?? url.origin;
}

/**
 * `Sec-Fetch-Site`. Sites are told apart without the public suffix list: two hosts of which neither
 * is part of the other count as different sites.
 */
function fetchSite(referer: string | undefined, url: URL): string {
  if (referer === undefined) return "none";
  if (referer === GOOGLE) return "cross-site";
  const page = URL.parse(referer);
  if (page === null) return "none";
  if (page.origin === url.origin) return "same-origin";
  const related = page.hostname === url.hostname || isPartOf(page.hostname, url.hostname) ||
    isPartOf(url.hostname, page.hostname);
  return related && page.protocol === url.protocol ? "same-site" : "cross-site";
}

function isPartOf(host: string, domain: string): boolean {
  return domain.includes(".") && host.endsWith(`.${domain}`);
}

function basic({ username, password }: BasicAuth): string {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}

/** The jar's cookies and the user's, which win by name. */
function cookieHeader(
  stored: string,
  own: Readonly<Record<string, string>> | undefined,
): string | undefined {
  if (own === undefined) return stored === "" ? undefined : stored;
  const kept = stored.split("; ").filter((pair) =>
    pair !== "" && !Object.hasOwn(own, pair.slice(0, Math.max(0, pair.indexOf("="))))
  );
  const pairs = [...kept, ...Object.entries(own).map(([name, value]) => `${name}=${value}`)];
  return pairs.length === 0 ? undefined : pairs.join("; ");
}

const FIRST_ORIGIN_ONLY: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "host",
  "origin",
  "proxy-authorization",
]);

/** The user's headers that still apply: what was meant for one origin or one body stays with it. */
function userHeadersFor(hop: Hop, headers: readonly UserHeader[]): readonly UserHeader[] {
  if (hop.redirects === 0 || headers.length === 0) return headers;
  return headers.filter(({ key }) => {
    if (key === "referer") return false; // it is the hop's by now
    if (hop.leftOrigin && FIRST_ORIGIN_ONLY.has(key)) return false;
    return hop.body !== undefined || !key.startsWith("content-");
  });
}
