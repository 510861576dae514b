/**
 * Lets deno-dom, or another library with a `DOMParser`, parse the pages that selectors query.
 *
 * deno-dom is on JSR only, so you import it yourself and pass it in.
 *
 * @example
 * ```ts ignore
 * import { DOMParser } from "jsr:@b-fuze/deno-dom";
 * import { Selector } from "@orbweaver/selectors";
 * import { denoDom } from "@orbweaver/selectors/deno-dom";
 *
 * const page = Selector.fromHtml("<h1>Tea</h1>", { parser: denoDom(DOMParser) });
 * console.log(page.css("h1::text").get());
 * ```
 *
 * @module
 */
import type { DomNode, PageParser } from "./document/from_dom.ts";

export type { DomNode, PageParser } from "./document/from_dom.ts";
export { PageParserError } from "./document/from_dom.ts";
export { OrbweaverError } from "./errors.ts";

/** A class such as deno-dom's `DOMParser`. */
export interface DomParserClass {
  /** Makes a parser. */
  new (): {
    /** Parses a page. */
    parseFromString(source: string, mimeType: "text/html"): DomNode | null;
  };
}

/**
 * Makes a parser for `Selector.fromHtml()` of a `DOMParser` class.
 *
 * The tree is copied once; after that, every query works as it does on our own. What is in the tree
 * is up to the library: deno-dom adds a doctype where the page has none, say.
 *
 * @param DOMParser The class, such as deno-dom's.
 */
export function denoDom(DOMParser: DomParserClass): PageParser {
  return {
    parse(html: string): DomNode {
      const page = new DOMParser().parseFromString(html, "text/html");
      if (page === null) throw new TypeError("DOMParser gave null");
      return page;
    },
  };
}
