import {
  NetworkError,
  type ProxyServer,
  type Response,
  TimeoutError,
  withDeadline,
} from "@orbweaver/session";
import type { CdpSession, EngineTab } from "../engines/engine.ts";
import { ChallengeError, NavigationError, StepError } from "../errors.ts";
import { type CdpCommand, emulate } from "../identity/emulation.ts";
import type { PageStep } from "../options/fetch_options.ts";
import type { PagePlan } from "../options/plan.ts";
import { ChallengeSolver } from "../stealth/challenge.ts";
import { HumanInput } from "../stealth/human_input.ts";
import { limitDocuments } from "./document_limit.ts";
import { Documents } from "./documents.ts";
import type { FetchScope } from "./fetch_scope.ts";
import { waitForState } from "./in_page.ts";
import { IsolatedWorld } from "./isolated_world.ts";
import { Leftover } from "./leftover.ts";
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
import { silence } from "./silence.ts";
import { takeScreenshot } from "./screenshot.ts";
import { WITHOUT_BODIES } from "./without_bodies.ts";

/** Of the time that is left, what a step may take whose failure is to be ignored. */
const SHARE_OF_IGNORED_STEP = 0.8;

/**
 * A tab that is not drawn gets no animation frames, and so no intersections either, for which pages
 * wait that load as one scrolls.
 */
const DRAW: CdpCommand = ["Emulation.setFocusEmulationEnabled", { enabled: true }];

/**
 * How long a selector is waited for before the tab is drawn, in milliseconds. Drawing took a sixth
 * of the CPU of a page, and most pages need no frames for what their scripts load.
 */
const PATIENCE_UNDRAWN_MS = 150;

/**
 * Does what is to be done with a popup before it begins.
 *
 * @param popup The session to it.
 * @param close Closes it; does not fail.
 */
export type PreparePopup = (popup: CdpSession, close: () => Promise<void>) => Promise<void>;

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
  /** Takes what is to be done with each popup before it begins. */
  onPopup(prepare: PreparePopup): void;
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
      ...(plan.captureXhr === undefined ? [cdp.send("Network.enable", WITHOUT_BODIES)] : []),
      // A service worker that one page left would answer for the site's next pages.
      cdp.send("Network.setBypassServiceWorker", { bypass: true }),
      cdp.send("Network.setExtraHTTPHeaders", { headers: plan.headers }),
      ...commands.map((command) => emulate(cdp, command)),
    ]);
    settings.onPopup(async (session, close) => {
      const popup = cdp.beside(session);
      refuseDialogs(popup);
      // They hold from the beginning, though some are answered only after it.
      popup.post("Page.enable");
      for (const [method, params] of commands) popup.post(method, params);
      await network.guardPopup({ cdp: popup, close });
    });
    return new PageFetch(settings, cdp, main, network);
  }

  /** Loads the page, takes the steps in their order, and reads the response. */
  async run(): Promise<Response> {
    try {
      return await this.#run();
    } catch (error) {
      await silence(this.#cdp);
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
      if (plan.waitMs > 0) await this.#watch(() => scope.pause(plan.waitMs));
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
   * Brings the page to rest, for the next fetch or until the tab is made empty.
   *
   * @returns `undefined` if the tab has to be closed.
   */
  async leave(): Promise<Leftover | undefined> {
    if (this.#nativePageUsed) return undefined;
    return await Leftover.of({
      cdp: this.#cdp,
      main: this.#main,
      world: this.#world,
      scope: this.#settings.scope,
      headers: this.#settings.plan.headers,
    });
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
      () => this.#watch(() => this.#idle.wait()),
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
      await this.#watch(async () => await action(this.#createHandle()));
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
      () => this.#watchLater(this.#world.callUntilStable(String(waitForState), [selector, state])),
    );
  }

  async #takePictures(): Promise<void> {
    const { screenshot, pdf, maxBytes } = this.#settings.plan;
    if (screenshot !== undefined) {
      await this.#step("screenshot", "Taking the screenshot", async () => {
        this.#pictures.screenshot = await this.#watch(() => takeScreenshot(this.#cdp, screenshot));
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

  /** Does something with a page that is drawn, as a page is that someone looks at. */
  async #watch<T>(work: () => Promise<T>): Promise<T> {
    await this.#cdp.send(...DRAW);
    return await work();
  }

  /** Waits for a page that will be drawn if it takes its time. */
  async #watchLater(work: Promise<unknown>): Promise<void> {
    const timer = setTimeout(() => void this.#cdp.post(...DRAW), PATIENCE_UNDRAWN_MS);
    try {
      await work;
    } finally {
      clearTimeout(timer);
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
