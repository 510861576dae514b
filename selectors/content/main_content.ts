import { type Document, NO_NODE, NodeKind } from "../document/document.ts";
import { elementsIn, wordsOf } from "./range.ts";

const AROUND_TAGS: ReadonlySet<string> = new Set(["nav", "header", "footer", "aside", "dialog"]);
const AROUND_ROLES: ReadonlySet<string> = new Set(
  "navigation banner contentinfo complementary search dialog alert".split(" "),
);
/** Elements that hold running text. */
const PARAGRAPHS: ReadonlySet<string> = new Set(["p", "pre", "blockquote", "dd"]);
/** Shorter paragraphs are captions, buttons and the like. */
const MIN_PARAGRAPH_LENGTH = 25;
/** As each header climbs, how far must not be up to the page. */
const MAX_LEVELS_AROUND = 100;

/**
 * Whether an element is around the main content: a menu, a footer. A `<header>` in the main content
 * has its heading and stays.
 */
export function isAroundMain(document: Document, node: number): boolean {
  const role = document.attribute(node, "role");
  if (role !== undefined && wordsOf(role).some((word) => AROUND_ROLES.has(word))) return true;
  const name = document.name(node);
  if (!AROUND_TAGS.has(name)) return false;
  return name !== "header" || !isInsideContent(document, node);
}

function isInsideContent(document: Document, node: number): boolean {
  let element = document.parentElement(node);
  for (let level = 0; element !== NO_NODE && level < MAX_LEVELS_AROUND; level++) {
    const name = document.name(element);
    if (name === "main" || name === "article" || name === "section") return true;
    element = document.parentElement(element);
  }
  return false;
}

/**
 * The element below `node` with the main content: `<main>`, or else the biggest `<article>` if
 * it holds the element whose own paragraphs have the most text that is not in links, or else that
 * element; `node` itself if there is none.
 *
 * Readability does more, but needs a whole DOM that it may change.
 */
export function findMainContent(document: Document, node: number): number {
  const range = { start: node, end: document.subtreeEnd(node) };
  let article = NO_NODE;
  let articleSize = 0;
  for (const element of elementsIn(document, range)) {
    const name = document.name(element);
    if (name === "main" || document.attribute(element, "role") === "main") return element;
    if (name !== "article") continue;
    const size = document.subtreeEnd(element) - element;
    if (size > articleSize) [article, articleSize] = [element, size];
  }
  const densest = densestElement(document, range);
  if (article === NO_NODE) return densest || node;
  const isInArticle = densest >= article && densest < document.subtreeEnd(article);
  return densest === NO_NODE || isInArticle ? article : densest;
}

/** The parent of the paragraphs with the most text; their grandparent gets half of that. */
function densestElement(document: Document, range: { start: number; end: number }): number {
  const scores = new Map<number, number>();
  const add = (element: number, score: number) =>
    scores.set(element, (scores.get(element) ?? 0) + score);
  for (const element of elementsIn(document, range)) {
    if (!PARAGRAPHS.has(document.name(element))) continue;
    const length = plainTextLength(document, element);
    if (length < MIN_PARAGRAPH_LENGTH) continue;
    const parent = document.parentElement(element);
    add(parent, length);
    add(document.parentElement(parent), length / 2);
  }
  let best = NO_NODE;
  for (const [element, score] of scores) {
    if (element < range.start || element === NO_NODE) continue;
    if (score > (scores.get(best) ?? 0)) best = element;
  }
  return best;
}

/** Length of the text in `element` that is neither in links nor in nested paragraphs. */
function plainTextLength(document: Document, element: number): number {
  let length = 0;
  const end = document.subtreeEnd(element);
  for (let at = element + 1; at < end; at++) {
    const kind = document.kinds[at];
    if (kind === NodeKind.Text) length += document.data(at).trim().length;
    const name = kind === NodeKind.Element ? document.name(at) : "";
    const isSkipped = kind === NodeKind.Fragment || name === "a" || PARAGRAPHS.has(name);
    if (isSkipped) at = document.subtreeEnd(at) - 1;
  }
  return length;
}
