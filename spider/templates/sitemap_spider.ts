import type { SessionMap } from "@orbweaver/session";
import { SpiderOptionError } from "../errors.ts";
import { gather } from "../extract/_gather.ts";
import { MOST_BYTES, textStream } from "../extract/_text_stream.ts";
import type { LinkExtractor } from "../extract/links.ts";
import { Problems } from "../extract/problems.ts";
import {
  changedSince,
  readSitemap,
  type SitemapEntry,
  sitemapsInRobotsTxt,
} from "../extract/sitemap.ts";
import { Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { AnyItem } from "../spider.ts";
import { ruleRequest } from "./_rule_request.ts";
import type { Rule } from "./rule.ts";
import { followTo, isSuccess, TemplateSpider, textSource } from "./template_spider.ts";

/** How many sitemaps led to a sitemap, in its request's `meta`. */
const DEPTH = "sitemapDepth";

/** A sitemap names sitemaps and pages; one that names itself in ever new spellings must end somewhere. */
const MOST_DEPTH = 5;

/** RFC 9309 lets crawlers stop after 500 KiB; site owners put their sitemaps at the end. */
const MOST_ROBOTS_BYTES = 4 * 1024 * 1024;

/**
 * A spider that visits the pages that a site's sitemaps name. Sitemaps may be XML, compressed, indexes of
 * others, feeds, or plain lists, and are read as they come. A page goes to the callback of the first rule
 * that matches it, and to `parse` where there are no rules or the rule has none. `response.meta.sitemap`
 * has what the sitemap says of the page.
 *
 * @typeParam Item What the spider yields. Default: any object.
 * @typeParam S The sessions by id. Default: any.
 *
 * @example
 * ```ts ignore
 * import { type Response, rule, SitemapSpider } from "@orbweaver/spider";
 *
 * class Products extends SitemapSpider {
 *   override name = "products";
 *   override sitemapUrls = ["https://shop.example.com/robots.txt"];
 *   override since = "2026-05-01";
 *   override rules = [rule({ allow: /\/product\// })];
 *
 *   override async *parse(response: Response) {
 *     yield { name: response.css("h1::text").get("") };
 *   }
 * }
 * ```
 */
export abstract class SitemapSpider<Item = AnyItem, S extends SessionMap = SessionMap>
  extends TemplateSpider<Item, S> {
  /** Sitemaps, and robots.txt files that name some. */
  sitemapUrls: readonly string[] = [];
  /** Which pages to visit, and which method handles them. Default: all, by `parse`. */
  rules: readonly Rule<keyof S & string>[] = [];
  /** Which sitemaps of an index to read. Default: all. */
  sitemapFollow: LinkExtractor | undefined;
  /** Visit the same pages in other languages as well. Default false. */
  sitemapAlternates = false;
  /** Visit only what changed since then; what does not say when is visited. Default: all. */
  since: Date | string | undefined;
  /** The most bytes of a sitemap that are read, decompressed. Default 64 MiB. */
  maxSitemapBytes: number = MOST_BYTES;

  /**
   * The first requests: `sitemapUrls`.
   *
   * @throws {SpiderOptionError} If there are none, or `since` is no date.
   */
  override async *startRequests(): AsyncIterable<Request | string | URL> {
    if (this.sitemapUrls.length === 0) {
      throw new SpiderOptionError(
        `Spider '${this.name}' needs sitemaps: override sitemapUrls = ["https://example.com/robots.txt"]`,
      );
    }
    this.#since();
    for (const url of this.sitemapUrls) yield new Request(url, { callback: "parseSitemap" });
  }

  /**
   * Says whether to go to what a sitemap names. Default: yes.
   *
   * @param _entry A page or another sitemap, and what is said of it.
   * @param _response The sitemap.
   */
  includeEntry(_entry: SitemapEntry, _response: Response<S>): boolean {
    return true;
  }

  /**
   * Reads a sitemap, or a robots.txt. The engine calls it.
   *
   * @param response The sitemap.
   */
  async *parseSitemap(response: Response<S>): AsyncGenerator<Request, void, undefined> {
    const problems = new Problems();
    try {
      if (!isSuccess(response, problems)) return;
      let left = this.maxYieldsPerPage;
      for await (const request of this.#requests(response, problems)) {
        if (--left < 0) {
          const most = this.maxYieldsPerPage;
          problems.report("tooLarge", `More than ${most} URLs; the rest is left out`);
          return;
        }
        yield request;
      }
    } finally {
      this.tell(response, problems);
    }
  }

  async *#requests(
    response: Response<S>,
    problems: Problems,
  ): AsyncGenerator<Request, void, undefined> {
    for await (const entry of this.#entries(response, problems)) {
      if (!this.#isWanted(entry, problems) || !this.includeEntry(entry, response)) continue;
      if (entry.kind === "page") yield* this.#pages(response, entry);
      else yield* this.#sitemap(response, entry, problems);
    }
  }

  async *#entries(
    response: Response<S>,
    problems: Problems,
  ): AsyncGenerator<SitemapEntry, void, undefined> {
    const { url } = response;
    const isRobots = new URL(url).pathname.endsWith("/robots.txt");
    const maxBytes = isRobots ? MOST_ROBOTS_BYTES : this.maxSitemapBytes;
    const text = textStream(textSource(response), problems, { maxBytes });
    if (!isRobots) {
      yield* readSitemap(text, { url, problems });
      return;
    }
    for (const sitemap of sitemapsInRobotsTxt(await gather(text), url, problems)) {
      yield { kind: "sitemap", url: sitemap, alternates: [] };
    }
  }

  #isWanted({ lastmod }: SitemapEntry, problems: Problems): boolean {
    const since = this.#since();
    if (since === undefined || lastmod === undefined) return true;
    const changed = changedSince(lastmod, since);
    if (changed === undefined) {
      problems.report("badDate", `No date: ${JSON.stringify(lastmod.slice(0, 40))}`);
    }
    return changed ?? true;
  }

  *#pages(response: Response<S>, entry: SitemapEntry): Generator<Request, void, undefined> {
    const { alternates } = entry;
    const others = this.sitemapAlternates ? alternates.map(({ url }) => url) : [];
    const { [DEPTH]: _depth, ...meta } = response.request.meta;
    for (const url of new Set([entry.url, ...others])) {
      const rule = this.rules.find(({ extractor }) => extractor.matches(url));
      if (rule === undefined && this.rules.length > 0) continue;
      const request = ruleRequest(response, url, rule, {
        callback: rule?.callback ?? "parse",
        meta: { ...meta, sitemap: entry },
      });
      if (request !== undefined) yield request;
    }
  }

  *#sitemap(
    response: Response<S>,
    { url }: SitemapEntry,
    problems: Problems,
  ): Generator<Request, void, undefined> {
    if (this.sitemapFollow?.matches(url) === false) return;
    const depth = Number(response.request.meta[DEPTH] ?? 0) + 1;
    if (depth > MOST_DEPTH) {
      problems.report("tooDeep", `More than ${MOST_DEPTH} sitemaps lead to ${url}; it is left out`);
      return;
    }
    yield followTo(response, url, { callback: "parseSitemap", meta: { [DEPTH]: depth } });
  }

  #since(): Date | undefined {
    if (this.since === undefined) return undefined;
    const since = new Date(this.since);
    if (!Number.isNaN(since.getTime())) return since;
    throw new SpiderOptionError(
      `'since' of spider '${this.name}' must be a date such as "2026-05-01": received ${this.since}`,
    );
  }
}
