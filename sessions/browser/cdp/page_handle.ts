import type { CdpSession } from "../engines/engine.ts";
import type { FetchScope } from "./fetch_scope.ts";
import { waitForState } from "./in_page.ts";
import type { IsolatedWorld } from "./isolated_world.ts";
import type { MainFrame } from "./main_frame.ts";
import type { PageInput } from "./page_input.ts";
import type { ScopedSession } from "./scoped_session.ts";
import type { SelectorState } from "./selector_state.ts";

/**
 * A page in the hands of `pageSetup` or `pageAction`. It is good for that one step: afterwards its
 * tab serves other requests.
 */
export interface PageHandle<Page = unknown> {
  /** The address that the page shows. */
  readonly url: string;
  /**
   * The CDP session to the tab. What is set through it, listeners included, ends with the fetch.
   * Don't send `Runtime.enable`: pages detect it.
   */
  readonly cdp: CdpSession;
  /**
   * Runs a function or an expression in the page, in a JavaScript world of its own: it sees the
   * document but not the page's variables, and the page can't notice it.
   *
   * @param pageFunction The function, which can't use anything around it, or the expression.
   * @param args The function's arguments; they and the result have to be plain data.
   * @throws {EvaluateError} If it throws.
   */
  evaluate<R, A extends readonly unknown[]>(
    pageFunction: string | ((...args: A) => R),
    ...args: A
  ): Promise<Awaited<R>>;
  /**
   * Waits until an element is visible, scrolls to it and clicks it with the mouse.
   *
   * @param selector A CSS selector.
   */
  click(selector: string): Promise<void>;
  /**
   * Clicks an element and types into it, key by key; a line break is the Enter key.
   *
   * @param selector A CSS selector.
   * @param text What to type.
   */
  type(selector: string, text: string): Promise<void>;
  /**
   * Scrolls to an element, or to the end of the page.
   *
   * @param selector A CSS selector; left out, the end of the page.
   */
  scroll(selector?: string): Promise<void>;
  /**
   * Waits for an element.
   *
   * @param selector A CSS selector.
   * @param state What to wait for. Default "attached".
   */
  waitFor(selector: string, state?: SelectorState): Promise<void>;
  /**
   * The engine's own page object, such as Puppeteer's `Page`. It costs stealth: it sends
   * `Runtime.enable`, which pages can detect.
   */
  native(): Promise<Page>;
}

/** What a page handle is made of. */
export interface PageParts<Page> {
  readonly cdp: ScopedSession;
  readonly main: MainFrame;
  readonly world: IsolatedWorld;
  readonly input: PageInput;
  readonly scope: FetchScope;
  nativePage(): Promise<Page>;
}

/**
 * Makes a page handle.
 *
 * @param parts The tab and what belongs to it.
 */
export function createPageHandle<Page>(parts: PageParts<Page>): PageHandle<Page> {
  const { cdp, main, world, input, scope } = parts;
  const waitFor = (selector: string, state: SelectorState = "attached") =>
    world.callUntilStable<void>(String(waitForState), [selector, state]);
  const click = async (selector: string) => {
    await waitFor(selector, "visible");
    if (await input.click(selector)) return;
    throw new Error(`'${selector}' went away before it could be clicked`);
  };
  return {
    get url() {
      return main.url;
    },
    cdp,
    evaluate: (pageFunction, ...args) =>
      typeof pageFunction === "string"
        ? world.evaluate(pageFunction)
        : world.call(String(pageFunction), args),
    click,
    type: async (selector, text) => {
      await click(selector);
      await input.type(text);
    },
    scroll: async (selector) => {
      if (selector === undefined) return await input.scrollToEnd();
      await waitFor(selector, "visible");
      await input.scrollTo(selector);
    },
    waitFor,
    native: () => scope.race(parts.nativePage()),
  };
}
