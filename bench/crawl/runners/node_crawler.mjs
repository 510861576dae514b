/*
 * node-crawler: `node_crawler.mjs URL OUTPUT CONCURRENCY`. Its own duplicate filter is off: it does not
 * know what is in the queue, and a set of URLs is cheaper.
 */
import process from "node:process";
import { Output, readPage } from "./_page.mjs";
import { peer } from "./_peer.mjs";

const { default: Crawler } = await peer("crawler");

const [url, path, concurrency] = process.argv.slice(2);
const output = new Output(path);
const seen = new Set([url]);
let pages = 0;
const crawler = new Crawler({
  maxConnections: Number(concurrency),
  jQuery: false,
  retries: 0,
  silence: true,
  skipDuplicates: false,
  callback(error, response, done) {
    if (error) throw error;
    pages += 1;
    const { links, item } = readPage(String(response.body));
    if (item !== undefined) output.write(item);
    const here = response.options.url;
    for (const href of links) {
      const link = new URL(href, here).href;
      if (seen.has(link)) continue;
      seen.add(link);
      crawler.add(link);
    }
    done();
  },
});
crawler.on("drain", async () => {
  await output.close();
  console.log(JSON.stringify({ pages, items: output.items }));
  process.exit();
});
crawler.add(url);
