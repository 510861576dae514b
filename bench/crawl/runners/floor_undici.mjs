/*
 * The floor with undici's `request`, the cheapest client that Node has: `floor_undici.mjs URL OUTPUT CONCURRENCY`.
 */
import process from "node:process";
import { crawl } from "./_floor.mjs";
import { peer } from "./_peer.mjs";

const { Agent, request } = await peer("undici");

const [url, path, concurrency] = process.argv.slice(2);
const dispatcher = new Agent({ connections: Number(concurrency) });
await crawl(url, path, Number(concurrency), async (url) => {
  const { body } = await request(url, { dispatcher });
  return await body.text();
});
await dispatcher.close();
