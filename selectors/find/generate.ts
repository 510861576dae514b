import { type Document, NO_NODE, NodeKind } from "../document/document.ts";
import { childElements } from "../document/navigate.ts";
import { isNcName } from "../xpath/lexer.ts";

/** Options of the functions that write a selector for an element. */
export interface GenerateOptions {
  /** Whether to begin at the root even where an id would do. Default: false. */
  readonly full?: boolean | undefined;
}

/** What a tag may be to stand in a CSS selector as it is, whatever the document. */
const PLAIN_TAG = /^[a-z][a-z0-9-]*$/;

/**
 * A CSS selector that finds the element `node`, and no other, from the root of the page: from the
 * nearest id that is unique, or with `full` from the root.
 */
export function toCssSelector(
  document: Document,
  node: number,
  { full = false }: GenerateOptions = {},
): string {
  const ids = new UniqueIds(document);
  const steps: string[] = [];
  for (let element = node; element !== NO_NODE; element = document.parentElement(element)) {
    const id = full ? undefined : ids.of(element);
    if (id !== undefined) {
      steps.push(`#${escapeIdentifier(id)}`);
      break;
    }
    steps.push(element === document.root ? ":root" : cssStep(document, element));
  }
  return steps.reverse().join(" > ");
}

/**
 * An XPath expression that finds the element `node` and no other: from the nearest id that is
 * unique, or with `full` from the root.
 */
export function toXPath(
  document: Document,
  node: number,
  { full = false }: GenerateOptions = {},
): string {
  const ids = new UniqueIds(document);
  const steps: string[] = [];
  for (let element = node; element !== NO_NODE; element = document.parentElement(element)) {
    const id = full ? undefined : ids.of(element);
    if (id !== undefined) {
      steps.push(`//*[@id=${xpathLiteral(id)}]`);
      return steps.reverse().join("/");
    }
    steps.push(xpathStep(document, element));
  }
  return `/${steps.reverse().join("/")}`;
}

/** The end of a CSS selector that finds the attribute with the index `attribute`. */
export function cssAttribute(document: Document, attribute: number): string {
  const name = document.attributeName(attribute);
  if (/^[\w:-]+$/.test(name)) return `::attr(${name})`;
  return `::attr("${name.replace(/["\\]/g, "\\$&")}")`;
}

/** The end of an XPath expression that finds the attribute with the index `attribute`. */
export function xpathAttribute(document: Document, attribute: number): string {
  const name = document.attributeName(attribute);
  const isPlain = isNcName(name) && document.attributeNamespace(attribute) === "";
  return isPlain ? `/@${name}` : `/@*[name()=${xpathLiteral(name)}]`;
}

/** The end of an XPath expression that finds `node`, which is no element, in its parent. */
export function xpathLeaf(document: Document, node: number): string {
  const { kinds, previousSiblings } = document;
  let position = 1;
  let sibling = previousSiblings[node] as number;
  for (; sibling !== NO_NODE; sibling = previousSiblings[sibling] as number) {
    if (kinds[sibling] === kinds[node]) position++;
  }
  return `/${leafTest(kinds[node])}[${position}]`;
}

function leafTest(kind: number | undefined): string {
  if (kind === NodeKind.Text) return "text()";
  return kind === NodeKind.Comment ? "comment()" : "processing-instruction()";
}

/** `p`, or where siblings have the same tag `p:nth-child(3)`. */
function cssStep(document: Document, element: number): string {
  const name = document.name(element);
  const tag = PLAIN_TAG.test(name) ? name : "*";
  const siblings = siblingsAndSelf(document, element);
  const isOnly = siblings.every((sibling) =>
    sibling === element || isNamedOtherwise(document, sibling, name)
  );
  return isOnly && tag !== "*" ? tag : `${tag}:nth-child(${siblings.indexOf(element) + 1})`;
}

/** Whether `sibling` has another tag than `name`, whatever the capitals. */
function isNamedOtherwise(document: Document, sibling: number, name: string): boolean {
  return document.name(sibling).toLowerCase() !== name.toLowerCase();
}

/** `p`, or where siblings have the same tag `p[3]`; a name with a prefix would need a namespace. */
function xpathStep(document: Document, element: number): string {
  const name = document.name(element);
  const siblings = siblingsAndSelf(document, element);
  const isName = isNcName(name) && (!document.isXml || document.namespace(element) === "");
  if (!isName) return `*[${siblings.indexOf(element) + 1}]`;
  const namesakes = siblings.filter((sibling) => isFoundByName(document, sibling, element));
  return namesakes.length === 1 ? name : `${name}[${namesakes.indexOf(element) + 1}]`;
}

/** Whether the name of `element` finds `sibling`: in XML, only without a namespace. */
function isFoundByName(document: Document, sibling: number, element: number): boolean {
  if (document.nameIds[sibling] !== document.nameIds[element]) return false;
  return !document.isXml || document.namespace(sibling) === "";
}

function siblingsAndSelf(document: Document, element: number): number[] {
  return childElements(document, document.parents[element] as number);
}

/** Tells the id of an element, if no other element has it and it can be written down. */
class UniqueIds {
  readonly #document: Document;
  #counts: Map<string, number> | undefined;

  constructor(document: Document) {
    this.#document = document;
  }

  of(element: number): string | undefined {
    const id = this.#document.attribute(element, "id");
    if (id === undefined || !isWritable(id)) return undefined;
    this.#counts ??= countIds(this.#document);
    return this.#counts.get(id) === 1 ? id : undefined;
  }
}

function countIds(document: Document): Map<string, number> {
  const counts = new Map<string, number>();
  const nameId = document.names.idOf("id");
  for (let node = 1; node < document.size; node++) {
    if (!document.isElement(node)) continue;
    const attribute = document.findAttribute(node, nameId);
    if (attribute === -1) continue;
    const id = document.attributeValue(attribute);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** Control characters and lone surrogates survive no escape; white space makes no readable id. */
function isWritable(id: string): boolean {
  return id.isWellFormed() && /^[^\s\p{Cc}]+$/u.test(id);
}

/** https://drafts.csswg.org/cssom/#serialize-an-identifier */
function escapeIdentifier(identifier: string): string {
  const escaped = identifier.replace(/[^\w\u00B0-\uFFFF-]/g, "\\$&");
  const first = /^-?\d/.exec(escaped)?.[0];
  if (first === undefined) return escaped === "-" ? "\\-" : escaped;
  const digit = first.slice(-1);
  const sign = first.length === 2 ? "-" : "";
  return `${sign}\\${digit.charCodeAt(0).toString(16)} ${escaped.slice(first.length)}`;
}

/** XPath has no escapes: a literal with both quotes is put together. */
function xpathLiteral(text: string): string {
  if (!text.includes("'")) return `'${text}'`;
  if (!text.includes('"')) return `"${text}"`;
  const parts = text.split("'").map((part) => `'${part}'`);
  return `concat(${parts.join(`, "'", `)})`;
}
