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

/** Scrolls to the first visible element of a selector, and gives its centre in CSS pixels. */
export function scrollToElement(selector: string): { x: number; y: number } | null {
  for (const element of document.querySelectorAll(selector)) {
    const before = element.getBoundingClientRect();
    if (before.width === 0 || before.height === 0) continue;
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  }
  return null;
}

/** Scrolls to the end of the page. */
export function scrollToEnd(): void {
  scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" });
}

/**
 * Forgets what a page can leave in a tab for the next page of the same site, and makes way for an
 * empty page: from inside this needs no new process, and takes two thirds of the time.
 */
export function leavePage(): void {
  self.name = "";
  try {
    sessionStorage.clear();
  } catch {
    // a sandboxed document has none
  }
  location.replace("about:blank");
}
