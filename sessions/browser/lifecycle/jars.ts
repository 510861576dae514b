import { CookieJar, type ProxyServer } from "@orbweaver/session";
import type { InitialCookie } from "../options/session_options.ts";

/** For so many proxies cookies are remembered; a pool may have thousands. */
const MOST = 1_000;

/**
 * The cookie jars of a session: one that the user gave, for everything; else one for each way out,
 * so that no site sees one visitor come from two places.
 */
export class Jars {
  /** The jar of what goes through no proxy, or of everything. */
  readonly main: CookieJar;
  readonly #cookies: readonly InitialCookie[];
  readonly #isShared: boolean;
  readonly #byProxy = new Map<string, CookieJar>();

  /**
   * @param jar The user's jar.
   * @param cookies Cookies to begin with.
   * @throws {InvalidCookieError} If one can't be.
   */
  constructor(jar: CookieJar | undefined, cookies: readonly InitialCookie[]) {
    this.#isShared = jar !== undefined;
    this.#cookies = cookies;
    this.main = this.#filled(jar ?? new CookieJar());
  }

  /**
   * The jar for a way out.
   *
   * @param proxy The proxy; left out, none.
   */
  for(proxy: ProxyServer | undefined): CookieJar {
    if (proxy === undefined || this.#isShared) return this.main;
    const jar = this.#byProxy.get(proxy.url) ?? this.#filled(new CookieJar());
    this.#byProxy.delete(proxy.url);
    this.#byProxy.set(proxy.url, jar);
    if (this.#byProxy.size > MOST) this.#byProxy.delete(this.#byProxy.keys().next().value!);
    return jar;
  }

  #filled(jar: CookieJar): CookieJar {
    for (const { url, ...cookie } of this.#cookies) {
      jar.set(url ?? `${cookie.secure ? "https" : "http"}://${bare(cookie.domain!)}/`, cookie);
    }
    return jar;
  }
}

function bare(domain: string): string {
  return domain.replace(/^\./, "");
}
