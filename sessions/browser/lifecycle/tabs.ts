import { withDeadline } from "@orbweaver/session";
import type { CdpSession, EngineBrowser, EngineTab } from "../engines/engine.ts";
import type { NextFetch } from "../cdp/leftover.ts";
import type { PreparePopup } from "../cdp/page_fetch.ts";
import { TabCrashedError } from "../errors.ts";
import type { BrowserContext } from "./contexts.ts";
import type { PopupInfo } from "./held_targets.ts";
import { IdleTabs } from "./idle_tabs.ts";
import type { Tab } from "./tab.ts";

const COMMAND_TIMEOUT_MS = 10_000;

/** How tabs are opened and kept. */
export interface TabsSettings {
  /** How many that nobody uses are kept. */
  readonly maxIdle: number;
  /** Whether they stay behind the browser's first tab, so that none is drawn until that is wanted. */
  readonly behind: boolean;
}

interface TargetInfo {
  targetId: string;
  type: string;
  openerId?: string;
}

/** The tabs that this session opened in a browser, and the popups that their pages opened. */
export class Tabs<Page> {
  readonly #browser: EngineBrowser<Page>;
  readonly #session: CdpSession;
  readonly #behind: boolean;
  readonly #open = new Map<string, AbortController>();
  /** Every popup, with the tab that began it. */
  readonly #popups = new Map<string, string>();
  /** What to do with the popups of tabs in which a fetch goes on. */
  readonly #preparations = new Map<string, PreparePopup>();
  readonly #idle: IdleTabs<Page>;

  /**
   * @param browser The browser.
   * @param settings How tabs are opened and kept.
   */
  constructor(browser: EngineBrowser<Page>, { maxIdle, behind }: TabsSettings) {
    this.#browser = browser;
    this.#session = browser.session;
    this.#behind = behind;
    this.#idle = new IdleTabs({
      maxIdle,
      discard: (tab) => this.discard(tab),
      closePopups: (tab) => this.#closePopups(tab),
    });
    this.#watchTargets();
  }

  /**
   * Gives a tab: one that still shows a page which the fetch may take the place of, one that is
   * empty, or a new one.
   *
   * @param context The browser context that it has to be of.
   * @param next The fetch that it is for.
   */
  async open(context: BrowserContext, next: NextFetch): Promise<Tab<Page>> {
    return await this.#idle.take(context, next) ?? await this.#openNew(context);
  }

  /**
   * Says what is done with each popup of a tab's page before it begins, until the tab is given back.
   *
   * @param tab The tab.
   * @param prepare Does it.
   */
  onPopup(tab: Tab<Page>, prepare: PreparePopup): void {
    this.#preparations.set(tab.engineTab.targetId, prepare);
  }

  /**
   * Prepares a popup, or closes it where no fetch goes on that could want it.
   *
   * @param popup The session to it.
   * @param info What it is.
   */
  async preparePopup(popup: CdpSession, { targetId, openerId }: PopupInfo): Promise<void> {
    const prepare = this.#preparations.get(this.#rootOf(openerId));
    const close = () => this.#closeTarget(targetId).catch(() => {}); // it is closed already
    try {
      if (prepare !== undefined) return await prepare(popup, close);
    } catch {
      // The fetch is over, or the popup is gone.
    }
    await close();
  }

  /**
   * Takes back a tab whose page is at rest; it is made empty soon if no fetch wants it.
   *
   * @param tab The tab.
   */
  async park(tab: Tab<Page>): Promise<void> {
    this.#preparations.delete(tab.engineTab.targetId);
    await this.#closePopups(tab);
    if (tab.gone.aborted) await this.discard(tab);
    else await this.#idle.add(tab);
  }

  /**
   * Closes a tab. Never fails: what can't be closed goes with the browser.
   *
   * @param tab The tab.
   */
  async discard(tab: Tab<Page>): Promise<void> {
    this.#open.delete(tab.engineTab.targetId);
    this.#preparations.delete(tab.engineTab.targetId);
    const closing = [this.#closePopups(tab), tab.leftover?.release(), tab.engineTab.close()];
    const all = Promise.allSettled(closing);
    await withDeadline(all, COMMAND_TIMEOUT_MS, "Closing a tab").catch(() => {});
  }

  /**
   * Forgets the unused tabs of a context that is closed with all that is in it.
   *
   * @param context The context.
   */
  forget(context: BrowserContext): void {
    const forgotten = this.#idle.forget((tab) => tab.context === context);
    for (const { engineTab } of forgotten) this.#open.delete(engineTab.targetId);
  }

  /** From now on nothing begins here by itself, for the browser is about to be closed. */
  stop(): void {
    this.#idle.stop();
  }

  /** Resolves when nothing is going on here any more. */
  async rest(): Promise<void> {
    await this.#idle.rest();
  }

  /** Closes every tab and popup, for a browser that goes on without us. */
  async closeAll(): Promise<void> {
    const ids = [...this.#open.keys(), ...this.#popups.keys()];
    this.#open.clear();
    await Promise.allSettled(ids.map((id) => this.#closeTarget(id)));
  }

  #watchTargets(): void {
    const lost = ({ targetId }: { targetId: string }) => {
      this.#popups.delete(targetId);
      this.#lose(targetId);
    };
    this.#session.on("Target.targetCrashed", lost);
    this.#session.on("Target.targetDestroyed", lost);
    this.#session.on<{ targetInfo: TargetInfo }>("Target.targetCreated", ({ targetInfo }) => {
      const { targetId, openerId } = targetInfo;
      if (openerId === undefined) return;
      const root = this.#rootOf(openerId);
      if (this.#open.has(root)) this.#popups.set(targetId, root);
      // In a browser of our own it can only be from a tab that is closed already.
      else if (this.#browser.owned) this.#closeTarget(targetId).catch(() => {});
    });
  }

  /** A popup may open popups: all of them belong to the tab that began it. */
  #rootOf(openerId: string): string {
    return this.#popups.get(openerId) ?? openerId;
  }

  #lose(targetId: string): void {
    const message = "The tab crashed, or its page closed it";
    this.#open.get(targetId)?.abort(new TabCrashedError(message));
    this.#open.delete(targetId);
    this.#idle.forget((tab) => tab.engineTab.targetId === targetId);
  }

  async #openNew(context: BrowserContext): Promise<Tab<Page>> {
    const { id } = context;
    const opening = this.#browser.newTab({
      background: this.#behind,
      ...(id === undefined ? {} : { browserContextId: id }),
    });
    const engineTab = await inTime(opening);
    const gone = new AbortController();
    this.#open.set(engineTab.targetId, gone);
    return { engineTab, context, gone: gone.signal };
  }

  async #closePopups(tab: Tab<Page>): Promise<void> {
    const { targetId } = tab.engineTab;
    const own = [...this.#popups].filter(([, root]) => root === targetId);
    await Promise.allSettled(own.map(([popup]) => this.#closeTarget(popup)));
  }

  async #closeTarget(targetId: string): Promise<void> {
    await this.#session.send("Target.closeTarget", { targetId });
  }
}

/** Waits for a tab; one that comes too late is closed, for nobody else knows of it. */
async function inTime<Page>(opening: Promise<EngineTab<Page>>): Promise<EngineTab<Page>> {
  try {
    return await withDeadline(opening, COMMAND_TIMEOUT_MS, "Opening a tab");
  } catch (error) {
    opening.then((late) => late.close()).catch(() => {});
    throw error;
  }
}
