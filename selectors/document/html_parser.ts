import { html, Parser, type ParserOptions, type Token } from "parse5";
import type { DocumentBuilder } from "./builder.ts";
import { DOCUMENT_NODE } from "./document.ts";
import { HtmlTokenizer } from "./html_tokenizer.ts";
import type { HtmlTreeAdapter, NodeTypes } from "./html_tree_adapter.ts";
import { Namespace } from "./namespaces.ts";
import { StartTag, TextToken } from "./tokens.ts";

/**
 * parse5's parser with our tokenizer: its rules say what goes where, and what we have as numbers
 * already goes there as such.
 */
export class HtmlParser extends Parser<NodeTypes> {
  readonly #builder: DocumentBuilder;

  constructor(
    options: ParserOptions<NodeTypes>,
    document: number | null = null,
    fragmentContext: number | null = null,
  ) {
    super(options, document ?? DOCUMENT_NODE, fragmentContext);
    this.#builder = (options.treeAdapter as HtmlTreeAdapter).builder;
    const { inForeignNode } = this.tokenizer;
    this.tokenizer = new HtmlTokenizer(this.options, this, this.#builder);
    this.tokenizer.inForeignNode = inForeignNode;
  }

  /** The answer for HTML elements, which most are, without asking for names. */
  protected override _setContextModes(
    current: number | undefined,
    tagId: number | undefined,
  ): void {
    // parse5 calls this from its constructor, before there is a builder of ours.
    const { builder } = this.treeAdapter as HtmlTreeAdapter;
    if (current === undefined || builder.namespaceIds[current] !== Namespace.Html) {
      super._setContextModes(current, tagId);
      return;
    }
    this.currentNotInHTML = false;
    this.tokenizer.inForeignNode = false;
  }

  override _insertElement(token: Token.TagToken, namespace: html.NS): void {
    if (!(token instanceof StartTag) || !token.isAsRead) super._insertElement(token, namespace);
    else this.openElements.push(this.#insert(token, namespace), token.tagID);
  }

  override _appendElement(token: Token.TagToken, namespace: html.NS): void {
    if (!(token instanceof StartTag) || !token.isAsRead) super._appendElement(token, namespace);
    else this.#insert(token, namespace);
  }

  override _insertCharacters(token: Token.CharacterToken): void {
    if (
      !(token instanceof TextToken) || !token.isAsRead || this._shouldFosterParentOnInsertion()
    ) {
      super._insertCharacters(token);
      return;
    }
    const parent = this.openElements.currentTmplContentOrNode as number;
    this.#builder.appendTextRange(parent, token.start, token.end);
  }

  #insert(token: StartTag, namespace: html.NS): number {
    const namespaceId = namespace === html.NS.HTML
      ? Namespace.Html
      : this.#builder.namespaces.intern(namespace);
    const element = this.#builder.createElementOf(
      token.nameId,
      namespaceId,
      token.attributeStart,
      token.attributeEnd,
    );
    if (this._shouldFosterParentOnInsertion()) {
      this._fosterParentElement(element);
    } else {
      const parent = this.openElements.currentTmplContentOrNode ?? this.document;
      this.#builder.append(parent as number, element);
    }
    return element;
  }
}
