import { createHash } from "node:crypto";
import { headerPairs, type HeadersInput } from "@orbweaver/session";
import type { Request, SessionOptions } from "../request.ts";

/** What else makes two requests different. */
export interface FingerprintOptions {
  /** The session options, such as the proxy or a selector to wait for. Default false. */
  includeOptions?: boolean;
  /** The headers; their names in any case and order. Default false. */
  includeHeaders?: boolean;
  /** The part after `#`, for sites that route by it. Default false. */
  keepFragments?: boolean;
}

/** They are either in every fingerprint, or say nothing about what is asked for. */
const NOT_IN_OPTIONS = ["method", "params", "data", "json", "headers", "extraHeaders", "referer"];

/**
 * What makes two requests the same: the session, the method, the canonical URL with its `params`, and
 * the body. The order of query parameters, of form fields and of JSON keys does not matter, nor do
 * headers, the fragment and the letter case of escapes.
 *
 * @param request The request.
 * @param defaultSid The session that a request without a `sid` uses.
 * @param options What else makes a difference.
 * @returns 128 bits of SHA-256, as 32 hexadecimal digits.
 *
 * @example
 * ```ts
 * import { fingerprint, Request } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const a = new Request("https://example.com/?b=2&a=1#top");
 * const b = new Request("https://EXAMPLE.com/?a=1&b=2");
 * assert.equal(fingerprint(a, "http"), fingerprint(b, "http"));
 * ```
 */
export function fingerprint(
  request: Request,
  defaultSid: string,
  options: FingerprintOptions = {},
): string {
  const { method, params, data, json } = request.options;
  const url = canonicalUrl(request.url, params);
  const fragment = options.keepFragments ? new URL(request.url).hash : "";
  const verb = String(method ?? "GET").toUpperCase();
  let head = `${request.sid ?? defaultSid}\n${verb}\n${url}${fragment}\n`;
  if (options.includeHeaders) head += `headers:${canonicalHeaders(request.options)}\n`;
  if (options.includeOptions) head += `options:${otherOptions(request.options)}\n`;
  const hash = createHash("sha256").update(head);
  if (data !== undefined) hash.update("data:").update(canonicalBody(data));
  if (json !== undefined) hash.update("json:").update(canonicalJson(json));
  return hash.digest("hex").slice(0, 32);
}

/** A character that some part of a serialised URL may have that is left out or spelled otherwise. */
const NOT_CANONICAL = /[?#%@]/;

/** The URL without its fragment, `params` added, its query sorted, and its escapes in one spelling. */
function canonicalUrl(url: string, params: unknown): string {
  if (params === undefined && !NOT_CANONICAL.test(url)) return url;
  const { origin, pathname, search } = new URL(url);
  const path = sameEscapes(pathname);
  if (search === "" && params === undefined) return origin + path;
  const query = new URLSearchParams(search);
  for (const [name, value] of pairs(params)) query.append(name, value);
  query.sort();
  return `${origin}${path}?${query}`;
}

/** `%7e` is `~` and `%2f` is `%2F` (RFC 3986, section 6.2.2). */
function sameEscapes(path: string): string {
  if (!path.includes("%")) return path;
  return path.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const char = String.fromCharCode(parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(char) ? char : escape.toUpperCase();
  });
}

function canonicalBody(data: unknown): string | Uint8Array {
  if (typeof data === "string" || data instanceof Uint8Array) return data;
  const form = new URLSearchParams(pairs(data));
  form.sort();
  return form.toString();
}

function pairs(value: unknown): [string, string][] {
  if (value === undefined || value === null) return [];
  if (value instanceof URLSearchParams) return [...value];
  if (typeof value === "string") return [...new URLSearchParams(value)];
  return Object.entries(value).flatMap(([name, entry]): [string, string][] =>
    Array.isArray(entry) ? entry.map((one) => [name, String(one)]) : [[name, String(entry)]]
  );
}

function canonicalHeaders({ headers, extraHeaders }: SessionOptions): string {
  const pairs = [headers, extraHeaders].flatMap((given) => headerPairs(given as HeadersInput));
  return JSON.stringify(pairs.map(([name, value]) => [name.toLowerCase(), value]).sort());
}

function otherOptions(options: SessionOptions): string {
  const others = Object.entries(options).filter(([name]) => !NOT_IN_OPTIONS.includes(name));
  return canonicalJson(Object.fromEntries(others));
}

/** JSON with the keys of every object sorted (in the spirit of RFC 8785). */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry) => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => a < b ? -1 : 1));
  }) ?? "";
}
