import { placeOf, type Selector } from "../selector.ts";
import { extractJsonLd } from "./json_ld.ts";
import { extractMicrodata } from "./microdata.ts";
import { extractOpenGraph } from "./open_graph.ts";
import { extractRdfa } from "./rdfa.ts";

/** Something that a page describes: a product, a recipe, an event. */
export interface StructuredItem {
  /** Its types, as URLs where the page gives those. */
  readonly types: readonly string[];
  /** Its global identifier, where the page gives one. */
  readonly id: string | undefined;
  /** Its properties by name, in an object without a prototype; each may have several values. */
  readonly properties: Readonly<Record<string, readonly (string | StructuredItem)[]>>;
}

/** What a page says about itself for machines. */
export interface StructuredData {
  /** JSON-LD, as parsed: one entry for each object, those of arrays included. */
  readonly jsonLd: readonly unknown[];
  /** Scripts that claim to be JSON-LD, but are no JSON. */
  readonly invalidJsonLd: readonly string[];
  /** Top-level items of microdata. */
  readonly microdata: readonly StructuredItem[];
  /** Top-level items of RDFa Lite. */
  readonly rdfa: readonly StructuredItem[];
  /**
   * Open Graph and Twitter cards: all values of `og:title` and the like, in an object without a
   * prototype.
   */
  readonly openGraph: Readonly<Record<string, readonly string[]>>;
}

/**
 * Reads what a page says about itself for machines: JSON-LD, microdata, RDFa Lite and Open Graph.
 *
 * Nothing is thrown for what is malformed: pages are what they are. Addresses in microdata and RDFa
 * are made absolute if the page's own is known.
 *
 * @param selector The page, or a part of it.
 *
 * @example
 * ```ts
 * import { Selector } from "@orbweaver/selectors";
 * import { structuredData } from "@orbweaver/selectors/content";
 * import assert from "node:assert/strict";
 *
 * const page = Selector.fromHtml(`
 *   <meta property="og:title" content="Green tea">
 *   <script type="application/ld+json">{"@type": "Product", "name": "Green tea"}</script>
 *   <div itemscope itemtype="https://schema.org/Offer"><b itemprop="price">12</b></div>
 * `);
 * const { jsonLd, microdata, openGraph } = structuredData(page);
 * assert.deepEqual(jsonLd, [{ "@type": "Product", name: "Green tea" }]);
 * assert.deepEqual(microdata[0]?.properties["price"], ["12"]);
 * assert.deepEqual(openGraph["og:title"], ["Green tea"]);
 * ```
 */
export function structuredData(selector: Selector): StructuredData {
  const { document, node } = placeOf(selector);
  const range = { start: node, end: document.subtreeEnd(node) };
  return {
    ...extractJsonLd(document, range),
    microdata: extractMicrodata(document, range),
    rdfa: extractRdfa(document, range),
    openGraph: extractOpenGraph(document, range),
  };
}
