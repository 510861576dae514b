/**
 * Ours: `orbweaver.ts URL OUTPUT CONCURRENCY [memory|sqlite] [impersonating|native]`, in Deno and in Node.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import process from "node:process";
import { type CrawlOptions, JsonlSink } from "@orbweaver/spider";
import { ShopSpider } from "./shop_spider.ts";

const [url = "", output = "", concurrency = "", frontier = "memory", client = "impersonating"] =
  process.argv.slice(2);

const folder = `${output}.crawl`;
// It is not an option in every version that can be measured.
const options: CrawlOptions & { crawlDir?: string } = {
  keepItems: false,
  sinks: [new JsonlSink(output)],
};
if (frontier === "sqlite") options.crawlDir = folder;
const { stats } = await new ShopSpider({
  url,
  concurrency: Number(concurrency),
  impersonate: client === "impersonating",
}).start(options);
await rm(folder, { recursive: true, force: true });
console.log(JSON.stringify({ pages: stats.requestsCount, items: stats.itemsScraped }));
