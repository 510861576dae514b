import type { Cookie, CookieJar } from "@orbweaver/session";
import { type CdpCookie, fromCdpCookie, toCdpCookie } from "../cdp/cookies.ts";
import type { CdpSession } from "../engines/engine.ts";

/** Chromium keeps 3300 cookies; with more than so many, those it lacks may have been crowded out. */
const MANY = 2_000;

/**
 * Keeps a jar and the cookies of one browser context the same. What either side changed since the
 * last comparison goes to the other side; where both changed a cookie, the one asked last wins.
 */
export class CookieSync {
  readonly #jar: CookieJar;
  readonly #session: CdpSession;
  readonly #context: { browserContextId?: string };
  /** Each cookie as both sides had it when they were last compared. */
  readonly #common = new Map<string, Shared>();
  /** Those that this browser does not take. */
  readonly #refused = new Set<string>();
  #version = -1;
  #turn: Promise<void> = Promise.resolve();

  /**
   * @param jar The jar.
   * @param session The session to the browser.
   * @param browserContextId The context; left out, the default one.
   */
  constructor(jar: CookieJar, session: CdpSession, browserContextId: string | undefined) {
    this.#jar = jar;
    this.#session = session;
    this.#context = browserContextId === undefined ? {} : { browserContextId };
  }

  /**
   * Brings the browser what changed in the jar.
   *
   * @param url The URL that will be loaded: of a very large jar, just its cookies are brought.
   */
  toBrowser(url: string): Promise<void> {
    return this.#inTurn(() => this.#toBrowser(url));
  }

  /** Brings the jar what changed in the browser. */
  toJar(): Promise<void> {
    return this.#inTurn(() => this.#toJar());
  }

  /** Comparisons that overlapped would take what is on its way for what the other side removed. */
  #inTurn(compare: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(compare);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #toBrowser(url: string): Promise<void> {
    if (this.#version === this.#jar.version && this.#jar.size <= MANY) return;
    this.#version = this.#jar.version;
    const isLarge = this.#jar.size > MANY;
    const wanted = keyed(isLarge ? this.#jar.cookies(url) : this.#jar.cookies());
    const added = [...wanted].filter(([key, { form }]) => this.#common.get(key)?.form !== form);
    const gone = isLarge ? [] : [...this.#common].filter(([key]) => !wanted.has(key));
    for (const [key, shared] of added) this.#common.set(key, shared);
    for (const [key] of gone) this.#common.delete(key);
    await this.#write(
      new Map([
        ...gone.map(([key, { cookie }]) => [key, removal(cookie)] as const),
        ...added.map(([key, { cookie }]) => [key, toCdpCookie(cookie)] as const),
      ]),
    );
  }

  async #toJar(): Promise<void> {
    const { cookies } = await this.#session.send<{ cookies: CdpCookie[] }>(
      "Storage.getCookies",
      this.#context,
    );
    // A jar knows nothing of cookies that are only good inside another site.
    const own = cookies.filter(({ partitionKey }) => partitionKey === undefined);
    const there = keyed(own.map(fromCdpCookie));
    const changed = [...there].filter(([key, { form }]) => this.#common.get(key)?.form !== form);
    const gone = there.size > MANY
      ? []
      : [...this.#common].filter(([key]) => !there.has(key) && !this.#refused.has(key));
    const isUntouched = this.#version === this.#jar.version;
    this.#jar.add(changed.map(([, { cookie }]) => cookie));
    for (const [, { cookie }] of gone) this.#jar.delete(cookie);
    for (const [key, shared] of changed) this.#common.set(key, shared);
    for (const [key] of gone) this.#common.delete(key);
    if (isUntouched) this.#version = this.#jar.version;
  }

  async #write(cookies: ReadonlyMap<string, object>): Promise<void> {
    if (cookies.size === 0) return;
    const set = (some: readonly object[]) =>
      this.#session.send("Storage.setCookies", { cookies: some, ...this.#context });
    try {
      await set([...cookies.values()]);
    } catch {
      // One that this browser refuses would keep all the others out.
      await Promise.all([...cookies].map(async ([key, cookie]) => {
        await set([cookie]).catch(() => this.#refused.add(key));
      }));
    }
  }
}

interface Shared {
  readonly cookie: Cookie;
  /** What makes two versions of a cookie different. */
  readonly form: string;
}

/** A cookie that ended long ago (in seconds since 1970) takes the place of the one that is there. */
function removal(cookie: Cookie): object {
  return { ...toCdpCookie(cookie), expires: 1 };
}

function keyed(cookies: readonly Cookie[]): Map<string, Shared> {
  return new Map(cookies.map((cookie) => [keyOf(cookie), { cookie, form: formOf(cookie) }]));
}

function keyOf({ name, domain, path, hostOnly }: Cookie): string {
  return `${name}\0${hostOnly ? "" : "."}${domain}\0${path}`;
}

function formOf({ value, expires, httpOnly, secure, sameSite }: Cookie): string {
  const endsAt = expires === undefined ? "" : Math.floor(expires / 1000);
  return `${value}\0${endsAt}\0${httpOnly}\0${secure}\0${sameSite ?? ""}`;
}
