import type { Clock } from "./clock.ts";
import type { Cookie } from "./cookies/cookie.ts";
import { formatNetscape, parseNetscape } from "./cookies/netscape.ts";
import { cookieFor, isSecure, problemOf } from "./cookies/rules.ts";
import { parseSetCookie } from "./cookies/set_cookie.ts";
import { fromStorageState, type StorageState, toStorageState } from "./cookies/storage_state.ts";
import { CookieStore, isOver } from "./cookies/store.ts";
import {
  CookieFormatError,
  InvalidCookieError,
  InvalidOptionError,
  InvalidUrlError,
} from "./errors.ts";
import { readText, writeWhole } from "./file.ts";

export type { Cookie };

/** What a {@linkcode CookieJar} is stored as. */
export interface CookieJarData {
  /** The cookies, those of one site in the order of their creation. */
  cookies: Cookie[];
}

/** Settings of a {@linkcode CookieJar}. */
export interface CookieJarOptions {
  /** How many cookies to keep; those of the site used longest ago go first. Default 20000. */
  maxCookies?: number;
  /** The clock. Default `Date.now`. */
  now?: Clock;
}

/** A file of cookies lets its reader log in: it is for the user alone. */
const PRIVATE_FILE = 0o600;

/**
 * The cookies of a session, by the rules of RFC 6265bis with the public suffix list
 * (npm `tough-cookie`). One jar may be shared by several sessions.
 *
 * A jar is bounded: 180 cookies a site, as in Chrome, `maxCookies` in all, 4096 bytes each.
 *
 * @example
 * ```ts
 * import { CookieJar } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const jar = new CookieJar();
 * jar.store("https://shop.example.com/login", ["sid=1; Path=/; HttpOnly"]);
 * assert.equal(jar.header("https://shop.example.com/account"), "sid=1");
 * assert.equal(jar.header("https://elsewhere.example.org/"), "");
 * ```
 *
 * @example Cookies that outlive the process, or come from a browser
 * ```ts
 * import { CookieJar } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 *
 * const folder = await mkdtemp(join(tmpdir(), "jar-"));
 * const jar = new CookieJar();
 * jar.importNetscape(".example.com\tTRUE\t/\tTRUE\t0\tsid\t1\n");
 * await jar.save(join(folder, "cookies.json"));
 *
 * const again = await CookieJar.load(join(folder, "cookies.json"));
 * assert.equal(again.header("https://www.example.com/"), "sid=1");
 * await rm(folder, { recursive: true });
 * ```
 */
export class CookieJar {
  readonly #store: CookieStore;
  readonly #options: Required<CookieJarOptions>;
  #version = 0;

  /**
   * Makes an empty jar.
   *
   * @param options Settings; all have defaults.
   * @throws {InvalidOptionError} If `maxCookies` is not a whole number, at least 1.
   */
  constructor(options: CookieJarOptions = {}) {
    const { maxCookies = 20_000, now = Date.now } = options;
    if (!Number.isInteger(maxCookies) || maxCookies < 1) {
      throw new InvalidOptionError("maxCookies", maxCookies, "a whole number, at least 1");
    }
    this.#options = { maxCookies, now };
    this.#store = new CookieStore(maxCookies);
  }

  /**
   * Makes a jar of what {@linkcode CookieJar.toJSON} gave.
   *
   * @param data The data; may come from anywhere.
   * @param options Settings of the new jar.
   * @throws {CookieFormatError} If it is not a jar's data; the error names the place.
   */
  static fromJSON(data: unknown, options?: CookieJarOptions): CookieJar {
    const jar = new CookieJar(options);
    const cookies = (data as Partial<CookieJarData> | null | undefined)?.cookies;
    if (!Array.isArray(cookies)) {
      throw new CookieFormatError("cookie jar", "cookies", typeof cookies, "a list of cookies");
    }
    cookies.forEach((cookie: unknown, index) => {
      const problem = isCookie(cookie) ? problemOf(cookie) : "its fields are not those of a cookie";
      if (problem !== undefined) {
        throw new CookieFormatError("cookie jar", `cookies[${index}]`, "one of which", problem);
      }
      jar.#put(copyOf(cookie as Cookie));
    });
    return jar;
  }

  /**
   * Reads a jar from a file that {@linkcode CookieJar.save} wrote.
   *
   * @param path The file.
   * @param options Settings of the new jar.
   * @throws {FileError} If the file can't be read; its `code` is "ENOENT" if there is none.
   * @throws {CookieFormatError} If it does not hold a jar.
   */
  static async load(path: string | URL, options?: CookieJarOptions): Promise<CookieJar> {
    const text = await readText(path);
    let data: unknown;
    try {
      data = JSON.parse(text);
    } catch (cause) {
      // The parser's message would repeat a piece of the file, which is secret.
      const where = cause instanceof Error ? cause.name : "not JSON";
      throw new CookieFormatError("cookie jar", String(path), where, "JSON");
    }
    return CookieJar.fromJSON(data, options);
  }

  /** How many cookies there are; some may have expired since they were last looked at. */
  get size(): number {
    return this.#store.size;
  }

  /** Grows with every change, so that whoever keeps a copy knows when to look again. */
  get version(): number {
    return this.#version;
  }

  /**
   * Stores what a response's `Set-Cookie` headers say. A cookie that the rules refuse (a foreign
   * domain, a public suffix, a malformed line) is left out, as in a browser.
   *
   * @param url The URL that answered.
   * @param setCookie The values of its `Set-Cookie` headers, one entry each.
   * @returns The cookies that were accepted.
   * @throws {InvalidUrlError} If the URL is malformed.
   */
  store(url: string | URL, setCookie: readonly string[]): Cookie[] {
    if (setCookie.length === 0) return [];
    const from = parseUrl(url);
    const accepted: Cookie[] = [];
    for (const line of setCookie) {
      const now = this.#options.now();
      const asked = parseSetCookie(line, now);
      const cookie = asked === undefined ? undefined : cookieFor(from, asked, now);
      if (typeof cookie !== "object") continue;
      if (!cookie.secure && !isSecure(from) && this.#store.hidesSecure(cookie)) continue;
      this.#put(cookie);
      accepted.push(copyOf(cookie));
    }
    return accepted;
  }

  /**
   * Adds one cookie by hand.
   *
   * @param url A URL of the site that it belongs to.
   * @param cookie Name and value, and whatever else should differ from a host-only session cookie.
   * @throws {InvalidCookieError} If the rules refuse the cookie for that URL.
   * @throws {InvalidUrlError} If the URL is malformed.
   */
  set(url: string | URL, cookie: Partial<Cookie> & Pick<Cookie, "name" | "value">): void {
    const from = parseUrl(url);
    const hostOnly = cookie.hostOnly ?? cookie.domain === undefined;
    const asked = {
      ...cookie,
      domain: hostOnly ? "" : (cookie.domain ?? from.hostname).replace(/^\./, "").toLowerCase(),
      path: cookie.path ?? "/",
      httpOnly: cookie.httpOnly ?? false,
      secure: cookie.secure ?? false,
    };
    const taken = cookieFor(from, asked, this.#options.now());
    if (typeof taken === "string") throw new InvalidCookieError(cookie.name, taken, from.href);
    this.#put(taken);
  }

  /**
   * Adds cookies as they are, such as those that another jar or a browser had. One that the rules
   * refuse is left out.
   *
   * @param cookies The cookies.
   * @returns Those that were accepted.
   */
  add(cookies: Iterable<Cookie>): Cookie[] {
    const accepted: Cookie[] = [];
    for (const cookie of cookies) {
      if (!isCookie(cookie) || problemOf(cookie) !== undefined) continue;
      this.#put(copyOf(cookie));
      accepted.push(copyOf(cookie));
    }
    return accepted;
  }

  /**
   * The value of the `Cookie` header for a request.
   *
   * @param url The URL to be requested.
   * @returns `name=value` pairs joined by "; ", or "" if no cookie applies.
   * @throws {InvalidUrlError} If the URL is malformed.
   */
  header(url: string | URL): string {
    // Most crawls never see a cookie: then not even the URL is parsed.
    if (this.#store.size === 0) return "";
    return this.#store.matching(parseUrl(url), this.#options.now()).map(pairOf).join("; ");
  }

  /**
   * The cookies that apply to a URL, or all of them.
   *
   * @param url The URL to be requested; left out, every cookie in the jar.
   * @throws {InvalidUrlError} If the URL is malformed.
   */
  cookies(url?: string | URL): Cookie[] {
    const now = this.#options.now();
    const found = url === undefined
      ? this.#store.all(now)
      : this.#store.matching(parseUrl(url), now);
    return Array.from(found, copyOf);
  }

  /**
   * Forgets one cookie; the same name with another domain or path stays.
   *
   * @param cookie The cookie, as {@linkcode CookieJar.cookies} gave it.
   */
  delete(cookie: Cookie): void {
    this.#version += 1;
    this.#store.remove(cookie);
  }

  /** Forgets every cookie. */
  clear(): void {
    this.#version += 1;
    this.#store.clear();
  }

  /** A jar with the same cookies that goes its own way from here. */
  fork(): CookieJar {
    const jar = new CookieJar(this.#options);
    for (const cookie of this.cookies()) jar.#put(cookie);
    return jar;
  }

  /**
   * Takes in the value of a `Cookie` header, as a browser's developer tools show it: session
   * cookies of that host, for all its paths.
   *
   * @param url A URL of the site.
   * @param header The header's value: `a=1; b=2`.
   * @returns The cookies that were accepted.
   * @throws {InvalidUrlError} If the URL is malformed.
   */
  importHeader(url: string | URL, header: string): Cookie[] {
    const secure = isSecure(parseUrl(url)) ? "; Secure" : "";
    const pairs = header.split(";").filter((pair) => pair.trim() !== "");
    // What a site sent over TLS may bear a prefix that asks for Secure; the others don't need it.
    return this.store(
      url,
      pairs.map((pair) => `${pair}; Path=/${/^\s*__/.test(pair) ? secure : ""}`),
    );
  }

  /**
   * Takes in a `cookies.txt`, as curl, wget and browser extensions write it.
   *
   * @param text The file's text.
   * @returns The cookies that were accepted.
   * @throws {CookieFormatError} For a line that is none; the error has its number.
   */
  importNetscape(text: string): Cookie[] {
    return this.add(parseNetscape(text));
  }

  /** The cookies as a `cookies.txt`. The format has no SameSite. */
  toNetscape(): string {
    return formatNetscape(this.cookies());
  }

  /**
   * Takes in the cookies of Playwright's storage state.
   *
   * @param state What `context.storageState()` gave.
   * @returns The cookies that were accepted.
   * @throws {CookieFormatError} If it is no storage state; the error names the place.
   */
  importStorageState(state: unknown): Cookie[] {
    return this.add(fromStorageState(state));
  }

  /** The cookies as Playwright's `newContext({ storageState })` takes them. */
  toStorageState(): StorageState {
    return toStorageState(this.cookies());
  }

  /** The jar as data for JSON; {@linkcode CookieJar.fromJSON} reads it. */
  toJSON(): CookieJarData {
    return { cookies: this.cookies() };
  }

  /**
   * Writes the jar to a file that only the user may read, in full or not at all.
   *
   * @param path The file; one that is there is replaced.
   * @throws {FileError} If it can't be written.
   */
  async save(path: string | URL): Promise<void> {
    const text = JSON.stringify(this, undefined, 1);
    await writeWhole(path, new TextEncoder().encode(text), PRIVATE_FILE);
  }

  #put(cookie: Cookie): void {
    const now = this.#options.now();
    this.#version += 1;
    // A server ends a cookie by setting it with an end in the past.
    if (isOver(cookie, now)) this.#store.remove(cookie);
    else this.#store.put(cookie, now);
  }
}

function parseUrl(url: string | URL): URL {
  if (url instanceof URL) return url;
  const parsed = URL.parse(url);
  if (parsed !== null) return parsed;
  const received = JSON.stringify(String(url).slice(0, 200));
  throw new InvalidUrlError(`Expected an absolute URL: received ${received}`);
}

function pairOf({ name, value }: Cookie): string {
  return name === "" ? value : `${name}=${value}`;
}

function copyOf(cookie: Cookie): Cookie {
  const { name, value, domain, path, hostOnly, httpOnly, secure, sameSite, expires } = cookie;
  return {
    name,
    value,
    domain,
    path,
    hostOnly,
    httpOnly,
    secure,
    ...(expires === undefined ? {} : { expires }),
    ...(sameSite === undefined ? {} : { sameSite }),
  };
}

function isCookie(value: unknown): value is Cookie {
  const { name, value: text, domain, path, hostOnly, httpOnly, secure, sameSite, expires } =
    (value ?? {}) as Partial<Cookie>;
  return [name, text, domain, path].every((field) => typeof field === "string") &&
    [hostOnly, httpOnly, secure].every((field) => typeof field === "boolean") &&
    (sameSite === undefined || ["strict", "lax", "none"].includes(sameSite)) &&
    (expires === undefined || Number.isFinite(expires));
}
