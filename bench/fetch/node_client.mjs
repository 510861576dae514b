/**
 * One client of the benchmark that runs in Node, measured in a process of its own:
 * `node node_client.mjs CLIENT URL CA REQUESTS CONCURRENCY`, with its package in NODE_MODULES.
 *
 * @module
 */
import process from "node:process";
import { pathToFileURL } from "node:url";
import { measure } from "./measure.ts";

const [client, url, ca, requests, concurrency] = process.argv.slice(2);
/** A file of a package; `require.resolve` finds none that are for `import` only. */
const load = (file) =>
  import(pathToFileURL(`${process.env.NODE_MODULES}/node_modules/${file}`).href);

const CLIENTS = {
  "undici request (Node)": async () => {
    const { Agent, request } = await load("undici/index.js");
    const dispatcher = new Agent({ connect: { ca } });
    return async () => (await (await request(url, { dispatcher })).body.arrayBuffer()).byteLength;
  },
  "Crawlee's got-scraping (Node)": async () => {
    const { gotScraping } = await load("got-scraping/dist/index.js");
    const { Agent } = await import("node:https");
    const http = await import("node:http");
    const agent = {
      http: new http.Agent({ keepAlive: true }),
      https: new Agent({ keepAlive: true, rejectUnauthorized: false }),
    };
    const options = { url, agent, https: { rejectUnauthorized: false }, responseType: "buffer" };
    return async () => (await gotScraping(options)).body.byteLength;
  },
};

await measure(await CLIENTS[client](), {
  requests: Number(requests),
  concurrency: Number(concurrency),
});
process.exit();
