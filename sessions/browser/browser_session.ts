import {
  type CookieJar,
  InvalidOptionError,
  InvalidUrlError,
  Lifecycle,
  ProxyServer,
  type Response,
  type Session,
  type SessionIdentity,
  type SessionState,
} from "@orbweaver/session";
import { FetchScope } from "./cdp/fetch_scope.ts";
import { findBrowser, findChrome, requireBrowser } from "./engines/find_browser.ts";
import { puppeteer, type PuppeteerPage } from "./engines/puppeteer.ts";
import { type CdpCommand, identityCommands, workerCommands } from "./identity/emulation.ts";
import { identityHeaders } from "./identity/headers.ts";
import { createIdentity, type Identity } from "./identity/identity.ts";
import { type Answer, tryRepeatedly } from "./lifecycle/attempts.ts";
import { Fleet, type Variant } from "./lifecycle/fleet.ts";
import { Jars } from "./lifecycle/jars.ts";
import { COMMON_FLAGS, joinFlags, proxyFlags } from "./lifecycle/launch_flags.ts";
import { Permits } from "./lifecycle/permits.ts";
import { routeFor } from "./lifecycle/route.ts";
import { type BrowserSettings, RunningBrowser } from "./lifecycle/running_browser.ts";
import type { Engine } from "./engines/engine.ts";
import { checkSessionOptions, refuseUnknown } from "./options/checks.ts";
import {
  type BrowserFetchOptions,
  FETCH_OPTIONS,
  type StealthFetchOptions,
} from "./options/fetch_options.ts";
import { type PagePlan, planPage, withoutUndefined } from "./options/plan.ts";
import { type BrowserSessionOptions, SESSION_OPTIONS } from "./options/session_options.ts";
import type { BrowserRecipe } from "./recipe.ts";

const RECYCLE_AFTER_PAGES = 1_000;

/** What all sessions with a browser have in common; use `DynamicSession` or `StealthSession`. */
export abstract class BrowserSession<
  Page = PuppeteerPage,
  Options extends BrowserFetchOptions<Page> = BrowserFetchOptions<Page>,
> implements Session<Options> {
  /** What kind of session this is: "dynamic" or "stealth". */
  readonly kind: string;
  /** The names of the options that `fetch` understands. */
  readonly requestOptions: readonly string[];
  readonly #recipe: BrowserRecipe;
  readonly #options: SettledOptions<Page>;
  readonly #jars: Jars;
  readonly #permits: Permits;
  readonly #lifecycle: Lifecycle;
  readonly #fleet: Fleet<Page>;
  readonly #inFlight = new Set<Promise<unknown>>();

  /**
   * Makes a session.
   *
   * @param recipe What tells this kind of session from others.
   * @param options The user's options.
   */
  protected constructor(recipe: BrowserRecipe, options: BrowserSessionOptions<Page>) {
    refuseUnknown(options, [...SESSION_OPTIONS, ...recipe.ownOptions], recipe.kind);
    checkSessionOptions(options);
    planPage(options, {});
    this.kind = recipe.kind;
    this.requestOptions = [...FETCH_OPTIONS, ...recipe.ownOptions];
    this.#recipe = recipe;
    this.#options = {
      ...options,
      locale: options.locale ?? "en-US",
      timezoneId: options.timezoneId ?? recipe.timezoneId,
      maxPages: options.maxPages ?? 4,
    };
    this.#jars = new Jars(options.jar, options.cookies ?? []);
    this.#permits = new Permits(this.#options.maxPages);
    this.#lifecycle = new Lifecycle(new.target.name, {
      start: () => this.#fleet.warmUp(recipe.flags(this.#options)),
      stop: () => this.#stop(),
    });
    this.#fleet = new Fleet({
      start: (variant) => RunningBrowser.open(this.#settings(variant), this.#lifecycle.signal),
      recycleAfterPages: options.cdpUrl === undefined
        ? options.recycleAfterPages ?? RECYCLE_AFTER_PAGES
        : 0,
      maxMemoryBytes: options.maxBrowserMemoryBytes,
      oneAtATime: options.userDataDir !== undefined,
    });
  }

  /** Where the session is in its life. */
  get state(): SessionState {
    return this.#lifecycle.state;
  }

  /** The session's cookies: those of all fetches, or, without a `jar`, of those through no proxy. */
  get jar(): CookieJar {
    return this.#jars.main;
  }

  /**
   * Starts the browser. Idempotent; concurrent calls share one start.
   *
   * @throws {BrowserNotFoundError} If there is no browser.
   * @throws {BrowserStartError} If it does not start.
   * @throws {BrowserConnectError} If there is none at `cdpUrl`.
   * @throws {SessionClosedError} If the session was closed.
   */
  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  /**
   * Loads a page; starts the browser first where needed.
   *
   * @param url The URL, `http:` or `https:`.
   * @param options Options of this fetch; they win over the session's. `timeoutMs` (30000) counts
   * from when a tab is free, and covers retries.
   * @throws {InvalidUrlError} If the URL can't be fetched.
   * @throws {UnsupportedOptionError} If there is an option that this kind of session does not have.
   * @throws {InvalidOptionError} If a value makes no sense.
   * @throws {NavigationError} If the page can't be loaded.
   * @throws {ProxyError} If the proxy gives no connection.
   * @throws {TimeoutError} If it takes too long; it names the step.
   * @throws {StepError} If a step fails and `onStepError` is "fail".
   * @throws {ChallengeError} If Cloudflare's challenge is not solved, and `onStepError` is "fail".
   * @throws {BlockedDomainError} If the page is, or leads to, one of the `blockedDomains`.
   * @throws {PrivateAddressError} If the URL leads to an address that is not public, with
   * `allowPrivate: false`.
   * @throws {UnsafeRedirectError} If a public page leads to an address that is not public.
   * @throws {BodyTooLargeError} If the body has more than `maxBytes`.
   * @throws {BrowserCrashedError} If the browser ends meanwhile, in every try.
   * @throws {SessionClosedError} If the session is closed.
   */
  async fetch(url: string | URL, options: Options = {} as Options): Promise<Response> {
    const scope = new FetchScope(checkedUrl(url));
    refuseUnknown(options, this.requestOptions, this.kind);
    const plan = planPage(this.#options, options);
    const all: StealthFetchOptions<Page> = { ...this.#options, ...withoutUndefined(options) };
    const variant = this.#variantFor(options, all);
    const answer = Promise.withResolvers<Response>();
    const working = this.#fetchInScope(plan, variant, scope, answer).catch(answer.reject);
    this.#inFlight.add(working);
    void working.finally(() => {
      this.#inFlight.delete(working);
      scope.end();
    });
    return await answer.promise;
  }

  /** Aborts what is in flight, then ends the browser and removes its profile. Idempotent. */
  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  /** Closes the session; see {@linkcode BrowserSession.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Who it says it is when it loads a page; `FetchSession` takes it as its option
   * `identity`. Starts the browser where needed, for only the browser knows.
   */
  async identity(): Promise<SessionIdentity> {
    await this.start();
    const berth = await this.#fleet.take(this.#recipe.flags(this.#options));
    try {
      return identityHeaders(this.#identityOf(berth.browser));
    } finally {
      berth.leave();
    }
  }

  /**
   * The full URL, with credentials, of a proxy of this session.
   *
   * @param server The proxy as a response of this session names it.
   * @returns `undefined` for a proxy that is not the session's.
   */
  proxyUrl(server: string): string | undefined {
    const { proxy, proxyPool } = this.#options;
    const known = proxy === undefined ? proxyPool?.proxies ?? [] : [new ProxyServer(proxy)];
    return known.find((proxy) => proxy.server === server)?.url;
  }

  /** Kills the browser where `close` hangs; what it leaves is removed when its end is noticed. */
  kill(): void {
    this.#fleet.kill();
  }

  /** Goes on after the answer, until the tab is fit for the next fetch. */
  async #fetchInScope(
    plan: PagePlan<Page>,
    variant: Variant,
    scope: FetchScope,
    answer: Answer,
  ): Promise<void> {
    const { proxyPool, retries = 3, retryDelayMs = 1000 } = this.#options;
    scope.follow(this.#lifecycle.signal);
    if (plan.signal !== undefined) scope.follow(plan.signal);
    scope.signal.throwIfAborted();
    await scope.race(this.start());
    await this.#permits.acquire(scope.signal);
    try {
      scope.startClock(plan.timeoutMs);
      const route = routeFor(scope.url, plan.proxy, proxyPool);
      const commands = (browser: RunningBrowser<Page>) => this.#commands(browser);
      const fleet = this.#fleet;
      const { followsLinks } = this.#recipe;
      await tryRepeatedly({
        fleet,
        variant,
        route,
        plan,
        scope,
        retries,
        retryDelayMs,
        commands,
        followsLinks,
      }, answer);
    } finally {
      this.#permits.release();
    }
  }

  /** The switches of the session's own kind that a fetch needs. */
  #variantFor(options: Options, all: StealthFetchOptions<Page>): Variant {
    const own = this.#recipe.flags(this.#options);
    const wanted = this.#recipe.flags(all);
    const { userDataDir, cdpUrl } = this.#options;
    if (wanted.join() === own.join() || (userDataDir ?? cdpUrl) === undefined) return wanted;
    const name = this.#recipe.ownOptions.find((name) => Object.hasOwn(options, name)) ?? "";
    const value = (options as Record<string, unknown>)[name];
    const where = cdpUrl === undefined ? "with 'userDataDir'" : "with 'cdpUrl'";
    throw new InvalidOptionError(
      name,
      value,
      `set on the session ${where}: it has one browser only`,
    );
  }

  #commands(browser: RunningBrowser<Page>): CdpCommand[] {
    const { initScript: source } = this.#options;
    const script: CdpCommand[] = source === undefined
      ? []
      : [["Page.addScriptToEvaluateOnNewDocument", { source }]];
    const isToldByFlags = browser.owned;
    return [
      ...identityCommands(this.#identityOf(browser), { ...this.#options, isToldByFlags }),
      ...this.#recipe.commands,
      ...script,
    ];
  }

  #identityOf({ version, owned, userAgent: itsOwn }: RunningBrowser<Page>): Identity {
    // A browser elsewhere runs on another system than this one, perhaps.
    const { locale, userAgent = owned ? undefined : itsOwn } = this.#options;
    return createIdentity(version, { locale, userAgent });
  }

  #settings(variant: Variant): BrowserSettings<Page> {
    const { engine, headless, timezoneId, cdpUrl, userDataDir, proxy, maxPages } = this.#options;
    return {
      // Whoever names another engine names its page type with it.
      engine: engine ?? puppeteer() as unknown as Engine<Page>,
      cdpUrl,
      executable: () => this.#executable(),
      headless: headless ?? true,
      // Emulation leaves out shared and service workers; this does not, where it is heeded.
      env: timezoneId === undefined ? {} : { TZ: timezoneId },
      userDataDir,
      // What a profile keeps is only there in the browser's default context, which has its own proxy.
      ownProxy: userDataDir !== undefined && proxy !== undefined
        ? new ProxyServer(proxy)
        : undefined,
      dnsOverHttps: this.#options.dnsOverHttps,
      jars: this.#jars,
      tabs: {
        maxIdle: maxPages,
        // A single tab is drawn at no cost to others, and who has a window wants to see the pages.
        behind: this.#recipe.tabsBehind && maxPages > 1 && cdpUrl === undefined &&
          headless !== false,
      },
      flags: (version) => this.#flags(version, variant),
      workerCommands: (version) => workerCommands(createIdentity(version, this.#options)),
    };
  }

  #executable(): string {
    const { executablePath, realChrome = false } = this.#options;
    if (executablePath !== undefined) return requireBrowser(executablePath);
    return realChrome ? findChrome() : findBrowser();
  }

  #flags(version: string, variant: Variant): string[] {
    const { locale, extraFlags = [], userDataDir, proxy } = this.#options;
    const { userAgent, acceptLanguage } = createIdentity(version, this.#options);
    return joinFlags(
      COMMON_FLAGS,
      variant,
      // As a switch and not by emulation, which sends `Accept-Language` at another place.
      [`--user-agent=${userAgent}`, `--lang=${locale}`, `--accept-lang=${acceptLanguage}`],
      userDataDir !== undefined && proxy !== undefined ? proxyFlags(new ProxyServer(proxy)) : [],
      extraFlags,
    );
  }

  async #stop(): Promise<void> {
    try {
      await this.#fleet.close();
    } finally {
      await Promise.allSettled(this.#inFlight);
    }
  }
}

type SettledOptions<Page> = BrowserSessionOptions<Page> & { locale: string; maxPages: number };

function checkedUrl(url: string | URL): string {
  const parsed = URL.parse(url);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed.href;
  throw new InvalidUrlError(
    `Expected an http or https URL: received ${JSON.stringify(String(url))}`,
    { url: String(url) },
  );
}
