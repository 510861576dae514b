import { type Response, SessionError } from "@orbweaver/session";
import type { FetchScope } from "../cdp/fetch_scope.ts";
import { PageFetch, type PageFetchSettings } from "../cdp/page_fetch.ts";
import type { RunningBrowser, Tab } from "./running_browser.ts";

/** One try of a fetch: it takes a tab, uses it, and gives it back or closes it. */
export class Visit<Page> {
  readonly #browser: RunningBrowser<Page>;
  readonly #tab: Tab<Page>;
  readonly #unfollow: (() => void)[];
  #page: PageFetch<Page> | undefined;
  #answered = false;

  private constructor(browser: RunningBrowser<Page>, tab: Tab<Page>, scope: FetchScope) {
    this.#browser = browser;
    this.#tab = tab;
    this.#unfollow = [scope.follow(browser.crashed), scope.follow(tab.gone)];
  }

  /**
   * Takes a tab.
   *
   * @param browser The browser.
   * @param scope The fetch.
   */
  static async open<Page>(browser: RunningBrowser<Page>, scope: FetchScope): Promise<Visit<Page>> {
    scope.enter("Opening a tab");
    const opening = browser.openTab();
    try {
      return new Visit(browser, await scope.race(opening), scope);
    } catch (error) {
      // A tab that comes too late is closed: nobody else knows of it.
      opening.then((tab) => browser.discard(tab), () => {});
      browser.crashed.throwIfAborted();
      throw error;
    }
  }

  /** The browser's full version. */
  get version(): string {
    return this.#browser.version;
  }

  /**
   * Fetches the page.
   *
   * @param settings What to fetch, and how.
   */
  async run(settings: Omit<PageFetchSettings<Page>, "tab">): Promise<Response> {
    try {
      this.#page = await PageFetch.open({ ...settings, tab: this.#tab.engineTab });
      const response = await this.#page.run();
      this.#answered = true;
      return response;
    } catch (error) {
      throw explained(error, settings.scope);
    }
  }

  /** Makes the tab fit for the next visit, or closes it where something went wrong. */
  async end(): Promise<void> {
    const clean = this.#answered && await this.#page!.leave();
    for (const unfollow of this.#unfollow) unfollow();
    await (clean ? this.#browser.park(this.#tab) : this.#browser.discard(this.#tab));
  }
}

/** Names the page where the browser itself complains of a command. */
function explained(error: unknown, { signal, url }: FetchScope): unknown {
  if (signal.aborted || error instanceof SessionError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new SessionError(`The browser failed at ${url}: ${reason}`, { url, cause: error });
}
