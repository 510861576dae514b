import { foreignContent } from "parse5";
import { OrbweaverError } from "../errors.ts";
import { type Attribute, DocumentBuilder } from "./builder.ts";
import { type Document, DOCUMENT_NODE, NodeKind } from "./document.ts";

/** What is read of a node of another library's tree: the part of the DOM that all of them have. */
export interface DomNode {
  /** The kind of node, as a number of the DOM's. */
  readonly nodeType: number;
  /** The children, in order. */
  readonly childNodes: ArrayLike<DomNode>;
  /** Text of a text or a comment. */
  readonly nodeValue?: string | null;
  /** An element's name, in lower case for HTML. */
  readonly localName?: string | null;
  /** An element's namespace; where it is missing, it is told from the element's place. */
  readonly namespaceURI?: string | null;
  /** Name of a document type declaration. */
  readonly name?: string;
  /** Public identifier of a document type declaration. */
  readonly publicId?: string;
  /** System identifier of a document type declaration. */
  readonly systemId?: string;
  /** The content of a `<template>`. */
  readonly content?: DomNode | string | null;
  /** Names of an element's attributes. */
  readonly getAttributeNames?: () => string[];
  /** Value of an element's attribute. */
  readonly getAttribute?: (name: string) => string | null;
}

/** Another library's parser of HTML. */
export interface PageParser {
  /**
   * Parses a page.
   *
   * @param html The page.
   * @returns The document.
   */
  parse(html: string): DomNode;
}

/** A parser that was passed in failed on a page. */
export class PageParserError extends OrbweaverError {
  /** The name of this class. */
  override name = "PageParserError";

  /**
   * Creates the error.
   *
   * @param problem What the parser did.
   * @param options `cause`: the parser's own error.
   */
  constructor(problem: string, options: { cause?: unknown } = {}) {
    super(`The parser that was passed in ${problem}; leave 'parser' out to use our own`, options);
  }
}

const HTML = "http://www.w3.org/1999/xhtml";
const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";
/** Elements of SVG in which there is HTML. */
const HTML_INSIDE_SVG: ReadonlySet<string> = new Set(["foreignobject", "desc", "title"]);

/**
 * Parses a page with another library and copies its tree.
 *
 * @throws {PageParserError} If the parser fails, as some do on deeply nested pages, or gives no
 * document.
 */
export function parseWith(parser: PageParser, html: string, url?: string): Document {
  const page = parsed(parser, html);
  if (page?.nodeType !== NodeKind.Document) {
    throw new PageParserError("gave no document");
  }
  return copyTree(page, url);
}

function parsed(parser: PageParser, html: string): DomNode | null | undefined {
  try {
    return parser.parse(html);
  } catch (cause) {
    throw new PageParserError("failed on the page", { cause });
  }
}

/** A node whose children are being copied. */
interface Level {
  readonly children: ArrayLike<DomNode>;
  /** The copy of the node. */
  readonly parent: number;
  /** The namespace of the node, and its name in lower case. */
  readonly namespace: string;
  readonly name: string;
  next: number;
}

/** Copies without recursing: how deep a page is nested is up to its author. */
function copyTree(page: DomNode, url: string | undefined): Document {
  const builder = new DocumentBuilder(url === undefined ? {} : { url });
  const levels: Level[] = [levelOf(page, DOCUMENT_NODE, HTML, "")];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const node = level.children[level.next++];
    if (node === undefined) levels.pop();
    else if (node.nodeType === NodeKind.Element) levels.push(copyElement(builder, node, level));
    else copyLeaf(builder, node, level.parent);
  }
  return builder.finish();
}

/** Copies an element, and tells what is to be copied into it. */
function copyElement(builder: DocumentBuilder, node: DomNode, around: Level): Level {
  const lowerCase = (node.localName ?? "").toLowerCase();
  const namespace = namespaceOf(node, lowerCase, around);
  const name = namespace === SVG
    ? foreignContent.SVG_TAG_NAMES_ADJUSTMENT_MAP.get(lowerCase) ?? lowerCase
    : node.localName ?? "";
  const element = builder.createElement(name, namespace, attributesOf(node));
  builder.append(around.parent, element);
  const { content } = node;
  if (lowerCase !== "template" || typeof content !== "object" || content === null) {
    return levelOf(node, element, namespace, lowerCase);
  }
  const fragment = builder.createFragment();
  builder.setTemplateContent(element, fragment);
  return levelOf(content, fragment, HTML, "");
}

function copyLeaf(builder: DocumentBuilder, node: DomNode, parent: number): void {
  const data = node.nodeValue ?? "";
  switch (node.nodeType) {
    case NodeKind.Text:
      if (data !== "") builder.appendText(parent, data);
      break;
    case NodeKind.Comment:
      builder.append(parent, builder.createComment(data));
      break;
    case NodeKind.Doctype: {
      const { name = "html", publicId = "", systemId = "" } = node;
      builder.append(parent, builder.createDoctype(name, publicId, systemId));
    }
  }
}

function levelOf(node: DomNode, parent: number, namespace: string, name: string): Level {
  return { children: node.childNodes, parent, namespace, name, next: 0 };
}

function namespaceOf(node: DomNode, name: string, around: Level): string {
  if (typeof node.namespaceURI === "string") return node.namespaceURI;
  if (name === "svg") return SVG;
  if (name === "math") return MATHML;
  const isIntegrationPoint = around.namespace === SVG && HTML_INSIDE_SVG.has(around.name);
  return isIntegrationPoint ? HTML : around.namespace;
}

function attributesOf(node: DomNode): Attribute[] {
  const names = new Set(node.getAttributeNames?.() ?? []);
  return Array.from(names, (name) => ({ name, value: node.getAttribute?.(name) ?? "" }));
}
