import { Token } from "parse5";
import type { Attribute, DocumentBuilder } from "./builder.ts";
import type { KnownName } from "./tag_names.ts";

const { TokenType } = Token;

/** A start tag of which the attributes are in the builder already. */
export class StartTag implements Token.TagToken {
  readonly type = TokenType.START_TAG;
  tagName: string;
  tagID: number;
  selfClosing: boolean;
  ackSelfClosing = false;
  location = null;
  /** The name as it was read: parse5 makes an `<img>` of an `<image>`. */
  readonly #nameAsRead: string;
  /** Number of the name, as it was read, in the document. */
  readonly nameId: number;
  /** Index of the first attribute. */
  readonly attributeStart: number;
  /** The index after that of the last attribute. */
  readonly attributeEnd: number;
  readonly #builder: DocumentBuilder;
  #attrs: Attribute[] | undefined;

  constructor(
    builder: DocumentBuilder,
    { tagName, tagID }: KnownName,
    nameId: number,
    attributeStart: number,
    selfClosing: boolean,
  ) {
    this.#builder = builder;
    this.tagName = tagName;
    this.#nameAsRead = tagName;
    this.tagID = tagID;
    this.nameId = nameId;
    this.attributeStart = attributeStart;
    this.attributeEnd = builder.attributeCount;
    this.selfClosing = selfClosing;
  }

  /** Whether parse5 has changed nothing; it may have if it has asked for {@linkcode attrs}. */
  get isAsRead(): boolean {
    return this.#attrs === undefined && this.tagName === this.#nameAsRead;
  }

  /** The attributes as parse5 wants them, if it wants them: it rarely does. */
  get attrs(): Attribute[] {
    return this.#attrs ??= this.#builder.attributesIn(this.attributeStart, this.attributeEnd);
  }

  set attrs(attrs: Attribute[]) {
    this.#attrs = attrs;
  }
}

/** An end tag. parse5 keeps none longer than it handles it, so one is enough for a page. */
export class EndTag implements Token.TagToken {
  readonly type = TokenType.END_TAG;
  tagName = "";
  tagID = 0;
  readonly selfClosing = false;
  readonly ackSelfClosing = false;
  readonly attrs: Attribute[] = [];
  readonly location = null;

  /** Makes it the next end tag. */
  become({ tagName, tagID }: KnownName): this {
    this.tagName = tagName;
    this.tagID = tagID;
    return this;
  }
}

/** A text that is a range of the source, unless parse5 changes it. */
export class TextToken implements Token.CharacterToken {
  type: Token.CharacterToken["type"] = TokenType.CHARACTER;
  location = null;
  start = 0;
  end = 0;
  readonly #source: string;
  #chars: string | undefined;

  /** @param source The text of the page. */
  constructor(source: string) {
    this.#source = source;
  }

  /** Makes it the next text. */
  become(type: Token.CharacterToken["type"], start: number, end: number): this {
    this.type = type;
    this.start = start;
    this.end = end;
    this.#chars = undefined;
    return this;
  }

  /** Whether the text is still the range. */
  get isAsRead(): boolean {
    return this.#chars === undefined;
  }

  get chars(): string {
    return this.#chars ?? this.#source.slice(this.start, this.end);
  }

  set chars(chars: string) {
    this.#chars = chars;
  }
}
