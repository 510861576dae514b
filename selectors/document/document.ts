import { flat, joined } from "./flat.ts";
import { Namespace, type NamespaceTable } from "./namespaces.ts";
import type { NameTable } from "./names.ts";

/** What a node is; the numbers are the DOM's. */
export const NodeKind = {
  /** An element. */
  Element: 1,
  /** A text; a CDATA section of XML is one too. */
  Text: 3,
  /** A processing instruction, in XML only. */
  ProcessingInstruction: 7,
  /** A comment. */
  Comment: 8,
  /** The document itself. */
  Document: 9,
  /** A document type declaration. */
  Doctype: 10,
  /** The content of a `<template>`, or what a fragment was parsed into. */
  Fragment: 11,
} as const;

/** One of {@linkcode NodeKind}. */
export type NodeKind = typeof NodeKind[keyof typeof NodeKind];

/** No node. Real ones have handles from 1, so that a handle is true and 0 is false. */
export const NO_NODE = 0;

/** The node that everything else is in: the document, or the fragment that was parsed. */
export const DOCUMENT_NODE = 1;

/** A document type declaration. */
export interface Doctype {
  /** Name of the root element that it announces. */
  name: string;
  /** Public identifier, "" where there is none. */
  publicId: string;
  /** System identifier, "" where there is none. */
  systemId: string;
}

/** What a {@linkcode Document} is made of; a `DocumentBuilder` gathers it. */
export interface DocumentData {
  readonly source: string;
  readonly url: string | undefined;
  readonly isXml: boolean;
  readonly names: NameTable;
  readonly namespaces: NamespaceTable;
  readonly size: number;
  readonly kinds: Uint8Array;
  readonly nameIds: Int32Array;
  readonly namespaceIds: Uint8Array | Int32Array;
  readonly parents: Int32Array;
  readonly firstChildren: Int32Array;
  readonly lastChildren: Int32Array;
  readonly nextSiblings: Int32Array;
  readonly previousSiblings: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly attributeNameIds: Int32Array;
  readonly attributeStarts: Int32Array;
  readonly attributeEnds: Int32Array;
  readonly attributeNamespaceIds: Int32Array | undefined;
  readonly strings: readonly string[];
  readonly doctypes: readonly Doctype[];
  readonly templateContents: ReadonlyMap<number, number> | undefined;
}

/**
 * A parsed page or XML document: typed arrays that are indexed by node.
 *
 * A node is an integer, its handle. {@linkcode DOCUMENT_NODE} is 1, and 0 is no node. **Handles are
 * numbered in document order**: of two nodes, the one with the smaller handle comes first, and the
 * subtree of a node is the range `node <= handle < subtreeEnd(node)`. The content of a `<template>`
 * is a fragment of its own whose handle is that of its element plus 1, inside that range, but linked
 * to it by {@linkcode templateContent} only: queries that look at a range skip such fragments
 * ({@linkcode NodeKind}.Fragment) by going on at their `subtreeEnd`. Nothing changes once a document
 * is built.
 *
 * ```ts ignore
 * const { kinds, nextSiblings } = document;
 * for (let child = document.firstChildren[node]; child !== NO_NODE; child = nextSiblings[child]) {
 *   if (kinds[child] === NodeKind.Element) console.log(document.name(child));
 * }
 * const end = document.attributeEnd(node);
 * for (let at = document.attributeStart(node); at < end; at++) {
 *   console.log(document.attributeName(at), document.attributeValue(at));
 * }
 * ```
 *
 * Comparing numbers is what makes queries fast: ask `names.idOf("div")` once and compare with
 * `nameIds[node]` (0 means that no node has that name). Texts that `data()` and `attributeValue()`
 * give share memory with the page; pass what leaves the package through `flat()`.
 */
export class Document {
  /** Where the page came from. */
  readonly url: string | undefined;
  /** Whether names are case-sensitive and may have prefixes, as in XML. */
  readonly isXml: boolean;
  /** The names of elements, attributes and processing instructions. */
  readonly names: NameTable;
  /** The namespaces of elements and attributes. */
  readonly namespaces: NamespaceTable;
  /** One more than the last handle. */
  readonly size: number;
  /** The {@linkcode NodeKind} of each node. */
  readonly kinds: Uint8Array;
  /** Number of the qualified name of each element, and of the target of each processing instruction. */
  readonly nameIds: Int32Array;
  /** Number of the namespace of each element. */
  readonly namespaceIds: Uint8Array | Int32Array;
  /** Parent of each node, or 0; 0 too for the content of a `<template>`. */
  readonly parents: Int32Array;
  /** First child of each node, or 0. */
  readonly firstChildren: Int32Array;
  /** Last child of each node, or 0. */
  readonly lastChildren: Int32Array;
  /** Next sibling of each node, or 0. */
  readonly nextSiblings: Int32Array;
  /** Previous sibling of each node, or 0. */
  readonly previousSiblings: Int32Array;
  /** Number of the name of each attribute. */
  readonly attributeNameIds: Int32Array;

  readonly #source: string;
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #attributeStarts: Int32Array;
  readonly #attributeEnds: Int32Array;
  readonly #attributeNamespaceIds: Int32Array | undefined;
  readonly #strings: readonly string[];
  readonly #doctypes: readonly Doctype[];
  readonly #templateContents: ReadonlyMap<number, number> | undefined;
  #subtreeEnds: Int32Array | undefined;
  #root: number | undefined;

  constructor(data: DocumentData) {
    this.url = data.url;
    this.isXml = data.isXml;
    this.names = data.names;
    this.namespaces = data.namespaces;
    this.size = data.size;
    this.kinds = data.kinds;
    this.nameIds = data.nameIds;
    this.namespaceIds = data.namespaceIds;
    this.parents = data.parents;
    this.firstChildren = data.firstChildren;
    this.lastChildren = data.lastChildren;
    this.nextSiblings = data.nextSiblings;
    this.previousSiblings = data.previousSiblings;
    this.attributeNameIds = data.attributeNameIds;
    this.#source = data.source;
    this.#starts = data.starts;
    this.#ends = data.ends;
    this.#attributeStarts = data.attributeStarts;
    this.#attributeEnds = data.attributeEnds;
    this.#attributeNamespaceIds = data.attributeNamespaceIds;
    this.#strings = data.strings;
    this.#doctypes = data.doctypes;
    this.#templateContents = data.templateContents;
  }

  /** The root element (`<html>`, in HTML), or 0 where there is none: in a fragment of texts, say. */
  get root(): number {
    return this.#root ??= this.nextElement(this.firstChildren[DOCUMENT_NODE] as number);
  }

  /** Whether `node` is an element. */
  isElement(node: number): boolean {
    return this.kinds[node] === NodeKind.Element;
  }

  /** Whether `node` can have children. */
  isContainer(node: number): boolean {
    const kind = this.kinds[node];
    return kind === NodeKind.Element || kind === NodeKind.Document || kind === NodeKind.Fragment;
  }

  /** `node` itself or its first next sibling that is an element, or 0. */
  nextElement(node: number): number {
    let next = node;
    while (next !== NO_NODE && this.kinds[next] !== NodeKind.Element) {
      next = this.nextSiblings[next] as number;
    }
    return next;
  }

  /** `node` itself or its nearest previous sibling that is an element, or 0. */
  previousElement(node: number): number {
    let previous = node;
    while (previous !== NO_NODE && this.kinds[previous] !== NodeKind.Element) {
      previous = this.previousSiblings[previous] as number;
    }
    return previous;
  }

  /** The parent of `node` if that is an element, else 0. */
  parentElement(node: number): number {
    const parent = this.parents[node] as number;
    return this.kinds[parent] === NodeKind.Element ? parent : NO_NODE;
  }

  /**
   * The handle after those of the subtree of `node`.
   */
  subtreeEnd(node: number): number {
    if (this.#subtreeEnds === undefined && !this.hasTemplates) {
      const end = this.#nearSubtreeEnd(node);
      if (end !== NO_NODE) return end;
    }
    return this.subtreeEnds[node] as number;
  }

  /** {@linkcode subtreeEnd} of each node. The first question numbers the whole document. */
  get subtreeEnds(): Int32Array {
    return this.#subtreeEnds ??= this.#numberSubtrees();
  }

  /** Qualified name of an element, such as `div` or `media:title`; target of an instruction. */
  name(node: number): string {
    return this.names.nameOf(this.nameIds[node] as number);
  }

  /** Name of an element without its prefix, which only XML has: HTML's `<o:p>` is named `o:p`. */
  localName(node: number): string {
    const name = this.name(node);
    return this.isXml ? name.slice(name.indexOf(":") + 1) : name;
  }

  /** Namespace of an element, "" for none. */
  namespace(node: number): string {
    return this.namespaces.uriOf(this.namespaceIds[node] as number);
  }

  /** Whether `node` is an HTML element, of which names are case-insensitive. */
  isHtml(node: number): boolean {
    return this.namespaceIds[node] === Namespace.Html && !this.isXml;
  }

  /** Value of a text, a comment or a processing instruction; "" for other nodes. */
  data(node: number): string {
    const kind = this.kinds[node];
    if (kind !== NodeKind.Text && kind !== NodeKind.Comment) {
      if (kind !== NodeKind.ProcessingInstruction) return "";
    }
    return this.#stringAt(this.#starts[node] as number, this.#ends[node] as number);
  }

  /** Whether a text is empty, as few are. */
  isEmptyText(node: number): boolean {
    return this.#starts[node] === this.#ends[node] || this.data(node) === "";
  }

  /** The names and identifiers of a document type declaration. */
  doctype(node: number): Doctype | undefined {
    if (this.kinds[node] !== NodeKind.Doctype) return undefined;
    return this.#doctypes[this.#starts[node] as number];
  }

  /** The fragment with the content of a `<template>` element, or 0. */
  templateContent(node: number): number {
    return this.#templateContents?.get(node) ?? NO_NODE;
  }

  /** Whether there is a `<template>` with content anywhere. */
  get hasTemplates(): boolean {
    return this.#templateContents !== undefined;
  }

  /** Index of the first attribute of `node`, in source order. */
  attributeStart(node: number): number {
    return this.kinds[node] === NodeKind.Element ? this.#starts[node] as number : 0;
  }

  /** The index after that of the last attribute of `node`. */
  attributeEnd(node: number): number {
    return this.kinds[node] === NodeKind.Element ? this.#ends[node] as number : 0;
  }

  /** Qualified name of an attribute, such as `href` or `xlink:href`. */
  attributeName(attribute: number): string {
    return this.names.nameOf(this.attributeNameIds[attribute] as number);
  }

  /** Value of an attribute. */
  attributeValue(attribute: number): string {
    return this.#stringAt(
      this.#attributeStarts[attribute] as number,
      this.#attributeEnds[attribute] as number,
    );
  }

  /** Whether the value of an attribute is `value`. */
  attributeEquals(attribute: number, value: string): boolean {
    const start = this.#attributeStarts[attribute] as number;
    const end = this.#attributeEnds[attribute] as number;
    if (start === -1) return this.#strings[end] === value;
    return end - start === value.length && this.#source.startsWith(value, start);
  }

  /** Whether `token`, which is not empty, is one of the tokens in an attribute, such as a class. */
  attributeHasToken(attribute: number, token: string): boolean {
    const start = this.#attributeStarts[attribute] as number;
    const end = this.#attributeEnds[attribute] as number;
    if (start !== -1) return hasToken(this.#source, start, end, token);
    const value = this.#strings[end] as string;
    return hasToken(value, 0, value.length, token);
  }

  /** Namespace of an attribute, "" for none. */
  attributeNamespace(attribute: number): string {
    return this.namespaces.uriOf(this.#attributeNamespaceIds?.[attribute] ?? Namespace.None);
  }

  /** Name of an attribute without the prefix that its namespace gave it. */
  attributeLocalName(attribute: number): string {
    const name = this.attributeName(attribute);
    return this.attributeNamespace(attribute) === "" ? name : name.slice(name.indexOf(":") + 1);
  }

  /** Index of the attribute of the element `node` that is named `nameId`, or -1. */
  findAttribute(node: number, nameId: number): number {
    const end = this.#ends[node] as number;
    for (let at = this.#starts[node] as number; at < end; at++) {
      if (this.attributeNameIds[at] === nameId) return at;
    }
    return -1;
  }

  /**
   * Index of the attribute of the element `node` that is named `name`, or -1. HTML's names are
   * case-insensitive, and SVG's are found in either spelling.
   */
  findAttributeNamed(node: number, name: string): number {
    const exact = this.findAttribute(node, this.names.idOf(name));
    if (exact !== -1 || this.isXml) return exact;
    const lowerCase = name.toLowerCase();
    const lower = lowerCase === name ? -1 : this.findAttribute(node, this.names.idOf(lowerCase));
    if (lower !== -1) return lower;
    const mixedCase = this.names.mixedCaseIdOf(lowerCase);
    return mixedCase === 0 ? -1 : this.findAttribute(node, mixedCase);
  }

  /** Value of the attribute of the element `node` that is named `name`, in HTML in any case. */
  attribute(node: number, name: string): string | undefined {
    const at = this.findAttributeNamed(node, name);
    return at === -1 ? undefined : this.attributeValue(at);
  }

  /** The texts in the subtree of `node` (which may be a text), concatenated, with own memory. */
  textContent(node: number): string {
    if (this.kinds[node] === NodeKind.Text) return flat(this.data(node));
    const texts: string[] = [];
    const end = this.subtreeEnd(node);
    for (let at = node + 1; at < end; at++) {
      if (this.kinds[at] === NodeKind.Text) texts.push(this.data(at));
      else if (this.kinds[at] === NodeKind.Fragment) at = this.subtreeEnd(at) - 1;
    }
    return joined(texts);
  }

  /** A range of the source; where `start` is -1, `end` is the index of a string. */
  #stringAt(start: number, end: number): string {
    return start === -1 ? this.#strings[end] as string : this.#source.slice(start, end);
  }

  /** The next node behind the subtree of `node`, unless one has to look for it far up the tree. */
  #nearSubtreeEnd(node: number): number {
    let ancestor = node;
    for (let steps = 0; steps < NEAR; steps++) {
      const next = this.nextSiblings[ancestor] as number;
      if (next !== NO_NODE) return next;
      ancestor = this.parents[ancestor] as number;
      if (ancestor === NO_NODE) return this.size;
    }
    return NO_NODE;
  }

  /** Backwards, as the last child ends where its parent ends; no recursion, however deep. */
  #numberSubtrees(): Int32Array {
    const { parents, kinds } = this;
    const ends = new Int32Array(this.size);
    for (let node = this.size - 1; node > DOCUMENT_NODE; node--) {
      if (ends[node] === 0) ends[node] = node + 1;
      const parent = kinds[node] === NodeKind.Fragment ? node - 1 : parents[node] as number;
      if (ends[parent] === 0) ends[parent] = ends[node] as number;
    }
    ends[DOCUMENT_NODE] = this.size;
    return ends;
  }
}

/** How far up the tree one looks for an answer before numbering everything. */
const NEAR = 16;

/** Whether whitespace-separated `token` is in `text`, between `start` and `end`. */
function hasToken(text: string, start: number, end: number, token: string): boolean {
  const last = end - token.length;
  for (let at = start; at <= last; at++) {
    const follows = at + token.length;
    if (
      text.charCodeAt(at) === token.charCodeAt(0) &&
      (at === start || isWhitespace(text.charCodeAt(at - 1))) &&
      (follows === end || isWhitespace(text.charCodeAt(follows))) &&
      text.startsWith(token, at)
    ) {
      return true;
    }
  }
  return false;
}

/** ASCII whitespace: https://infra.spec.whatwg.org/#ascii-whitespace */
function isWhitespace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0c || code === 0x0d;
}
