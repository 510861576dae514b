import { html, InsertionMode, Parser, type ParserOptions, type Token } from "parse5";
import type { DocumentBuilder } from "./builder.ts";
import { DOCUMENT_NODE } from "./document.ts";
import { EndTagRule, endTagRule } from "./end_tag_rules.ts";
import { type HtmlTokenHandler, HtmlTokenizer } from "./html_tokenizer.ts";
import type { HtmlTreeAdapter, NodeTypes } from "./html_tree_adapter.ts";
import { Namespace } from "./namespaces.ts";
import { ParagraphSearch, paragraphSearch } from "./paragraph_search.ts";
import { isListOf, StartTagRule, startTagRule } from "./start_tag_rules.ts";
import type { KnownName } from "./tag_names.ts";
import { StartTag, TextToken } from "./tokens.ts";

const { TAG_ID: Tag, NUMBERED_HEADERS } = html;

/** parse5 indexes its stack of open elements when there are 64; below, there is little to search. */
const SHALLOW = 64;

/**
 * parse5's parser with our tokenizer: its rules say what goes where, and what we have as numbers
 * already goes there as such.
 */
export class HtmlParser extends Parser<NodeTypes> implements HtmlTokenHandler {
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

  /** @inheritdoc */
  takeText(start: number, end: number): boolean {
    // What is no whitespace forbids a frameset from then on; whether it is any is not known here.
    if (this.framesetOk || this.skipNextNewLine) return false;
    if (!this.#isInBody() || !this.#isFormattingOpen()) return false;
    this.#appendText(start, end);
    return true;
  }

  /** @inheritdoc */
  takeStartTag(name: KnownName, nameId: number, attributeStart: number): boolean {
    const { tagID } = name;
    const rule = startTagRule(tagID);
    if (rule === StartTagRule.Other || !this.#isInBody() || !this.#makeWay(rule, tagID)) {
      return false;
    }
    this.skipNextNewLine = false;
    if (rule === StartTagRule.ListItem || rule === StartTagRule.Void) this.framesetOk = false;
    const { attributeCount } = this.#builder;
    const element = this.#insertElement(nameId, Namespace.Html, attributeStart, attributeCount);
    if (rule === StartTagRule.Void) return true;
    this.openElements.push(element, tagID);
    if (rule === StartTagRule.Formatting) {
      const token = new StartTag(this.#builder, name, nameId, attributeStart, false);
      this.activeFormattingElements.pushElement(element, token);
    }
    return true;
  }

  /** Closes what an element with such a tag can't stand in; false if that takes more than is known here. */
  #makeWay(rule: StartTagRule, tagID: number): boolean {
    const { openElements } = this;
    switch (rule) {
      case StartTagRule.Block:
        return this.#closeParagraph();
      case StartTagRule.Heading:
        if (!this.#closeParagraph()) return false;
        if (NUMBERED_HEADERS.has(openElements.currentTagId as number)) openElements.pop();
        return true;
      case StartTagRule.ListItem:
        return isListOf(openElements.currentTagId, tagID) && this.#closeParagraph();
      case StartTagRule.Formatting:
        return this.#isFormattingOpen() && !(tagID === Tag.A && this.#isInLink());
      default:
        return this.#isFormattingOpen();
    }
  }

  /** Whether no formatting element has to be opened again before something is inserted. */
  #isFormattingOpen(): boolean {
    const { newest } = this.activeFormattingElements;
    if (newest === null || !("element" in newest)) return true;
    return newest.element === this.openElements.current ||
      this.openElements.contains(newest.element);
  }

  /** Whether a link is open, or has to be opened again. */
  #isInLink(): boolean {
    const { activeFormattingElements } = this;
    return activeFormattingElements.getElementEntryInScopeWithTagName(html.TAG_NAMES.A) !== null;
  }

  /** Closes the current element if it is a paragraph; false if there may be one further up. */
  #closeParagraph(): boolean {
    const { openElements } = this;
    const { stackTop, tagIDs } = openElements;
    if (openElements.currentTagId === Tag.P) {
      openElements.pop();
      return true;
    }
    // In a deep tree each step up would be one for each element; parse5 has an index by then.
    if (openElements.depth > SHALLOW) return !openElements.hasInButtonScope(Tag.P);
    for (let slot = stackTop; slot >= 0; slot = openElements.slotBelow(slot)) {
      const step = paragraphSearch(tagIDs[slot] as number);
      if (step !== ParagraphSearch.GoesOn) return step === ParagraphSearch.FindsNone;
    }
    return true;
  }

  /**
   * Most end tags close the current element. What the rules would look for in that case, step by step,
   * is known beforehand: that it is in scope, and that nothing is left open above it.
   */
  override onEndTag(token: Token.TagToken): void {
    const { currentTagId, stackTop } = this.openElements;
    const closesCurrent = token.tagID === currentTagId && stackTop > 0 && this.#isInBody();
    if (!closesCurrent || !this.#closeCurrent(currentTagId)) super.onEndTag(token);
  }

  /** Whether the rules for `in body` are the ones for text, and for tags of what may stand in a cell. */
  #isInBody(): boolean {
    const { insertionMode } = this;
    return !this.currentNotInHTML &&
      (insertionMode === InsertionMode.IN_BODY || insertionMode === InsertionMode.IN_CELL ||
        insertionMode === InsertionMode.IN_CAPTION);
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
    this.#appendText(token.start, token.end);
  }

  #appendText(start: number, end: number): void {
    const parent = this.openElements.currentTmplContentOrNode as number;
    this.#builder.appendTextRange(parent, start, end);
  }

  #insert(token: StartTag, namespace: html.NS): number {
    const namespaceId = namespace === html.NS.HTML
      ? Namespace.Html
      : this.#builder.namespaces.intern(namespace);
    const { nameId, attributeStart, attributeEnd } = token;
    return this.#insertElement(nameId, namespaceId, attributeStart, attributeEnd);
  }

  #insertElement(nameId: number, namespaceId: number, start: number, end: number): number {
    const element = this.#builder.createElementOf(nameId, namespaceId, start, end);
    if (this._shouldFosterParentOnInsertion()) {
      this._fosterParentElement(element);
    } else {
      const parent = this.openElements.currentTmplContentOrNode ?? this.document;
      this.#builder.append(parent as number, element);
    }
    return element;
  }
}
