import { NodeKind } from "../document/document.ts";
import type { Matcher } from "./combinators.ts";
import { firstAfter } from "./has.ts";
import type { Query } from "./query.ts";

type Fold = (text: string) => string;

const asIs: Fold = (text) => text;
const lowerCase: Fold = (text) => text.toLowerCase();

/** `:contains(text)`: the texts in an element, put together, contain `text`. */
export function contains(text: string): Matcher {
  return containsFolded(text, asIs);
}

/** `:icontains(text)`: the same without regard to case. */
export function icontains(text: string): Matcher {
  return containsFolded(lowerCase(text), lowerCase);
}

function containsFolded(needle: string, fold: Fold): Matcher {
  const owner = {};
  return (query, element) => {
    if (query.stepsLeft < 0) return isInWholeText(query, element, needle, fold, owner);
    const { document } = query;
    query.stepsLeft -= document.subtreeEnd(element) - element;
    return fold(document.textContent(element)).includes(needle);
  };
}

/** The texts of the subtree that is searched, put together, and where the needle is in them. */
interface WholeText {
  /** For each node, from the one that is searched, how long the texts before it are. */
  offsets: Int32Array;
  /** Where the needle starts. */
  occurrences: number[];
}

/** The text of an element is a part of that of the page: there is no need to put it together anew. */
function isInWholeText(
  query: Query,
  element: number,
  needle: string,
  fold: Fold,
  owner: object,
): boolean {
  if (needle === "") return true;
  const whole = query.remembered(owner, () => wholeText(query, needle, fold));
  const { offsets, occurrences } = whole;
  const start = offsets[element - query.searched] as number;
  const end = offsets[query.document.subtreeEnd(element) - query.searched] as number;
  const occurrence = occurrences[firstAfter(occurrences, start - 1)];
  return occurrence !== undefined && occurrence + needle.length <= end;
}

function wholeText(query: Query, needle: string, fold: Fold): WholeText {
  const { document, kinds, searched, searchedEnd: end } = query;
  const offsets = new Int32Array(end - searched + 1);
  const texts: string[] = [];
  let length = 0;
  let templateEnd = 0;
  for (let node = searched; node < end; node++) {
    offsets[node - searched] = length;
    if (kinds[node] === NodeKind.Fragment) {
      templateEnd = Math.max(templateEnd, document.subtreeEnd(node));
    }
    if (kinds[node] !== NodeKind.Text || node < templateEnd) continue;
    const text = fold(document.data(node));
    texts.push(text);
    length += text.length;
  }
  offsets[end - searched] = length;
  return { offsets, occurrences: occurrencesOf(needle, texts.join("")) };
}

function occurrencesOf(needle: string, text: string): number[] {
  const occurrences: number[] = [];
  let at = text.indexOf(needle);
  for (; at !== -1; at = text.indexOf(needle, at + 1)) occurrences.push(at);
  return occurrences;
}
