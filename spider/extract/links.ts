import { Selector } from "@orbweaver/selectors";
import { InvalidOptionError } from "@orbweaver/session";
import { asList, type OneOrMore, urlFilter, type UrlFilterOptions } from "./_url_filter.ts";
import { canonicalUrl, MOST_URL_CHARS, resolveUrl, type UrlFault } from "./_urls.ts";

export type { OneOrMore, UrlFilterOptions, UrlPattern } from "./_url_filter.ts";

/** What a {@linkcode LinkExtractor} looks for, and what it leaves out. */
export interface LinkExtractorOptions extends UrlFilterOptions {
  /** Look only inside the elements that these CSS selectors find. None found means no links. */
  readonly restrictCss?: OneOrMore<string>;
  /** Look only inside the elements that these XPath expressions find. None found means no links. */
  readonly restrictXpath?: OneOrMore<string>;
  /** The elements that are links. Default `["a", "area"]`. */
  readonly tags?: OneOrMore<string>;
  /** Their attributes that hold a URL. Default `["href"]`. */
  readonly attrs?: OneOrMore<string>;
  /** Put the query's parameters in order, so that one page has one URL. Default true. */
  readonly canonicalize?: boolean;
  /** Keep what follows "#". Default false. */
  readonly keepFragment?: boolean;
  /** Take white space off both ends of an attribute before `process` sees it. Default true. */
  readonly strip?: boolean;
  /**
   * Leave out links with `rel=nofollow`, and all links of a page that says "nofollow" in a robots
   * `meta` element or an `X-Robots-Tag` header. Default false.
   */
  readonly respectNofollow?: boolean;
  /** Changes an attribute's value before it is read as a URL; `null` leaves the link out. */
  readonly process?: (value: string) => string | null | undefined;
  /** Leave out longer URLs, in characters; patterns never see them. Default 2048. */
  readonly maxUrlLength?: number;
}

/** A page to look for links on; every response is one. */
export interface LinkSource {
  /** The page's URL. */
  readonly url: string;
  /** What its links are relative to. Default: `<base href>`, else `url`. */
  readonly baseUrl?: string;
  /** The page. */
  readonly root: Selector;
  /** The response's headers. */
  readonly headers?: Headers;
}

/** How many links were left out, by cause. */
export interface SkippedLinks {
  /** They can't be parsed. */
  malformed: number;
  /** They are neither `http:` nor `https:`: `mailto:`, `javascript:`, `file:`. */
  scheme: number;
  /** They are longer than `maxUrlLength`. */
  tooLong: number;
  /** They say "nofollow". */
  nofollow: number;
  /** A filter, or `process`, left them out. */
  filtered: number;
}

/** What was found on a page. */
export interface FoundLinks {
  /** The links, absolute, in document order, each once. */
  readonly urls: readonly string[];
  /** What was left out. */
  readonly skipped: Readonly<SkippedLinks>;
}

type Xpath = { xpath?: (query: string) => Iterable<Selector> };

/**
 * Finds the links of a page that pass its filters. One bad link never costs the others.
 *
 * @example
 * ```ts
 * import { LinkExtractor, SessionResponse } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const page = new SessionResponse({
 *   url: "https://shop.example/",
 *   status: 200,
 *   body: new TextEncoder().encode(`
 *     <a href="/product/2">2</a> <a href="http://[bad">?</a> <a href="product/1#top">1</a>
 *     <a href="mailto:us@shop.example">us</a> <a href="/about">about</a>
 *   `),
 * });
 * const products = new LinkExtractor({ allow: /\/product\/\d+$/ });
 * assert.deepEqual(products.extract(page), [
 *   "https://shop.example/product/2",
 *   "https://shop.example/product/1",
 * ]);
 * assert.equal(products.find(page).skipped.malformed, 1);
 * assert.ok(products.matches("https://shop.example/product/3"));
 * ```
 */
export class LinkExtractor {
  readonly #options: LinkExtractorOptions;
  readonly #passes: (url: URL) => boolean;
  readonly #links: string;
  readonly #isLink: (element: Selector) => boolean;
  readonly #attrs: readonly string[];
  readonly #css: readonly string[];
  readonly #xpath: readonly string[];
  readonly #maxUrlLength: number;

  /**
   * Makes an extractor.
   *
   * @param options What to look for. Default: all links that may be pages.
   * @throws {InvalidOptionError} If an option makes no sense.
   * @throws {SelectorSyntaxError} If a selector can't be parsed.
   */
  constructor(options: LinkExtractorOptions = {}) {
    this.#options = { ...options };
    this.#passes = urlFilter(options);
    const tags = names("tags", options.tags ?? ["a", "area"]);
    this.#attrs = names("attrs", options.attrs ?? ["href"]);
    this.#links = tags.flatMap((tag) =>
      this.#attrs.map((attr) => `${escaped(tag)}[${escaped(attr)}]`)
    )
      .join(",");
    this.#isLink = (element) => element.tag !== undefined && tags.includes(element.tag);
    this.#maxUrlLength = options.maxUrlLength ?? MOST_URL_CHARS;
    if (!(Number.isInteger(this.#maxUrlLength) && this.#maxUrlLength > 0)) {
      throw new InvalidOptionError(
        "maxUrlLength",
        options.maxUrlLength,
        "a whole number from 1 up",
      );
    }
    this.#css = asList(options.restrictCss);
    this.#xpath = asList(options.restrictXpath);
    this.#checkRestrictions();
  }

  /**
   * The links of a page.
   *
   * @param page The page, such as a response.
   * @returns The links, absolute, in document order, each once.
   */
  extract(page: LinkSource): string[] {
    return [...this.find(page).urls];
  }

  /**
   * The links of a page, and how many were left out.
   *
   * @param page The page, such as a response.
   */
  find(page: LinkSource): FoundLinks {
    const urls = new Set<string>();
    const skipped = { malformed: 0, scheme: 0, tooLong: 0, nofollow: 0, filtered: 0 };
    if (!mayHaveLinks(page)) return { urls: [], skipped };
    const base = page.baseUrl ?? baseUrlOf(page);
    const noneToFollow = this.#options.respectNofollow === true && saysNofollow(page);
    for (const element of this.#elements(page.root)) {
      const nofollow = noneToFollow || this.#isNofollow(element);
      for (const value of this.#values(element)) {
        const link = nofollow ? "nofollow" : this.#read(value, base);
        if (link in skipped) skipped[link as keyof SkippedLinks] += 1;
        else urls.add(link);
      }
    }
    return { urls: [...urls], skipped };
  }

  /**
   * Whether a URL would be extracted if a page linked to it.
   *
   * @param url An absolute URL.
   */
  matches(url: string | URL): boolean {
    const resolved = this.#resolve(String(url), undefined);
    return resolved instanceof URL && this.#passes(resolved);
  }

  /** The link in its final form, or why there is none. */
  #read(value: string, base: string): string {
    const { process, strip = true } = this.#options;
    const stripped = strip ? value.trim() : value;
    const href = process === undefined ? stripped : process(stripped);
    if (typeof href !== "string") return "filtered";
    const url = this.#resolve(href, base);
    if (!(url instanceof URL)) return url;
    return this.#passes(url) ? url.href : "filtered";
  }

  #resolve(href: string, base: string | undefined): URL | UrlFault {
    const { canonicalize = true, keepFragment = false } = this.#options;
    const url = resolveUrl(href, base, this.#maxUrlLength);
    if (!(url instanceof URL)) return url;
    if (canonicalize) return new URL(canonicalUrl(url, { keepFragment }));
    if (!keepFragment) url.hash = "";
    return url;
  }

  *#elements(root: Selector): Iterable<Selector> {
    if (this.#css.length === 0 && this.#xpath.length === 0) {
      yield* root.css(this.#links);
      return;
    }
    for (const scope of this.#scopes(root)) {
      if (this.#isLink(scope)) yield scope;
      yield* scope.css(this.#links);
    }
  }

  *#scopes(root: Selector): Iterable<Selector> {
    if (this.#css.length > 0) yield* root.css(this.#css.join(","));
    for (const query of this.#xpath) yield* (root as unknown as Required<Xpath>).xpath(query);
  }

  #values(element: Selector): string[] {
    return this.#attrs.map((attr) => element.attr(attr)).filter((value) => value !== undefined);
  }

  #isNofollow(element: Selector): boolean {
    if (this.#options.respectNofollow !== true) return false;
    return (element.attr("rel") ?? "").toLowerCase().split(/\s+/).includes("nofollow");
  }

  /** Better now than on the first page. */
  #checkRestrictions(): void {
    const nothing = Selector.fromHtml("");
    for (const query of this.#css) {
      if (typeof query !== "string" || query.trim() === "") {
        throw new InvalidOptionError("restrictCss", query, "a CSS selector or a list of them");
      }
      nothing.css(query);
    }
    if (this.#xpath.length === 0) return;
    const { xpath } = nothing as unknown as Xpath;
    if (xpath === undefined) {
      const expected = "left out, since this version of @orbweaver/selectors has no XPath";
      throw new InvalidOptionError("restrictXpath", this.#options.restrictXpath, expected);
    }
    for (const query of this.#xpath) xpath.call(nothing, query);
  }
}

function names(option: string, value: OneOrMore<string>): string[] {
  return asList(value).map((name) => {
    if (typeof name === "string" && /^[a-z][\w:.-]*$/i.test(name)) {
      return name.toLowerCase();
    }
    throw new InvalidOptionError(option, name, "names of HTML elements or attributes");
  });
}

function escaped(name: string): string {
  return name.replace(/[:.]/g, "\\$&");
}

/** An image or a PDF, read as HTML, has no links that anyone put there. */
function mayHaveLinks({ headers }: LinkSource): boolean {
  const contentType = headers?.get("content-type")?.toLowerCase();
  return !contentType || contentType.includes("html") || contentType.includes("xml");
}

function baseUrlOf({ root, url }: LinkSource): string {
  const href = root.css("base[href]").attr("href");
  return href !== undefined && URL.canParse(href, url) ? new URL(href, url).href : url;
}

function saysNofollow({ root, headers }: LinkSource): boolean {
  const metas = root.css("meta[name][content]")
    .filter((meta) => meta.attr("name")?.toLowerCase() === "robots")
    .map((meta) => meta.attr("content"));
  return [headers?.get("x-robots-tag"), ...metas]
    .some((value) => /(?:^|[\s,:])(?:nofollow|none)(?:$|[\s,])/i.test(value ?? ""));
}
