import { InvalidRedirectError, TooManyRedirectsError } from "./errors.ts";
import type { RequestBody } from "./request_body.ts";
import type { TransportResponse } from "./transports/transport.ts";

/** One request of the chain that redirects make. */
export interface Hop {
  /** What is asked for, without credentials and fragment. */
  readonly url: URL;
  /** The method, in upper case. */
  readonly method: string;
  /** The body. */
  readonly body: RequestBody | undefined;
  /** The page that led here. */
  readonly referer: string | undefined;
  /** How many redirects came before. */
  readonly redirects: number;
  /** The URL that redirected here. */
  readonly redirectedFrom: string | undefined;
  /** True once the chain has left the origin it began at: what the user meant for that one stays there. */
  readonly leftOrigin: boolean;
}

/** A redirect as it was received. */
export interface Redirect {
  readonly status: number;
  readonly location: string;
}

/**
 * Where an answer redirects to.
 *
 * @param answer The answer's head.
 * @returns The redirect, or `undefined` if it is none (Fetch standard, "redirect status" and "location URL").
 */
export function redirectOf(
  answer: Pick<TransportResponse, "status" | "location">,
): Redirect | undefined {
  const { status } = answer;
  if (status < 301 || status > 308 || (status > 303 && status < 307)) return undefined;
  const { location } = answer;
  return location === undefined ? undefined : { status, location };
}

/**
 * The request that a redirect asks for, by the rules of the Fetch standard ("HTTP-redirect fetch").
 *
 * @param hop The request that was redirected.
 * @param redirect The redirect.
 * @param maxRedirects How many are followed.
 * @throws {InvalidRedirectError} If it leads to no URL, or to none with http: or https:.
 * @throws {TooManyRedirectsError} If there were too many before.
 */
export function nextHop(hop: Hop, { status, location }: Redirect, maxRedirects: number): Hop {
  const url = resolveLocation(hop.url, location);
  if (hop.redirects >= maxRedirects) {
    throw new TooManyRedirectsError(
      `More than ${maxRedirects} redirects, the last from ${hop.url.href}: the site may redirect in a ` +
        `loop; raise 'maxRedirects' if not`,
      url.href,
      { url: hop.url.href },
    );
  }
  const toGet = status === 303
    ? hop.method !== "GET" && hop.method !== "HEAD"
    : status <= 302 && hop.method === "POST";
  return {
    url,
    method: toGet ? "GET" : hop.method,
    body: toGet ? undefined : hop.body,
    referer: refererFor(url, hop),
    redirects: hop.redirects + 1,
    redirectedFrom: hop.url.href,
    leftOrigin: hop.leftOrigin || url.origin !== hop.url.origin,
  };
}

function resolveLocation(base: URL, location: string): URL {
  const url = URL.parse(location, base);
  if (url === null) {
    throw new InvalidRedirectError(
      `${base.href} redirects to ${JSON.stringify(location.slice(0, 200))}, which is not a URL`,
      location,
      { url: base.href },
    );
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new InvalidRedirectError(
      `${base.href} redirects to a ${url.protocol} URL; only http: and https: are followed`,
      location,
      { url: base.href },
    );
  }
  url.hash = "";
  url.username = "";
  url.password = "";
  return url;
}

/** The default referrer policy, strict-origin-when-cross-origin (https://www.w3.org/TR/referrer-policy/). */
function refererFor(url: URL, { referer, url: from }: Hop): string | undefined {
  const page = referer === undefined ? null : URL.parse(referer);
  if (page === null || url.origin === from.origin) return referer;
  if (page.protocol === "https:" && url.protocol === "http:") return undefined;
  return page.origin === url.origin ? referer : `${page.origin}/`;
}
