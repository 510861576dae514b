import { withDeadline } from "@orbweaver/session";
import type { CdpSession, EngineBrowser, EngineTab } from "../engines/engine.ts";
import { TabCrashedError } from "../errors.ts";
import type { BrowserContext } from "./contexts.ts";

const COMMAND_TIMEOUT_MS = 10_000;

/** A tab, and a signal that aborts when it crashes or is closed by its page. */
export interface Tab<Page> {
  readonly engineTab: EngineTab<Page>;
  readonly context: BrowserContext;
  readonly gone: AbortSignal;
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
  readonly #maxIdle: number;
  readonly #open = new Map<string, AbortController>();
  /** Every popup, with the tab that began it. */
  readonly #popups = new Map<string, string>();
  /** Clean tabs, the one used longest ago first. */
  readonly #idle: Tab<Page>[] = [];

  /**
   * @param browser The browser.
   * @param maxIdle How many tabs that nobody uses are kept.
   */
  constructor(browser: EngineBrowser<Page>, maxIdle: number) {
    this.#browser = browser;
    this.#session = browser.session;
    this.#maxIdle = maxIdle;
    this.#watchTargets();
  }

  /**
   * Gives a tab: one that has been used before, or a new one.
   *
   * @param context The browser context that it has to be of.
   */
  async open(context: BrowserContext): Promise<Tab<Page>> {
    const place = this.#idle.findLastIndex((tab) => tab.context === context);
    if (place >= 0) return this.#idle.splice(place, 1)[0]!;
    const { id: browserContextId } = context;
    const opening = this.#browser.newTab(
      browserContextId === undefined ? {} : { browserContextId },
    );
    const engineTab = await withDeadline(opening, COMMAND_TIMEOUT_MS, "Opening a tab");
    const gone = new AbortController();
    this.#open.set(engineTab.targetId, gone);
    return { engineTab, context, gone: gone.signal };
  }

  /**
   * Takes back a tab that shows nothing and has nothing left of its last page.
   *
   * @param tab The tab.
   */
  async park(tab: Tab<Page>): Promise<void> {
    await this.#closePopups(tab);
    if (tab.gone.aborted) return;
    this.#idle.push(tab);
    if (this.#idle.length > this.#maxIdle) await this.discard(this.#idle.shift()!);
  }

  /**
   * Closes a tab. Never fails: what can't be closed goes with the browser.
   *
   * @param tab The tab.
   */
  async discard(tab: Tab<Page>): Promise<void> {
    this.#open.delete(tab.engineTab.targetId);
    const closing = [this.#closePopups(tab), tab.engineTab.close()];
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
      this.#idle.splice(place, 1);
      this.#open.delete(engineTab.targetId);
    }
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
    if (place >= 0) this.#idle.splice(place, 1);
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
