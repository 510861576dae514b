import { type ProxyServer, type Response, SessionError } from "@orbweaver/session";
import type { FetchScope } from "../cdp/fetch_scope.ts";
import type { NextFetch } from "../cdp/leftover.ts";
import { PageFetch, type PageFetchSettings, type PreparePopup } from "../cdp/page_fetch.ts";
import type { Berth, Fleet, Variant } from "./fleet.ts";
import type { Tab } from "./tab.ts";

/** Where a visit takes place. */
export interface VisitPlace<Page> {
  readonly fleet: Fleet<Page>;
  readonly variant: Variant;
  readonly proxy: ProxyServer | undefined;
}

/** What a visit is for; the tab's part of the settings is the visit's own. */
export type VisitSettings<Page> = Omit<
  PageFetchSettings<Page>,
  "tab" | "scope" | "proxy" | "onPopup"
>;

/** One try of a fetch: it takes a tab, uses it, and gives it back or closes it. */
export class Visit<Page> {
  readonly #berth: Berth<Page>;
  readonly #tab: Tab<Page>;
  readonly #scope: FetchScope;
  #page: PageFetch<Page> | undefined;
  #answered = false;

  private constructor(berth: Berth<Page>, tab: Tab<Page>, scope: FetchScope) {
    this.#berth = berth;
    this.#tab = tab;
    this.#scope = scope;
    scope.follow(berth.browser.crashed);
    scope.follow(tab.gone);
  }

  /**
   * Takes a tab.
   *
   * @param place Where.
   * @param next What it is for.
   * @param scope The try's own scope, which ends with the page.
   */
  static async open<Page>(
    place: VisitPlace<Page>,
    next: NextFetch,
    scope: FetchScope,
  ): Promise<Visit<Page>> {
    scope.enter("Starting the browser");
    const taking = place.fleet.take(place.variant);
    const berth = await orLate(scope, taking, (berth) => berth.leave());
    const { browser } = berth;
    scope.enter("Opening a tab");
    try {
      const opening = browser.openTab(place.proxy, next);
      const tab = await orLate(scope, opening, (tab) => browser.discard(tab));
      return new Visit(berth, tab, scope);
    } catch (error) {
      berth.leave();
      browser.crashed.throwIfAborted();
      throw error;
    }
  }

  /** The browser, for what it says about itself. */
  get browser(): Berth<Page>["browser"] {
    return this.#berth.browser;
  }

  /**
   * Fetches the page.
   *
   * @param settings What to fetch, and how.
   */
  async run(settings: VisitSettings<Page>): Promise<Response> {
    const { engineTab: tab, context: { cookies, proxy } } = this.#tab;
    const scope = this.#scope;
    try {
      await scope.race(cookies.toBrowser(scope.url));
      await this.#releaseLeftover();
      const onPopup = (prepare: PreparePopup) => this.browser.onPopup(this.#tab, prepare);
      this.#page = await PageFetch.open({ ...settings, scope, tab, proxy, onPopup });
      const response = await this.#page.run();
      await scope.race(cookies.toJar());
      this.#answered = true;
      return response;
    } catch (error) {
      throw explained(error, scope);
    }
  }

  /** Leaves the tab to the next visit, or closes it where something went wrong. */
  async end(): Promise<void> {
    const { browser } = this.#berth;
    const leftover = this.#answered ? await this.#page!.leave() : undefined;
    if (leftover === undefined) {
      this.#scope.end();
      await browser.discard(this.#tab);
    } else {
      this.#tab.leftover = leftover;
      await browser.park(this.#tab);
    }
    this.#berth.leave();
  }

  /** Of two sessions to a tab Chromium lets only the older one set locale and time zone. */
  async #releaseLeftover(): Promise<void> {
    const { leftover } = this.#tab;
    this.#tab.leftover = undefined;
    await leftover?.release();
  }
}

/** Waits within a scope; what comes too late is taken care of, for nobody else knows of it. */
async function orLate<T>(
  scope: FetchScope,
  work: Promise<T>,
  dispose: (late: T) => unknown,
): Promise<T> {
  try {
    return await scope.race(work);
  } catch (error) {
    work.then(dispose, () => {});
    throw error;
  }
}

/** Names the page where the browser itself complains of a command. */
function explained(error: unknown, { signal, url }: FetchScope): unknown {
  if (signal.aborted || error instanceof SessionError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SessionError(`The browser failed at ${url}: ${reason}`, { url, cause: error });
}
