/**
 * HTML or XML in, answers out: parse a page, query it with CSS or XPath, read text, attributes and
 * JSON.
 *
 * Pure and synchronous: no network, no files, no globals. Pages are parsed as browsers do, and
 * asked as with Parsel: `::text` and `::attr(name)` select texts and attributes.
 *
 * @example
 * ```ts
 * import { decodeHtml, Selector } from "@orbweaver/selectors";
 * import assert from "node:assert/strict";
 *
 * const bytes = new TextEncoder().encode(`
 *   <ul>
 *     <li class="product"><a href="/tea">Tea</a> <span class="price">from 4.50 EUR</span>
 *     <li class="product"><a href="/cup">Cup</a> <span class="price">12 EUR</span>
 *   </ul>
 * `);
 * const { text } = decodeHtml(bytes, { contentType: "text/html; charset=utf-8" });
 * const page = Selector.fromHtml(text, { url: "https://shop.example/" });
 *
 * const products = page.css("li.product").map((product) => ({
 *   name: product.css("a::text").get(""),
 *   url: new URL(product.css("a::attr(href)").get(""), page.url).href,
 *   price: Number(product.css(".price::text").reFirst(/[\d.]+/)),
 * }));
 * assert.deepEqual(products, [
 *   { name: "Tea", url: "https://shop.example/tea", price: 4.5 },
 *   { name: "Cup", url: "https://shop.example/cup", price: 12 },
 * ]);
 * ```
 *
 * @module
 */
export {
  type CssOptions,
  type FindByRegexOptions,
  type FindByTextOptions,
  type FromHtmlOptions,
  type FromXmlOptions,
  Selector,
  type TextOptions,
  type XPathOptions,
} from "./selector.ts";
export { SelectorList } from "./selector_list.ts";
export type { TextMatchOptions } from "./find/by_text.ts";
export type { FindCondition } from "./find/conditions.ts";
export type { AttributeFilter, AttributeFilters } from "./find/filters.ts";
export type { GenerateOptions } from "./find/generate.ts";
export type { FindSimilarOptions } from "./find/similar.ts";
export type { ElementDescription, ParentDescription } from "./adaptive/describe.ts";
export { type AdaptiveStore, MemoryAdaptiveStore } from "./adaptive/store.ts";
export { type DecodedHtml, decodeHtml, type DecodeHtmlOptions } from "./encoding.ts";
export { type DomNode, type PageParser, PageParserError } from "./document/from_dom.ts";
export { XmlSyntaxError } from "./document/xml_syntax_error.ts";
export { XPathEvaluationError, XPathSyntaxError } from "./xpath/errors.ts";
export {
  InvalidArgumentError,
  InvalidJsonError,
  InvalidPatternError,
  OrbweaverError,
  SelectorSyntaxError,
} from "./errors.ts";
