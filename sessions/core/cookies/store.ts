import { pathMatch } from "tough-cookie";
import type { Cookie } from "./cookie.ts";
import { goesTo, isSecure, siteOf } from "./rules.ts";

/** As Chrome's limit for one site; a server must not fill the memory of a crawl. */
const MAX_COOKIES_PER_SITE = 180;

/**
 * The cookies of a jar by site, each site's in the order of their creation. Of the sites, the one
 * used longest ago comes first; its cookies go when there are too many in all.
 */
export class CookieStore {
  readonly #maxCookies: number;
  readonly #sites = new Map<string, Map<string, Cookie>>();
  #size = 0;

  constructor(maxCookies: number) {
    this.#maxCookies = maxCookies;
  }

  /** How many cookies there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds a cookie, or replaces the one of the same name, domain and path in its place. */
  put(cookie: Cookie, now: number): void {
    const site = siteOf(cookie.domain);
    const cookies = this.#touch(site) ?? this.#newSite(site);
    const key = keyOf(cookie);
    if (!cookies.has(key)) this.#size += 1;
    cookies.set(key, cookie);
    if (cookies.size > MAX_COOKIES_PER_SITE) this.#evictOne(site, cookies, cookie, now);
    if (this.#size > this.#maxCookies) this.#evictOldestSite(site, cookies, cookie, now);
  }

  /** Removes the cookie of that name, domain and path. */
  remove(cookie: Cookie): void {
    const site = siteOf(cookie.domain);
    const cookies = this.#sites.get(site);
    if (cookies !== undefined) this.#delete(site, cookies, keyOf(cookie));
  }

  /** The cookies for a request, in the order in which they are sent (RFC 6265bis §5.8.3). */
  matching(url: URL, now: number): Cookie[] {
    if (this.#size === 0) return [];
    const site = siteOf(url.hostname);
    const cookies = this.#touch(site);
    if (cookies === undefined) return [];
    const secure = isSecure(url);
    const found: Cookie[] = [];
    for (const [key, cookie] of cookies) {
      if (isOver(cookie, now)) this.#delete(site, cookies, key);
      else if (
        (secure || !cookie.secure) && goesTo(url.hostname, cookie) &&
        pathMatch(url.pathname, cookie.path)
      ) found.push(cookie);
    }
    return found.length < 2 ? found : found.sort((a, b) => b.path.length - a.path.length);
  }

  /**
   * Whether a secure cookie is in the way of one that an insecure URL sets: it may neither be
   * replaced nor shadowed (RFC 6265bis §5.7, step 16).
   */
  hidesSecure(asked: Cookie): boolean {
    for (const cookie of this.#sites.get(siteOf(asked.domain))?.values() ?? []) {
      if (!cookie.secure || cookie.name !== asked.name) continue;
      const related = goesTo(cookie.domain, { ...asked, hostOnly: false }) ||
        goesTo(asked.domain, { ...cookie, hostOnly: false });
      if (related && pathMatch(asked.path, cookie.path)) return true;
    }
    return false;
  }

  /** Every cookie that is not over. */
  *all(now: number): Generator<Cookie> {
    for (const cookies of this.#sites.values()) {
      for (const cookie of cookies.values()) if (!isOver(cookie, now)) yield cookie;
    }
  }

  clear(): void {
    this.#sites.clear();
    this.#size = 0;
  }

  #touch(site: string): Map<string, Cookie> | undefined {
    const cookies = this.#sites.get(site);
    if (cookies === undefined) return undefined;
    this.#sites.delete(site);
    this.#sites.set(site, cookies);
    return cookies;
  }

  #newSite(site: string): Map<string, Cookie> {
    const cookies = new Map<string, Cookie>();
    this.#sites.set(site, cookies);
    return cookies;
  }

  #delete(site: string, cookies: Map<string, Cookie>, key: string): void {
    if (!cookies.delete(key)) return;
    this.#size -= 1;
    if (cookies.size === 0) this.#sites.delete(site);
  }

  /** One that is over, else an insecure one, else the oldest (RFC 6265bis §5.7, after step 24). */
  #evictOne(site: string, cookies: Map<string, Cookie>, keep: Cookie, now: number): void {
    const others = [...cookies].filter(([, cookie]) => cookie !== keep);
    const [key] = others.find(([, cookie]) => isOver(cookie, now)) ??
      others.find(([, cookie]) => !cookie.secure) ?? others[0]!;
    this.#delete(site, cookies, key);
  }

  #evictOldestSite(site: string, cookies: Map<string, Cookie>, keep: Cookie, now: number): void {
    for (const [oldest, leaving] of this.#sites) {
      if (oldest === site) break;
      this.#sites.delete(oldest);
      this.#size -= leaving.size;
      return;
    }
    this.#evictOne(site, cookies, keep, now);
  }
}

/**
 * Whether a cookie's time is over.
 *
 * @param cookie The cookie.
 * @param now The time, in milliseconds since 1970.
 */
export function isOver(cookie: Cookie, now: number): boolean {
  return cookie.expires !== undefined && cookie.expires <= now;
}

/** No part of a cookie has control characters, so none can pass for another. */
function keyOf({ name, domain, path, hostOnly }: Cookie): string {
  return `${name}\0${hostOnly ? "" : "."}${domain}\0${path}`;
}
