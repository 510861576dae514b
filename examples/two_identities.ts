/**
 * Two sessions of the same kind that look like two browsers, each with its own cookies.
 *
 *     deno run -A examples/two_identities.ts
 */
import { startShop } from "@orbweaver/cli/demo";
import { FetchSession } from "@orbweaver/fetch-session";
import { type Response, type SessionManager, Spider } from "@orbweaver/spider";

export default class ProductSpider extends Spider {
  override name = "products";
  override startUrls = ["https://shop.example.com/products"];

  override configureSessions(manager: SessionManager) {
    manager.add("chrome", new FetchSession({ impersonate: "chrome" }));
    manager.add("firefox", new FetchSession({ impersonate: "firefox" }));
  }

  override async *parse(response: Response) {
    for (const link of response.css("a.product::attr(href)").getAll()) {
      yield response.follow(link, { callback: this.parseProduct });
    }
    const next = response.css("a.next::attr(href)").get();
    if (next) yield response.follow(next, { sid: "firefox" }); // and so all that follows from it
  }

  async *parseProduct(response: Response) {
    yield {
      name: response.css("h1::text").get(""),
      price: response.css(".price::text").get(""),
      as: response.request.sid ?? "chrome",
    };
  }
}

if (import.meta.main) {
  await using shop = await startShop({ productCount: 40 });
  const spider = new ProductSpider();
  spider.startUrls = [`${shop.url}/plain`]; // the pages that need no browser
  const { items, stats } = await spider.start();
  console.table(items.slice(0, 5));
  console.log(`${items.length} products`, stats.sessionsRequestsCount);
}
