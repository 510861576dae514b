import {
  type ElementPlace,
  placeOf,
  readScroll,
  type ScrollState,
  scrollToElement,
  scrollToEnd,
  untilDrawn,
  type VisiblePlace,
} from "../cdp/in_page.ts";
import {
  type InputParts,
  moveMouse,
  type PageInput,
  pressMouse,
  releaseMouse,
  turnWheel,
} from "../cdp/page_input.ts";
import { keyDownMs, type Keystroke, keystrokeFor, pauseAfterMs } from "./keystrokes.ts";
import { type Point, pointerPath } from "./pointer.ts";
import { between, type RandomSource } from "./random.ts";

/** How long the mouse button stays down, in milliseconds. */
const HOLD_MS = { least: 80, most: 160 };

/** Between arriving at a target and pressing, in milliseconds. */
const AIM_MS = { least: 30, most: 120 };

/** One notch of a mouse wheel in CSS pixels, as Chromium counts it. */
const NOTCH_PX = 100;

/** From one turn of the wheel to the next, in milliseconds. */
const BETWEEN_TURNS_MS = { least: 60, most: 160 };

/** A long way takes this many turns of the wheel, and no more: people turn faster then. */
const TURNS = 25;

/** A wheel that moves nothing this often is over something that does not scroll. */
const MOST_STALLS = 4;

/** A page that moves by itself may never be where it should be. */
const MOST_TURNS = 4 * TURNS;

/** How often to aim at an element that has moved away. */
const MOST_TRIES = 5;

/** CDP's number for the Shift key among the modifiers. */
const SHIFT = 8;

/** An input that looks like a person's to the page: where it moves, how fast, and with what pauses. */
export class HumanInput implements PageInput {
  readonly #parts: InputParts;
  readonly #random: RandomSource;
  #mouse: Point | undefined;

  /**
   * @param parts The tab.
   * @param random Where chance comes from.
   */
  constructor(parts: InputParts, random: RandomSource = Math.random) {
    this.#parts = parts;
    this.#random = random;
  }

  /**
   * Turns the wheel until the element is well inside the window; where that does not help, as inside
   * of something that scrolls by itself, it scrolls like {@linkcode scrollToElement}.
   *
   * @param selector A CSS selector.
   */
  async scrollTo(selector: string): Promise<ElementPlace | null> {
    await this.#turnUntilThere(async () => {
      const place = await this.#find(selector);
      return place === null ? 0 : outsideBy(place);
    });
    const place = await this.#find(selector);
    if (place === null || place.reachable) return place;
    return await this.#parts.world.call(String(scrollToElement), [selector]);
  }

  /** Turns the wheel until the end of the page, as it is now: some pages grow with every look. */
  async scrollToEnd(): Promise<void> {
    const { world } = this.#parts;
    const { end } = await this.#readScroll();
    const there = await this.#turnUntilThere(async () => end - (await this.#readScroll()).top);
    if (!there) await world.call(String(scrollToEnd), []);
  }

  /**
   * Moves to a place inside the element, waits a moment, presses, holds, releases; follows the
   * element where it moves meanwhile. What a page is asked before it is drawn is from before a
   * scrolling that has already been done.
   *
   * @param selector A CSS selector.
   */
  async click(selector: string): Promise<boolean> {
    for (let tries = 1;; tries++) {
      const place = await this.scrollTo(selector);
      if (place === null) return false;
      const target = await this.#aim(place);
      await this.#untilDrawn();
      const now = await this.#find(selector);
      if (now === null) return false;
      if (tries < MOST_TRIES && !isInside(now, target)) continue;
      await this.#press(target);
      return true;
    }
  }

  /**
   * Moves to a place in the window, and clicks there.
   *
   * @param place The place: any point of it will do.
   */
  async clickAt(place: ElementPlace): Promise<void> {
    await this.#press(await this.#aim(place));
  }

  /**
   * Presses the keys of an American keyboard at a person's pace; characters that it doesn't have
   * are put in as an input method does.
   *
   * @param text What to type.
   */
  async type(text: string): Promise<void> {
    for (const character of text) {
      await this.#strike(character, keystrokeFor(character));
      await this.#parts.scope.pause(pauseAfterMs(character, this.#random));
    }
  }

  /** Moves to somewhere in a place, and waits a moment. */
  async #aim({ x, y, width, height }: ElementPlace): Promise<Point> {
    const target = {
      x: x + width * this.#between(0.3, 0.7),
      y: y + height * this.#between(0.3, 0.7),
    };
    await this.#moveTo(target, Math.min(width, height));
    await this.#parts.scope.pause(this.#between(AIM_MS.least, AIM_MS.most));
    return target;
  }

  async #press(point: Point): Promise<void> {
    const { cdp, scope } = this.#parts;
    await pressMouse(cdp, point);
    await scope.pause(this.#between(HOLD_MS.least, HOLD_MS.most));
    await releaseMouse(cdp, point);
  }

  #untilDrawn(): Promise<void> {
    return this.#parts.world.callUntilStable(String(untilDrawn), []);
  }

  #find(selector: string): Promise<VisiblePlace | null> {
    return this.#parts.world.call(String(placeOf), [selector]);
  }

  async #moveTo(target: Point, targetSize: number): Promise<void> {
    const { scope } = this.#parts;
    const from = await this.#whereMouseIs();
    const path = pointerPath(from, target, { targetSize, random: this.#random });
    const startedAt = performance.now();
    for (const { atMs, x, y } of path) {
      const earlyMs = startedAt + atMs - performance.now();
      // A slow page makes the whole movement slower: leaving points out would make it jump.
      if (earlyMs > 0) await scope.pause(earlyMs);
      await moveMouse(this.#parts, { x, y });
    }
    this.#mouse = target;
  }

  /** Somewhere in the upper middle of the window at first, where people leave it. */
  async #whereMouseIs(): Promise<Point> {
    if (this.#mouse !== undefined) return this.#mouse;
    const { windowWidth, windowHeight } = await this.#readScroll();
    this.#mouse = {
      x: Math.round(windowWidth * this.#between(0.2, 0.8)),
      y: Math.round(windowHeight * this.#between(0.15, 0.6)),
    };
    return this.#mouse;
  }

  /**
   * Turns the wheel by what is left, again and again.
   *
   * @param distance How far it still is; negative is upwards.
   * @returns Whether it got there.
   */
  async #turnUntilThere(distance: () => Promise<number>): Promise<boolean> {
    const mouse = await this.#whereMouseIs();
    let left = await distance();
    const turnPx = Math.max(NOTCH_PX, NOTCH_PX * Math.ceil(Math.abs(left) / TURNS / NOTCH_PX));
    if (Math.abs(left) < 1) return true;
    for (let turns = 0, stalls = 0; turns < MOST_TURNS && stalls < MOST_STALLS; turns++) {
      if (Math.abs(left) < 1) break;
      await this.#turnWheel(mouse, Math.sign(left) * Math.min(Math.abs(left), turnPx));
      const before = left;
      left = await distance();
      stalls = left === before ? stalls + 1 : 0;
    }
    // What the wheel did takes a frame to be true for the document, too.
    await moveMouse(this.#parts, mouse);
    await this.#untilDrawn();
    return Math.abs(await distance()) < 1;
  }

  async #turnWheel(mouse: Point, deltaY: number): Promise<void> {
    await turnWheel(this.#parts, mouse, deltaY);
    await this.#parts.scope.pause(this.#between(BETWEEN_TURNS_MS.least, BETWEEN_TURNS_MS.most));
  }

  async #strike(character: string, { key, shift }: Keystroke): Promise<void> {
    const { cdp, scope } = this.#parts;
    if (key === undefined) return void await cdp.send("Input.insertText", { text: character });
    const modifiers = shift ? SHIFT : 0;
    if (shift) await this.#holdShift();
    await cdp.send("Input.dispatchKeyEvent", { type: "keyDown", ...key, modifiers });
    await scope.pause(keyDownMs(this.#random));
    await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...key, text: undefined, modifiers });
    if (shift) await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", ...SHIFT_KEY });
  }

  async #holdShift(): Promise<void> {
    const { cdp, scope } = this.#parts;
    await cdp.send("Input.dispatchKeyEvent", {
      type: "rawKeyDown",
      ...SHIFT_KEY,
      modifiers: SHIFT,
    });
    await scope.pause(keyDownMs(this.#random));
  }

  #readScroll(): Promise<ScrollState> {
    return this.#parts.world.callUntilStable(String(readScroll), []);
  }

  #between(least: number, most: number): number {
    return between(this.#random, least, most);
  }
}

const SHIFT_KEY = { key: "Shift", code: "ShiftLeft", windowsVirtualKeyCode: 16, location: 1 };

/** How far the page has to be scrolled until an element is in the window, not close to its edges. */
function outsideBy({ y, height, windowHeight, top, end }: VisiblePlace): number {
  const margin = Math.max(0, Math.min(windowHeight / 6, (windowHeight - height) / 2));
  const below = Math.min(y + height - (windowHeight - margin), y - margin);
  if (below > 0) return Math.min(Math.ceil(below), Math.floor(end - top));
  return y < margin ? Math.max(Math.floor(y - margin), -Math.floor(top)) : 0;
}

function isInside(place: ElementPlace, { x, y }: Point): boolean {
  return x >= place.x && x <= place.x + place.width && y >= place.y && y <= place.y + place.height;
}
