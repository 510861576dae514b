import {
  type CookieJar,
  InvalidOptionError,
  InvalidUrlError,
  Lifecycle,
  ProxyServer,
  type Response,
  type Session,
  type SessionState,
} from "@orbweaver/session";
import { FetchScope } from "./cdp/fetch_scope.ts";
import { findBrowser, findChrome, requireBrowser } from "./engines/find_browser.ts";
import { puppeteer, type PuppeteerPage } from "./engines/puppeteer.ts";
import { type CdpCommand, identityCommands } from "./identity/emulation.ts";
import { createIdentity } from "./identity/identity.ts";
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
      start: () => this.#start(),
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
   * @throws {BrowserCrashedError} If the browser ends meanwhile, in every try.
   * @throws {SessionClosedError} If the session is closed.
   */
  async fetch(url: string | URL, options: Options = {} as Options): Promise<Response> {
    const scope = new FetchScope(checkedUrl(url));
    refuseUnknown(options, this.requestOptions, this.kind);
    const plan = planPage(this.#options, options);
    const variant = this.#variantFor(options);
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
      await tryRepeatedly(
        { fleet, variant, route, plan, scope, retries, retryDelayMs, commands },
        answer,
      );
    } finally {
      this.#permits.release();
    }
  }

  /** The switches of the session's own kind that a fetch needs. */
  #variantFor(options: StealthFetchOptions<Page>): Variant {
    const own = this.#recipe.flags(this.#options);
    const wanted = this.#recipe.flags({ ...this.#options, ...withoutUndefined(options) });
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
    const identity = createIdentity(browser.version, this.#wishes(browser));
    return [...identityCommands(identity, this.#options), ...this.#recipe.commands, ...script];
  }

  /** A browser elsewhere runs on another system than this one, perhaps. */
  #wishes({ owned, userAgent: itsOwn }: RunningBrowser<Page>) {
    const { locale, userAgent = owned ? undefined : itsOwn } = this.#options;
    return { locale, userAgent };
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
      jars: this.#jars,
      maxIdleTabs: maxPages,
      flags: (version) => this.#flags(version, variant),
    };
  }

  #executable(): string {
    const { executablePath, realChrome = false } = this.#options;
    if (executablePath !== undefined) return requireBrowser(executablePath);
    return realChrome ? findChrome() : findBrowser();
  }

  #flags(version: string, variant: Variant): string[] {
    const { locale, extraFlags = [], userDataDir, proxy } = this.#options;
    const { userAgent } = createIdentity(version, this.#options);
    return joinFlags(
      COMMON_FLAGS,
      variant,
      [`--user-agent=${userAgent}`, `--lang=${locale}`],
      userDataDir !== undefined && proxy !== undefined ? proxyFlags(new ProxyServer(proxy)) : [],
      extraFlags,
    );
  }

  async #start(): Promise<void> {
    const berth = await this.#fleet.take(this.#recipe.flags(this.#options));
    berth.leave();
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
