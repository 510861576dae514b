import { withDeadline } from "@orbweaver/session";
import type { CdpSession, EngineBrowser, EngineTab } from "../engines/engine.ts";
import type { Leftover, NextFetch } from "../cdp/leftover.ts";
import { TabCrashedError } from "../errors.ts";
import type { BrowserContext } from "./contexts.ts";

const COMMAND_TIMEOUT_MS = 10_000;

/** How long a page waits for the fetch that takes its place, in milliseconds, before it is left. */
const GRACE_MS = 50;

/** A tab, and a signal that aborts when it crashes or is closed by its page. */
export interface Tab<Page> {
  readonly engineTab: EngineTab<Page>;
  readonly context: BrowserContext;
  readonly gone: AbortSignal;
  /** What it shows of the fetch before; missing for an empty tab. */
  leftover?: Leftover;
}

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
  readonly #settings: TabsSettings;
  readonly #open = new Map<string, AbortController>();
  /** Every popup, with the tab that began it. */
  readonly #popups = new Map<string, string>();
  /** The one used longest ago first. */
  readonly #idle: Tab<Page>[] = [];
  /** When those of them that show something will be made empty. */
  readonly #timers = new Map<Tab<Page>, ReturnType<typeof setTimeout>>();
  readonly #emptying = new Set<Promise<void>>();
  #stopped = false;

  /**
   * @param browser The browser.
   * @param settings How tabs are opened and kept.
   */
  constructor(browser: EngineBrowser<Page>, settings: TabsSettings) {
    this.#browser = browser;
    this.#session = browser.session;
    this.#settings = settings;
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
    const tab = this.#takeIdle(context, ({ leftover }) => leftover?.mayPrecede(next) ?? false) ??
      this.#takeIdle(context, ({ leftover }) => leftover === undefined);
    if (tab !== undefined) return tab;
    const shown = this.#takeIdle(context, () => true);
    if (shown !== undefined && await this.#makeEmpty(shown)) return shown;
    return await this.#openNew(context);
  }

  /**
   * Takes back a tab whose page is at rest; it is made empty soon if no fetch wants it.
   *
   * @param tab The tab.
   */
  async park(tab: Tab<Page>): Promise<void> {
    await this.#closePopups(tab);
    if (tab.gone.aborted || this.#stopped) return await this.discard(tab);
    this.#idle.push(tab);
    this.#timers.set(tab, setTimeout(() => this.#emptyIdle(tab), GRACE_MS));
    if (this.#idle.length > this.#settings.maxIdle) await this.discard(this.#removeIdle(0));
  }

  /**
   * Closes a tab. Never fails: what can't be closed goes with the browser.
   *
   * @param tab The tab.
   */
  async discard(tab: Tab<Page>): Promise<void> {
    this.#open.delete(tab.engineTab.targetId);
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
    for (let place = this.#idle.length - 1; place >= 0; place--) {
      const { context: own, engineTab } = this.#idle[place]!;
      if (own !== context) continue;
      this.#dropIdle(place);
      this.#open.delete(engineTab.targetId);
    }
  }

  /** From now on nothing begins here by itself, for the browser is about to be closed. */
  stop(): void {
    this.#stopped = true;
    for (const tab of this.#idle) this.#stopTimer(tab);
  }

  /** Resolves when nothing is going on here any more. */
  async rest(): Promise<void> {
    await Promise.all(this.#emptying);
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
      // A popup may open popups: all of them belong to the tab that began it.
      const root = this.#popups.get(openerId) ?? openerId;
      if (this.#open.has(root)) this.#popups.set(targetId, root);
      // In a browser of our own it can only be from a tab that is closed already.
      else if (this.#browser.owned) this.#closeTarget(targetId).catch(() => {});
    });
  }

  #lose(targetId: string): void {
    const message = "The tab crashed, or its page closed it";
    this.#open.get(targetId)?.abort(new TabCrashedError(message));
    this.#open.delete(targetId);
    const place = this.#idle.findIndex((tab) => tab.engineTab.targetId === targetId);
    if (place >= 0) this.#dropIdle(place);
  }

  async #openNew(context: BrowserContext): Promise<Tab<Page>> {
    const { id } = context;
    const opening = this.#browser.newTab({
      background: this.#settings.behind,
      ...(id === undefined ? {} : { browserContextId: id }),
    });
    const engineTab = await inTime(opening);
    const gone = new AbortController();
    this.#open.set(engineTab.targetId, gone);
    return { engineTab, context, gone: gone.signal };
  }

  #takeIdle(
    context: BrowserContext,
    suits: (tab: Tab<Page>) => boolean,
  ): Tab<Page> | undefined {
    const place = this.#idle.findLastIndex((tab) => tab.context === context && suits(tab));
    return place < 0 ? undefined : this.#removeIdle(place);
  }

  #removeIdle(place: number): Tab<Page> {
    const [tab] = this.#idle.splice(place, 1);
    this.#stopTimer(tab!);
    return tab!;
  }

  /** Forgets a tab that is gone. */
  #dropIdle(place: number): void {
    void this.#removeIdle(place).leftover?.release();
  }

  #stopTimer(tab: Tab<Page>): void {
    clearTimeout(this.#timers.get(tab));
    this.#timers.delete(tab);
  }

  #emptyIdle(tab: Tab<Page>): void {
    this.#timers.delete(tab);
    const emptying = this.#makeEmpty(tab).then((isEmpty) => {
      if (isEmpty) return;
      const place = this.#idle.indexOf(tab);
      if (place >= 0) this.#dropIdle(place);
    });
    this.#emptying.add(emptying);
    void emptying.finally(() => this.#emptying.delete(emptying));
  }

  /** Gives false for a tab that could not be made empty, and is closed. */
  async #makeEmpty(tab: Tab<Page>): Promise<boolean> {
    const { leftover } = tab;
    if (!await leftover!.empty()) {
      await this.discard(tab);
      return false;
    }
    await this.#closePopups(tab);
    if (tab.leftover === leftover) tab.leftover = undefined;
    return true;
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
