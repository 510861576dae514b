import { parseDate } from "tough-cookie";
import type { Cookie } from "./cookie.ts";

/** What a `Set-Cookie` header says, before anyone asked whether it may. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** "" where none was given. */
  readonly domain: string;
  /** Missing where none was given, or one without a leading slash. */
  readonly path?: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite?: Cookie["sameSite"];
  /** In milliseconds since 1970; missing for a session cookie. */
  readonly expires?: number;
}

// RFC 6265bis §5.6 and §5.7.
const MAX_PAIR_OCTETS = 4096;
const MAX_ATTRIBUTE_OCTETS = 1024;

/**
 * Parses a `Set-Cookie` header by RFC 6265bis §5.6.
 *
 * @param header The header's value.
 * @param now The time, in milliseconds since 1970, for `Max-Age`.
 * @returns What it says, or `undefined` for one to be ignored.
 */
export function parseSetCookie(header: string, now: number): SetCookie | undefined {
  if (hasControls(header)) return undefined;
  const end = header.indexOf(";");
  const pair = end < 0 ? header : header.slice(0, end);
  const equals = pair.indexOf("=");
  const name = trim(equals < 0 ? "" : pair.slice(0, equals));
  const value = trim(pair.slice(equals + 1));
  if (isTooLong(name, value) || (name === "" && value === "")) return undefined;
  return { name, value, ...attributes(end < 0 ? "" : header.slice(end + 1), now) };
}

/**
 * Whether name and value together are longer than a cookie may be.
 *
 * @param name The cookie's name.
 * @param value The cookie's value.
 */
export function isTooLong(name: string, value: string): boolean {
  return octets(name) + octets(value) > MAX_PAIR_OCTETS;
}

/**
 * Whether a text has control characters other than tabs, which no part of a cookie may have.
 *
 * @param text The text.
 */
export function hasControls(text: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what it looks for
  return /[\x00-\x08\x0a-\x1f\x7f]/.test(text);
}

function attributes(text: string, now: number): Omit<SetCookie, "name" | "value"> {
  const found = new Map<string, string>();
  // Not split(): a header may consist of a million semicolons.
  for (let start = 0; start < text.length;) {
    const semicolon = text.indexOf(";", start);
    const end = semicolon < 0 ? text.length : semicolon;
    readAttribute(text.slice(start, end), found);
    start = end + 1;
  }
  const path = found.get("path");
  const expires = expiry(found, now);
  const sameSite = found.get("samesite")?.toLowerCase();
  return {
    domain: (found.get("domain") ?? "").replace(/^\./, "").toLowerCase(),
    secure: found.has("secure"),
    httpOnly: found.has("httponly"),
    ...(path?.startsWith("/") ? { path } : {}),
    ...(isSameSite(sameSite) ? { sameSite } : {}),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** The last valid attribute of a name wins. */
function readAttribute(text: string, found: Map<string, string>): void {
  const equals = text.indexOf("=");
  const name = trim(equals < 0 ? text : text.slice(0, equals)).toLowerCase();
  const value = trim(equals < 0 ? "" : text.slice(equals + 1));
  if (octets(value) > MAX_ATTRIBUTE_OCTETS) return;
  if (name === "expires" && parseDate(value) === undefined) return;
  if (name === "max-age" && !/^-?\d+$/.test(value)) return;
  found.set(name, value);
}

/** `Max-Age` wins over `Expires`. */
function expiry(found: ReadonlyMap<string, string>, now: number): number | undefined {
  const seconds = found.get("max-age");
  if (seconds !== undefined) return Number(seconds) <= 0 ? 0 : now + Number(seconds) * 1000;
  return parseDate(found.get("expires"))?.getTime();
}

function isSameSite(value: string | undefined): value is NonNullable<Cookie["sameSite"]> {
  return value === "strict" || value === "lax" || value === "none";
}

/** Spaces and tabs only: RFC 6265bis knows no other white space. */
function trim(text: string): string {
  return text.replace(/^[ \t]+/, "").replace(/(?<![ \t])[ \t]+$/, "");
}

/** Transports give headers byte by byte as characters up to U+00FF; anything else is counted as UTF-8. */
function octets(text: string): number {
  // deno-lint-ignore no-control-regex -- the range of all bytes
  return /^[\x00-\xff]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}
