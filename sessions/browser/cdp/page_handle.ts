import type { CdpSession } from "../engines/engine.ts";
import type { FetchScope } from "./fetch_scope.ts";
import { scrollToElement, scrollToEnd, waitForState } from "./in_page.ts";
import type { IsolatedWorld } from "./isolated_world.ts";
import type { MainFrame } from "./main_frame.ts";
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
  readonly scope: FetchScope;
  nativePage(): Promise<Page>;
}

/** How long a mouse button stays down, in milliseconds; people need about that long. */
const HOLD_MS = 120;

/**
 * Makes a page handle.
 *
 * @param parts The tab and what belongs to it.
 */
export function createPageHandle<Page>(parts: PageParts<Page>): PageHandle<Page> {
  const { cdp, main, world, scope } = parts;
  const waitFor = (selector: string, state: SelectorState = "attached") =>
    world.callUntilStable<void>(String(waitForState), [selector, state]);
  const locate = async (selector: string) => {
    await waitFor(selector, "visible");
    const centre = await world.call<Point | null>(String(scrollToElement), [selector]);
    if (centre === null) throw new Error(`'${selector}' went away before it could be clicked`);
    return centre;
  };
  const click = async (selector: string) => await clickAt(parts, await locate(selector));
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
      for (const character of text) await pressKey(cdp, character);
    },
    scroll: async (selector) => {
      if (selector === undefined) await world.call(String(scrollToEnd), []);
      else await locate(selector);
    },
    waitFor,
    native: () => scope.race(parts.nativePage()),
  };
}

interface Point {
  x: number;
  y: number;
}

async function clickAt(
  { cdp, scope }: Pick<PageParts<unknown>, "cdp" | "scope">,
  point: Point,
): Promise<void> {
  const button = { ...point, button: "left", clickCount: 1 };
  await cdp.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...point });
  await cdp.send("Input.dispatchMouseEvent", { type: "mousePressed", ...button });
  await scope.pause(HOLD_MS);
  await cdp.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...button });
}

async function pressKey(cdp: CdpSession, character: string): Promise<void> {
  const key = character === "\n"
    ? { key: "Enter", code: "Enter", text: "\r", windowsVirtualKeyCode: 13 }
    : { key: character, text: character };
  await cdp.send("Input.dispatchKeyEvent", { type: "keyDown", ...key });
  await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
}
