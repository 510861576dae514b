import { NO_NODE } from "../document/document.ts";
import type { Query } from "./query.ts";

/** Whether a node, which is an element, is one that a selector describes. */
export type Matcher = (query: Query, element: number) => boolean;

type Step = (query: Query, element: number) => number;

/** The parent element of `element`, if it is in the subtree that is being searched. */
function parentOf(query: Query, element: number): number {
  return element === query.searched ? NO_NODE : query.document.parentElement(element);
}

/** The previous sibling element of `element`, if it is in the subtree that is being searched. */
function previousOf(query: Query, element: number): number {
  if (element === query.searched) return NO_NODE;
  return query.document.previousElement(query.previousSiblings[element] as number);
}

/** `left > right` */
export function child(left: Matcher, right: Matcher): Matcher {
  return (query, element) => {
    if (!right(query, element)) return false;
    const parent = parentOf(query, element);
    return parent !== NO_NODE && left(query, parent);
  };
}

/** `left + right` */
export function adjacent(left: Matcher, right: Matcher): Matcher {
  return (query, element) => {
    if (!right(query, element)) return false;
    const previous = previousOf(query, element);
    return previous !== NO_NODE && left(query, previous);
  };
}

/** `left right` */
export function descendant(left: Matcher, right: Matcher): Matcher {
  return following(left, right, parentOf);
}

/** `left ~ right` */
export function sibling(left: Matcher, right: Matcher): Matcher {
  return following(left, right, previousOf);
}

/** `right`, with a `left` somewhere before it in the direction of `step`. */
function following(left: Matcher, right: Matcher, step: Step): Matcher {
  const owner = {};
  return (query, element) => {
    if (!right(query, element)) return false;
    for (let before = step(query, element); before !== NO_NODE; before = step(query, before)) {
      if (left(query, before)) return true;
      if (--query.stepsLeft < 0) return isPreceded(query, before, left, step, owner);
    }
    return false;
  };
}

/**
 * Whether there is a `left` before `element`. Remembers the answer for each element on the way:
 * otherwise `body p b` would climb to `body` from each `b`, which takes minutes in a page of 100,000
 * nested ones.
 */
function isPreceded(
  query: Query,
  element: number,
  left: Matcher,
  step: Step,
  owner: object,
): boolean {
  return askAlong(query, owner, element, (current) => {
    const before = step(query, current);
    if (before === NO_NODE) return false;
    return left(query, before) || before;
  });
}

const YES = 1;
const NO = 2;

/**
 * Asks `element`, then whichever element that answers with, and so on until the answer is yes or no,
 * which is remembered for all that were asked. All are in the subtree that is being searched.
 */
export function askAlong(
  query: Query,
  owner: object,
  element: number,
  ask: (element: number) => boolean | number,
): boolean {
  const { searched, searchedEnd } = query;
  const memory = query.remembered(owner, () => new Uint8Array(searchedEnd - searched));
  const passed: number[] = [];
  let current = element;
  let known = memory[current - searched] as number;
  while (known === 0) {
    passed.push(current);
    const answer = ask(current);
    if (typeof answer === "boolean") known = answer ? YES : NO;
    else known = memory[(current = answer) - searched] as number;
  }
  for (const each of passed) memory[each - searched] = known;
  return known === YES;
}
