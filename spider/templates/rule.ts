import { InvalidOptionError } from "@orbweaver/session";
import { LinkExtractor, type LinkExtractorOptions } from "../extract/links.ts";
import type { AnyCallback, Request } from "../request.ts";
import type { Response } from "../response.ts";

/** Looks at a request that a rule has made, before it is queued. */
export type ProcessRequest = (
  request: Request,
  response: Response,
) => Request | null | undefined;

/** What to do with the links that a rule finds. */
export interface RuleOptions<Sid extends string = string> {
  /** The spider's method that handles the pages, by reference or by name. Default: `parse`. */
  readonly callback?: AnyCallback | string;
  /**
   * Apply the spider's rules to the pages of the callback as well. Default false. Without a callback, what
   * happens to the pages is up to `parse`, which applies the rules unless it is overridden.
   */
  readonly follow?: boolean;
  /** Higher goes first. Default: that of the page with the link. */
  readonly priority?: number;
  /** The session that fetches the pages. Default: that of the page with the link. */
  readonly sid?: Sid;
  /** Changes a request, or leaves it out by giving `null` or nothing. */
  readonly processRequest?: ProcessRequest;
}

/** Which links to take, and what to do with them; {@linkcode rule} makes one. */
export interface Rule<Sid extends string = string> extends RuleOptions<Sid> {
  /** Finds the links. */
  readonly extractor: LinkExtractor;
}

/**
 * Makes a rule for a `CrawlSpider` or a `SitemapSpider`.
 *
 * @param extractor Which links to take: an extractor, or the options of one.
 * @param options What to do with them.
 * @throws {InvalidOptionError} If one of them makes no sense.
 *
 * @example
 * ```ts
 * import { rule } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const products = rule({ allow: /\/product\// }, { callback: "parseProduct", sid: "stealth" });
 * assert.ok(products.extractor.matches("https://shop.example/product/1"));
 * ```
 */
export function rule<const Sid extends string = never>(
  extractor: LinkExtractor | LinkExtractorOptions,
  options: RuleOptions<Sid> = {},
): Rule<Sid> {
  const { callback, processRequest } = options;
  if (callback !== undefined && typeof callback !== "function" && typeof callback !== "string") {
    throw new InvalidOptionError("callback", callback, "one of the spider's methods, or its name");
  }
  if (processRequest !== undefined && typeof processRequest !== "function") {
    throw new InvalidOptionError("processRequest", processRequest, "a function");
  }
  const links = extractor instanceof LinkExtractor ? extractor : new LinkExtractor(extractor);
  return Object.freeze({ ...options, extractor: links });
}
