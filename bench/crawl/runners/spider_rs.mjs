/*
 * spider-rs in Node: `spider_rs.mjs URL OUTPUT CONCURRENCY [events|pages]`. It follows every link by
 * itself; how many requests it makes at once is its own affair. `events` reads each page as it comes,
 * `pages` all of them at the end.
 */
import process from "node:process";
import { Output, readPage } from "./_page.mjs";
import { peer } from "./_peer.mjs";

const { Website } = await peer("@spider-rs/spider-rs");

const QUIET_MS = 200;
const [url, path, , mode = "events"] = process.argv.slice(2);
const output = new Output(path);
let pages = 0;
const take = (content) => {
  pages += 1;
  const { item } = readPage(content);
  if (item !== undefined) output.write(item);
};

const website = new Website(url).build();
if (mode === "events") {
  await website.crawl((error, page) => {
    if (error) throw error;
    take(page.content);
  });
  // It resolves before the last pages have come.
  for (let before = -1; before !== pages;) {
    before = pages;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
  }
} else {
  await website.scrape();
  for (const page of website.getPages()) take(page.content);
}
await output.close();
console.log(JSON.stringify({ pages, items: output.items }));
process.exit();
