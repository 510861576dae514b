import { escapeAttribute, escapeText } from "entities/escape";
import { type Document, DOCUMENT_NODE, NO_NODE, NodeKind } from "./document.ts";
import { joined } from "./flat.ts";

const VOID_ELEMENTS: ReadonlySet<string> = new Set(
  ("area base basefont bgsound br col embed frame hr img input keygen link meta param source track " +
    "wbr").split(" "),
);

/** Elements of which the text is not escaped; `noscript` is none of them without scripting. */
const RAW_TEXT_ELEMENTS: ReadonlySet<string> = new Set(
  "style script xmp iframe noembed noframes plaintext".split(" "),
);

/**
 * `node` and its content, as HTML (https://html.spec.whatwg.org/#serialising-html-fragments) or, if
 * the document is XML, as XML. The text has its own memory, and no depth overflows the stack.
 */
export function outerHtml(document: Document, node: number): string {
  return new Serializer(document).outer(node);
}

/** The content of `node`; see {@linkcode outerHtml}. */
export function innerHtml(document: Document, node: number): string {
  return new Serializer(document).inner(node);
}

class Serializer {
  readonly #document: Document;
  readonly #parts: string[] = [];

  constructor(document: Document) {
    this.#document = document;
  }

  outer(top: number): string {
    this.#write(top);
    return joined(this.#parts);
  }

  inner(top: number): string {
    if (this.#isVoid(top)) return "";
    const { nextSiblings } = this.#document;
    let child = this.#firstInside(top);
    for (; child !== NO_NODE; child = nextSiblings[child] as number) this.#write(child);
    return joined(this.#parts);
  }

  /** Writes `top` and what is in it. */
  #write(top: number): void {
    const { nextSiblings } = this.#document;
    let node = top;
    for (;;) {
      const inside = this.#open(node) ? this.#firstInside(node) : NO_NODE;
      if (inside !== NO_NODE) {
        node = inside;
        continue;
      }
      this.#close(node);
      while (node !== top && nextSiblings[node] === NO_NODE) {
        node = this.#container(node);
        this.#close(node);
      }
      if (node === top) return;
      node = nextSiblings[node] as number;
    }
  }

  /** The first child; that of the content, for a template. */
  #firstInside(node: number): number {
    const { firstChildren } = this.#document;
    return firstChildren[this.#document.templateContent(node) || node] as number;
  }

  /** What `node` is in; the element, for what is in the content of a template. */
  #container(node: number): number {
    const parent = this.#document.parents[node] as number;
    const isContent = this.#document.kinds[parent] === NodeKind.Fragment;
    return isContent && parent !== DOCUMENT_NODE ? parent - 1 : parent;
  }

  /** Writes what comes before the content of `node`; returns whether it can have any. */
  #open(node: number): boolean {
    const document = this.#document;
    switch (document.kinds[node]) {
      case NodeKind.Element:
        return this.#openElement(node);
      case NodeKind.Text:
        this.#parts.push(this.#text(node));
        return false;
      case NodeKind.Comment:
        this.#parts.push("<!--", document.data(node), "-->");
        return false;
      case NodeKind.ProcessingInstruction:
        this.#parts.push("<?", document.name(node), " ", document.data(node), "?>");
        return false;
      case NodeKind.Doctype:
        this.#parts.push("<!DOCTYPE ", document.doctype(node)?.name ?? "", ">");
        return false;
      default:
        return true;
    }
  }

  #openElement(node: number): boolean {
    const document = this.#document;
    const parts = this.#parts;
    parts.push("<", document.name(node));
    const end = document.attributeEnd(node);
    for (let at = document.attributeStart(node); at < end; at++) {
      const value = escapeAttribute(document.attributeValue(at));
      parts.push(" ", document.attributeName(at), '="', value, '"');
    }
    if (this.#isVoid(node)) {
      parts.push(document.isXml ? "/>" : ">");
      return false;
    }
    parts.push(">");
    return true;
  }

  #close(node: number): void {
    if (!this.#document.isElement(node) || this.#isVoid(node)) return;
    this.#parts.push("</", this.#document.name(node), ">");
  }

  /** Whether there is no end tag: because of the name in HTML, for lack of content in XML. */
  #isVoid(node: number): boolean {
    const document = this.#document;
    if (document.isXml) return document.isElement(node) && this.#firstInside(node) === NO_NODE;
    return document.isHtml(node) && VOID_ELEMENTS.has(document.name(node));
  }

  #text(node: number): string {
    const document = this.#document;
    const parent = document.parents[node] as number;
    const isRaw = document.isHtml(parent) && RAW_TEXT_ELEMENTS.has(document.name(parent));
    return isRaw ? document.data(node) : escapeText(document.data(node));
  }
}
