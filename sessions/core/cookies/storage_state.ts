import { CookieFormatError } from "../errors.ts";
import type { Cookie } from "./cookie.ts";

/** A cookie as Playwright stores it. */
export interface StorageStateCookie {
  /** The cookie's name. */
  name: string;
  /** The cookie's value. */
  value: string;
  /** The host it belongs to; with a leading dot if it goes to sub-hosts, too. */
  domain: string;
  /** The path it belongs to. */
  path: string;
  /** When it ends, in seconds since 1970; -1 for a session cookie. */
  expires: number;
  /** True if scripts can't read it. */
  httpOnly: boolean;
  /** True if it goes over TLS only. */
  secure: boolean;
  /** The SameSite attribute. */
  sameSite: "Strict" | "Lax" | "None";
}

/** What Playwright's `context.storageState()` gives, and `newContext({ storageState })` takes. */
export interface StorageState {
  /** The cookies. */
  cookies: StorageStateCookie[];
  /** Local storage by origin, which a cookie jar does not have. */
  origins: unknown[];
}

/**
 * Reads the cookies of a storage state.
 *
 * @param state The storage state, parsed.
 * @throws {CookieFormatError} If it is none; the error names the place.
 */
export function fromStorageState(state: unknown): Cookie[] {
  const cookies = (state as { cookies?: unknown } | null | undefined)?.cookies;
  if (!Array.isArray(cookies)) {
    throw new CookieFormatError("storageState", "cookies", kindOf(cookies), "a list of cookies");
  }
  return cookies.map(fromStored);
}

/**
 * Cookies as a storage state. A cookie without SameSite is written as "Lax", which is how browsers
 * treat it, since the format has no word for none.
 *
 * @param cookies The cookies.
 */
export function toStorageState(cookies: Iterable<Cookie>): StorageState {
  return { cookies: Array.from(cookies, toStored), origins: [] };
}

function toStored(cookie: Cookie): StorageStateCookie {
  const { name, value, domain, path, hostOnly, expires, httpOnly, secure, sameSite } = cookie;
  return {
    name,
    value,
    domain: hostOnly ? domain : `.${domain}`,
    path,
    expires: expires === undefined ? -1 : expires / 1000,
    httpOnly,
    secure,
    sameSite: sameSite === "strict" ? "Strict" : sameSite === "none" ? "None" : "Lax",
  };
}

function fromStored(stored: unknown, index: number): Cookie {
  const fields = (stored ?? {}) as Partial<Record<keyof StorageStateCookie, unknown>>;
  const text = (name: "name" | "value" | "domain" | "path", otherwise?: string): string => {
    const value = fields[name] ?? otherwise;
    if (typeof value === "string") return value;
    throw new CookieFormatError("storageState", `cookies[${index}].${name}`, kindOf(value), "text");
  };
  const domain = text("domain");
  const sameSite = String(fields.sameSite ?? "").toLowerCase();
  const { expires } = fields;
  return {
    name: text("name"),
    value: text("value"),
    domain: domain.replace(/^\./, "").toLowerCase(),
    path: text("path", "/"),
    hostOnly: !domain.startsWith("."),
    httpOnly: fields.httpOnly === true,
    secure: fields.secure === true,
    ...(typeof expires === "number" && expires >= 0 ? { expires: expires * 1000 } : {}),
    ...(sameSite === "strict" || sameSite === "lax" || sameSite === "none" ? { sameSite } : {}),
  };
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  return value === null ? "null" : `a value of type ${typeof value}`;
}
