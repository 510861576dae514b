import { type ProxyServer, type Response, TimeoutError, withDeadline } from "@orbweaver/session";
import type { EngineTab } from "../engines/engine.ts";
import { NavigationError, StepError } from "../errors.ts";
import type { CdpCommand } from "../identity/emulation.ts";
import type { PageStep } from "../options/fetch_options.ts";
import type { PagePlan } from "../options/plan.ts";
import { Documents } from "./documents.ts";
import type { FetchScope } from "./fetch_scope.ts";
import { leavePage, waitForState } from "./in_page.ts";
import { IsolatedWorld } from "./isolated_world.ts";
import { MainFrame } from "./main_frame.ts";
import { NetworkIdle } from "./network_idle.ts";
import { createPageHandle } from "./page_handle.ts";
import { PROXY_AUTH_REQUIRED, proxyFailure, proxyRefusal } from "./proxy_failure.ts";
import { readResponse } from "./read_response.ts";
import { Routes } from "./routes.ts";
import { ScopedSession } from "./scoped_session.ts";

/** How long a tab may take to become empty again, in milliseconds. */
const LEAVE_TIMEOUT_MS = 5_000;

/** Of the time that is left, what a step may take whose failure is to be ignored. */
const SHARE_OF_IGNORED_STEP = 0.8;

/** What is needed to fetch a page in a tab. */
export interface PageFetchSettings<Page> {
  readonly tab: EngineTab<Page>;
  readonly plan: PagePlan<Page>;
  readonly scope: FetchScope;
  /** The proxy that the tab goes through. */
  readonly proxy: ProxyServer | undefined;
  /** The emulation. */
  readonly commands: readonly CdpCommand[];
  /** Facts for the response's `meta`. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** One fetch in one tab: everything it sets up lives in a CDP session of its own and goes with it. */
export class PageFetch<Page> {
  readonly #settings: PageFetchSettings<Page>;
  readonly #cdp: ScopedSession;
  readonly #main: MainFrame;
  readonly #documents: Documents;
  readonly #network: NetworkIdle;
  readonly #routes: Routes;
  readonly #world: IsolatedWorld;
  readonly #stepErrors: Error[] = [];
  #nativePageUsed = false;

  private constructor(
    settings: PageFetchSettings<Page>,
    cdp: ScopedSession,
    main: MainFrame,
    routes: Routes,
  ) {
    this.#settings = settings;
    this.#cdp = cdp;
    this.#main = main;
    this.#routes = routes;
    this.#documents = new Documents(cdp, main.id);
    this.#network = new NetworkIdle(cdp, main.id, settings.scope);
    this.#world = new IsolatedWorld(cdp, main, settings.scope.url);
  }

  /**
   * Prepares a tab: headers, routes, emulation.
   *
   * @param settings The tab and what to do with it.
   */
  static async open<Page>(settings: PageFetchSettings<Page>): Promise<PageFetch<Page>> {
    const { tab, plan, scope, commands, proxy } = settings;
    scope.enter("Preparing the tab");
    const cdp = new ScopedSession(await scope.race(tab.attach()), scope);
    refuseDialogs(cdp);
    const [main, routes] = await Promise.all([
      MainFrame.follow(cdp),
      Routes.open(cdp, tab.targetId, plan.disableResources, proxy),
      cdp.send("Page.enable"),
      cdp.send("Page.resetNavigationHistory"),
      cdp.send("Page.setLifecycleEventsEnabled", { enabled: true }),
      cdp.send("Network.enable"),
      cdp.send("Network.setExtraHTTPHeaders", { headers: plan.headers }),
      ...commands.map(([method, params]) => cdp.send(method, params)),
    ]);
    return new PageFetch(settings, cdp, main, routes);
  }

  /** Loads the page, takes the steps in their order, and reads the response. */
  async run(): Promise<Response> {
    const { plan, scope } = this.#settings;
    await this.#userStep("pageSetup", plan.pageSetup);
    const shown = await this.#navigate();
    if (shown) {
      await this.#settle();
      await this.#userStep("pageAction", plan.pageAction);
      await this.#waitForSelector();
      await this.#settle();
      scope.enter("Waiting for 'waitMs'");
      if (plan.waitMs > 0) await scope.pause(plan.waitMs);
    }
    scope.enter("Reading the page");
    const response = await readResponse({
      cdp: this.#cdp,
      main: this.#main,
      documents: this.#documents,
      routes: this.#routes,
      world: this.#world,
      url: scope.url,
      shown,
      meta: this.#stepErrors.length === 0
        ? this.#settings.meta
        : { ...this.#settings.meta, stepErrors: this.#stepErrors },
    });
    const { proxy } = this.#settings;
    if (response.status === PROXY_AUTH_REQUIRED && proxy !== undefined) {
      throw proxyRefusal(scope.url, proxy);
    }
    return response;
  }

  /**
   * Leaves the page and undoes everything that was set up.
   *
   * @returns Whether the tab is as good as new.
   */
  async leave(): Promise<boolean> {
    if (this.#nativePageUsed) return false;
    try {
      await withDeadline(this.#empty(), LEAVE_TIMEOUT_MS, "Leaving the page");
      return true;
    } catch {
      return false; // the tab will be closed, whatever the reason
    }
  }

  async #empty(): Promise<void> {
    const { loaderId } = this.#main;
    await this.#world.callUntilStable(String(leavePage), []);
    await this.#settings.scope.race(
      this.#main.until((main) => main.loaderId !== loaderId && main.loaded && !main.busy),
    );
    await this.#cdp.detach();
  }

  /** Gives false if the answer is nothing to be shown: a download, or no content. */
  async #navigate(): Promise<boolean> {
    const { plan, scope } = this.#settings;
    scope.enter("Loading the page");
    const { errorText, loaderId } = await this.#cdp.send<{ errorText?: string; loaderId?: string }>(
      "Page.navigate",
      // Without a policy of ours a browser sends no https referer to an http site.
      { url: scope.url, referrer: plan.referer, referrerPolicy: "unsafeUrl" },
    );
    if (errorText === undefined) return true;
    const id = loaderId ?? "";
    if (this.#routes.bodyOf(id) === undefined && !this.#documents.isEmptyError(id)) {
      throw this.#failure(errorText);
    }
    return false;
  }

  #failure(code: string): Error {
    const { scope, proxy } = this.#settings;
    const proxysFault = proxy === undefined ? undefined : proxyFailure(code, scope.url, proxy);
    return proxysFault ?? new NavigationError(code, scope.url);
  }

  async #settle(): Promise<void> {
    const { plan, scope } = this.#settings;
    scope.enter("Loading the page");
    await scope.race(this.#main.until((main) => !main.busy && (main.loaded || this.#brokeOff())));
    this.#throwIfBrokeOff();
    if (plan.loadDom) await scope.race(this.#main.until((main) => main.parsed));
    if (!plan.networkIdle) return;
    await this.#step(
      "networkIdle",
      "Waiting for the network to be idle",
      () => this.#network.wait(),
    );
  }

  #brokeOff(): boolean {
    return this.#documents.failureOf(this.#main.loaderId) !== undefined;
  }

  #throwIfBrokeOff(): void {
    const failure = this.#documents.failureOf(this.#main.loaderId);
    if (failure !== undefined) throw this.#failure(failure);
  }

  async #userStep(name: string, action: PageStep<Page> | undefined): Promise<void> {
    if (action === undefined) return;
    await this.#step(name, `The step '${name}'`, async () => {
      await action(this.#createHandle());
      // A click or a submitted form leads away only when the page gets round to it.
      await this.#world.callUntilStable("() => {}", []);
    });
  }

  async #waitForSelector(): Promise<void> {
    const { waitSelector: selector, waitSelectorState: state } = this.#settings.plan;
    if (selector === undefined) return;
    await this.#step(
      "waitSelector",
      `Waiting for '${selector}' to be ${state}`,
      () => this.#world.callUntilStable(String(waitForState), [selector, state]),
    );
  }

  async #step(name: string, sentence: string, work: () => Promise<unknown>): Promise<void> {
    const { plan, scope } = this.#settings;
    scope.enter(sentence);
    try {
      if (plan.onStepError === "fail") await scope.race(work());
      else await withDeadline(scope.race(work()), this.#shareOfTime(), sentence);
    } catch (cause) {
      scope.signal.throwIfAborted();
      const error = stepError(name, sentence, scope.url, cause);
      if (plan.onStepError === "fail") throw error;
      this.#stepErrors.push(error);
    }
  }

  #shareOfTime(): number {
    return Math.ceil(this.#settings.scope.remainingMs * SHARE_OF_IGNORED_STEP);
  }

  #createHandle() {
    const { tab, scope } = this.#settings;
    const nativePage = () => {
      this.#nativePageUsed = true;
      return tab.nativePage();
    };
    return createPageHandle<Page>({
      cdp: this.#cdp,
      main: this.#main,
      world: this.#world,
      scope,
      nativePage,
    });
  }
}

function stepError(name: string, sentence: string, url: string, cause: unknown): Error {
  if (cause instanceof TimeoutError) return new TimeoutError(cause.timeoutMs, sentence, { url });
  return new StepError(name, { url, cause });
}

/** A dialog stops a page until it is answered; a page that asks not to be left is left. */
function refuseDialogs(cdp: ScopedSession): void {
  cdp.on<{ type: string }>("Page.javascriptDialogOpening", ({ type }) => {
    cdp.post("Page.handleJavaScriptDialog", { accept: type === "beforeunload" });
  });
}
