import { NO_NODE, NodeKind } from "../document/document.ts";
import { askAlong, type Matcher } from "./combinators.ts";
import type { Query } from "./query.ts";

/*
 * `:has(> a b + c)` asks for an `a` child that has a `b` below it that is followed by a `c`: for each
 * combinator, whether there is an element in that relation which has the rest. So no part of the
 * argument has to be matched backwards, up to the element that was asked.
 */

/** `:has(> inner)` */
export function hasChild(inner: Matcher): Matcher {
  return (query, element) => {
    const { document } = query;
    let child = document.firstChildren[element] as number;
    for (; child !== NO_NODE; child = document.nextSiblings[child] as number) {
      if (query.kinds[child] === NodeKind.Element && inner(query, child)) return true;
    }
    return false;
  };
}

/** `:has(+ inner)` */
export function hasAdjacent(inner: Matcher): Matcher {
  return (query, element) => {
    const next = nextOf(query, element);
    return next !== NO_NODE && inner(query, next);
  };
}

/** `:has(~ inner)` */
export function hasSibling(inner: Matcher): Matcher {
  const owner = {};
  return (query, element) => {
    for (let next = nextOf(query, element); next !== NO_NODE; next = nextOf(query, next)) {
      if (inner(query, next)) return true;
      if (--query.stepsLeft < 0) return isFollowed(query, next, inner, owner);
    }
    return false;
  };
}

function isFollowed(query: Query, element: number, inner: Matcher, owner: object): boolean {
  return askAlong(query, owner, element, (current) => {
    const next = nextOf(query, current);
    if (next === NO_NODE) return false;
    return inner(query, next) || next;
  });
}

/** `:has(inner)` */
export function hasDescendant(inner: Matcher): Matcher {
  const owner = {};
  return (query, element) => {
    if (query.stepsLeft < 0) return hasAnyInRange(query, element, inner, owner);
    const { document, kinds } = query;
    const end = document.subtreeEnd(element);
    for (let node = element + 1; node < end; node++) {
      if (kinds[node] === NodeKind.Fragment) node = document.subtreeEnd(node) - 1;
      else if (kinds[node] === NodeKind.Element && inner(query, node)) {
        query.stepsLeft -= node - element;
        return true;
      }
    }
    query.stepsLeft -= end - element;
    return false;
  };
}

/** The same, from a list of all elements that `inner` matches. */
function hasAnyInRange(query: Query, element: number, inner: Matcher, owner: object): boolean {
  const matching = query.remembered(owner, () => allMatching(query, inner));
  const next = matching[firstAfter(matching, element)];
  return next !== undefined && next < query.document.subtreeEnd(element);
}

function allMatching(query: Query, inner: Matcher): number[] {
  const { document, kinds } = query;
  const matching: number[] = [];
  for (let node = query.searched; node < query.searchedEnd; node++) {
    if (kinds[node] === NodeKind.Fragment) node = document.subtreeEnd(node) - 1;
    else if (kinds[node] === NodeKind.Element && inner(query, node)) matching.push(node);
  }
  return matching;
}

/** Index of the first of some ascending `numbers` that is greater than `limit`. */
export function firstAfter(numbers: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((numbers[middle] as number) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The next sibling element of `element`, if it is in the subtree that is being searched. */
function nextOf(query: Query, element: number): number {
  if (element === query.searched) return NO_NODE;
  return query.document.nextElement(query.document.nextSiblings[element] as number);
}
