/** A crawl with two outputs, run where no file may grow: see `full_disk_test.ts`. */
import { sinkFor } from "@orbweaver/spider";
import { linksTo } from "../_pages_session.ts";
import { TestSpider } from "../_test_spider.ts";

const [path] = Deno.args;
const links = Array.from({ length: 400 }, (_, i) => `/${i}`);

/** Items of 4 KB, 1.6 MB in all; the other output takes all of them, since it keeps only their number. */
class Large extends TestSpider {
  taken = 0;
}

const spider = new Large({ "/": linksTo(...links), "*": "" });
spider.onScrapedItem = async (item) => {
  await new Promise((resolve) => setTimeout(resolve)); // lets the file system have its say
  return { ...item, text: "x".repeat(4_000) };
};
const counting = {
  open: () => Promise.resolve(),
  write: () => Promise.resolve(void (spider.taken += 1)),
  close: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
const crawl = await spider.open({ sinks: [sinkFor(path!), counting] });
const failures: unknown[] = [];
for (const step of [() => crawl.run(), () => crawl.close()]) {
  await step().catch((error: Error) => failures.push(`${error.name}: ${error.message}`));
}
const { sinkErrorsCount, itemsScraped, requestsCount } = crawl.stats;
const { outcome } = crawl;
const { taken } = spider;
console.log(
  JSON.stringify({ failures, outcome, taken, sinkErrorsCount, itemsScraped, requestsCount }),
);
