/**
 * A long crawl of ours that tells every so often how far it is and what it holds:
 * `soak_crawl.ts URL OUTPUT CONCURRENCY TIME_MS SAMPLE_MS`.
 *
 * @module
 */
import process from "node:process";
import { JsonlSink } from "@orbweaver/spider";
import { ShopSpider } from "./shop_spider.ts";

const [url = "", output = "", concurrency = "", timeMs = "", sampleMs = ""] = process.argv.slice(2);

const spider = new ShopSpider({
  url,
  concurrency: Number(concurrency),
  impersonate: true,
  limits: { timeMs: Number(timeMs) },
});
await using crawl = await spider.open({ keepItems: false, sinks: [new JsonlSink(output)] });
const sample = () => {
  const { rss, heapUsed, external } = process.memoryUsage();
  const { requestsCount: pages, queued } = crawl.stats;
  console.log(JSON.stringify({ pages, queued, rss, heapUsed, external }));
};
const timer = setInterval(sample, Number(sampleMs));
const { outcome, failures } = await crawl.run();
clearInterval(timer);
sample();
console.log(JSON.stringify({ outcome, failures: failures.length }));
