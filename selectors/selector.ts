import { describe } from "./adaptive/describe.ts";
import { hostOf, storeOf, useStore } from "./adaptive/page_store.ts";
import { DEFAULT_THRESHOLD, relocate } from "./adaptive/relocate.ts";
import type { AdaptiveStore } from "./adaptive/store.ts";
import { closest, inDocumentOrder, type Matches, NO_ATTRIBUTE, select } from "./css/select.ts";
import { DocumentBuilder } from "./document/builder.ts";
import { type Document, DOCUMENT_NODE, NO_NODE, NodeKind } from "./document/document.ts";
import { type PageParser, parseWith } from "./document/from_dom.ts";
import { flat, joined } from "./document/flat.ts";
import {
  ancestorElements,
  childElements,
  descendantElements,
  siblingElements,
} from "./document/navigate.ts";
import { parseHtml } from "./document/parse_html.ts";
import { innerHtml, outerHtml } from "./document/serialize.ts";
import { ownTextOf, textsIn } from "./document/texts.ts";
import { parseXml } from "./document/xml.ts";
import { InvalidArgumentError, InvalidJsonError } from "./errors.ts";
import { extract } from "./_extract.ts";
import { patternTest, type TextMatchOptions, textTest } from "./find/by_text.ts";
import { conditionsTest, type FindCondition } from "./find/conditions.ts";
import type { ElementTest } from "./find/filters.ts";
import {
  cssAttribute,
  type GenerateOptions,
  toCssSelector,
  toXPath,
  xpathAttribute,
  xpathLeaf,
} from "./find/generate.ts";
import { findElements } from "./find/search.ts";
import { findSimilar, type FindSimilarOptions } from "./find/similar.ts";
import { createList, SelectorList } from "./selector_list.ts";
import { numberToString } from "./xpath/convert.ts";
import { evaluateXPath } from "./xpath/evaluate.ts";
import type { XPathVariable } from "./xpath/result.ts";

/** Options of {@linkcode Selector.fromHtml}. */
export interface FromHtmlOptions {
  /** Where the page came from. */
  url?: string;
  /**
   * Another library that parses the page, such as `denoDom(DOMParser)` of
   * `@orbweaver/selectors/deno-dom`. Default: our own parser, which follows the HTML standard.
   */
  parser?: PageParser;
  /**
   * Where adaptive queries remember elements. Default: a store in memory that all pages share.
   */
  adaptiveStore?: AdaptiveStore;
}

/** Options of {@linkcode Selector.css}. */
export interface CssOptions {
  /**
   * Whether to remember the first element that is found, and when later nothing is found, to look
   * for what is most like it. Default: false.
   */
  adaptive?: boolean;
  /** What the element is remembered as, for the host of the page. Default: the selector. */
  id?: string;
  /** How alike an element must be to be taken for the one that is gone, 0 to 1. Default: 0.4. */
  threshold?: number;
}

/** Options of {@linkcode Selector.findByText}. */
export interface FindByTextOptions extends TextMatchOptions {
  /** Whether to return the first element instead of all of them. Default: true. */
  first?: boolean;
}

/** Options of {@linkcode Selector.findByRegex}. */
export interface FindByRegexOptions extends Omit<TextMatchOptions, "partial"> {
  /** Whether to return the first element instead of all of them. Default: true. */
  first?: boolean;
}

/** Options of {@linkcode Selector.fromXml}. */
export interface FromXmlOptions {
  /** Where the document came from. */
  url?: string;
  /** Whether to read on where the document is not well-formed. Default: false. */
  recover?: boolean;
}

/** Options of {@linkcode Selector.xpath}. */
export interface XPathOptions {
  /** Namespaces by the prefix that stands for them in the expression. */
  namespaces?: Readonly<Record<string, string>>;
  /** Values of variables by name, without the `$`. */
  variables?: Readonly<Record<string, string | number | boolean | Selector | SelectorList>>;
}

/** Options of {@linkcode Selector.text}. */
export interface TextOptions {
  /** What stands between two texts. Default: nothing. */
  separator?: string;
  /** Whether to trim each text and to leave out the empty ones. Default: false. */
  strip?: boolean;
  /**
   * Tags of descendants whose text is left out. Default: `script` and `style`; an element that is
   * asked itself always gives its text.
   */
  ignore?: readonly string[];
}

const DEFAULT_IGNORED: ReadonlySet<string> = new Set(["script", "style"]);
const NOTHING: ReadonlySet<string> = new Set();
const PSEUDO_ELEMENT_AT_END = /::(?:text|attr\([^()]*\))\s*$/i;

/** A score is worth no field in every selector: few are relocated. */
const relocationScores = new WeakMap<Selector, number>();

/** What a {@linkcode Selector} stands for. */
export interface Place {
  /** The page. */
  readonly document: Document;
  /** The element or the text, or the element that has the attribute. */
  readonly node: number;
  /** Index of the attribute, or {@linkcode NO_ATTRIBUTE}. */
  readonly attribute: number;
}

let create: (document: Document, node: number, attribute: number) => Selector;
let locate: (selector: Selector) => Place;

/**
 * One node of a page: an element, a text or an attribute.
 *
 * Queries look at the element itself and at everything below it, as Parsel's do.
 *
 * @example
 * ```ts
 * import { Selector } from "@orbweaver/selectors";
 * import assert from "node:assert/strict";
 *
 * const page = Selector.fromHtml(`
 *   <h1>Quotes</h1>
 *   <div class="quote"><span class="text">Less is more.</span> <a href="/author/1">Mies</a></div>
 *   <div class="quote"><span class="text">Less is a bore.</span> <a href="/author/2">Bob</a></div>
 * `);
 * assert.equal(page.css("h1::text").get(""), "Quotes");
 * assert.deepEqual(page.css(".quote a::attr(href)").getAll(), ["/author/1", "/author/2"]);
 * for (const quote of page.css("div.quote")) {
 *   assert.match(quote.css("span.text::text").get(""), /^Less is/);
 * }
 * assert.equal(page.css("a").reFirst(/author\/(\d+)/), "1");
 * ```
 */
export class Selector {
  readonly #document: Document;
  readonly #node: number;
  readonly #attribute: number;
  #attrs: Readonly<Record<string, string>> | undefined;

  static {
    create = (document, node, attribute) => new Selector(document, node, attribute);
    locate = (selector) => ({
      document: selector.#document,
      node: selector.#node,
      attribute: selector.#attribute,
    });
  }

  private constructor(document: Document, node: number, attribute: number) {
    this.#document = document;
    this.#node = node;
    this.#attribute = attribute;
  }

  /**
   * Parses a page as a browser without scripting does and returns its `<html>` element.
   *
   * @param html The page; any text is one.
   * @param options `url`: where the page came from; `parser`: another library that parses it;
   * `adaptiveStore`: where adaptive queries remember elements.
   * @throws {InvalidArgumentError} If `html` is not a string.
   * @throws {PageParserError} If `parser` fails on the page.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml("<title>Shop</title>", { url: "https://example.com/" });
   * assert.equal(page.tag, "html");
   * assert.equal(page.url, "https://example.com/");
   * ```
   */
  static fromHtml(html: string, options: FromHtmlOptions = {}): Selector {
    if (typeof html !== "string") throw new InvalidArgumentError("html", html, "a string");
    const { url, parser, adaptiveStore } = options;
    const document = parser === undefined ? parseHtml(html, url) : parseWith(parser, html, url);
    if (adaptiveStore !== undefined) useStore(document, adaptiveStore);
    return create(document, document.root || DOCUMENT_NODE, NO_ATTRIBUTE);
  }

  /**
   * Parses an XML document, such as a feed or a sitemap, and returns its root element.
   *
   * @param xml The document. Entities that it declares are not expanded, and nothing is loaded.
   * @param options `url`: where it came from; `recover`: whether to read on after mistakes.
   * @throws {XmlSyntaxError} If it is not well-formed and `recover` is off.
   * @throws {InvalidArgumentError} If `xml` is not a string.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const sitemap = Selector.fromXml(
   *   `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>/a</loc></url></urlset>`,
   * );
   * assert.deepEqual(sitemap.css("loc::text").getAll(), ["/a"]);
   * ```
   */
  static fromXml(xml: string, options: FromXmlOptions = {}): Selector {
    if (typeof xml !== "string") throw new InvalidArgumentError("xml", xml, "a string");
    const document = parseXml(xml, options);
    return create(document, document.root || DOCUMENT_NODE, NO_ATTRIBUTE);
  }

  /** Where the page came from, where that was said. */
  get url(): string | undefined {
    return this.#document.url;
  }

  /**
   * Queries with CSS: every selector of Selectors level 4 that css-select 7 knows, and `::text` and
   * `::attr(name)` at the end of a selector for its texts and attributes.
   *
   * `p::text` finds the texts directly in a `p`, `p ::text` those below it as well. `:scope` is the
   * element that is asked; `> p` is short for `:scope > p`.
   *
   * With `adaptive`, an element that was found once is found again after the page has changed so
   * much that the selector finds nothing: what is most like it is returned, {@linkcode relocated}.
   *
   * @param query The selector, or several with commas between them.
   * @param options `adaptive`: whether to find what has moved; `id`, `threshold`.
   * @returns What was found, in document order and without duplicates.
   * @throws {SelectorSyntaxError} If the selector can't be parsed or asks for something unsupported.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml(`<p>Price: <b>12</b> <img alt="EUR"></p>`);
   * assert.deepEqual(page.css("p ::text").getAll(), ["Price: ", "12", " "]);
   * assert.deepEqual(page.css("b::text, img::attr(alt)").getAll(), ["12", "EUR"]);
   * ```
   */
  css(query: string, options: CssOptions = {}): SelectorList {
    const selector = checkedQuery(query);
    if (!this.#isContainer()) return new SelectorList();
    const found = listOf(this.#document, select(this.#document, [this.#node], selector));
    return options.adaptive === true ? this.#adapted(found, selector, options) : found;
  }

  /**
   * Queries with XPath 1.0, and `re:test()` and `has-class()` of Parsel's.
   *
   * @param expression The expression; `.` is the node that is asked.
   * @param options Namespaces and variables that the expression uses.
   * @returns The nodes that it gives, in document order; where it gives a string, a number or a
   * boolean, that alone, as a text.
   * @throws {XPathSyntaxError} If the expression can't be parsed or asks for something unsupported.
   * @throws {XPathEvaluationError} If it uses a prefix or a variable that `options` don't have.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml(`<ul id=x><li>a</li><li><a href="/b">b</a></li></ul>`);
   * assert.deepEqual(page.xpath("//ul[@id='x']/li[position() > 1]/a/@href").getAll(), ["/b"]);
   * assert.equal(page.xpath("count(//li)").get(), "2");
   * assert.equal(page.xpath("//a[. = $name]/@href", { variables: { name: "b" } }).get(), "/b");
   * ```
   */
  xpath(expression: string, options: XPathOptions = {}): SelectorList {
    return xpathFromAll([this], expression, options);
  }

  /**
   * The first element that satisfies all conditions, this one included, or `undefined`.
   *
   * @param conditions Tags, attributes (see {@linkcode AttributeFilter}) or predicates.
   * @throws {InvalidArgumentError} If there is no condition, or one is of the wrong type.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml(`<a href="/1">1</a><a class="next button" href="/2">2</a>`);
   * assert.equal(page.find("a", { class: "next" })?.attr("href"), "/2");
   * assert.equal(page.findAll("a", { href: /^\/\d$/ }).length, 2);
   * assert.equal(page.find((element) => element.ownText === "2")?.tag, "a");
   * ```
   */
  find(...conditions: FindCondition<Selector>[]): Selector | undefined {
    return this.#findElements(this.#conditions(conditions), 1).first;
  }

  /**
   * All elements that satisfy all conditions, this one included.
   *
   * @param conditions Tags, attributes (see {@linkcode AttributeFilter}) or predicates.
   * @throws {InvalidArgumentError} If there is no condition, or one is of the wrong type.
   */
  findAll(...conditions: FindCondition<Selector>[]): SelectorList {
    return this.#findElements(this.#conditions(conditions));
  }

  /**
   * The first element with a text, or `undefined`.
   *
   * @param text The element's own text, without that of its children.
   * @param options How it is compared; by default the whole text, with white space cleaned and
   * whatever the capitals.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml(`<p>In stock: 3</p><button> Add to  basket </button>`);
   * assert.equal(page.findByText("add to basket")?.tag, "button");
   * assert.equal(page.findByText("in stock", { partial: true })?.tag, "p");
   * assert.equal(page.findByRegex(/stock: \d+/)?.tag, "p");
   * ```
   */
  findByText(text: string, options?: FindByTextOptions & { first?: true }): Selector | undefined;
  /**
   * All elements with a text.
   *
   * @param text The element's own text, without that of its children.
   * @param options How it is compared.
   */
  findByText(text: string, options: FindByTextOptions & { first: false }): SelectorList;
  findByText(text: string, options: FindByTextOptions = {}): Selector | SelectorList | undefined {
    const test = textTest(text, options);
    return options.first === false ? this.#findElements(test) : this.#findElements(test, 1).first;
  }

  /**
   * The first element in whose own text a regular expression finds something, or `undefined`.
   *
   * @param pattern The pattern; a string is compiled with the flag `u`.
   * @param options `clean`, and for a string `caseSensitive`.
   * @throws {InvalidPatternError} If a string is no regular expression.
   */
  findByRegex(
    pattern: RegExp | string,
    options?: FindByRegexOptions & { first?: true },
  ): Selector | undefined;
  /**
   * All elements in whose own text a regular expression finds something.
   *
   * @param pattern The pattern; a string is compiled with the flag `u`.
   * @param options `clean`, and for a string `caseSensitive`.
   * @throws {InvalidPatternError} If a string is no regular expression.
   */
  findByRegex(
    pattern: RegExp | string,
    options: FindByRegexOptions & { first: false },
  ): SelectorList;
  findByRegex(
    pattern: RegExp | string,
    options: FindByRegexOptions = {},
  ): Selector | SelectorList | undefined {
    const test = patternTest(pattern, options);
    return options.first === false ? this.#findElements(test) : this.#findElements(test, 1).first;
  }

  /**
   * The elements that stand in the page as this one does: from one product, the others.
   *
   * They are as deep, have the same tag, parent's tag and grandparent's tag, and attributes that are
   * alike.
   *
   * @param options `similarity`: how alike, 0 to 1, 0.2 by default; `ignoreAttributes`, `matchText`.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml(`<ul><li class="card">A<li class="card">B<li>Ad</ul>`);
   * assert.deepEqual(page.css(".card").first?.findSimilar().map((card) => card.text()), ["B"]);
   * ```
   */
  findSimilar(options: FindSimilarOptions = {}): SelectorList {
    if (!this.#isElement()) return new SelectorList();
    return this.#listOfNodes(findSimilar(this.#document, this.#node, options));
  }

  /**
   * A CSS selector that finds this element, and no other, in the page; of an attribute or a text,
   * with `::attr()` or `::text`, of which the latter finds the texts beside it too.
   *
   * @param options `full`: whether to begin at the root even where an id would do.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml(`<ul id="list"><li>A<li>B</ul>`);
   * assert.equal(page.css("li").last?.toCssSelector(), "#list > li:nth-child(2)");
   * assert.equal(page.css("li").last?.toXPath({ full: true }), "/html/body/ul/li[2]");
   * ```
   */
  toCssSelector(options: GenerateOptions = {}): string {
    const selector = toCssSelector(this.#document, this.#owner(), options);
    if (this.#attribute !== NO_ATTRIBUTE) {
      return selector + cssAttribute(this.#document, this.#attribute);
    }
    return this.#document.kinds[this.#node] === NodeKind.Text ? `${selector}::text` : selector;
  }

  /**
   * An XPath expression that finds this element, attribute or text, and nothing else, in the page.
   *
   * @param options `full`: whether to begin at the root even where an id would do.
   */
  toXPath(options: GenerateOptions = {}): string {
    const owner = this.#owner();
    if (owner === NO_NODE) return "/";
    const expression = toXPath(this.#document, owner, options);
    if (this.#attribute !== NO_ATTRIBUTE) {
      return expression + xpathAttribute(this.#document, this.#attribute);
    }
    if (this.#isElement()) return expression;
    return expression + xpathLeaf(this.#document, this.#node);
  }

  /**
   * Remembers this element, for the host of the page, to {@linkcode relocate} it later.
   *
   * @param id What it is remembered as.
   */
  save(id: string): void {
    const owner = this.#owner();
    if (owner === NO_NODE) return;
    const description = describe(this.#document, owner);
    storeOf(this.#document).save(hostOf(this.#document), checkedId(id), description);
  }

  /**
   * What is most like an element that was remembered: the element with the best score, or several
   * if they have the same.
   *
   * @param id What it was remembered as.
   * @param options `threshold`: how alike it must be, 0 to 1. Default: 0.4.
   * @returns Nothing if none is as alike as that, or nothing was remembered.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const url = "https://shop.example/tea";
   * Selector.fromHtml(`<p>Tea</p><p class="price">12 EUR</p>`, { url }).css(".price").first?.save("price");
   *
   * const page = Selector.fromHtml(`<p>Tea</p><p class="cost">12 EUR</p>`, { url });
   * const [price] = page.relocate("price");
   * assert.equal(price?.attr("class"), "cost");
   * assert.ok(price.relocated && price.relocationScore > 0.8);
   * ```
   */
  relocate(id: string, options: { threshold?: number } = {}): SelectorList {
    const description = storeOf(this.#document).load(hostOf(this.#document), checkedId(id));
    if (description === undefined || !this.#isContainer()) return new SelectorList();
    const threshold = checkedThreshold(options.threshold);
    const { nodes, score } = relocate(this.#document, this.#node, description, threshold);
    return marked(this.#listOfNodes(nodes), score);
  }

  /** Whether this is not what was asked for, but what is most like it; see {@linkcode relocate}. */
  get relocated(): boolean {
    return relocationScores.has(this);
  }

  /** How alike this is to what was asked for, 0 to 1: 1 unless it is {@linkcode relocated}. */
  get relocationScore(): number {
    return relocationScores.get(this) ?? 1;
  }

  #conditions(conditions: readonly FindCondition<Selector>[]): ElementTest {
    return conditionsTest(
      conditions,
      (predicate) => (document, node) => predicate(create(document, node, NO_ATTRIBUTE)),
    );
  }

  #findElements(test: ElementTest, limit?: number): SelectorList {
    if (!this.#isContainer()) return new SelectorList();
    return this.#listOfNodes(findElements(this.#document, this.#node, test, limit));
  }

  #listOfNodes(nodes: readonly number[]): SelectorList {
    return listOf(this.#document, { nodes, attributes: undefined });
  }

  /** This element, or the one that this attribute or text is in. */
  #owner(): number {
    if (this.#attribute !== NO_ATTRIBUTE || this.#isElement()) return this.#node;
    return this.#document.parentElement(this.#node);
  }

  /** Remembers what was found, or looks for what was found the last time. */
  #adapted(found: SelectorList, query: string, options: CssOptions): SelectorList {
    const { id = query, threshold } = options;
    if (found.first !== undefined) {
      found.first.save(id);
      return found;
    }
    const relocated = this.relocate(id, { threshold });
    const pseudoElement = PSEUDO_ELEMENT_AT_END.exec(query)?.[0];
    if (pseudoElement === undefined || relocated.first === undefined) return relocated;
    return marked(relocated.css(`:scope${pseudoElement}`), relocated.first.relocationScore);
  }

  /**
   * What a regular expression finds in {@linkcode get}, that is, in an element's HTML.
   *
   * @param pattern The pattern; a string is compiled with the flag `u`.
   * @returns Whole matches where the pattern has no groups, else all groups in one flat list.
   * @throws {InvalidPatternError} If a string is no regular expression.
   */
  re(pattern: RegExp | string): string[] {
    return [...extract(pattern, this.get())];
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
    for (const text of extract(pattern, this.get())) return text;
    return defaultValue;
  }

  /** An element's, or a comment's, outer HTML; the value of an attribute or a text. */
  get(): string {
    return this.#isValue() ? this.#value() : outerHtml(this.#document, this.#node);
  }

  /** {@linkcode get} in an array, for symmetry with lists. */
  getAll(): string[] {
    return [this.get()];
  }

  /**
   * Value of one of an element's attributes; HTML's names are case-insensitive.
   *
   * @param name The attribute's name.
   * @returns The value, or `undefined` if there is no such attribute.
   */
  attr(name: string): string | undefined {
    if (!this.#isElement()) return undefined;
    const value = this.#document.attribute(this.#node, name);
    return value === undefined ? undefined : flat(value);
  }

  /** All attributes of an element, frozen, in an object without a prototype. */
  get attrs(): Readonly<Record<string, string>> {
    return this.#attrs ??= Object.freeze(this.#attributes());
  }

  /**
   * All text in an element, in document order; the value of an attribute or a text.
   *
   * @param options Separator, stripping and what to ignore.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml("<p> Hello, <b>world</b>!<script>track()</script></p>");
   * assert.equal(page.text(), " Hello, world!");
   * assert.equal(page.text({ separator: "|", strip: true }), "Hello,|world|!");
   * ```
   */
  text(options: TextOptions = {}): string {
    const { separator = "", strip = false, ignore } = options;
    const ignored = ignore === undefined
      ? DEFAULT_IGNORED
      : new Set(ignore.map((tag) => this.#document.isXml ? tag : tag.toLowerCase()));
    const texts = this.#texts(ignored);
    const stripped = strip ? texts.map((text) => text.trim()).filter((text) => text !== "") : texts;
    return joined(stripped, separator);
  }

  /** The text directly in an element, without that of its children; else the value. */
  get ownText(): string {
    return this.#attribute === NO_ATTRIBUTE ? ownTextOf(this.#document, this.#node) : this.#value();
  }

  /** The same as {@linkcode get}: an element with its tags, serialised as the HTML standard says. */
  html(): string {
    return this.get();
  }

  /** An element's content as HTML; the value of an attribute or a text. */
  innerHtml(): string {
    return this.#isContainer() ? innerHtml(this.#document, this.#node) : this.#value();
  }

  /**
   * Reads an element's text, such as that of a `<script type="application/ld+json">`, or the value
   * of an attribute or a text, as JSON.
   *
   * @throws {InvalidJsonError} If it is none.
   *
   * @example
   * ```ts
   * import { Selector } from "@orbweaver/selectors";
   * import assert from "node:assert/strict";
   *
   * const page = Selector.fromHtml(`<div data-item='{"price": 12}'></div>`);
   * assert.deepEqual(page.css("div::attr(data-item)").first?.json(), { price: 12 });
   * ```
   */
  json<Value = unknown>(): Value {
    const text = this.#texts(NOTHING).join("");
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new InvalidJsonError(text, cause);
    }
  }

  /** An element's name, in lower case for HTML; `undefined` for an attribute or a text. */
  get tag(): string | undefined {
    return this.#isElement() ? this.#document.name(this.#node) : undefined;
  }

  /**
   * Whether an element has a class.
   *
   * @param name The class, in its exact spelling.
   */
  hasClass(name: string): boolean {
    return name !== "" && (this.attr("class") ?? "").split(/[ \t\n\f\r]+/).includes(name);
  }

  /** The parent element; for an attribute, the element that has it. */
  get parent(): Selector | undefined {
    return this.#at(this.#container());
  }

  /** Child elements, in document order. */
  get children(): SelectorList {
    return this.#list(this.#isContainer() ? childElements(this.#document, this.#node) : []);
  }

  /** Elements with the same parent, in document order, without this one. */
  get siblings(): SelectorList {
    const isNode = this.#attribute === NO_ATTRIBUTE;
    return this.#list(isNode ? siblingElements(this.#document, this.#node) : []);
  }

  /** The next element with the same parent. */
  get next(): Selector | undefined {
    if (this.#attribute !== NO_ATTRIBUTE) return undefined;
    const next = this.#document.nextSiblings[this.#node] as number;
    return this.#at(this.#document.nextElement(next));
  }

  /** The previous element with the same parent. */
  get previous(): Selector | undefined {
    if (this.#attribute !== NO_ATTRIBUTE) return undefined;
    const previous = this.#document.previousSiblings[this.#node] as number;
    return this.#at(this.#document.previousElement(previous));
  }

  /** The elements around this one, the nearest first. */
  ancestors(): SelectorList {
    return this.#list(this.#ancestors());
  }

  /** The elements around this one, the root first. */
  get path(): SelectorList {
    return this.#list(this.#ancestors().reverse());
  }

  /**
   * The nearest element around this one that satisfies a predicate.
   *
   * @param predicate Is called with each ancestor, the nearest first, until it says yes.
   */
  findAncestor(predicate: (ancestor: Selector) => boolean): Selector | undefined {
    let node = this.#container();
    for (; node !== NO_NODE; node = this.#document.parentElement(node)) {
      const ancestor = create(this.#document, node, NO_ATTRIBUTE);
      if (predicate(ancestor)) return ancestor;
    }
    return undefined;
  }

  /** The elements below this one, in document order. */
  descendants(): SelectorList {
    return this.#list(this.#isContainer() ? descendantElements(this.#document, this.#node) : []);
  }

  /**
   * This element, or the nearest element around it that matches a selector.
   *
   * @param query The selector, without `::text` and `::attr()`; `:scope` is this element.
   * @throws {SelectorSyntaxError} If the selector can't be parsed or selects no elements.
   */
  closest(query: string): Selector | undefined {
    const selector = checkedQuery(query);
    const start = this.#isElement() ? this.#node : this.#container();
    return this.#at(start === NO_NODE ? NO_NODE : closest(this.#document, start, selector));
  }

  #isElement(): boolean {
    return this.#attribute === NO_ATTRIBUTE && this.#document.isElement(this.#node);
  }

  /** Whether it can have children: XPath's `/` gives the document. */
  #isContainer(): boolean {
    return this.#attribute === NO_ATTRIBUTE && this.#document.isContainer(this.#node);
  }

  /** Whether it stands for an attribute or a text. */
  #isValue(): boolean {
    return this.#attribute !== NO_ATTRIBUTE ||
      this.#document.kinds[this.#node] === NodeKind.Text;
  }

  /** The element around an element or a text; the element that has an attribute. */
  #container(): number {
    const isNode = this.#attribute === NO_ATTRIBUTE;
    return isNode ? this.#document.parentElement(this.#node) : this.#node;
  }

  #ancestors(): number[] {
    const container = this.#container();
    if (container === NO_NODE) return [];
    return [container, ...ancestorElements(this.#document, container)];
  }

  /** Value of an attribute or a text, with own memory. */
  #value(): string {
    return flat(
      this.#attribute === NO_ATTRIBUTE
        ? this.#document.data(this.#node)
        : this.#document.attributeValue(this.#attribute),
    );
  }

  #texts(ignored: ReadonlySet<string>): string[] {
    if (this.#attribute !== NO_ATTRIBUTE) return [this.#value()];
    return textsIn(this.#document, this.#node, ignored);
  }

  #attributes(): Record<string, string> {
    const record: Record<string, string> = Object.create(null);
    if (!this.#isElement()) return record;
    const document = this.#document;
    const end = document.attributeEnd(this.#node);
    for (let at = document.attributeStart(this.#node); at < end; at++) {
      record[document.attributeName(at)] = flat(document.attributeValue(at));
    }
    return record;
  }

  #at(node: number): Selector | undefined {
    return node === NO_NODE ? undefined : create(this.#document, node, NO_ATTRIBUTE);
  }

  #list(nodes: readonly number[]): SelectorList {
    return listOf(this.#document, { nodes, attributes: undefined });
  }
}

/** The selector that stands for a node, or for the attribute with an index of an element. */
export function selectorAt(
  document: Document,
  node: number,
  attribute: number = NO_ATTRIBUTE,
): Selector {
  return create(document, node, attribute);
}

/** What a selector stands for. */
export function placeOf(selector: Selector): Place {
  return locate(selector);
}

/** Queries several selectors at once: what two of them find, one inside the other, is there once. */
export function selectFromAll(selectors: Iterable<Selector>, query: string): SelectorList {
  const selector = checkedQuery(query);
  // Per page, as document order exists within a page only.
  const roots = new Map<Document, number[]>();
  for (const item of selectors) {
    const { document, node, attribute } = locate(item);
    if (attribute !== NO_ATTRIBUTE || !document.isContainer(node)) continue;
    const ofSamePage = roots.get(document);
    if (ofSamePage === undefined) roots.set(document, [node]);
    else ofSamePage.push(node);
  }
  const found: Selector[] = [];
  for (const [document, nodes] of roots) {
    for (const one of listOf(document, select(document, nodes, selector))) found.push(one);
  }
  return new SelectorList(found);
}

/** The same with XPath; values that are no nodes come one for each selector. */
export function xpathFromAll(
  selectors: Iterable<Selector>,
  expression: string,
  options: XPathOptions,
): SelectorList {
  if (typeof expression !== "string") {
    throw new InvalidArgumentError("expression", expression, "a string");
  }
  const evaluateOptions = { ...options, variables: variablesOf(options) };
  const values: Selector[] = [];
  const found = new Map<Document, { nodes: number[]; attributes: number[] }>();
  for (const selector of selectors) {
    const { document, ...context } = locate(selector);
    const result = evaluateXPath(document, context, expression, evaluateOptions);
    if (result.type !== "nodes") {
      values.push(selectorOfValue(document, result.value));
      continue;
    }
    const ofSamePage = found.get(document) ?? { nodes: [], attributes: [] };
    found.set(document, ofSamePage);
    result.nodes.forEach((node, index) => {
      ofSamePage.nodes.push(node);
      ofSamePage.attributes.push(result.attributes?.[index] ?? NO_ATTRIBUTE);
    });
  }
  const lists = Array.from(
    found,
    (
      [document, { nodes, attributes }],
    ) => [...listOf(document, inDocumentOrder(nodes, attributes))],
  );
  return new SelectorList([...values, ...lists.flat()]);
}

function variablesOf({ variables }: XPathOptions): Record<string, XPathVariable> | undefined {
  if (variables === undefined) return undefined;
  const entries = Object.entries(variables).map(([name, value]) => {
    if (value instanceof Selector) return [name, [locate(value)]];
    return [name, value instanceof SelectorList ? value.map(locate) : value];
  });
  return Object.fromEntries(entries);
}

/** A text that is in no page. */
function selectorOfValue({ url }: Document, value: string | number | boolean): Selector {
  const builder = new DocumentBuilder({ url });
  const text = builder.createText(typeof value === "number" ? numberToString(value) : `${value}`);
  builder.append(DOCUMENT_NODE, text);
  return create(builder.finish(), text, NO_ATTRIBUTE);
}

function listOf(document: Document, { nodes, attributes }: Matches): SelectorList {
  return createList(nodes.length, (index) => {
    const attribute = attributes === undefined ? NO_ATTRIBUTE : attributes[index] as number;
    return create(document, nodes[index] as number, attribute);
  });
}

function checkedQuery(query: string): string {
  if (typeof query !== "string") throw new InvalidArgumentError("query", query, "a string");
  return query;
}

function checkedId(id: string): string {
  if (typeof id !== "string") throw new InvalidArgumentError("id", id, "a string");
  return id;
}

function checkedThreshold(threshold: number = DEFAULT_THRESHOLD): number {
  if (typeof threshold === "number" && threshold >= 0 && threshold <= 1) return threshold;
  throw new InvalidArgumentError("threshold", threshold, "a number from 0 to 1");
}

function marked(list: SelectorList, score: number): SelectorList {
  for (const selector of list) relocationScores.set(selector, score);
  return list;
}
