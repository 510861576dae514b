/**
 * Measures one client: `worker.ts CLIENT SHOP PAGES TABS [SAMPLE_EVERY]`; prints lines of JSON.
 *
 * @module
 */
import process from "node:process";
import { type Client, CLIENTS } from "./clients.ts";
import { cpuSecondsOfTree, pssMegabytesOfTree } from "./process_tree.ts";

/** What was measured. */
export interface Figures {
  /** Pages per second. */
  readonly rate: number;
  /** Processor seconds per 100 pages: this process and the browser. */
  readonly cpu: number;
  /** Those of them that this process took. */
  readonly ownCpu: number;
  /** The browser's memory with its tabs still open, in megabytes. */
  readonly pss: number;
}

const [name = "", shop = "", pages = "0", tabs = "0", sampleEvery = "Infinity"] = Deno.args;

/** Renders pages, so many at a time, each another one of the shop's. */
async function render(client: Client, from: number, count: number): Promise<void> {
  let next = from;
  const work = async () => {
    while (next < from + count) {
      const id = 1 + next++ % 5000;
      const html = await client.render(`${shop}/product/${id}`);
      if (!/class="price"[^>]*>[^<]*\d/.test(html)) throw new Error(`Not a product: ${html}`);
    }
  };
  await Promise.all(Array.from({ length: Number(tabs) }, work));
}

async function measure(client: Client, count: number): Promise<Figures> {
  const own = process.cpuUsage();
  const browser = cpuSecondsOfTree(process.pid);
  const startedAt = performance.now();
  await render(client, 100, count);
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(own);
  const ownCpu = (user + system) / 1e6;
  const cpu = ownCpu + cpuSecondsOfTree(process.pid) - browser;
  return {
    rate: count / seconds,
    cpu: cpu / count * 100,
    ownCpu: ownCpu / count * 100,
    pss: pssMegabytesOfTree(process.pid),
  };
}

async function sample(client: Client, count: number, every: number): Promise<void> {
  for (let done = 0; done < count; done += every) {
    await render(client, 100 + done, every);
    const pss = pssMegabytesOfTree(process.pid);
    const rss = Math.round(process.memoryUsage().rss / 1024 / 1024);
    console.log(JSON.stringify({ pages: done + every, pss, rss }));
  }
}

const client = await CLIENTS[name]!(Number(tabs));
try {
  await render(client, 0, 2 * Number(tabs)); // the first pages of a browser take longer
  if (sampleEvery === "Infinity") {
    console.log(JSON.stringify(await measure(client, Number(pages))));
  } else {
    await sample(client, Number(pages), Number(sampleEvery));
  }
} finally {
  await client.close();
}
