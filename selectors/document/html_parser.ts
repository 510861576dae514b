import { html, InsertionMode, Parser, type ParserOptions, type Token } from "parse5";
import type { DocumentBuilder } from "./builder.ts";
import { DOCUMENT_NODE } from "./document.ts";
import { EndTagRule, endTagRule } from "./end_tag_rules.ts";
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

  /**
   * Most end tags close the current element. What the rules would look for in that case, step by step,
   * is known beforehand: that it is in scope, and that nothing is left open above it.
   */
  override onEndTag(token: Token.TagToken): void {
    const { currentTagId, stackTop } = this.openElements;
    const closesCurrent = token.tagID === currentTagId && stackTop > 0 && !this.currentNotInHTML &&
      this.#isInBody();
    if (!closesCurrent || !this.#closeCurrent(currentTagId)) super.onEndTag(token);
  }

  /** Whether the rules for `in body` are the ones for end tags of what may stand in a cell. */
  #isInBody(): boolean {
    const { insertionMode } = this;
    return insertionMode === InsertionMode.IN_BODY || insertionMode === InsertionMode.IN_CELL ||
      insertionMode === InsertionMode.IN_CAPTION;
  }

  /** Closes the current element, unless more belongs to that than to take it from the stack. */
  #closeCurrent(tagID: number): boolean {
    const { openElements, activeFormattingElements } = this;
    const rule = endTagRule(tagID);
    if (rule === EndTagRule.Other) return false;
    if (rule === EndTagRule.Formatting) {
      const { newest } = activeFormattingElements;
      if (newest === null || !("element" in newest)) return false;
      if (newest.element !== openElements.current) return false;
      activeFormattingElements.removeEntry(newest);
    }
    this.skipNextNewLine = false;
    openElements.pop();
    return true;
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
