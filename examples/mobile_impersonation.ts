/**
 * One session that looks like a desktop Chrome, and single requests that look like a mobile one.
 *
 *     deno run -A examples/mobile_impersonation.ts
 */
import { startShop } from "@orbweaver/cli/demo";
import { FetchSession } from "@orbweaver/fetch-session";
import { Request, type Response, type SessionManager, Spider } from "@orbweaver/spider";

export default class ProductSpider extends Spider {
  override name = "products";
  override startUrls = ["https://shop.example.com/products"];

  override configureSessions(manager: SessionManager) {
    manager.add("http", new FetchSession({ impersonate: "chrome" }));
  }

  override async *parse(response: Response) {
    for (const link of response.css("a.product::attr(href)").getAll()) {
      yield response.follow(link, {
        impersonate: "chrome131_android",
        callback: this.parseProduct,
      });
    }
    const next = response.css("a.next::attr(href)").get();
    if (next) yield new Request(response.urlJoin(next)); // inherits nothing
  }

  async *parseProduct(response: Response) {
    yield {
      name: response.css("h1::text").get(""),
      price: response.css(".price::text").get(""),
    };
  }
}

if (import.meta.main) {
  await using shop = await startShop({ productCount: 40 });
  const spider = new ProductSpider();
  spider.startUrls = [`${shop.url}/plain`]; // the pages that need no browser
  const { items } = await spider.start();
  console.table(items.slice(0, 5));
}
