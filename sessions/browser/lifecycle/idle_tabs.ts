import type { NextFetch } from "../cdp/leftover.ts";
import type { BrowserContext } from "./contexts.ts";
import type { Tab } from "./tab.ts";

/** How long a page waits for the fetch that takes its place, in milliseconds, before it is left. */
const GRACE_MS = 50;

/** What {@linkcode IdleTabs} needs. */
export interface IdleTabsParts<Page> {
  /** How many are kept. */
  readonly maxIdle: number;
  /** Closes a tab; never fails. */
  discard(tab: Tab<Page>): Promise<void>;
  /** Closes the popups of a tab; never fails. */
  closePopups(tab: Tab<Page>): Promise<void>;
}

/**
 * The tabs that nobody uses. One that still shows a page is handed to a fetch which may take the
 * page's place, and made empty if none wants it soon.
 */
export class IdleTabs<Page> {
  readonly #parts: IdleTabsParts<Page>;
  /** The one used longest ago first. */
  readonly #tabs: Tab<Page>[] = [];
  /** When those of them that show something will be made empty. */
  readonly #timers = new Map<Tab<Page>, ReturnType<typeof setTimeout>>();
  readonly #emptying = new Set<Promise<void>>();
  #stopped = false;

  /** @param parts What it needs. */
  constructor(parts: IdleTabsParts<Page>) {
    this.#parts = parts;
  }

  /**
   * Gives a tab: one that still shows a page which the fetch may take the place of, or one that is
   * empty, or made so now.
   *
   * @param context The browser context that it has to be of.
   * @param next The fetch that it is for.
   * @returns `undefined` if there is none.
   */
  async take(context: BrowserContext, next: NextFetch): Promise<Tab<Page> | undefined> {
    const tab = this.#takeLast(context, ({ leftover }) => leftover?.mayPrecede(next) ?? false) ??
      this.#takeLast(context, ({ leftover }) => leftover === undefined);
    if (tab !== undefined) return tab;
    const shown = this.#takeLast(context, () => true);
    return shown !== undefined && await this.#makeEmpty(shown) ? shown : undefined;
  }

  /**
   * Takes in a tab whose page is at rest.
   *
   * @param tab The tab.
   */
  async add(tab: Tab<Page>): Promise<void> {
    if (this.#stopped) return await this.#parts.discard(tab);
    this.#tabs.push(tab);
    this.#timers.set(tab, setTimeout(() => this.#emptyUnwanted(tab), GRACE_MS));
    if (this.#tabs.length > this.#parts.maxIdle) await this.#parts.discard(this.#remove(0));
  }

  /**
   * Forgets the tabs that are gone.
   *
   * @param isGone Whether a tab is.
   * @returns Those that were here.
   */
  forget(isGone: (tab: Tab<Page>) => boolean): Tab<Page>[] {
    const gone = this.#tabs.filter(isGone);
    for (const tab of gone) this.#drop(tab);
    return gone;
  }

  /** From now on no tab is made empty by itself, or kept. */
  stop(): void {
    this.#stopped = true;
    for (const tab of this.#tabs) this.#stopTimer(tab);
  }

  /** Resolves when no tab is being made empty by itself any more. */
  async rest(): Promise<void> {
    await Promise.all(this.#emptying);
  }

  #takeLast(
    context: BrowserContext,
    suits: (tab: Tab<Page>) => boolean,
  ): Tab<Page> | undefined {
    const place = this.#tabs.findLastIndex((tab) => tab.context === context && suits(tab));
    return place < 0 ? undefined : this.#remove(place);
  }

  #remove(place: number): Tab<Page> {
    const [tab] = this.#tabs.splice(place, 1);
    this.#stopTimer(tab!);
    return tab!;
  }

  /** Forgets a tab that is gone, if it is here. */
  #drop(tab: Tab<Page>): void {
    const place = this.#tabs.indexOf(tab);
    if (place >= 0) void this.#remove(place).leftover?.release();
  }

  #stopTimer(tab: Tab<Page>): void {
    clearTimeout(this.#timers.get(tab));
    this.#timers.delete(tab);
  }

  #emptyUnwanted(tab: Tab<Page>): void {
    this.#timers.delete(tab);
    const emptying = this.#makeEmpty(tab).then((isEmpty) => {
      if (!isEmpty) this.#drop(tab);
    });
    this.#emptying.add(emptying);
    void emptying.finally(() => this.#emptying.delete(emptying));
  }

  /** Gives false for a tab that could not be made empty, and is closed. */
  async #makeEmpty(tab: Tab<Page>): Promise<boolean> {
    const { leftover } = tab;
    if (!await leftover!.empty()) {
      await this.#parts.discard(tab);
      return false;
    }
    await this.#parts.closePopups(tab);
    if (tab.leftover === leftover) tab.leftover = undefined;
    return true;
  }
}
