import { decodeHTML, decodeHTMLAttribute } from "entities/decode";
import { InsertionMode, Token, type TokenHandler, Tokenizer, TokenizerMode } from "parse5";
import type { DocumentBuilder } from "./builder.ts";
import {
  type KnownName,
  knownName,
  knownNameOf,
  MAX_KNOWN_LENGTH,
  NAME_CODES,
  packed,
} from "./tag_names.ts";
import { EndTag, StartTag, TextToken } from "./tokens.ts";

const { TokenType } = Token;

/** The parser that the tokens go to. */
export interface HtmlTokenHandler extends TokenHandler {
  /** Where in the document the parser is. */
  readonly insertionMode: InsertionMode;

  /**
   * Inserts a range of the source as text, if that takes no more than to append it.
   *
   * @returns Whether it was; if not, it has to come as tokens.
   */
  takeText(start: number, end: number): boolean;

  /**
   * Inserts the element of a start tag, if its rule is one of those that are known here.
   *
   * @param attributeStart Index of the first attribute in the builder; all that follow are the tag's.
   * @returns Whether it was; if not, it has to come as a token.
   */
  takeStartTag(name: KnownName, nameId: number, attributeStart: number): boolean;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const FORM_FEED = 0x0c;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const EXCLAMATION_MARK = 0x21;
const QUOTATION_MARK = 0x22;
const APOSTROPHE = 0x27;
const HYPHEN = 0x2d;
const SOLIDUS = 0x2f;
const LESS_THAN = 0x3c;
const EQUALS = 0x3d;
const GREATER_THAN = 0x3e;
const QUESTION_MARK = 0x3f;

/** In place of the position after a token: there is none that is usual. */
const UNUSUAL = -1;

// All pages count tags together, so that they can share what is remembered of most names' last tags.
let tagSerial = 0;
const sharedLastTagWith = new Float64Array(2048);

/**
 * parse5's tokenizer with a short cut: from the data state, and from those of raw text, it looks for
 * whole tokens with `indexOf` and comparisons of characters. Whatever is unusual (a NUL, a doctype,
 * CDATA, a tag that does not end) it leaves at its first character to parse5's own states, so that
 * these alone say what is right.
 *
 * The source must have no carriage returns, and be written at once. Each search remembers how far it
 * looked, or that there is nothing: else a page could make it look through the rest again and again.
 */
export class HtmlTokenizer extends Tokenizer {
  readonly #builder: DocumentBuilder;
  readonly #parser: HtmlTokenHandler;
  readonly #source: string;
  #nextNul = -1;
  #nextAmpersand = -1;
  #nextCommentEnd = -1;
  /** In raw text, parse5's states go on up to here. */
  #unusualUntil = -1;
  /** For each number of a name, the serial number of the tag that last had such an attribute. */
  #lastTagWith = sharedLastTagWith;
  readonly #endTag = new EndTag();
  #text: TextToken;
  /** Where {@linkcode #scanName} stopped. */
  #nameEnd = 0;

  constructor(options: object, parser: HtmlTokenHandler, builder: DocumentBuilder) {
    super(options, parser);
    this.#parser = parser;
    this.#builder = builder;
    this.#source = builder.source;
    this.#text = new TextToken(builder.source);
    // parse5 would forget what it has read, and positions would be none in the source any more.
    this.preprocessor.bufferWaterline = Infinity;
  }

  protected override _runParsingLoop(): void {
    if (this.inLoop) return;
    this.inLoop = true;
    while (this.active) {
      if (this.state === TokenizerMode.DATA) this.#readData();
      else if (this.#isInRawText()) this.#readRawText();
      this.consumedAfterSnapshot = 0;
      this._callState(this._consume());
    }
    this.inLoop = false;
  }

  #isInRawText(): boolean {
    const { state } = this;
    return state === TokenizerMode.RAWTEXT || state === TokenizerMode.RCDATA ||
      state === TokenizerMode.SCRIPT_DATA;
  }

  /** Reads usual tokens, one after the other; stops in front of what is unusual. */
  #readData(): void {
    const source = this.#source;
    const { preprocessor } = this;
    let position = preprocessor.pos + 1;
    if (position >= source.length || this.#nulAfter(position) === position) return;
    if (this.#keepsOnlyWhitespace()) return;
    if (this.currentCharacterToken !== null) this._emitCurrentCharacterToken(null);
    while (this.state === TokenizerMode.DATA && !this.#keepsOnlyWhitespace()) {
      const textEnd = this.#textEnd(position);
      if (textEnd > position) this.#emitText(position, textEnd, true);
      preprocessor.pos = textEnd - 1;
      if (source.charCodeAt(textEnd) !== LESS_THAN) return;
      position = this.#readMarkup(textEnd);
      if (position === UNUSUAL) return;
      preprocessor.pos = position - 1;
    }
  }

  /** Whether whitespace counts where the parser is and other text does not, piece by piece. */
  #keepsOnlyWhitespace(): boolean {
    const { insertionMode } = this.#parser;
    if (insertionMode < InsertionMode.IN_FRAMESET) {
      return insertionMode === InsertionMode.IN_COLUMN_GROUP;
    }
    return insertionMode !== InsertionMode.AFTER_AFTER_BODY;
  }

  /** Where the text at `position` ends: at markup, a NUL or the end. */
  #textEnd(position: number): number {
    const source = this.#source;
    const limit = this.#nulAfter(position);
    let end = position;
    for (;;) {
      if (source.charCodeAt(end) !== LESS_THAN) end = source.indexOf("<", end);
      if (end === -1 || end >= limit) return limit;
      if (startsMarkup(source.charCodeAt(end + 1))) return end;
      end++;
    }
  }

  /** Where the next NUL at or after `position` is, or the end. */
  #nulAfter(position: number): number {
    if (this.#nextNul < position) this.#nextNul = this.#find("\0", position);
    return this.#nextNul;
  }

  #find(text: string, position: number): number {
    const found = this.#source.indexOf(text, position);
    return found === -1 ? this.#source.length : found;
  }

  #hasAmpersand(start: number, end: number): boolean {
    if (this.#nextAmpersand < start) this.#nextAmpersand = this.#find("&", start);
    return this.#nextAmpersand < end;
  }

  #emitText(start: number, end: number, hasReferences: boolean): void {
    if (hasReferences && this.#hasAmpersand(start, end)) {
      this.#emitDecoded(decodeHTML(this.#source.slice(start, end)));
      return;
    }
    if (this.#parser.takeText(start, end)) return;
    let textStart = start;
    while (textStart < end && isWhitespace(this.#source.charCodeAt(textStart))) textStart++;
    if (textStart > start) {
      const type = TokenType.WHITESPACE_CHARACTER;
      this.#parser.onWhitespaceCharacter(this.#text.become(type, start, textStart));
      this.#forgetKeptText();
    }
    if (textStart < end) {
      this.#parser.onCharacter(this.#text.become(TokenType.CHARACTER, textStart, end));
      this.#forgetKeptText();
    }
  }

  /** A page has hundreds of texts, one token is enough for all but those that wait in a table. */
  #forgetKeptText(): void {
    if (this.#parser.insertionMode !== InsertionMode.IN_TABLE_TEXT) return;
    this.#text = new TextToken(this.#source);
  }

  #emitDecoded(text: string): void {
    let start = 0;
    while (start < text.length && isWhitespace(text.charCodeAt(start))) start++;
    if (start > 0) {
      const type = TokenType.WHITESPACE_CHARACTER;
      const chars = text.slice(0, start);
      this.#parser.onWhitespaceCharacter({ type, chars, location: null });
    }
    if (start < text.length) {
      const type = TokenType.CHARACTER;
      this.#parser.onCharacter({ type, chars: text.slice(start), location: null });
    }
  }

  /** Reads the markup that starts with the `<` at `start`; returns the position after it. */
  #readMarkup(start: number): number {
    const code = this.#source.charCodeAt(start + 1);
    if (code === SOLIDUS) return this.#readEndTag(start + 2);
    if (code === EXCLAMATION_MARK) return this.#readComment(start);
    if (code === QUESTION_MARK) return UNUSUAL;
    return this.#readStartTag(start + 1);
  }

  #readEndTag(start: number): number {
    const source = this.#source;
    if (!isLetter(source.charCodeAt(start))) return UNUSUAL;
    const name = this.#scanName(start);
    if (name === undefined) return UNUSUAL;
    let end = this.#nameEnd;
    while (isWhitespace(source.charCodeAt(end))) end++;
    if (source.charCodeAt(end) !== GREATER_THAN) return UNUSUAL;
    this.preprocessor.pos = end;
    this.#emitEndTag(name);
    return end + 1;
  }

  #emitEndTag(name: KnownName): void {
    this.#parser.onEndTag(this.#endTag.become(name));
  }

  #readComment(start: number): number {
    const source = this.#source;
    const dataStart = start + 4;
    if (!source.startsWith("--", start + 2)) return UNUSUAL;
    const first = source.charCodeAt(dataStart);
    if (first === GREATER_THAN || first === HYPHEN) return UNUSUAL;
    if (this.#nextCommentEnd < dataStart) this.#nextCommentEnd = this.#find("-->", dataStart);
    const dataEnd = this.#nextCommentEnd;
    if (dataEnd > this.#nulAfter(dataStart) || dataEnd === source.length) return UNUSUAL;
    const data = source.slice(dataStart, dataEnd);
    if (data.includes("--!>") || data.endsWith("<!-")) return UNUSUAL;
    this.preprocessor.pos = dataEnd + 2;
    this.#parser.onComment({ type: TokenType.COMMENT, data, location: null });
    return dataEnd + 3;
  }

  #readStartTag(start: number): number {
    const name = this.#scanName(start);
    if (name === undefined) return UNUSUAL;
    const builder = this.#builder;
    const firstAttribute = builder.attributeCount;
    tagSerial++;
    let position = this.#nameEnd;
    if (!isAfterTagName(this.#source.charCodeAt(position))) return UNUSUAL;
    for (;;) {
      position = this.#skipSeparators(position);
      const code = this.#source.charCodeAt(position);
      if (code === GREATER_THAN || code === SOLIDUS) break;
      position = this.#readAttribute(position);
      if (position === UNUSUAL) {
        builder.dropAttributes(firstAttribute);
        return UNUSUAL;
      }
    }
    const isSelfClosing = this.#source.charCodeAt(position) === SOLIDUS;
    const end = isSelfClosing ? position + 1 : position;
    this.preprocessor.pos = end;
    this.lastStartTagName = name.tagName;
    const nameId = name.commonId || builder.names.internUncommon(name.tagName);
    const parser = this.#parser;
    if (!parser.takeStartTag(name, nameId, firstAttribute)) {
      parser.onStartTag(new StartTag(builder, name, nameId, firstAttribute, isSelfClosing));
    }
    return end + 1;
  }

  /** Skips whitespace, and slashes that don't close a tag. */
  #skipSeparators(start: number): number {
    const source = this.#source;
    let position = start;
    for (;;) {
      const code = source.charCodeAt(position);
      const isStraySolidus = code === SOLIDUS && source.charCodeAt(position + 1) !== GREATER_THAN;
      if (!isWhitespace(code) && !isStraySolidus) return position;
      position++;
    }
  }

  /** Reads the attribute that starts at `start`; returns the position after it. */
  #readAttribute(start: number): number {
    const source = this.#source;
    const name = this.#scanName(start);
    if (name === undefined) return UNUSUAL;
    let position = this.#nameEnd;
    while (isWhitespace(source.charCodeAt(position))) position++;
    const code = source.charCodeAt(position);
    if (code !== EQUALS) {
      const isName = position > this.#nameEnd || code === GREATER_THAN || code === SOLIDUS;
      if (!isName || code !== code) return UNUSUAL;
      this.#addAttribute(name, 0, 0);
      return position;
    }
    position++;
    while (isWhitespace(source.charCodeAt(position))) position++;
    return this.#readAttributeValue(name, position);
  }

  #readAttributeValue(name: KnownName, start: number): number {
    const source = this.#source;
    const code = source.charCodeAt(start);
    const isQuoted = code === QUOTATION_MARK || code === APOSTROPHE;
    const valueStart = isQuoted ? start + 1 : start;
    const valueEnd = isQuoted
      ? source.indexOf(code === QUOTATION_MARK ? '"' : "'", valueStart)
      : unquotedEnd(source, valueStart);
    if (valueEnd === -1 || valueEnd > this.#nulAfter(start)) return UNUSUAL;
    if (!isQuoted && (valueEnd === valueStart || valueEnd === source.length)) return UNUSUAL;
    this.#addAttribute(name, valueStart, valueEnd);
    return isQuoted ? valueEnd + 1 : valueEnd;
  }

  /** Adds an attribute, unless the tag has one of the name. */
  #addAttribute({ tagName, commonId }: KnownName, start: number, end: number): void {
    const builder = this.#builder;
    const nameId = commonId || builder.names.internUncommon(tagName);
    if (nameId >= this.#lastTagWith.length) this.#growLastTags(nameId);
    if (this.#lastTagWith[nameId] === tagSerial) return;
    this.#lastTagWith[nameId] = tagSerial;
    if (!this.#hasAmpersand(start, end)) builder.addAttribute(nameId, start, end);
    else builder.addAttributeValue(nameId, decodeHTMLAttribute(this.#source.slice(start, end)));
  }

  #growLastTags(nameId: number): void {
    const bigger = new Float64Array(2 * nameId);
    bigger.set(this.#lastTagWith);
    this.#lastTagWith = bigger;
  }

  /** The name that starts at `start`, if it is a usual one; `#nameEnd` is where it ends. */
  #scanName(start: number): KnownName | undefined {
    const source = this.#source;
    let lastCharacters = 0;
    let end = start;
    for (;; end++) {
      const code = source.charCodeAt(end);
      const nameCode = code < 128 ? NAME_CODES[code] as number : 0;
      if (nameCode === 0) break;
      lastCharacters = packed(lastCharacters, nameCode);
    }
    this.#nameEnd = end;
    if (end === start || end - start > MAX_KNOWN_LENGTH) return undefined;
    return knownName(source, start, end, lastCharacters);
  }

  /** Reads the raw text of the current element and its end tag, if both are usual. */
  #readRawText(): void {
    const start = this.preprocessor.pos + 1;
    if (start < this.#unusualUntil || this.lastStartTagName === "") return;
    const end = this.#rawTextEnd(start);
    this.#unusualUntil = end;
    const tagEnd = end + 2 + this.lastStartTagName.length;
    if (this.#source.charCodeAt(tagEnd) !== GREATER_THAN || this.#nulAfter(start) < end) return;
    const isScript = this.state === TokenizerMode.SCRIPT_DATA;
    if (isScript && this.#source.slice(start, end).includes("<!--")) return;
    if (this.currentCharacterToken !== null) this._emitCurrentCharacterToken(null);
    if (end > start) this.#emitText(start, end, this.state === TokenizerMode.RCDATA);
    this.preprocessor.pos = tagEnd;
    this.state = TokenizerMode.DATA;
    this.#emitEndTag(knownNameOf(this.lastStartTagName));
    if (this.active) this.#readData();
  }

  /** Where the end tag of the current raw text starts, or the end of the source. */
  #rawTextEnd(start: number): number {
    const source = this.#source;
    const { length } = this.lastStartTagName;
    for (let end = start;; end += 2) {
      end = source.indexOf("</", end);
      if (end === -1) return source.length;
      const tagEnd = end + 2 + length;
      if (!isAfterTagName(source.charCodeAt(tagEnd))) continue;
      if (source.slice(end + 2, tagEnd).toLowerCase() === this.lastStartTagName) return end;
    }
  }
}

/** parse5's whitespace: references can give a text a carriage return, the source cannot. */
function isWhitespace(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === TAB || code === FORM_FEED ||
    code === CARRIAGE_RETURN;
}

function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

function startsMarkup(code: number): boolean {
  return isLetter(code) || code === SOLIDUS || code === EXCLAMATION_MARK || code === QUESTION_MARK;
}

function isAfterTagName(code: number): boolean {
  return code === GREATER_THAN || code === SOLIDUS || isWhitespace(code);
}

function unquotedEnd(source: string, start: number): number {
  for (let end = start;; end++) {
    const code = source.charCodeAt(end);
    if (code === GREATER_THAN || isWhitespace(code)) return end;
    if (code !== code) return source.length;
  }
}
