/**
 * Fast HTTP for the listing pages, a stealth browser for the product pages, which show their names and
 * prices to a browser only. The types know which session has which options.
 *
 *     deno run -A examples/product_spider.ts
 */
import { StealthSession } from "@orbweaver/browser-session";
import { startShop } from "@orbweaver/cli/demo";
import { FetchSession } from "@orbweaver/fetch-session";
import { type Response, type SessionManager, Spider } from "@orbweaver/spider";

type Sessions = { http: FetchSession; stealth: StealthSession };

export interface Product {
  name: string;
  price: string;
}

export default class ProductSpider extends Spider<Product, Sessions> {
  override name = "products";
  override startUrls = ["https://shop.example.com/products"];

  override configureSessions(manager: SessionManager<Sessions>) {
    manager.add("http", new FetchSession()); // the first one added is the default
    manager.add("stealth", new StealthSession({ networkIdle: true }), { lazy: true });
  }

  override async *parse(response: Response<Sessions>) {
    for (const link of response.css("a.product::attr(href)").getAll()) {
      yield response.follow(link, { sid: "stealth", callback: this.parseProduct });
    }
    const next = response.css("a.next::attr(href)").get();
    if (next) yield response.follow(next); // through "http", like this page
  }

  async *parseProduct(response: Response<Sessions>) {
    yield {
      name: response.css("h1::text").get(""),
      price: response.css(".price::text").get(""),
    };
  }
}

if (import.meta.main) {
  await using shop = await startShop({ productCount: 20 });
  const spider = new ProductSpider();
  spider.startUrls = [`${shop.url}/products`];
  const { items, stats } = await spider.start();
  console.table(items.slice(0, 5));
  console.log(`${items.length} products`, stats.sessionsRequestsCount);
}
