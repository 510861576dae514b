import { NO_NODE, NodeKind } from "../document/document.ts";
import type { Matcher } from "./combinators.ts";
import { first } from "./nth.ts";

const never: Matcher = () => false;

const isRoot: Matcher = (query, element) => query.document.parentElement(element) === NO_NODE;

const isScope: Matcher = (query, element) => query.isRoot(element);

/** `:scope` inside `:has()`: the element of which it is asked what it has. */
export const isAnchor: Matcher = (query, element) => element === query.anchor;

const isFirstChild: Matcher = ({ document }, element) =>
  document.previousElement(document.previousSiblings[element] as number) === NO_NODE;

const isLastChild: Matcher = ({ document }, element) =>
  document.nextElement(document.nextSiblings[element] as number) === NO_NODE;

/** Whitespace doesn't count, as Selectors level 4 has it. */
const isEmpty: Matcher = ({ document, kinds }, element) => {
  let child = document.firstChildren[element] as number;
  for (; child !== NO_NODE; child = document.nextSiblings[child] as number) {
    if (kinds[child] === NodeKind.Element) return false;
    if (kinds[child] === NodeKind.Text && !/^[ \t\r\n]*$/.test(document.data(child))) return false;
  }
  return true;
};

/** Pseudo-classes without an argument that are no {@linkcode ALIASES}. */
export const PSEUDO_CLASSES: ReadonlyMap<string, () => Matcher> = new Map(Object.entries({
  root: () => isRoot,
  scope: () => isScope,
  empty: () => isEmpty,
  "first-child": () => isFirstChild,
  "last-child": () => isLastChild,
  "only-child": () => both(isFirstChild, isLastChild),
  "first-of-type": () => first({ fromEnd: false, ofType: true, of: undefined }),
  "last-of-type": () => first({ fromEnd: true, ofType: true, of: undefined }),
  "only-of-type": () =>
    both(
      first({ fromEnd: false, ofType: true, of: undefined }),
      first({ fromEnd: true, ofType: true, of: undefined }),
    ),
  // Nobody has been at a page that was only parsed.
  hover: () => never,
  visited: () => never,
  active: () => never,
}));

function both(one: Matcher, other: Matcher): Matcher {
  return (query, element) => one(query, element) && other(query, element);
}
