import { withDeadline } from "@orbweaver/session";
import type { PagePlan } from "../options/plan.ts";
import type { FetchScope } from "./fetch_scope.ts";
import { hushPage, leavePage } from "./in_page.ts";
import type { IsolatedWorld } from "./isolated_world.ts";
import type { MainFrame } from "./main_frame.ts";
import type { ScopedSession } from "./scoped_session.ts";
import { silence } from "./silence.ts";

/** How long a page may take to come to rest or to be left, in milliseconds. */
const TIMEOUT_MS = 5_000;

/** What an empty tab shows. */
const EMPTY_PAGE = "about:blank";

/** What is needed to get rid of a page. */
export interface LeftoverParts {
  readonly cdp: ScopedSession;
  readonly main: MainFrame;
  readonly world: IsolatedWorld;
  /** The fetch; it ends with the leftover. */
  readonly scope: FetchScope;
  /** The headers that the page's requests carry. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The fetch that a tab is wanted for. */
export interface NextFetch {
  readonly url: string;
  readonly plan: Pick<PagePlan<never>, "headers" | "captureXhr" | "pageSetup">;
}

/**
 * A page whose fetch is over and that its tab still shows, brought to rest. A navigation costs a
 * browser as much as half a page, so a next page of the same site takes this one's place directly,
 * without an empty page in between.
 */
export class Leftover {
  readonly #parts: LeftoverParts;
  #emptying: Promise<boolean> | undefined;

  private constructor(parts: LeftoverParts) {
    this.#parts = parts;
  }

  /**
   * Brings a page to rest.
   *
   * @param parts The page's parts.
   * @returns `undefined` for a page that can't be, and whose tab has to be closed.
   */
  static async of(parts: LeftoverParts): Promise<Leftover | undefined> {
    try {
      const hushing = parts.world.callUntilStable(String(hushPage), []);
      await withDeadline(hushing, TIMEOUT_MS, "Bringing the page to rest");
      return new Leftover(parts);
    } catch {
      await silence(parts.cdp);
      return undefined;
    }
  }

  /**
   * Whether a fetch may begin in this tab as it is. What the page does in its last moments has to
   * come to nothing: it is not noted with what the fetch notes, sends no headers of the fetch's own
   * to anyone, and can only be in the way of its own site.
   *
   * @param next The fetch.
   */
  mayPrecede({ url, plan }: NextFetch): boolean {
    if (this.#emptying !== undefined) return false;
    if (plan.captureXhr !== undefined || plan.pageSetup !== undefined) return false;
    const { main, headers } = this.#parts;
    return JSON.stringify(plan.headers) === JSON.stringify(headers) &&
      isOtherPageOfSameOrigin(main.url, url);
  }

  /** Makes the tab empty; says whether it is as good as new. Idempotent. */
  empty(): Promise<boolean> {
    this.#emptying ??= this.#empty();
    return this.#emptying;
  }

  /** Undoes what the fetch set up in the tab, for a page that is gone or about to be. Never fails. */
  async release(): Promise<void> {
    const { cdp, scope } = this.#parts;
    scope.end();
    await cdp.detach().catch(() => {});
  }

  async #empty(): Promise<boolean> {
    const { cdp, scope } = this.#parts;
    try {
      await withDeadline(this.#leave(), TIMEOUT_MS, "Leaving the page");
      await cdp.detach();
      return true;
    } catch {
      await silence(cdp);
      return false;
    } finally {
      scope.end();
    }
  }

  /** A page that was about to go elsewhere may get there first: then that page is left, too. */
  async #leave(): Promise<void> {
    do await this.#goToEmptyPage(); while (this.#parts.main.url !== EMPTY_PAGE);
  }

  async #goToEmptyPage(): Promise<void> {
    const { main, world, scope } = this.#parts;
    const { loaderId } = main;
    await world.callUntilStable(String(leavePage), []);
    await scope.race(
      main.until((main) => main.loaderId !== loaderId && main.loaded && !main.busy),
    );
  }
}

/** From one part of a page to another nothing is loaded, and the same page would be reloaded. */
function isOtherPageOfSameOrigin(shown: string, next: string): boolean {
  const from = URL.parse(shown);
  const to = new URL(next);
  if (from === null || from.origin !== to.origin) return false;
  from.hash = to.hash = "";
  return from.href !== to.href;
}
