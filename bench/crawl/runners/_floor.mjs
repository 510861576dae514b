/*
 * A crawl by hand: a queue, a set of what was seen, some workers; no engine, no retries, no politeness.
 */
import { Output, readPage } from "./_page.mjs";

/**
 * Crawls the shop and tells on standard output what came of it.
 *
 * @param {string} url Where to begin.
 * @param {string} path The output.
 * @param {number} concurrency How many requests at once.
 * @param {(url: string, worker: number) => Promise<string>} fetchText The client.
 */
export async function crawl(url, path, concurrency, fetchText) {
  const output = new Output(path);
  const seen = new Set([url]);
  const queue = [url];
  let next = 0;
  let active = 0;
  let pages = 0;
  await new Promise((resolve, reject) => {
    const visit = async (worker) => {
      const from = queue[next++];
      const { links, item } = readPage(await fetchText(from, worker));
      pages += 1;
      if (item !== undefined) output.write(item);
      for (const href of links) {
        const link = new URL(href, from).href;
        if (seen.has(link)) continue;
        seen.add(link);
        queue.push(link);
      }
    };
    const free = Array.from({ length: concurrency }, (_, worker) => worker);
    const fill = () => {
      while (free.length > 0 && next < queue.length) {
        const worker = free.pop();
        active += 1;
        visit(worker).then(() => {
          active -= 1;
          free.push(worker);
          fill();
        }, reject);
      }
      if (active === 0) resolve();
    };
    fill();
  });
  await output.close();
  console.log(JSON.stringify({ pages, items: output.items }));
}
