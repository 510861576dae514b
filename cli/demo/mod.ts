/**
 * The demo's shop: a small, wholly deterministic web shop on loopback, to try spiders on.
 *
 * @example
 * ```ts
 * import { startShop } from "@orbweaver/cli/demo";
 * import { type Response, Spider } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * class Shelves extends Spider {
 *   override name = "shelves";
 *   override async *parse(response: Response) {
 *     yield { products: response.css("a.product").length };
 *     const next = response.css("a.next::attr(href)").get();
 *     if (next) yield response.follow(next);
 *   }
 * }
 *
 * const shop = await startShop({ productCount: 50 });
 * const spider = new Shelves();
 * spider.startUrls = [`${shop.url}/products`];
 * const { items } = await spider.start();
 * await shop.close();
 * assert.deepEqual(items, [{ products: 20 }, { products: 20 }, { products: 10 }]);
 * ```
 *
 * @module
 */
export * from "./shop/mod.ts";
