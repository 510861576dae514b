import { type Matches, NO_ATTRIBUTE } from "../css/select.ts";
import { type Document, NO_NODE, NodeKind } from "../document/document.ts";
import { hasIndexedText, indexedText } from "../document/text_index.ts";
import type { NodeSet } from "./compiled.ts";
import type { Environment, NamespaceNode } from "./environment.ts";
import type { XPathNode } from "./result.ts";

// A node of the tree is its handle, from 1. An attribute is -1 minus its index, a namespace node is
// a number below any attribute's.
const FIRST_NAMESPACE = -(2 ** 30);

/** So many nodes take longer to walk over than their texts take to be found in an index. */
const MUCH = 256;

const HTML = "http://www.w3.org/1999/xhtml";

/** Whether `node` is one of the tree, which has parents, siblings and children. */
export function isTreeNode(node: number): boolean {
  return node >= 0;
}

/** Whether `node` is an attribute. */
export function isAttribute(node: number): boolean {
  return node < 0 && node > FIRST_NAMESPACE;
}

/** The number of an attribute node. */
export function attributeNode(environment: Environment, attribute: number, owner: number): number {
  environment.attributeOwners[attribute] = owner;
  return -1 - attribute;
}

/** Index of an attribute node in its document. */
function attributeIndex(node: number): number {
  return -1 - node;
}

/** The number of a namespace node. */
export function namespaceNode(environment: Environment, node: NamespaceNode): number {
  return FIRST_NAMESPACE - environment.namespaceNumber(node);
}

/** What is known of a namespace node. */
export function namespaceOf(environment: Environment, node: number): NamespaceNode {
  return environment.namespaceNodes[FIRST_NAMESPACE - node] as NamespaceNode;
}

/** The number of a node that a caller gave. */
export function toNumber(environment: Environment, { node, attribute }: XPathNode): number {
  if (attribute === undefined || attribute === NO_ATTRIBUTE) return node;
  return attributeNode(environment, attribute, node);
}

/** Nodes as callers see them; see {@linkcode withDeclarations} for namespaces. */
export function toMatches(environment: Environment, nodes: NodeSet): Matches {
  if (nodes.every(isTreeNode)) return { nodes, attributes: undefined };
  const shown = withDeclarations(environment, nodes);
  return {
    nodes: shown.map((node) => ownerOf(environment, node)),
    attributes: shown.map((node) => isTreeNode(node) ? NO_ATTRIBUTE : attributeIndex(node)),
  };
}

/**
 * Nodes with attributes in place of the namespaces that they declare: once, though a namespace is in
 * scope at many elements. The prefix `xml` is declared nowhere and left out.
 */
function withDeclarations(environment: Environment, nodes: NodeSet): NodeSet {
  const isNamespace = (node: number) => !isTreeNode(node) && !isAttribute(node);
  if (!nodes.some(isNamespace)) return nodes;
  const shown = new Set<number>();
  for (const node of nodes) {
    const number = isNamespace(node) ? namespaceOf(environment, node).declaration : node;
    if (number !== undefined) shown.add(number);
  }
  return [...shown];
}

/** The element that an attribute or a namespace node belongs to; a node of the tree itself. */
export function ownerOf(environment: Environment, node: number): number {
  if (isTreeNode(node)) return node;
  if (isAttribute(node)) return environment.attributeOwners[attributeIndex(node)] as number;
  return namespaceOf(environment, node).owner;
}

/** Parent of any node, or 0. */
export function parentOf(environment: Environment, node: number): number {
  if (!isTreeNode(node)) return ownerOf(environment, node);
  return environment.document.parents[node] as number;
}

/** `nodes` in document order, without duplicates. */
export function inDocumentOrder(environment: Environment, nodes: number[]): number[] {
  if (isInOrder(nodes)) return nodes;
  if (nodes.every(isTreeNode)) return withoutRepeats(Int32Array.from(nodes).sort());
  const sorted = nodes.toSorted((a, b) => compare(environment, a, b));
  return withoutRepeats(sorted);
}

function isInOrder(nodes: readonly number[]): boolean {
  if (nodes.length < 2) return true;
  let previous = -1;
  for (let index = 0; index < nodes.length; index++) {
    const node = nodes[index] as number;
    if (node <= previous) return false;
    previous = node;
  }
  return true;
}

function withoutRepeats(sorted: Iterable<number>): number[] {
  const unique: number[] = [];
  let previous: number | undefined;
  for (const node of sorted) {
    if (node !== previous) unique.push(node);
    previous = node;
  }
  return unique;
}

/** An element comes first, then its namespace nodes, its attributes, its children. */
function compare(environment: Environment, a: number, b: number): number {
  const byOwner = ownerOf(environment, a) - ownerOf(environment, b);
  if (byOwner !== 0) return byOwner;
  const byClass = classOf(a) - classOf(b);
  return byClass !== 0 ? byClass : b - a;
}

function classOf(node: number): number {
  if (isTreeNode(node)) return 0;
  return isAttribute(node) ? 2 : 1;
}

/** String value of any node (https://www.w3.org/TR/xpath-10/#data-model). */
export function stringValueOf(environment: Environment, node: number): string {
  const { document } = environment;
  if (node < 0) {
    return isAttribute(node)
      ? document.attributeValue(attributeIndex(node))
      : namespaceOf(environment, node).uri;
  }
  switch (document.kinds[node]) {
    case NodeKind.Element:
    case NodeKind.Document:
    case NodeKind.Fragment:
      return textBelow(document, node);
    default:
      return document.data(node);
  }
}

/** Whether the string value of a node is `text`, without building it where much is below the node. */
export function hasStringValue(environment: Environment, node: number, text: string): boolean {
  const { document } = environment;
  return node > 0 && document.isContainer(node) && hasMuchBelow(document, node)
    ? hasIndexedText(document, node, text)
    : stringValueOf(environment, node) === text;
}

/** Most elements have one text in them or none. */
function textBelow(document: Document, node: number): string {
  const only = document.firstChildren[node] as number;
  if (only === NO_NODE) return "";
  if (document.nextSiblings[only] === NO_NODE && document.kinds[only] === NodeKind.Text) {
    return document.data(only);
  }
  return hasMuchBelow(document, node) ? indexedText(document, node) : document.textContent(node);
}

/** Whether to look its texts up: an index does not know which of them are in the content of templates. */
function hasMuchBelow(document: Document, node: number): boolean {
  return !document.hasTemplates && document.subtreeEnd(node) - node > MUCH;
}

/** Value of an attribute without a namespace of an element. */
export function attributeValueOf(
  { document }: Environment,
  node: number,
  name: string,
): string | undefined {
  if (!isTreeNode(node) || !document.isElement(node)) return undefined;
  const attribute = document.findAttribute(node, document.names.idOf(name));
  return attribute === -1 ? undefined : document.attributeValue(attribute);
}

/** Local name and namespace; "" where a node has none. HTML's own elements have no namespace. */
export function expandedNameOf(
  environment: Environment,
  node: number,
): { local: string; namespace: string } {
  const { document } = environment;
  if (isAttribute(node)) {
    const attribute = attributeIndex(node);
    return {
      local: document.attributeLocalName(attribute),
      namespace: document.attributeNamespace(attribute),
    };
  }
  if (!isTreeNode(node)) return { local: namespaceOf(environment, node).prefix, namespace: "" };
  switch (document.kinds[node]) {
    case NodeKind.Element: {
      const namespace = document.namespace(node);
      const isOfHtml = namespace === HTML && !document.isXml;
      return { local: document.localName(node), namespace: isOfHtml ? "" : namespace };
    }
    case NodeKind.ProcessingInstruction:
      return { local: document.name(node), namespace: "" };
    default:
      return { local: "", namespace: "" };
  }
}

/** Qualified name; "" where a node has none. */
export function qualifiedNameOf(environment: Environment, node: number): string {
  const { document } = environment;
  if (isAttribute(node)) return document.attributeName(attributeIndex(node));
  if (!isTreeNode(node)) return namespaceOf(environment, node).prefix;
  return document.name(node);
}

/**
 * The elements that have one of `ids`, in document order. What an id is, a document type definition
 * would say, which is not read: `id` in HTML and `xml:id` in XML.
 */
export function nodesById({ document }: Environment, ids: readonly string[]): NodeSet {
  const wanted = new Set(ids);
  const nameId = document.names.idOf(document.isXml ? "xml:id" : "id");
  const found: number[] = [];
  if (wanted.size === 0 || nameId === 0) return found;
  for (let node = 1; node < document.size; node++) {
    if (!document.isElement(node)) {
      if (document.kinds[node] === NodeKind.Fragment && node > 1) {
        node = document.subtreeEnd(node) - 1;
      }
      continue;
    }
    const attribute = document.findAttribute(node, nameId);
    // Of several elements with the same id, the first counts.
    if (attribute !== -1 && wanted.delete(document.attributeValue(attribute))) found.push(node);
  }
  return found;
}

/** Whether the language of `node` is `language` or a variant of it, as `en-GB` is of `en`. */
export function isInLanguage(environment: Environment, node: number, language: string): boolean {
  const { document } = environment;
  const names = document.isXml ? ["xml:lang"] : ["xml:lang", "lang"];
  const nameIds = names.map((name) => document.names.idOf(name)).filter((id) => id !== 0);
  let element = ownerOf(environment, node);
  for (; element !== NO_NODE; element = document.parents[element] as number) {
    if (!document.isElement(element)) continue;
    for (const nameId of nameIds) {
      const attribute = document.findAttribute(element, nameId);
      if (attribute !== -1) return isVariant(document.attributeValue(attribute), language);
    }
  }
  return false;
}

function isVariant(actual: string, language: string): boolean {
  const lower = actual.toLowerCase();
  const wanted = language.toLowerCase();
  return lower === wanted || lower.startsWith(`${wanted}-`);
}
