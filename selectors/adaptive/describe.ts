import { type Document, NO_NODE } from "../document/document.ts";
import { flat } from "../document/flat.ts";
import { ownTextOf } from "../document/texts.ts";
import { cleaned } from "../find/by_text.ts";

/** What is remembered of an element to know it again in another page; plain JSON. */
export interface ElementDescription {
  /** Its tag. */
  readonly tag: string;
  /** Its own text, cleaned and cut. */
  readonly text: string;
  /** Its attributes. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Tags from the outermost of the nearest elements around it to the element itself. */
  readonly path: readonly string[];
  /** Tags of its nearest siblings, in document order. */
  readonly siblings: readonly string[];
  /** The element around it, if there is one. */
  readonly parent: ParentDescription | undefined;
}

/** What is remembered of the element around a described one. */
export interface ParentDescription {
  /** Its tag. */
  readonly tag: string;
  /** Its own text, cleaned and cut. */
  readonly text: string;
  /** Its attributes. */
  readonly attributes: Readonly<Record<string, string>>;
}

// Every element of a page is described when one is looked for, so each has to be cheap, however
// deep or wide the page is.
const MAX_TEXT_LENGTH = 500;
const MAX_ATTRIBUTES = 32;
const MAX_PATH_LENGTH = 32;
const MAX_SIBLINGS_ON_A_SIDE = 16;

/** Describes the element `node`. */
export function describe(document: Document, node: number): ElementDescription {
  const parent = document.parentElement(node);
  return {
    ...describeAlone(document, node),
    path: pathOf(document, node),
    siblings: siblingTags(document, node),
    parent: parent === NO_NODE ? undefined : describeAlone(document, parent),
  };
}

/** Describes an element without what is around it. */
function describeAlone(document: Document, node: number): ParentDescription {
  return {
    tag: document.name(node),
    text: flat(
      cleaned(ownTextOf(document, node).slice(0, 2 * MAX_TEXT_LENGTH))
        .slice(0, MAX_TEXT_LENGTH),
    ),
    attributes: attributesOf(document, node),
  };
}

function attributesOf(document: Document, node: number): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  const start = document.attributeStart(node);
  const end = Math.min(document.attributeEnd(node), start + MAX_ATTRIBUTES);
  for (let at = start; at < end; at++) {
    attributes[document.attributeName(at)] = flat(
      document.attributeValue(at).slice(0, MAX_TEXT_LENGTH),
    );
  }
  return attributes;
}

function pathOf(document: Document, node: number): string[] {
  const path: string[] = [];
  let element = node;
  while (element !== NO_NODE && path.length < MAX_PATH_LENGTH) {
    path.push(document.name(element));
    element = document.parentElement(element);
  }
  return path.reverse();
}

function siblingTags(document: Document, node: number): string[] {
  const { nextSiblings, previousSiblings } = document;
  const before: string[] = [];
  let sibling = document.previousElement(previousSiblings[node] as number);
  while (sibling !== NO_NODE && before.length < MAX_SIBLINGS_ON_A_SIDE) {
    before.push(document.name(sibling));
    sibling = document.previousElement(previousSiblings[sibling] as number);
  }
  const after: string[] = [];
  sibling = document.nextElement(nextSiblings[node] as number);
  while (sibling !== NO_NODE && after.length < MAX_SIBLINGS_ON_A_SIDE) {
    after.push(document.name(sibling));
    sibling = document.nextElement(nextSiblings[sibling] as number);
  }
  return [...before.reverse(), ...after];
}
