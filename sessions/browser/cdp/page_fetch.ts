import {
  NetworkError,
  type ProxyServer,
  type Response,
  TimeoutError,
  withDeadline,
} from "@orbweaver/session";
import type { EngineTab } from "../engines/engine.ts";
import { ChallengeError, NavigationError, StepError } from "../errors.ts";
import type { CdpCommand } from "../identity/emulation.ts";
import type { PageStep } from "../options/fetch_options.ts";
import type { PagePlan } from "../options/plan.ts";
import { ChallengeSolver } from "../stealth/challenge.ts";
import { HumanInput } from "../stealth/human_input.ts";
import { limitDocuments } from "./document_limit.ts";
import { Documents } from "./documents.ts";
import type { FetchScope } from "./fetch_scope.ts";
import { leavePage, waitForState } from "./in_page.ts";
import { IsolatedWorld } from "./isolated_world.ts";
import { MainFrame } from "./main_frame.ts";
import { NetworkIdle } from "./network_idle.ts";
import { createPageHandle } from "./page_handle.ts";
import { FastInput } from "./page_input.ts";
import { openPageNetwork, type PageNetwork } from "./page_network.ts";
import { printPdf } from "./pdf.ts";
import { PROXY_AUTH_REQUIRED, proxyFailure, proxyRefusal } from "./proxy_failure.ts";
import { followLink, goTo } from "./referer.ts";
import { readResponse } from "./read_response.ts";
import { ScopedSession } from "./scoped_session.ts";
import { takeScreenshot } from "./screenshot.ts";

/** How long a tab may take to become empty again, in milliseconds. */
const LEAVE_TIMEOUT_MS = 5_000;

/** How long a page may take to come to rest, in milliseconds; it will be closed in any case. */
const SILENCE_TIMEOUT_MS = 1_000;

/** What an empty tab shows. */
const EMPTY_PAGE = "about:blank";

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
  /** Whether pages are come to by links. */
  readonly followsLinks: boolean;
  /** Facts for the response's `meta`. */
  readonly meta: Readonly<Record<string, unknown>>;
}

/** One fetch in one tab: everything it sets up lives in a CDP session of its own and goes with it. */
export class PageFetch<Page> {
  readonly #settings: PageFetchSettings<Page>;
  readonly #cdp: ScopedSession;
  readonly #main: MainFrame;
  readonly #documents: Documents;
  readonly #idle: NetworkIdle;
  readonly #network: PageNetwork;
  readonly #world: IsolatedWorld;
  readonly #hand: HumanInput;
  readonly #stepErrors: Error[] = [];
  readonly #pictures: { screenshot?: Uint8Array; pdf?: Uint8Array } = {};
  #nativePageUsed = false;

  private constructor(
    settings: PageFetchSettings<Page>,
    cdp: ScopedSession,
    main: MainFrame,
    network: PageNetwork,
  ) {
    this.#settings = settings;
    this.#cdp = cdp;
    this.#main = main;
    this.#network = network;
    this.#documents = new Documents(cdp, main.id);
    this.#idle = new NetworkIdle(cdp, main.id, settings.scope);
    this.#world = new IsolatedWorld(cdp, main, settings.scope.url);
    this.#hand = new HumanInput({ cdp, world: this.#world, scope: settings.scope });
    limitDocuments({
      cdp,
      documents: this.#documents,
      url: settings.scope.url,
      maxBytes: settings.plan.maxBytes,
      fail: (error) => settings.scope.fail(error),
    });
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
    const [main, network] = await Promise.all([
      MainFrame.follow(cdp),
      openPageNetwork({ cdp, frameId: tab.targetId, plan, proxy, scope }),
      cdp.send("Page.enable"),
      cdp.send("Page.resetNavigationHistory"),
      cdp.send("Page.setLifecycleEventsEnabled", { enabled: true }),
      cdp.send("Network.enable"),
      // A service worker that one page left would answer for the site's next pages.
      cdp.send("Network.setBypassServiceWorker", { bypass: true }),
      cdp.send("Network.setExtraHTTPHeaders", { headers: plan.headers }),
      ...commands.map(([method, params]) => cdp.send(method, params)),
    ]);
    return new PageFetch(settings, cdp, main, network);
  }

  /** Loads the page, takes the steps in their order, and reads the response. */
  async run(): Promise<Response> {
    try {
      return await this.#run();
    } catch (error) {
      await this.#silence();
      throw error;
    }
  }

  async #run(): Promise<Response> {
    const { plan, scope } = this.#settings;
    await this.#userStep("pageSetup", plan.pageSetup);
    const shown = await this.#navigate();
    if (shown) {
      this.#network.routes.refuseDownloads();
      await this.#settle();
      await this.#solveChallenge();
      await this.#userStep("pageAction", plan.pageAction);
      await this.#waitForSelector();
      await this.#settle();
      scope.enter("Waiting for 'waitMs'");
      if (plan.waitMs > 0) await scope.pause(plan.waitMs);
      await this.#takePictures();
    }
    const capturedXhr = await this.#finishCapture();
    scope.enter("Reading the page");
    const response = await readResponse({
      cdp: this.#cdp,
      main: this.#main,
      documents: this.#documents,
      routes: this.#network.routes,
      world: this.#world,
      url: scope.url,
      shown,
      maxBytes: plan.maxBytes,
      capturedXhr,
      meta: this.#meta(),
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
      await this.#silence();
      return false; // the tab will be closed, whatever the reason
    }
  }

  /** A page that never rests, or goes from one address to the next without end, can't be closed. */
  async #silence(): Promise<void> {
    const commands = [
      this.#cdp.post("Emulation.setScriptExecutionDisabled", { value: true }),
      this.#cdp.post("Runtime.terminateExecution"),
      this.#cdp.post("Page.stopLoading"),
    ];
    await withDeadline(Promise.all(commands), SILENCE_TIMEOUT_MS, "Silencing").catch(() => {});
  }

  async #empty(): Promise<void> {
    // A page that was about to go elsewhere may get there first: then that page is left, too.
    do await this.#goToEmptyPage(); while (this.#main.url !== EMPTY_PAGE);
    await this.#cdp.detach();
  }

  async #goToEmptyPage(): Promise<void> {
    const { loaderId } = this.#main;
    await this.#world.callUntilStable(String(leavePage), []);
    await this.#settings.scope.race(
      this.#main.until((main) => main.loaderId !== loaderId && main.loaded && !main.busy),
    );
  }

  /** Gives false if the answer is nothing to be shown: a download, or no content. */
  async #navigate(): Promise<boolean> {
    const { tab, plan, scope, followsLinks } = this.#settings;
    scope.enter("Loading the page");
    const navigate = followsLinks ? followLink : goTo;
    const { errorText, loaderId } = await navigate({
      tab,
      cdp: this.#cdp,
      main: this.#main,
      documents: this.#documents,
      guard: this.#network.guard,
      scope,
      referer: plan.referer,
    });
    if (errorText === undefined) return true;
    const id = loaderId ?? "";
    if (this.#network.routes.bodyOf(id) === undefined && !this.#documents.isEmptyError(id)) {
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
    await this.#load();
    if (plan.loadDom) await scope.race(this.#main.until((main) => main.parsed));
    if (!plan.networkIdle) return;
    await this.#step(
      "networkIdle",
      "Waiting for the network to be idle",
      () => this.#idle.wait(),
    );
  }

  async #load(): Promise<void> {
    const { scope } = this.#settings;
    await scope.race(this.#main.until((main) => !main.busy && (main.loaded || this.#brokeOff())));
    this.#throwIfBrokeOff();
  }

  #brokeOff(): boolean {
    return this.#documents.failureOf(this.#main.loaderId) !== undefined;
  }

  #throwIfBrokeOff(): void {
    const failure = this.#documents.failureOf(this.#main.loaderId);
    if (failure !== undefined) throw this.#failure(failure);
  }

  async #solveChallenge(): Promise<void> {
    if (!this.#settings.plan.solveCloudflare) return;
    const solver = new ChallengeSolver({
      cdp: this.#cdp,
      main: this.#main,
      documents: this.#documents,
      world: this.#world,
      scope: this.#settings.scope,
      hand: this.#hand,
      load: () => this.#load(),
    });
    const challenge = await solver.find();
    if (challenge === undefined) return;
    await this.#step(
      "solveCloudflare",
      "Solving Cloudflare's challenge",
      () => solver.solve(challenge),
    );
    await this.#settle();
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

  async #takePictures(): Promise<void> {
    const { screenshot, pdf, maxBytes } = this.#settings.plan;
    if (screenshot !== undefined) {
      await this.#step("screenshot", "Taking the screenshot", async () => {
        this.#pictures.screenshot = await takeScreenshot(this.#cdp, screenshot);
      });
    }
    if (pdf !== undefined) {
      await this.#step("pdf", "Printing the page", async () => {
        this.#pictures.pdf = await printPdf(this.#cdp, pdf, maxBytes);
      });
    }
  }

  async #finishCapture(): Promise<readonly Response[]> {
    const { capture } = this.#network;
    if (capture === undefined) return [];
    let captured: readonly Response[] = [];
    await this.#step("captureXhr", "Reading what the page fetched", async () => {
      captured = await capture.finish();
    });
    return captured;
  }

  #meta(): Readonly<Record<string, unknown>> {
    const omitted = this.#network.capture?.omitted ?? 0;
    return {
      ...this.#settings.meta,
      ...this.#pictures,
      ...(omitted === 0 ? {} : { omittedXhr: omitted }),
      ...(this.#stepErrors.length === 0 ? {} : { stepErrors: this.#stepErrors }),
    };
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
    const { tab, plan, scope } = this.#settings;
    const parts = { cdp: this.#cdp, world: this.#world, scope };
    const nativePage = () => {
      this.#nativePageUsed = true;
      return tab.nativePage();
    };
    return createPageHandle<Page>({
      ...parts,
      main: this.#main,
      input: plan.humanize ? this.#hand : new FastInput(parts),
      nativePage,
    });
  }
}

function stepError(name: string, sentence: string, url: string, cause: unknown): Error {
  if (cause instanceof TimeoutError) return new TimeoutError(cause.timeoutMs, sentence, { url });
  // These say themselves what happened, and whether another try may help.
  if (cause instanceof ChallengeError || cause instanceof NetworkError) return cause;
  return new StepError(name, { url, cause });
}

/** A dialog stops a page until it is answered; a page that asks not to be left is left. */
function refuseDialogs(cdp: ScopedSession): void {
  cdp.on<{ type: string }>("Page.javascriptDialogOpening", ({ type }) => {
    cdp.post("Page.handleJavaScriptDialog", { accept: type === "beforeunload" });
  });
}
