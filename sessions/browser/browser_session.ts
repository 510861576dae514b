import {
  InvalidUrlError,
  Lifecycle,
  Response,
  type Session,
  type SessionState,
} from "@orbweaver/session";
import { FetchScope } from "./cdp/fetch_scope.ts";
import { findBrowser, requireBrowser } from "./engines/find_browser.ts";
import { puppeteer, type PuppeteerPage } from "./engines/puppeteer.ts";
import { NavigationError } from "./errors.ts";
import { type CdpCommand, identityCommands, workerCommands } from "./identity/emulation.ts";
import { createIdentity } from "./identity/identity.ts";
import { COMMON_FLAGS, joinFlags } from "./lifecycle/launch_flags.ts";
import { Permits } from "./lifecycle/permits.ts";
import { type BrowserSettings, RunningBrowser } from "./lifecycle/running_browser.ts";
import { Visit } from "./lifecycle/visit.ts";
import type { Engine } from "./engines/engine.ts";
import { checkSessionOptions, refuseUnknown } from "./options/checks.ts";
import { type BrowserFetchOptions, FETCH_OPTIONS } from "./options/fetch_options.ts";
import { type PagePlan, planPage } from "./options/plan.ts";
import { type BrowserSessionOptions, SESSION_OPTIONS } from "./options/session_options.ts";
import type { BrowserRecipe } from "./recipe.ts";

/** Failures of the network that may be gone a moment later; others (certificates, …) stay. */
const PASSING =
  /ERR_(?:CONNECTION|EMPTY_RESPONSE|NETWORK|INTERNET|TIMED_OUT|NAME_NOT_RESOLVED|ADDRESS_UNREACHABLE|SOCKET|HTTP2|QUIC|PROXY|TUNNEL|CONTENT_LENGTH|INCOMPLETE_CHUNKED)/;

/** What all sessions with a browser have in common; use `DynamicSession` or `StealthSession`. */
export abstract class BrowserSession<Page = PuppeteerPage>
  implements Session<BrowserFetchOptions<Page>> {
  /** What kind of session this is: "dynamic" or "stealth". */
  readonly kind: string;
  /** The names of the options that `fetch` understands. */
  readonly requestOptions: readonly string[] = FETCH_OPTIONS;
  readonly #recipe: BrowserRecipe;
  readonly #options: BrowserSessionOptions<Page> & { locale: string };
  readonly #permits: Permits;
  readonly #lifecycle: Lifecycle;
  readonly #browsers = new Set<Promise<RunningBrowser<Page>>>();
  readonly #inFlight = new Set<Promise<unknown>>();
  #current: Promise<RunningBrowser<Page>> | undefined;

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
    this.#recipe = recipe;
    this.#options = {
      ...options,
      locale: options.locale ?? "en-US",
      timezoneId: options.timezoneId ?? recipe.timezoneId,
    };
    this.#permits = new Permits(options.maxPages ?? 4);
    this.#lifecycle = new Lifecycle(new.target.name, {
      start: async () => void await this.#browser(),
      stop: () => this.#stop(),
    });
  }

  /** Where the session is in its life. */
  get state(): SessionState {
    return this.#lifecycle.state;
  }

  /**
   * Starts the browser. Idempotent; concurrent calls share one start.
   *
   * @throws {BrowserNotFoundError} If there is no browser.
   * @throws {BrowserStartError} If it does not start.
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
   * @throws {UnsupportedOptionError} If there is an option that a browser session does not have.
   * @throws {NavigationError} If the page can't be loaded.
   * @throws {TimeoutError} If it takes too long; it names the step.
   * @throws {StepError} If a step fails and `onStepError` is "fail".
   * @throws {BrowserCrashedError} If the browser ends meanwhile.
   * @throws {SessionClosedError} If the session is closed.
   */
  async fetch(url: string | URL, options: BrowserFetchOptions<Page> = {}): Promise<Response> {
    const scope = new FetchScope(checkedUrl(url));
    refuseUnknown(options, FETCH_OPTIONS, this.kind);
    const plan = planPage(this.#options, options);
    const answer = Promise.withResolvers<Response>();
    const working = this.#fetchInScope(plan, scope, answer).catch(answer.reject);
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

  /** Goes on after the answer, until the tab is fit for the next fetch. */
  async #fetchInScope(plan: PagePlan<Page>, scope: FetchScope, answer: Answer): Promise<void> {
    scope.follow(this.#lifecycle.signal);
    if (plan.signal !== undefined) scope.follow(plan.signal);
    scope.signal.throwIfAborted();
    await scope.race(this.start());
    await this.#permits.acquire(scope.signal);
    try {
      scope.startClock(plan.timeoutMs);
      await this.#tryRepeatedly(plan, scope, answer);
    } finally {
      this.#permits.release();
    }
  }

  async #tryRepeatedly(plan: PagePlan<Page>, scope: FetchScope, answer: Answer): Promise<void> {
    const { retries = 3, retryDelayMs = 1000 } = this.#options;
    const startedAt = Date.now();
    for (let attempt = 1;; attempt++) {
      const visit = await Visit.open(await scope.race(this.#browser()), scope);
      try {
        const { version } = visit;
        const meta = { browserVersion: version, attempts: attempt };
        const response = await visit.run({
          plan,
          scope,
          commands: this.#commands(version),
          followsLinks: this.#recipe.followsLinks,
          meta,
        });
        const timing = { startedAt, totalMs: Date.now() - startedAt };
        return answer.resolve(new Response({ ...response.data, timing }));
      } catch (error) {
        if (attempt >= retries || !isPassing(error)) return answer.reject(error);
      } finally {
        await visit.end();
      }
      scope.enter("Waiting for the next try");
      await scope.pause(retryDelayMs * 2 ** (attempt - 1));
    }
  }

  #commands(version: string): CdpCommand[] {
    const identity = createIdentity(version, this.#options);
    return [...identityCommands(identity, this.#options), ...this.#recipe.commands];
  }

  /** The browser that runs, or a new one if there is none or it crashed. */
  #browser(): Promise<RunningBrowser<Page>> {
    this.#current ??= this.#launch();
    return this.#current;
  }

  #launch(): Promise<RunningBrowser<Page>> {
    const launching = this.#start();
    this.#browsers.add(launching);
    const forget = async () => {
      if (this.#current === launching) this.#current = undefined;
      await launching.then((browser) => browser.close()).catch(() => {});
      this.#browsers.delete(launching);
    };
    launching.then(
      ({ crashed }) => crashed.addEventListener("abort", forget, { once: true }),
      forget,
    );
    return launching;
  }

  async #start(): Promise<RunningBrowser<Page>> {
    return await RunningBrowser.launch(this.#settings(), this.#lifecycle.signal);
  }

  #settings(): BrowserSettings<Page> {
    const { engine, executablePath, headless, timezoneId, cookies } = this.#options;
    return {
      // Whoever names another engine names its page type with it.
      engine: engine ?? puppeteer() as unknown as Engine<Page>,
      executablePath: executablePath === undefined ? findBrowser() : requireBrowser(executablePath),
      headless: headless ?? true,
      // Emulation leaves out shared and service workers; this does not, where it is heeded.
      env: timezoneId === undefined ? {} : { TZ: timezoneId },
      cookies: cookies ?? [],
      dnsOverHttps: this.#options.dnsOverHttps,
      flags: (version) => this.#flags(version),
      workerCommands: (version) => workerCommands(createIdentity(version, this.#options)),
    };
  }

  #flags(version: string): string[] {
    const { locale, extraFlags = [] } = this.#options;
    const { userAgent, acceptLanguage } = createIdentity(version, this.#options);
    return joinFlags(
      COMMON_FLAGS,
      this.#recipe.flags(this.#options),
      // As a switch and not by emulation, which sends `Accept-Language` at another place.
      [`--user-agent=${userAgent}`, `--lang=${locale}`, `--accept-lang=${acceptLanguage}`],
      extraFlags,
    );
  }

  async #stop(): Promise<void> {
    const ends = [...this.#browsers].map(async (launching) => await (await launching).close());
    const results = await Promise.allSettled(ends);
    await Promise.allSettled(this.#inFlight);
    const failed = results.find((result) => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}

type Answer = PromiseWithResolvers<Response>;

function isPassing(error: unknown): boolean {
  return error instanceof NavigationError && PASSING.test(error.code);
}

function checkedUrl(url: string | URL): string {
  const parsed = URL.parse(url);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed.href;
  throw new InvalidUrlError(
    `Expected an http or https URL: received ${JSON.stringify(String(url))}`,
    { url: String(url) },
  );
}
