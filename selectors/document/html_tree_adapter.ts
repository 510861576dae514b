import { html, type TreeAdapter, type TreeAdapterTypeMap } from "parse5";
import type { Attribute, DocumentBuilder } from "./builder.ts";
import { DOCUMENT_NODE, NO_NODE, NodeKind } from "./document.ts";
import { Namespace } from "./namespaces.ts";

/** To parse5, every node of ours is a number. */
export type NodeTypes = TreeAdapterTypeMap<
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number
>;

/** How parse5 builds and looks at a tree in a {@linkcode DocumentBuilder}. */
export class HtmlTreeAdapter implements TreeAdapter<NodeTypes> {
  /** What is being built. */
  readonly builder: DocumentBuilder;
  #mode = html.DOCUMENT_MODE.NO_QUIRKS;

  constructor(builder: DocumentBuilder) {
    this.builder = builder;
  }

  createDocument(): number {
    return DOCUMENT_NODE;
  }

  createDocumentFragment(): number {
    return this.builder.createFragment();
  }

  createElement(name: string, namespace: html.NS, attributes: Attribute[]): number {
    return this.builder.createElement(name, namespace, attributes);
  }

  createCommentNode(data: string): number {
    return this.builder.createComment(data);
  }

  createTextNode(data: string): number {
    return this.builder.createText(data);
  }

  setDocumentType(document: number, name: string, publicId: string, systemId: string): void {
    this.builder.append(document, this.builder.createDoctype(name, publicId, systemId));
  }

  setDocumentMode(_document: number, mode: html.DOCUMENT_MODE): void {
    this.#mode = mode;
  }

  getDocumentMode(_document: number): html.DOCUMENT_MODE {
    return this.#mode;
  }

  setTemplateContent(template: number, content: number): void {
    this.builder.setTemplateContent(template, content);
  }

  getTemplateContent(template: number): number {
    return this.builder.templateContent(template);
  }

  appendChild(parent: number, node: number): void {
    this.builder.append(parent, node);
  }

  insertBefore(parent: number, node: number, reference: number): void {
    this.builder.insertBefore(parent, node, reference);
  }

  detachNode(node: number): void {
    this.builder.detach(node);
  }

  insertText(parent: number, data: string): void {
    this.builder.appendText(parent, data);
  }

  insertTextBefore(parent: number, data: string, reference: number): void {
    this.builder.insertTextBefore(parent, data, reference);
  }

  adoptAttributes(element: number, attributes: Attribute[]): void {
    this.builder.adoptAttributes(element, attributes);
  }

  getFirstChild(node: number): number | null {
    return (this.builder.firstChildren[node] as number) || null;
  }

  getChildNodes(node: number): number[] {
    const children: number[] = [];
    let child = this.builder.firstChildren[node] as number;
    for (; child !== NO_NODE; child = this.builder.nextSiblings[child] as number) {
      children.push(child);
    }
    return children;
  }

  getParentNode(node: number): number | null {
    return (this.builder.parents[node] as number) || null;
  }

  getAttrList(element: number): Attribute[] {
    return this.builder.attributesOf(element);
  }

  getTagName(element: number): string {
    return this.builder.names.nameOf(this.builder.nameIds[element] as number);
  }

  getNamespaceURI(element: number): html.NS {
    const id = this.builder.namespaceIds[element] as number;
    if (id === Namespace.Html) return html.NS.HTML;
    return this.builder.namespaces.uriOf(id) as html.NS;
  }

  getTextNodeContent(text: number): string {
    return this.builder.data(text);
  }

  getCommentNodeContent(comment: number): string {
    return this.builder.data(comment);
  }

  getDocumentTypeNodeName(doctype: number): string {
    return this.builder.doctype(doctype).name;
  }

  getDocumentTypeNodePublicId(doctype: number): string {
    return this.builder.doctype(doctype).publicId;
  }

  getDocumentTypeNodeSystemId(doctype: number): string {
    return this.builder.doctype(doctype).systemId;
  }

  isTextNode(node: number): node is number {
    return this.builder.kinds[node] === NodeKind.Text;
  }

  isCommentNode(node: number): node is number {
    return this.builder.kinds[node] === NodeKind.Comment;
  }

  isDocumentTypeNode(node: number): node is number {
    return this.builder.kinds[node] === NodeKind.Doctype;
  }

  isElementNode(node: number): node is number {
    return this.builder.kinds[node] === NodeKind.Element;
  }

  // parse5 is not asked for locations.
  getNodeSourceCodeLocation(): null {
    return null;
  }

  setNodeSourceCodeLocation(): void {}

  updateNodeSourceCodeLocation(): void {}
}
