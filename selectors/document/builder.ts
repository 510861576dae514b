import { type Doctype, Document, DOCUMENT_NODE, NO_NODE, NodeKind } from "./document.ts";
import { NamespaceTable } from "./namespaces.ts";
import { NameTable } from "./names.ts";
import { cutColumns, type NodeColumns, takeColumns } from "./node_columns.ts";

/** An attribute, as parsers give it. */
export interface Attribute {
  /** Name, without the prefix if there is one. */
  name: string;
  /** Value, with references replaced. */
  value: string;
  /** Prefix of the name, if there is one. */
  prefix?: string;
  /** URI of the namespace, if there is one. */
  namespace?: string;
}

/** What a {@linkcode DocumentBuilder} may be told about the document. */
export interface BuilderOptions {
  /** Where the document came from. */
  url?: string;
  /** Whether the document is XML. Default: false, HTML. */
  isXml?: boolean;
  /** The text that ranges of texts and attribute values point into. Default: "". */
  source?: string;
}

const MIN_CAPACITY = 64;
// Measured: the standard library's pages of Python have a node and half an attribute every 16 units.
const SOURCE_PER_NODE = 14;
const SOURCE_PER_ATTRIBUTE = 28;
const INTEGERS_PER_ATTRIBUTE = 3;

/**
 * Builds a {@linkcode Document}, node by node.
 *
 * Create nodes, put them into the tree ({@linkcode DOCUMENT_NODE} is there from the start) and
 * {@linkcode finish}. Handles that the builder gives are good until then: `finish()` renumbers nodes
 * that were not created in document order, and forgets those that are in no tree.
 *
 * ```ts ignore
 * const builder = new DocumentBuilder({ isXml: true });
 * const feed = builder.createElement("feed", "http://www.w3.org/2005/Atom", []);
 * builder.append(DOCUMENT_NODE, feed);
 * builder.appendText(feed, "text");
 * const document = builder.finish();
 * ```
 */
export class DocumentBuilder {
  /** The text that ranges point into. */
  readonly source: string;
  /** The names so far. */
  readonly names: NameTable = new NameTable();
  /** The namespaces so far. */
  readonly namespaces: NamespaceTable = new NamespaceTable();
  /** See {@linkcode Document.kinds}. */
  kinds!: Uint8Array;
  /** See {@linkcode Document.nameIds}. */
  nameIds!: Int32Array;
  /** See {@linkcode Document.namespaceIds}. */
  namespaceIds!: Uint8Array | Int32Array;
  /** See {@linkcode Document.parents}. */
  parents!: Int32Array;
  /** See {@linkcode Document.firstChildren}. */
  firstChildren!: Int32Array;
  /** See {@linkcode Document.lastChildren}. */
  lastChildren!: Int32Array;
  /** See {@linkcode Document.nextSiblings}. */
  nextSiblings!: Int32Array;
  /** See {@linkcode Document.previousSiblings}. */
  previousSiblings!: Int32Array;

  readonly #url: string | undefined;
  readonly #isXml: boolean;
  /** One more than the last handle. */
  #size = DOCUMENT_NODE;
  #starts!: Int32Array;
  #ends!: Int32Array;
  #attributeCount = 0;
  #attributeNameIds: Int32Array;
  #attributeStarts: Int32Array;
  #attributeEnds: Int32Array;
  #attributeNamespaceIds: Int32Array | undefined;
  readonly #strings: string[] = [];
  readonly #doctypes: Doctype[] = [];
  readonly #columns: NodeColumns;
  #templateContents: Map<number, number> | undefined;
  #templateHosts: Map<number, number> | undefined;
  /** How many nodes are in a tree, as long as handles follow document order. */
  #inTree = 1;
  /** The last node in document order, as long as handles follow that order. */
  #lastInOrder = DOCUMENT_NODE;
  #isInOrder = true;

  constructor(options: BuilderOptions = {}) {
    const { url, isXml = false, source = "" } = options;
    this.source = source;
    this.#url = url;
    this.#isXml = isXml;
    const nodes = MIN_CAPACITY + 4 * Math.ceil(source.length / (4 * SOURCE_PER_NODE));
    this.#columns = takeColumns(nodes);
    this.#use(this.#columns);
    const attributes = MIN_CAPACITY + Math.ceil(source.length / SOURCE_PER_ATTRIBUTE);
    const ofAttributes = new ArrayBuffer(attributes * INTEGERS_PER_ATTRIBUTE * 4);
    this.#attributeNameIds = new Int32Array(ofAttributes, 0, attributes);
    this.#attributeStarts = new Int32Array(ofAttributes, 4 * attributes, attributes);
    this.#attributeEnds = new Int32Array(ofAttributes, 8 * attributes, attributes);
    this.#createNode(NodeKind.Document, 0, 0);
  }

  /** How many attributes there are; the index that the next one gets. */
  get attributeCount(): number {
    return this.#attributeCount;
  }

  /**
   * Creates an element that is not yet in the tree.
   *
   * @param name Qualified name.
   * @param namespace URI of the namespace, "" for none.
   * @param attributes Attributes in source order, no two of the same name.
   */
  createElement(name: string, namespace: string, attributes: readonly Attribute[]): number {
    const start = this.#attributeCount;
    for (const attribute of attributes) this.#addAttribute(attribute);
    const namespaceId = this.namespaces.intern(namespace);
    return this.createElementOf(this.names.intern(name), namespaceId, start, this.#attributeCount);
  }

  /** Creates an element of a name, a namespace and a range of attributes that have numbers. */
  createElementOf(nameId: number, namespaceId: number, start: number, end: number): number {
    const node = this.#createNode(NodeKind.Element, start, end);
    this.nameIds[node] = nameId;
    this.#setNamespace(node, namespaceId);
    return node;
  }

  /** Adds an attribute to the range that the next element will be created with. */
  addAttribute(nameId: number, start: number, end: number): void {
    const at = this.#attributeCount++;
    if (at === this.#attributeNameIds.length) this.#growAttributes();
    this.#attributeNameIds[at] = nameId;
    this.#attributeStarts[at] = start;
    this.#attributeEnds[at] = end;
  }

  /** {@linkcode addAttribute} with a value that is no range of the source. */
  addAttributeValue(nameId: number, value: string): void {
    this.addAttribute(nameId, -1, this.#strings.push(value) - 1);
  }

  /** Forgets the attributes from the index `start` on, which no element has. */
  dropAttributes(start: number): void {
    this.#attributeCount = start;
  }

  /** Creates a text that is not yet in the tree. */
  createText(data: string): number {
    return this.#createNode(NodeKind.Text, -1, this.#strings.push(data) - 1);
  }

  /** Creates a text, that is not yet in the tree, of a range of the source. */
  createTextRange(start: number, end: number): number {
    return this.#createNode(NodeKind.Text, start, end);
  }

  /** Creates a comment that is not yet in the tree. */
  createComment(data: string): number {
    return this.#createNode(NodeKind.Comment, -1, this.#strings.push(data) - 1);
  }

  /** Creates a processing instruction that is not yet in the tree. */
  createProcessingInstruction(target: string, data: string): number {
    const index = this.#strings.push(data) - 1;
    const node = this.#createNode(NodeKind.ProcessingInstruction, -1, index);
    this.nameIds[node] = this.names.intern(target);
    return node;
  }

  /** Creates a document type declaration that is not yet in the tree. */
  createDoctype(name: string, publicId: string, systemId: string): number {
    const index = this.#doctypes.push({ name, publicId, systemId }) - 1;
    return this.#createNode(NodeKind.Doctype, index, index);
  }

  /** Creates a fragment: the content of a `<template>`, or what {@linkcode finish} is asked for. */
  createFragment(): number {
    return this.#createNode(NodeKind.Fragment, 0, 0);
  }

  /** Makes `fragment` the content of the element `template`. */
  setTemplateContent(template: number, fragment: number): void {
    (this.#templateContents ??= new Map()).set(template, fragment);
    (this.#templateHosts ??= new Map()).set(fragment, template);
    this.#inTree++;
    if (fragment !== template + 1) this.#isInOrder = false;
  }

  /** The content of the element `template`, or 0. */
  templateContent(template: number): number {
    return this.#templateContents?.get(template) ?? NO_NODE;
  }

  /** Puts `node`, which has no parent, behind the children of `parent`. */
  append(parent: number, node: number): void {
    if (this.#isInOrder) this.#checkOrder(parent, node);
    const previous = this.lastChildren[parent] as number;
    this.parents[node] = parent;
    this.lastChildren[parent] = node;
    if (previous === NO_NODE) {
      this.firstChildren[parent] = node;
    } else {
      this.nextSiblings[previous] = node;
      this.previousSiblings[node] = previous;
    }
  }

  /** Puts `node`, which has no parent, before `reference`, a child of `parent`. */
  insertBefore(parent: number, node: number, reference: number): void {
    this.#isInOrder = false;
    const previous = this.previousSiblings[reference] as number;
    this.parents[node] = parent;
    this.previousSiblings[node] = previous;
    this.nextSiblings[node] = reference;
    this.previousSiblings[reference] = node;
    if (previous === NO_NODE) this.firstChildren[parent] = node;
    else this.nextSiblings[previous] = node;
  }

  /** Takes `node` and its subtree out of the tree, if it is in it. */
  detach(node: number): void {
    const parent = this.parents[node] as number;
    if (parent === NO_NODE) return;
    this.#isInOrder = false;
    const previous = this.previousSiblings[node] as number;
    const next = this.nextSiblings[node] as number;
    if (previous === NO_NODE) this.firstChildren[parent] = next;
    else this.nextSiblings[previous] = next;
    if (next === NO_NODE) this.lastChildren[parent] = previous;
    else this.previousSiblings[next] = previous;
    this.parents[node] = this.previousSiblings[node] = this.nextSiblings[node] = NO_NODE;
  }

  /** Adds a text behind the children of `parent`, to the last child if that is a text. */
  appendText(parent: number, data: string): void {
    const last = this.lastChildren[parent] as number;
    if (this.kinds[last] === NodeKind.Text) this.#extendText(last, data);
    else this.append(parent, this.createText(data));
  }

  /** {@linkcode appendText} for a range of the source. */
  appendTextRange(parent: number, start: number, end: number): void {
    const last = this.lastChildren[parent] as number;
    if (this.kinds[last] !== NodeKind.Text) this.append(parent, this.createTextRange(start, end));
    else if (this.#ends[last] === start && this.#starts[last] !== -1) this.#ends[last] = end;
    else this.#extendText(last, this.source.slice(start, end));
  }

  /** Adds a text before `reference`, to the sibling before that if it is a text. */
  insertTextBefore(parent: number, data: string, reference: number): void {
    const previous = this.previousSiblings[reference] as number;
    if (this.kinds[previous] === NodeKind.Text) this.#extendText(previous, data);
    else this.insertBefore(parent, this.createText(data), reference);
  }

  /** Gives the element `node` those of `attributes` that it lacks. */
  adoptAttributes(node: number, attributes: readonly Attribute[]): void {
    const present = new Set<number>();
    const start = this.#attributeCount;
    const end = this.#ends[node] as number;
    for (let at = this.#starts[node] as number; at < end; at++) {
      present.add(this.#attributeNameIds[at] as number);
      this.addAttribute(
        this.#attributeNameIds[at] as number,
        this.#attributeStarts[at] as number,
        this.#attributeEnds[at] as number,
      );
    }
    for (const attribute of attributes) {
      if (!present.has(this.names.intern(attribute.name))) this.#addAttribute(attribute);
    }
    this.#starts[node] = start;
    this.#ends[node] = this.#attributeCount;
  }

  /** The attributes with the indexes from `start` to before `end`. */
  attributesIn(start: number, end: number): Attribute[] {
    const attributes: Attribute[] = [];
    for (let at = start; at < end; at++) {
      const name = this.names.nameOf(this.#attributeNameIds[at] as number);
      const valueStart = this.#attributeStarts[at] as number;
      const valueEnd = this.#attributeEnds[at] as number;
      attributes.push({ name, value: this.#stringAt(valueStart, valueEnd) });
    }
    return attributes;
  }

  /** The attributes of the element `node`. */
  attributesOf(node: number): Attribute[] {
    return this.attributesIn(this.#starts[node] as number, this.#ends[node] as number);
  }

  /** Value of a text or a comment. */
  data(node: number): string {
    return this.#stringAt(this.#starts[node] as number, this.#ends[node] as number);
  }

  /** The doctype at `node`. */
  doctype(node: number): Doctype {
    return this.#doctypes[this.#starts[node] as number] as Doctype;
  }

  /**
   * The finished document; the builder must not be used any more.
   *
   * @param top The document or the fragment that becomes the whole document. Default: the document.
   */
  finish(top: number = DOCUMENT_NODE): Document {
    const isComplete = this.#inTree === this.#size - 1;
    if (!this.#isInOrder || !isComplete || top !== DOCUMENT_NODE) this.#renumber(top);
    else this.#cut();
    return new Document({
      source: this.source,
      url: this.#url,
      isXml: this.#isXml,
      names: this.names,
      namespaces: this.namespaces,
      size: this.#size,
      kinds: this.kinds,
      nameIds: this.nameIds,
      namespaceIds: this.namespaceIds,
      parents: this.parents,
      firstChildren: this.firstChildren,
      lastChildren: this.lastChildren,
      nextSiblings: this.nextSiblings,
      previousSiblings: this.previousSiblings,
      starts: this.#starts,
      ends: this.#ends,
      attributeNameIds: this.#attributeNameIds,
      attributeStarts: this.#attributeStarts,
      attributeEnds: this.#attributeEnds,
      attributeNamespaceIds: this.#attributeNamespaceIds,
      strings: this.#strings,
      doctypes: this.#doctypes,
      templateContents: this.#templateContents,
    });
  }

  /** Leaves no room for more nodes; arrays that had to grow during the page are left as they are. */
  #cut(): void {
    const { kinds, namespaceIds } = this.#columns;
    if (kinds !== this.kinds || namespaceIds !== this.namespaceIds) return;
    this.#use(cutColumns(this.#columns, this.#size));
  }

  #use(columns: NodeColumns): void {
    this.nameIds = columns.nameIds;
    this.parents = columns.parents;
    this.firstChildren = columns.firstChildren;
    this.lastChildren = columns.lastChildren;
    this.nextSiblings = columns.nextSiblings;
    this.previousSiblings = columns.previousSiblings;
    this.#starts = columns.starts;
    this.#ends = columns.ends;
    this.kinds = columns.kinds;
    this.namespaceIds = columns.namespaceIds;
  }

  #createNode(kind: NodeKind, start: number, end: number): number {
    const node = this.#size++;
    if (node >= this.kinds.length) this.#growNodes();
    this.kinds[node] = kind;
    this.#starts[node] = start;
    this.#ends[node] = end;
    return node;
  }

  #setNamespace(node: number, namespaceId: number): void {
    if (namespaceId > 0xff && this.namespaceIds instanceof Uint8Array) {
      this.namespaceIds = Int32Array.from(this.namespaceIds);
    }
    this.namespaceIds[node] = namespaceId;
  }

  #addAttribute({ name, prefix, value, namespace }: Attribute): void {
    const at = this.#attributeCount;
    this.addAttributeValue(this.names.intern(prefix ? `${prefix}:${name}` : name), value);
    if (!namespace) return;
    this.#attributeNamespaceIds ??= new Int32Array(this.#attributeNameIds.length);
    this.#attributeNamespaceIds[at] = this.namespaces.intern(namespace);
  }

  #extendText(text: number, data: string): void {
    const whole = this.data(text) + data;
    if (this.#starts[text] === -1) this.#strings[this.#ends[text] as number] = whole;
    else this.#ends[text] = this.#strings.push(whole) - 1;
    this.#starts[text] = -1;
  }

  #stringAt(start: number, end: number): string {
    return start === -1 ? this.#strings[end] as string : this.source.slice(start, end);
  }

  /**
   * Handles follow document order as long as each node is appended to the node before it or to one
   * of that node's ancestors. Each step up is paid for by a step down: linear in all.
   */
  #checkOrder(parent: number, node: number): void {
    let ancestor = this.#lastInOrder;
    if (node < ancestor) ancestor = NO_NODE;
    while (ancestor !== parent && ancestor !== NO_NODE) {
      const above = this.parents[ancestor] as number;
      ancestor = above !== NO_NODE ? above : this.#templateHosts?.get(ancestor) ?? NO_NODE;
    }
    if (ancestor === NO_NODE && !this.#isFreshTemplateContent(parent)) this.#isInOrder = false;
    this.#lastInOrder = node;
    this.#inTree++;
  }

  /** Whether `parent` is the still empty content of the node that was appended last. */
  #isFreshTemplateContent(parent: number): boolean {
    const host = this.#templateHosts?.get(parent);
    return host !== undefined && host === this.#lastInOrder;
  }

  #growNodes(): void {
    const capacity = this.kinds.length * 2;
    this.kinds = grown(this.kinds, capacity);
    this.nameIds = grown(this.nameIds, capacity);
    this.namespaceIds = grown(this.namespaceIds, capacity);
    this.parents = grown(this.parents, capacity);
    this.firstChildren = grown(this.firstChildren, capacity);
    this.lastChildren = grown(this.lastChildren, capacity);
    this.nextSiblings = grown(this.nextSiblings, capacity);
    this.previousSiblings = grown(this.previousSiblings, capacity);
    this.#starts = grown(this.#starts, capacity);
    this.#ends = grown(this.#ends, capacity);
  }

  #growAttributes(): void {
    const capacity = this.#attributeNameIds.length * 2;
    this.#attributeNameIds = grown(this.#attributeNameIds, capacity);
    this.#attributeStarts = grown(this.#attributeStarts, capacity);
    this.#attributeEnds = grown(this.#attributeEnds, capacity);
    if (this.#attributeNamespaceIds !== undefined) {
      this.#attributeNamespaceIds = grown(this.#attributeNamespaceIds, capacity);
    }
  }

  /** Numbers the nodes in the tree of `top` in document order and forgets the others. */
  #renumber(top: number): void {
    const oldOf = this.#inDocumentOrder(top);
    const newOf = new Int32Array(this.#size);
    for (let node = 1; node < oldOf.length; node++) newOf[oldOf[node] as number] = node;
    const moved = (array: Int32Array) => oldOf.map((old) => array[old] as number);
    const links = (array: Int32Array) => oldOf.map((old) => newOf[array[old] as number] as number);
    const { kinds, namespaceIds } = this;
    this.kinds = Uint8Array.from(oldOf, (old) => kinds[old] as number);
    this.namespaceIds = namespaceIds instanceof Uint8Array
      ? Uint8Array.from(oldOf, (old) => namespaceIds[old] as number)
      : moved(namespaceIds);
    this.nameIds = moved(this.nameIds);
    this.#starts = moved(this.#starts);
    this.#ends = moved(this.#ends);
    this.parents = links(this.parents);
    this.firstChildren = links(this.firstChildren);
    this.lastChildren = links(this.lastChildren);
    this.nextSiblings = links(this.nextSiblings);
    this.previousSiblings = links(this.previousSiblings);
    this.#templateContents = renumberedContents(this.#templateContents, newOf);
    this.#size = oldOf.length;
  }

  /** The nodes in the tree of `top` in document order, from index 1. */
  #inDocumentOrder(top: number): Int32Array {
    const order = new Int32Array(this.#size);
    let count = 1;
    let node = top;
    for (;;) {
      order[count++] = node;
      let next = this.templateContent(node) || this.firstChildren[node] as number;
      while (next === NO_NODE && node !== top) {
        next = this.nextSiblings[node] as number;
        if (next === NO_NODE) [node, next] = this.#above(node);
      }
      if (next === NO_NODE) return order.slice(0, count);
      node = next;
    }
  }

  /** Where to go on after the last child `node`: its parent, and the first child that is still due. */
  #above(node: number): [node: number, next: number] {
    const parent = this.parents[node] as number;
    if (parent !== NO_NODE) return [parent, NO_NODE];
    const host = this.#templateHosts?.get(node) as number;
    return [host, this.firstChildren[host] as number];
  }
}

function grown<Numbers extends Uint8Array | Int32Array>(old: Numbers, capacity: number): Numbers {
  const bigger = old instanceof Uint8Array ? new Uint8Array(capacity) : new Int32Array(capacity);
  bigger.set(old);
  return bigger as Numbers;
}

function renumberedContents(
  contents: ReadonlyMap<number, number> | undefined,
  newOf: Int32Array,
): Map<number, number> | undefined {
  if (contents === undefined) return undefined;
  const renumbered = new Map<number, number>();
  for (const [template, fragment] of contents) {
    const host = newOf[template] as number;
    if (host !== NO_NODE) renumbered.set(host, newOf[fragment] as number);
  }
  return renumbered;
}
