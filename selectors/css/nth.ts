import { NO_NODE, NodeKind } from "../document/document.ts";
import type { Matcher } from "./combinators.ts";
import type { Query } from "./query.ts";

/** Which elements `:nth-child()` and its kin count. */
export interface Counting {
  /** Whether the last child is the first. */
  fromEnd: boolean;
  /** Whether elements of different names are counted apart. */
  ofType: boolean;
  /** The only ones to count, where the selector says `of`. */
  of: Matcher | undefined;
}

/** `:nth-child(formula)` and its kin. */
export function nth(formula: string, counting: Counting): Matcher {
  const [step, offset] = parseFormula(formula);
  return nthOf((index) => isInSequence(index, step, offset), counting);
}

/** `:first-of-type` and its kin: those with the index 1. */
export function first(counting: Counting): Matcher {
  return nthOf((index) => index === 1, counting);
}

function nthOf(accepts: (index: number) => boolean, counting: Counting): Matcher {
  const owner = {};
  return (query, element) => {
    if (counting.of !== undefined && !counting.of(query, element)) return false;
    return accepts(
      query.stepsLeft < 0
        ? rememberedIndex(query, element, counting, owner)
        : countedIndex(query, element, counting),
    );
  };
}

/** Index of `element`, from 1, among those of its siblings that count. */
function countedIndex(query: Query, element: number, { fromEnd, ofType, of }: Counting): number {
  const { document, kinds, nameIds } = query;
  const before = fromEnd ? document.nextSiblings : document.previousSiblings;
  let index = 1;
  let sibling = before[element] as number;
  for (; sibling !== NO_NODE; sibling = before[sibling] as number) {
    query.stepsLeft--;
    if (kinds[sibling] !== NodeKind.Element) continue;
    if (ofType && nameIds[sibling] !== nameIds[element]) continue;
    if (of === undefined || of(query, sibling)) index++;
  }
  return index;
}

/** The same, for all siblings at once: there are so many that one can't count them for each. */
function rememberedIndex(
  query: Query,
  element: number,
  counting: Counting,
  owner: object,
): number {
  const create = () => new Int32Array(query.document.size);
  const indexes = counting.of === undefined
    ? query.rememberedOfDocument(owner, create)
    : query.remembered(owner, create);
  if (indexes[element] === 0) countSiblings(query, element, counting, indexes);
  return indexes[element] as number;
}

/** Gives all siblings of `element`, itself included, their index from 1, or 0 if they don't count. */
function countSiblings(
  query: Query,
  element: number,
  { fromEnd, ofType, of }: Counting,
  indexes: Int32Array,
): void {
  const { document, kinds, nameIds } = query;
  const parent = document.parents[element] as number;
  const next = fromEnd ? document.previousSiblings : document.nextSiblings;
  const countsByName = new Map<number, number>();
  let count = 0;
  let sibling = (fromEnd ? document.lastChildren : document.firstChildren)[parent] as number;
  for (; sibling !== NO_NODE; sibling = next[sibling] as number) {
    if (kinds[sibling] !== NodeKind.Element) continue;
    if (ofType) {
      const name = nameIds[sibling] as number;
      const ofName = (countsByName.get(name) ?? 0) + 1;
      countsByName.set(name, ofName);
      indexes[sibling] = ofName;
    } else {
      indexes[sibling] = of === undefined || of(query, sibling) ? ++count : 0;
    }
  }
}

/** `even`, `odd` or `an+b`, as a and b. */
function parseFormula(formula: string): [step: number, offset: number] {
  const text = formula.replace(/\s/g, "").toLowerCase();
  if (text === "even") return [2, 0];
  if (text === "odd") return [2, 1];
  const match = /^([+-]?\d*)n([+-]\d+)?$/.exec(text);
  if (match === null) return [0, Number(text)];
  const [, step = "", offset = "0"] = match;
  return [/\d/.test(step) ? Number(step) : Number(`${step}1`), Number(offset)];
}

/** Whether `index` is step * n + offset for some n from 0. */
function isInSequence(index: number, step: number, offset: number): boolean {
  if (step === 0) return index === offset;
  const n = (index - offset) / step;
  return n >= 0 && Number.isInteger(n);
}
