import type { SelectorState } from "./selector_state.ts";

// These functions are sent to the page as source text: each has to stand alone, helpers inside.

/** The document as it is now, as HTML; only its length where it has more characters than are wanted. */
export function readHtml(maxLength: number): string | number {
  const { doctype, documentElement } = document;
  const head = doctype === null ? "" : new XMLSerializer().serializeToString(doctype);
  const html = head + (documentElement?.outerHTML ?? "");
  return html.length > maxLength ? html.length : html;
}

/** Waits until a selector is in a state. */
export function waitForState(selector: string, state: SelectorState): Promise<void> {
  const isVisible = (element: Element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility !== "hidden";
  };
  const holds = () => {
    if (state === "attached") return document.querySelector(selector) !== null;
    if (state === "detached") return document.querySelector(selector) === null;
    const anyVisible = [...document.querySelectorAll(selector)].some(isVisible);
    return anyVisible === (state === "visible");
  };
  return new Promise((resolve) => {
    if (holds()) return resolve();
    const look = () => {
      if (!holds()) return;
      observer.disconnect();
      clearInterval(timer);
      resolve();
    };
    const observer = new MutationObserver(look);
    const everything = { attributes: true, characterData: true, childList: true, subtree: true };
    observer.observe(document, everything);
    // A style sheet or an animation changes what is visible without any event to wait for.
    const dependsOnStyle = state === "visible" || state === "hidden";
    const timer = dependsOnStyle ? setInterval(look, 100) : undefined;
  });
}

/** Where an element is in the window, in CSS pixels. */
export interface ElementPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Scrolls to the first visible element of a selector, and says where it is then. */
export function scrollToElement(selector: string): ElementPlace | null {
  for (const element of document.querySelectorAll(selector)) {
    const before = element.getBoundingClientRect();
    if (before.width === 0 || before.height === 0) continue;
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  }
  return null;
}

/** Scrolls to the end of the page. */
export function scrollToEnd(): void {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
}

/** How far the page is scrolled, how far it can be, and how large the window is, in CSS pixels. */
export interface ScrollState {
  readonly top: number;
  readonly end: number;
  readonly windowWidth: number;
  readonly windowHeight: number;
}

/** How far the page is scrolled. */
export function readScroll(): ScrollState {
  const end = Math.max(0, document.documentElement.scrollHeight - innerHeight);
  return { top: scrollY, end, windowWidth: innerWidth, windowHeight: innerHeight };
}

/** Waits until the page was drawn anew, which a tab that has just come up may be slow to do. */
export function untilDrawn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 5000); // a tab that is not in front may not be drawn at all
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

/** The first visible element of a selector, as it lies in the window. */
export interface VisiblePlace extends ElementPlace, ScrollState {
  /** Whether a click in its middle reaches it. */
  readonly reachable: boolean;
}

/** Where the first visible element of a selector is. */
export function placeOf(selector: string): VisiblePlace | null {
  const end = Math.max(0, document.documentElement.scrollHeight - innerHeight);
  const scroll = { top: scrollY, end, windowWidth: innerWidth, windowHeight: innerHeight };
  for (const element of document.querySelectorAll(selector)) {
    const { x, y, width, height } = element.getBoundingClientRect();
    if (width === 0 || height === 0) continue;
    const hit = document.elementFromPoint(x + width / 2, y + height / 2);
    const reachable = hit !== null && element.contains(hit);
    return { x, y, width, height, ...scroll, reachable };
  }
  return null;
}

/**
 * Brings a page to rest, and forgets what it can leave in a tab for the next page of the same site:
 * nothing is loaded any more, and no timer goes off.
 */
export function hushPage(): void {
  self.name = "";
  try {
    sessionStorage.clear();
  } catch {
    // a sandboxed document has none
  }
  stop();
  // All worlds of a document count their timers together; of very many the newest have to do.
  const timer = Number(setTimeout(() => {}));
  for (let id = timer; id > Math.max(0, timer - 10_000); id--) clearTimeout(id);
  const frame = requestAnimationFrame(() => {});
  for (let id = frame; id > Math.max(0, frame - 1_000); id--) cancelAnimationFrame(id);
}

/**
 * Makes way for an empty page: from inside this needs no new process, and takes two thirds of the
 * time.
 */
export function leavePage(): void {
  location.replace("about:blank");
}
