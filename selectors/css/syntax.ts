import { SelectorSyntaxError } from "../errors.ts";

/** What {@linkcode checkSyntax} learns about a selector. */
export interface SyntaxFacts {
  /** Offset of the first `::text` or `::attr()`, where there is one. */
  pseudoElementOffset: number | undefined;
}

/**
 * Checks a selector against the grammar that we support, strictly and with offsets.
 *
 * css-what, which parses it afterwards, has no offsets and lets through what is no CSS: `a$b`, say,
 * is to it an `a` that is also a `$b`, which finds nothing and says nothing.
 *
 * @throws {SelectorSyntaxError} At the first thing that is wrong.
 */
export function checkSyntax(selector: string): SyntaxFacts {
  return new SyntaxChecker(selector).check();
}

/** Where a selector stands decides what it may contain. */
interface Place {
  /** The combinators that it may begin with. */
  leading: RegExp | undefined;
  /** Whether it may end with a pseudo-element. */
  pseudoElements: boolean;
  /** Whether `:scope` can be told apart from `:root` there. */
  scope: boolean;
}

// css-select's own look-up goes through Object.prototype: to it, `:constructor` matches everything.
const PLAIN_PSEUDO_CLASSES: ReadonlySet<string> = new Set([
  ...["root", "scope", "empty", "parent", "header"],
  ...["first-child", "last-child", "only-child", "first-of-type", "last-of-type", "only-of-type"],
  ...["any-link", "link", "visited", "hover", "active"],
  ...["disabled", "enabled", "checked", "selected", "required", "optional"],
  ...["read-only", "read-write", "input", "button", "text", "checkbox", "radio", "file"],
  ...["password", "reset", "image", "submit"],
]);
const SELECTOR_FUNCTIONS: ReadonlySet<string> = new Set(["is", "where", "matches", "not", "has"]);
const NTH_FUNCTIONS: ReadonlySet<string> = new Set([
  ...["nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"],
]);
const TEXT_FUNCTIONS: ReadonlySet<string> = new Set(["contains", "icontains", "lang"]);

// What css-what takes as a name; a leading digit (`#4711`) is no CSS, but can mean only one thing.
const NAME = /(?:\\(?:[\da-f]{1,6}\s?|.)|[\w\u00B0-\uFFFF-])+/y;
const TAG_NAME = new RegExp(`(?!-?\\d)${NAME.source}`, "y");
const WHITESPACE = /[ \t\r\n\f]+/y;
const COMBINATOR = /[>+~]/y;
const CHILD_COMBINATOR = />/y;
const ATTRIBUTE_OPERATOR = /[~^$*!|]?=/y;
const QUOTED = /"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'/y;
const UNQUOTED_VALUE = /(?:\\[^]|[^\s\]"'\\])+/y;
const UNQUOTED_ARGUMENT = /(?:\\[^]|[^\s()"'\\])+/y;
const CASE_FLAG = /[is]/iy;
const AN_PLUS_B = /even|odd|[+-]?\d*n(?:\s*[+-]\s*\d+)?|[+-]?\d+/iy;
const OF = /\s+of\s+/iy;

// A query looks into the subtree of an element, so a leading `+` or `~` could never find anything.
const TOP_LEVEL: Place = { leading: CHILD_COMBINATOR, pseudoElements: true, scope: true };
const NESTED: Place = { leading: undefined, pseudoElements: false, scope: true };
const INSIDE_HAS: Place = { leading: COMBINATOR, pseudoElements: false, scope: true };
const INSIDE_NTH: Place = { leading: undefined, pseudoElements: false, scope: false };

// Matching calls itself for each combinator and each list, and the stack has an end.
const MAX_COMPOUNDS = 500;
const MAX_DEPTH = 50;

class SyntaxChecker {
  readonly #selector: string;
  #offset = 0;
  #depth = 0;
  #pseudoElementOffset: number | undefined;

  constructor(selector: string) {
    this.#selector = selector;
  }

  check(): SyntaxFacts {
    this.#list(TOP_LEVEL);
    if (this.#offset < this.#selector.length) this.#fail("a combinator, a comma or the end");
    return { pseudoElementOffset: this.#pseudoElementOffset };
  }

  #list(place: Place): void {
    if (++this.#depth > MAX_DEPTH) this.#fail(`no more than ${MAX_DEPTH} lists inside each other`);
    do this.#complex(place); while (this.#takeText(","));
    this.#depth--;
  }

  #complex(place: Place): void {
    this.#take(WHITESPACE);
    if (place.leading !== undefined && this.#take(place.leading)) this.#take(WHITESPACE);
    let separated = true;
    for (let compounds = 1; separated; compounds++) {
      if (compounds > MAX_COMPOUNDS) this.#fail(`no more than ${MAX_COMPOUNDS} combinators`);
      const ended = this.#compound(place);
      const spaced = this.#take(WHITESPACE) !== undefined;
      if (this.#atEndOfComplex()) return;
      if (ended) this.#fail("a comma or the end after a pseudo-element");
      separated = this.#combinator() || spaced;
    }
  }

  #combinator(): boolean {
    if (this.#take(COMBINATOR) === undefined) return false;
    this.#take(WHITESPACE);
    return true;
  }

  #atEndOfComplex(): boolean {
    const next = this.#selector[this.#offset];
    return next === undefined || next === "," || next === ")";
  }

  /** Whether the compound ended with a pseudo-element, after which nothing may follow. */
  #compound(place: Place): boolean {
    const start = this.#offset;
    if (!this.#takeText("*")) this.#take(TAG_NAME);
    if (this.#selector[this.#offset] === "|") this.#fail("a name without a namespace");
    for (;;) {
      if (this.#takeText("#") || this.#takeText(".")) this.#require(NAME, "a name");
      else if (this.#takeText("[")) this.#attribute();
      else if (this.#selector.startsWith("::", this.#offset)) return this.#pseudoElement(place);
      else if (this.#selector[this.#offset] === ":") this.#pseudoClass(place);
      else break;
    }
    if (this.#offset === start) this.#fail("a selector");
    return false;
  }

  #attribute(): void {
    this.#take(WHITESPACE);
    this.#require(NAME, "an attribute's name");
    this.#take(WHITESPACE);
    if (this.#takeText("]")) return;
    this.#require(ATTRIBUTE_OPERATOR, "`]` or one of = ~= |= ^= $= *= !=");
    this.#take(WHITESPACE);
    this.#value(UNQUOTED_VALUE, "an attribute's value");
    this.#take(WHITESPACE);
    this.#take(CASE_FLAG);
    this.#take(WHITESPACE);
    this.#requireText("]");
  }

  #pseudoElement(place: Place): true {
    const start = this.#offset;
    this.#offset += 2;
    const name = this.#take(NAME)?.toLowerCase();
    if (name !== "text" && name !== "attr") this.#fail("::text or ::attr(name)", start);
    if (!place.pseudoElements) this.#fail("no pseudo-element inside a pseudo-class", start);
    this.#pseudoElementOffset ??= start;
    if (name === "attr") {
      this.#requireText("(");
      this.#take(WHITESPACE);
      this.#value(UNQUOTED_ARGUMENT, "an attribute's name");
      this.#take(WHITESPACE);
      this.#requireText(")");
    }
    return true;
  }

  #pseudoClass(place: Place): void {
    const start = this.#offset++;
    const name = this.#require(NAME, "a pseudo-class's name").toLowerCase();
    if (name === "scope" && !place.scope) this.#fail("no :scope inside :nth-child()", start);
    if (PLAIN_PSEUDO_CLASSES.has(name)) {
      if (this.#selector[this.#offset] === "(") this.#fail(`:${name} without an argument`);
      return;
    }
    if (!isFunction(name)) this.#fail("a supported pseudo-class", start);
    this.#requireText("(");
    if (name === "has") this.#list(INSIDE_HAS);
    else if (SELECTOR_FUNCTIONS.has(name)) this.#list({ ...NESTED, scope: place.scope });
    else if (NTH_FUNCTIONS.has(name)) this.#nth(name);
    else this.#rawArgument();
    this.#requireText(")");
  }

  #nth(name: string): void {
    const start = this.#offset;
    this.#take(WHITESPACE);
    this.#require(AN_PLUS_B, "even, odd or an+b");
    if (name.endsWith("child") && this.#take(OF) !== undefined) this.#list(INSIDE_NTH);
    this.#take(WHITESPACE);
    // css-select resolves the escapes before it parses the selector after `of`.
    const escape = this.#selector.slice(start, this.#offset).indexOf("\\");
    if (escape !== -1) this.#fail(`no escape inside :${name}()`, start + escape);
  }

  /** A text up to the parenthesis that closes it. Quotes hide no parentheses from css-what. */
  #rawArgument(): void {
    const start = this.#offset;
    for (let depth = 1; this.#offset < this.#selector.length; this.#offset++) {
      const character = this.#selector[this.#offset];
      if (character === "\\") this.#offset++;
      else if (character === "(") depth++;
      else if (character === ")" && --depth === 0) break;
    }
    const argument = this.#selector.slice(start, this.#offset);
    if (argument.trim() === "") this.#fail("an argument", start);
    // css-what would take the quotes for a part of the text.
    if (/^\s+["']|["']\s+$/.test(argument)) this.#fail("no space around the quotes", start);
  }

  #value(unquoted: RegExp, expected: string): void {
    const next = this.#selector[this.#offset];
    if (next !== '"' && next !== "'") this.#require(unquoted, expected);
    else if (this.#take(QUOTED) === undefined) {
      this.#fail(`a closing ${next}`, this.#selector.length);
    }
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#offset;
    const taken = pattern.exec(this.#selector)?.[0];
    if (taken !== undefined) this.#offset += taken.length;
    return taken;
  }

  #takeText(text: string): boolean {
    if (!this.#selector.startsWith(text, this.#offset)) return false;
    this.#offset += text.length;
    return true;
  }

  #require(pattern: RegExp, expected: string): string {
    return this.#take(pattern) ?? this.#fail(expected);
  }

  #requireText(text: string): void {
    if (!this.#takeText(text)) this.#fail(`\`${text}\``);
  }

  #fail(expected: string, offset: number = this.#offset): never {
    throw new SelectorSyntaxError(
      this.#selector,
      Math.min(offset, this.#selector.length),
      expected,
    );
  }
}

function isFunction(name: string): boolean {
  return SELECTOR_FUNCTIONS.has(name) || NTH_FUNCTIONS.has(name) || TEXT_FUNCTIONS.has(name);
}
