import type { SessionMap } from "@orbweaver/session";
import { Callbacks } from "../callbacks.ts";
import { Problems } from "../extract/problems.ts";
import type { AnyCallback, CallbackResult, Request } from "../request.ts";
import type { Response } from "../response.ts";
import type { AnyItem } from "../spider.ts";
import { ruleRequest } from "./_rule_request.ts";
import type { Rule } from "./rule.ts";
import { TemplateSpider } from "./template_spider.ts";

/** Where `parseAndFollow` finds the name of a rule's callback. */
const RULE_CALLBACK = "ruleCallback";

/**
 * A spider that follows links by rules. Of each link on a page, the first rule that matches it takes it;
 * its pages go to the rule's callback, and without one to `parse`, which applies the rules again.
 *
 * @typeParam Item What the spider yields. Default: any object.
 * @typeParam S The sessions by id. Default: any.
 *
 * @example
 * ```ts ignore
 * import { CrawlSpider, type Response, rule } from "@orbweaver/spider";
 *
 * class Shop extends CrawlSpider {
 *   override name = "shop";
 *   override startUrls = ["https://shop.example.com/"];
 *   override rules = [
 *     rule({ allow: /\/product\/\d+/ }, { callback: this.parseProduct }),
 *     rule({ allow: /\/category\// }),
 *   ];
 *
 *   async *parseProduct(response: Response) {
 *     yield { name: response.css("h1::text").get("") };
 *   }
 * }
 *
 * const { items } = await new Shop().start();
 * ```
 */
export abstract class CrawlSpider<Item = AnyItem, S extends SessionMap = SessionMap>
  extends TemplateSpider<Item, S> {
  /** Which links to follow, and what to do with them; the first one that matches a link takes it. */
  rules: readonly Rule<keyof S & string>[] = [];
  #callbacks: Callbacks | undefined;

  /**
   * The first requests: `startUrls`.
   *
   * @throws {UnknownCallbackError} If a rule's callback is not a method of this spider.
   */
  override async *startRequests(): AsyncIterable<Request | string | URL> {
    for (const { callback } of this.rules) {
      if (callback !== undefined) this.#nameOf(callback);
    }
    yield* super.startRequests();
  }

  /**
   * Follows the links of a page by the rules. Override it to take items from the pages that have no
   * callback of their own, and `yield* this.followRules(response)` in it.
   *
   * @param response The page.
   */
  override parse(response: Response<S>): CallbackResult<Item> {
    return this.followRules(response);
  }

  /**
   * The requests that the rules make of a page's links.
   *
   * @param response The page.
   */
  *followRules(response: Response<S>): Generator<Request, void, undefined> {
    const problems = new Problems();
    const taken = new Set<string>();
    let bad = 0;
    for (const rule of this.rules) {
      const { urls, skipped } = rule.extractor.find(response);
      bad = Math.max(bad, skipped.malformed + skipped.tooLong); // the rules see the same links
      for (const url of urls) {
        if (taken.has(url)) continue;
        taken.add(url);
        const request = this.#request(response, url, rule);
        if (request !== undefined) yield request;
      }
    }
    problems.report("badUrl", "A link that can't be parsed, or is too long, is left out", bad);
    this.tell(response, problems);
  }

  /**
   * Handles the pages of a rule that has a callback and follows links as well. The engine calls it.
   *
   * @param response The page.
   */
  async *parseAndFollow(response: Response<S>): AsyncGenerator<Item | Request | null | undefined> {
    const callback = String(response.request.meta[RULE_CALLBACK] ?? "parse");
    if (callback === "parse") {
      yield* this.parse(response);
      return;
    }
    yield* this.#methods.method(callback)(response);
    yield* this.followRules(response);
  }

  #request(response: Response<S>, url: string, rule: Rule): Request | undefined {
    const { [RULE_CALLBACK]: _parents, ...meta } = response.request.meta;
    const callback = this.#nameOf(rule.callback ?? "parse");
    const both = callback !== "parse" && rule.follow === true;
    return ruleRequest(response, url, rule, {
      callback: both ? "parseAndFollow" : callback,
      meta: both ? { ...meta, [RULE_CALLBACK]: callback } : meta,
    });
  }

  /** Made late, when a subclass's fields are there. */
  get #methods(): Callbacks {
    return this.#callbacks ??= new Callbacks(this, this.name);
  }

  #nameOf(callback: AnyCallback | string): string {
    return this.#methods.nameOf(callback);
  }
}
