import { InvalidArgumentError } from "./errors.ts";
import {
  selectFromAll,
  Selector,
  type TextOptions,
  xpathFromAll,
  type XPathOptions,
} from "./selector.ts";

let create: (length: number, at: (index: number) => Selector) => SelectorList;

/** A list of what `at` makes of each index. */
export function createList(length: number, at: (index: number) => Selector): SelectorList {
  return create(length, at);
}

/**
 * What a query found: an array-like, iterable, unchanging list of selectors.
 *
 * `attr()`, `text()`, `html()` and `json()` answer for the first item, as {@linkcode get} does, and
 * with `undefined` where the list is empty; use {@linkcode map} for all items.
 *
 * @example
 * ```ts
 * import { Selector } from "@orbweaver/selectors";
 * import assert from "node:assert/strict";
 *
 * const links = Selector.fromHtml(`<a href="/1">One</a><a href="/2">Two</a>`).css("a");
 * assert.equal(links.length, 2);
 * assert.equal(links.attr("href"), "/1");
 * assert.deepEqual(links.map((link) => link.attr("href")), ["/1", "/2"]);
 * assert.deepEqual(links.css("::text").getAll(), ["One", "Two"]);
 * assert.equal(links.filter((link) => link.text() === "Two")[0]?.attr("href"), "/2");
 * assert.equal(links.css("img::attr(src)").get("none"), "none");
 * ```
 */
export class SelectorList implements Iterable<Selector> {
  static {
    create = (length, at) => {
      const list = new SelectorList() as { [index: number]: Selector; length: number };
      for (let index = 0; index < length; index++) list[index] = at(index);
      list.length = length;
      return list as SelectorList;
    };
  }

  /** The item at an index, counted from 0. */
  readonly [index: number]: Selector;
  /** Number of items. */
  readonly length: number;

  /**
   * Makes a list of selectors that are at hand.
   *
   * @param selectors The items, in the order that they shall have.
   * @throws {InvalidArgumentError} If one of them is not a {@linkcode Selector}.
   */
  constructor(selectors: Iterable<Selector> = []) {
    let length = 0;
    for (const selector of selectors) {
      if (!(selector instanceof Selector)) {
        throw new InvalidArgumentError(`selectors[${length}]`, selector, "a Selector");
      }
      (this as { [index: number]: Selector })[length++] = selector;
    }
    this.length = length;
  }

  /** The items, in order. */
  *[Symbol.iterator](): IterableIterator<Selector> {
    for (let index = 0; index < this.length; index++) yield this[index] as Selector;
  }

  /** The first item, or `undefined` where the list is empty. */
  get first(): Selector | undefined {
    return this[0];
  }

  /** The last item, or `undefined` where the list is empty. */
  get last(): Selector | undefined {
    return this.at(-1);
  }

  /**
   * The item at an index.
   *
   * @param index The index; negative ones count from the end.
   */
  at(index: number): Selector | undefined {
    const integer = Math.trunc(index) || 0;
    return this[integer < 0 ? this.length + integer : integer];
  }

  /**
   * The items that satisfy a predicate.
   *
   * @param predicate Is called with each item and its index.
   */
  filter(predicate: (selector: Selector, index: number) => boolean): SelectorList {
    return new SelectorList([...this].filter((selector, index) => predicate(selector, index)));
  }

  /**
   * What a function makes of each item.
   *
   * @param transform Is called with each item and its index.
   */
  map<Value>(transform: (selector: Selector, index: number) => Value): Value[] {
    const values: Value[] = [];
    for (let index = 0; index < this.length; index++) {
      values.push(transform(this[index] as Selector, index));
    }
    return values;
  }

  /**
   * The first item that satisfies a predicate, or `undefined`.
   *
   * @param predicate Is called with each item and its index until it says yes.
   */
  search(predicate: (selector: Selector, index: number) => boolean): Selector | undefined {
    let index = 0;
    for (const selector of this) if (predicate(selector, index++)) return selector;
    return undefined;
  }

  /**
   * Queries all items with CSS; see {@linkcode Selector.css}.
   *
   * @param query The selector, or several with commas between them.
   * @returns What was found, in document order and without duplicates.
   * @throws {SelectorSyntaxError} If the selector can't be parsed or asks for something unsupported.
   */
  css(query: string): SelectorList {
    return selectFromAll(this, query);
  }

  /**
   * Queries all items with XPath; see {@linkcode Selector.xpath}.
   *
   * @param expression The expression; `.` is each item in turn.
   * @param options Namespaces and variables that the expression uses.
   * @returns The nodes that it gives for any of them, in document order and without duplicates.
   * @throws {XPathSyntaxError} If the expression can't be parsed or asks for something unsupported.
   */
  xpath(expression: string, options: XPathOptions = {}): SelectorList {
    return xpathFromAll(this, expression, options);
  }

  /**
   * What a regular expression finds in each item; see {@linkcode Selector.re}.
   *
   * @param pattern The pattern; a string is compiled with the flag `u`.
   * @throws {InvalidPatternError} If a string is no regular expression.
   */
  re(pattern: RegExp | string): string[] {
    return this.map((selector) => selector.re(pattern)).flat();
  }

  /**
   * The first that {@linkcode re} would find.
   *
   * @param pattern The pattern; a string is compiled with the flag `u`.
   * @returns The text, or `undefined` where there is none.
   * @throws {InvalidPatternError} If a string is no regular expression.
   */
  reFirst(pattern: RegExp | string): string | undefined;
  /**
   * The first that {@linkcode re} would find, or a default.
   *
   * @param pattern The pattern; a string is compiled with the flag `u`.
   * @param defaultValue What to return where there is none.
   * @throws {InvalidPatternError} If a string is no regular expression.
   */
  reFirst<Default>(pattern: RegExp | string, defaultValue: Default): string | Default;
  reFirst<Default>(
    pattern: RegExp | string,
    defaultValue?: Default,
  ): string | Default | undefined {
    for (const selector of this) {
      const text = selector.reFirst(pattern);
      if (text !== undefined) return text;
    }
    return defaultValue;
  }

  /** Outer HTML or value of the first item, or `undefined` where the list is empty. */
  get(): string | undefined;
  /**
   * Outer HTML or value of the first item, or a default.
   *
   * @param defaultValue What to return where the list is empty.
   */
  get<Default>(defaultValue: Default): string | Default;
  get<Default>(defaultValue?: Default): string | Default | undefined {
    return this.first === undefined ? defaultValue : this.first.get();
  }

  /** Outer HTML or value of each item. */
  getAll(): string[] {
    return this.map((selector) => selector.get());
  }

  /**
   * Value of one of the first item's attributes.
   *
   * @param name The attribute's name.
   */
  attr(name: string): string | undefined {
    return this.first?.attr(name);
  }

  /**
   * All text in the first item.
   *
   * @param options Separator, stripping and what to ignore.
   */
  text(options?: TextOptions): string | undefined {
    return this.first?.text(options);
  }

  /** The first item as HTML. */
  html(): string | undefined {
    return this.first?.html();
  }

  /**
   * Reads the first item as JSON; see {@linkcode Selector.json}.
   *
   * @throws {InvalidJsonError} If it is none.
   */
  json<Value = unknown>(): Value | undefined {
    return this.first?.json<Value>();
  }
}
