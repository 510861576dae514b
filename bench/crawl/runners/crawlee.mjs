/*
 * Crawlee: `crawlee.mjs URL OUTPUT CONCURRENCY basic|http|cheerio`. Everything that could be persisted,
 * scaled, rotated or logged is off.
 */
import process from "node:process";
import { Output, readPage } from "./_page.mjs";
import { peer } from "./_peer.mjs";

const { BasicCrawler, CheerioCrawler, Configuration, HttpCrawler, log, LogLevel } = await peer(
  "crawlee",
);
const { Agent, request: undiciRequest } = await peer("undici");

const [url, path, concurrency, kind] = process.argv.slice(2);
log.setLevel(LogLevel.ERROR);
const output = new Output(path);
let pages = 0;

async function take({ links, item }, { addRequests, request }) {
  pages += 1;
  if (item !== undefined) output.write(item);
  if (links.length > 0) {
    await addRequests(links.map((link) => new URL(link, request.url).href), {
      waitForAllRequestsToBeAdded: true,
    });
  }
}

function cheerioPage($) {
  const article = $("article.product");
  if (article.length === 0) {
    return { links: $("a.product, a.page").toArray().map((link) => link.attribs.href) };
  }
  const item = {
    sku: $(".product").attr("data-sku"),
    name: $("h1").text(),
    price: $(".product .price").text(),
    category: $("ul.breadcrumb li:last-child a").text(),
    stock: $("p.availability > span.stock").text(),
  };
  return { links: [], item };
}

const dispatcher = new Agent({ connections: Number(concurrency) });
const KINDS = {
  basic: [BasicCrawler, async (context) => {
    const { body } = await undiciRequest(context.request.url, { dispatcher });
    await take(readPage(await body.text()), context);
  }],
  http: [HttpCrawler, (context) => take(readPage(String(context.body)), context)],
  cheerio: [CheerioCrawler, (context) => take(cheerioPage(context.$), context)],
};

const [Crawler, requestHandler] = KINDS[kind];
const crawler = new Crawler(
  {
    requestHandler,
    minConcurrency: Number(concurrency),
    maxConcurrency: Number(concurrency),
    useSessionPool: false,
    ...(kind === "basic" ? {} : { persistCookiesPerSession: false }),
    maxRequestRetries: 0,
    statisticsOptions: { saveErrorSnapshots: false },
    autoscaledPoolOptions: { loggingIntervalSecs: null },
  },
  new Configuration({ persistStorage: false, purgeOnStart: false, memoryMbytes: 8192 }),
);
await crawler.run([url]);
await output.close();
await dispatcher.close();
console.log(JSON.stringify({ pages, items: output.items }));
process.exit();
