/**
 * A crawl that several workers share: run it on as many machines as you like, or several times on one.
 *
 *     deno run -A examples/distributed.ts https://shop.example.com/products redis://localhost:6379
 */
import { type Response, Spider } from "@orbweaver/spider";
import { redis } from "@orbweaver/spider/redis";
import process from "node:process";

export default class SharedSpider extends Spider {
  override name = "shared-products";
  override downloadDelayMs = 20; // between two requests of all workers together

  constructor(start: string) {
    super();
    this.startUrls = [start];
  }

  override async *parse(response: Response) {
    yield { url: response.url, title: response.css("title::text").get("") };
    for (const link of response.css("a::attr(href)").getAll()) yield response.follow(link);
  }
}

if (import.meta.main) {
  const [start = "https://shop.example.com/products", store = "redis://localhost:6379"] = process
    .argv.slice(2);
  const { stats, outcome } = await new SharedSpider(start).start({ store: redis(store) });
  console.log(`${stats.requestsCount} pages were this worker's; the crawl is ${outcome}`);
}
