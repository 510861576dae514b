/*
 * The floor with the runtime's own client: `floor_fetch.mjs URL OUTPUT CONCURRENCY`.
 */
import process from "node:process";
import { crawl } from "./_floor.mjs";

const [url, path, concurrency] = process.argv.slice(2);
await crawl(url, path, Number(concurrency), async (url) => await (await fetch(url)).text());
