import { TimeoutError, withDeadline } from "@orbweaver/session";
import type { Point } from "../stealth/pointer.ts";
import type { FetchScope } from "./fetch_scope.ts";
import type { ElementPlace } from "./in_page.ts";
import { scrollToElement, scrollToEnd } from "./in_page.ts";
import type { IsolatedWorld } from "./isolated_world.ts";
import type { ScopedSession } from "./scoped_session.ts";

/** Mouse, wheel and keyboard of a tab. */
export interface PageInput {
  /**
   * Scrolls until an element is in the window.
   *
   * @param selector A CSS selector.
   * @returns Where it is then; `null` if there is no visible element.
   */
  scrollTo(selector: string): Promise<ElementPlace | null>;
  /** Scrolls to the end of the page. */
  scrollToEnd(): Promise<void>;
  /**
   * Scrolls to an element and clicks it.
   *
   * @param selector A CSS selector.
   * @returns Whether there was a visible element to click.
   */
  click(selector: string): Promise<boolean>;
  /**
   * Types into what has the focus.
   *
   * @param text What to type.
   */
  type(text: string): Promise<void>;
}

/** What an input works with. */
export interface InputParts {
  readonly cdp: ScopedSession;
  readonly world: IsolatedWorld;
  readonly scope: FetchScope;
}

/** How long a mouse button stays down, in milliseconds; people need about that long. */
const HOLD_MS = 120;

/** An input that loses no time. */
export class FastInput implements PageInput {
  readonly #parts: InputParts;

  /** @param parts The tab. */
  constructor(parts: InputParts) {
    this.#parts = parts;
  }

  /** See {@linkcode PageInput.scrollTo}. */
  scrollTo(selector: string): Promise<ElementPlace | null> {
    return this.#parts.world.call(String(scrollToElement), [selector]);
  }

  /** See {@linkcode PageInput.scrollToEnd}. */
  async scrollToEnd(): Promise<void> {
    await this.#parts.world.call(String(scrollToEnd), []);
  }

  /** See {@linkcode PageInput.click}. */
  async click(selector: string): Promise<boolean> {
    const { cdp, scope } = this.#parts;
    const place = await this.scrollTo(selector);
    if (place === null) return false;
    const centre = { x: place.x + place.width / 2, y: place.y + place.height / 2 };
    await moveMouse(this.#parts, centre);
    await pressMouse(cdp, centre);
    await scope.pause(HOLD_MS);
    await releaseMouse(cdp, centre);
    return true;
  }

  /** See {@linkcode PageInput.type}. */
  async type(text: string): Promise<void> {
    for (const character of text) await this.#press(character);
  }

  async #press(character: string): Promise<void> {
    const { cdp } = this.#parts;
    const key = character === "\n"
      ? { key: "Enter", code: "Enter", text: "\r", windowsVirtualKeyCode: 13 }
      : { key: character, text: character };
    await cdp.send("Input.dispatchKeyEvent", { type: "keyDown", ...key });
    await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...key });
  }
}

const MOUSE = { pointerType: "mouse" };
const LEFT = { ...MOUSE, button: "left", clickCount: 1 };

/**
 * How long to wait until a page has seen a movement, in milliseconds. Chromium hands movements and
 * the wheel over with the next frame, and now and then draws none for seconds; the next event takes
 * them along.
 */
const FRAME_MS = 100;

/**
 * Moves the mouse in one step.
 *
 * @param parts The tab.
 * @param point Where to, in CSS pixels.
 */
export async function moveMouse(parts: InputParts, { x, y }: Point): Promise<void> {
  await withNextFrame(parts, { ...MOUSE, type: "mouseMoved", x, y });
}

/**
 * Turns the wheel.
 *
 * @param parts The tab.
 * @param point Where the mouse is.
 * @param deltaY How far, in CSS pixels; positive is towards the end of the page.
 */
export async function turnWheel(
  parts: InputParts,
  { x, y }: Point,
  deltaY: number,
): Promise<void> {
  await withNextFrame(parts, { ...MOUSE, type: "mouseWheel", x, y, deltaX: 0, deltaY });
}

async function withNextFrame({ cdp, scope }: InputParts, event: object): Promise<void> {
  try {
    const seen = cdp.send("Input.dispatchMouseEvent", event);
    await withDeadline(seen, FRAME_MS, "Drawing a frame");
  } catch (error) {
    scope.signal.throwIfAborted();
    if (!(error instanceof TimeoutError)) throw error;
  }
}

/**
 * Presses the left button.
 *
 * @param cdp The session to the tab.
 * @param point Where the mouse is.
 */
export async function pressMouse(cdp: ScopedSession, { x, y }: Point): Promise<void> {
  await cdp.send("Input.dispatchMouseEvent", { ...LEFT, type: "mousePressed", x, y, buttons: 1 });
}

/**
 * Releases the left button.
 *
 * @param cdp The session to the tab.
 * @param point Where the mouse is.
 */
export async function releaseMouse(cdp: ScopedSession, { x, y }: Point): Promise<void> {
  await cdp.send("Input.dispatchMouseEvent", { ...LEFT, type: "mouseReleased", x, y, buttons: 0 });
}
