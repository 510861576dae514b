import type { Cookie } from "@orbweaver/session";
import type { ScopedSession } from "./scoped_session.ts";

/** A cookie as CDP gives it. */
export interface CdpCookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  /** In seconds since 1970; -1 for a session cookie. */
  expires: number;
  httpOnly: boolean;
  secure: boolean;
  sameSite?: "Strict" | "Lax" | "None";
  /** The site inside which alone it is good (CHIPS). */
  partitionKey?: unknown;
}

/**
 * The browser's cookies that apply to some addresses.
 *
 * @param cdp The session to the tab.
 * @param urls The addresses.
 */
export async function readCookies(cdp: ScopedSession, urls: readonly string[]): Promise<Cookie[]> {
  const { cookies } = await cdp.send<{ cookies: CdpCookie[] }>("Network.getCookies", { urls });
  return cookies.map(fromCdpCookie);
}

/**
 * A cookie as a jar has it.
 *
 * @param cookie The cookie in CDP's form.
 */
export function fromCdpCookie(cookie: CdpCookie): Cookie {
  const { name, value, path, httpOnly, secure, sameSite, expires } = cookie;
  return {
    name,
    value,
    domain: cookie.domain.replace(/^\./, ""),
    path,
    hostOnly: !cookie.domain.startsWith("."),
    ...(expires >= 0 ? { expires: expires * 1000 } : {}),
    httpOnly,
    secure,
    ...(sameSite === undefined ? {} : { sameSite: lowerCased(sameSite) }),
  };
}

/**
 * A cookie in CDP's form.
 *
 * @param cookie The cookie as a jar has it.
 */
export function toCdpCookie(cookie: Cookie): object {
  const { name, value, path, httpOnly, secure, sameSite, expires, domain, hostOnly } = cookie;
  return {
    name,
    value,
    path,
    httpOnly,
    secure,
    // A cookie without a domain belongs to its URL's host alone.
    url: `${secure ? "https" : "http"}://${domain}/`,
    ...(hostOnly ? {} : { domain }),
    ...(sameSite === undefined ? {} : { sameSite: capitalised(sameSite) }),
    ...(expires === undefined ? {} : { expires: expires / 1000 }),
  };
}

function lowerCased(sameSite: "Strict" | "Lax" | "None"): "strict" | "lax" | "none" {
  return sameSite.toLowerCase() as "strict" | "lax" | "none";
}

function capitalised(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}
