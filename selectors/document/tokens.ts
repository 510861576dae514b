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

/** A text that is a range of the source, unless parse5 changes it. */
export class TextToken implements Token.CharacterToken {
  type: Token.CharacterToken["type"];
  location = null;
  readonly start: number;
  readonly end: number;
  readonly #source: string;
  #chars: string | undefined;

  constructor(type: Token.CharacterToken["type"], source: string, start: number, end: number) {
    this.type = type;
    this.#source = source;
    this.start = start;
    this.end = end;
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
