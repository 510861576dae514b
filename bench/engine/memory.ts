/** Memory of each request that waits in the frontier, fingerprint included. */
import process from "node:process";
import { Response as SessionResponse } from "@orbweaver/session";
import {
  fingerprint,
  type FrontierItem,
  MemoryFrontier,
  Request,
  Response,
} from "@orbweaver/spider";

const gc = (globalThis as unknown as { gc(): void }).gc;
/** As many as a page may have links. */
const BATCH = 50;

type Make = (urls: readonly string[], batch: number) => Request[];

/** As `startRequests` makes them. */
const alone: Make = (urls) => urls.map((url) => new Request(url));

/** As a callback makes them: with the referer, callback and depth of the page that they are on. */
const followed: Make = (urls, batch) => {
  const base = new SessionResponse({ url: `https://host-0.example/list/${batch}`, status: 200 });
  const page = new Response(base, new Request(base.url, { callback: "parse" }), {
    defaultSid: "default",
    session: () => undefined,
    callbackName: String,
  });
  return urls.map((url) => page.follow(url));
};

function item(payload: Request): FrontierItem<Request> {
  const { host: key, priority } = payload;
  return { fingerprint: fingerprint(payload, "default"), key, priority, payload };
}

/** Twice, since what a finalizer releases is free only after the next turn. */
async function used(): Promise<number> {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
  gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measure(name: string, make: Make, count: number, hosts: number): Promise<void> {
  await using frontier = new MemoryFrontier<Request>();
  const before = await used();
  for (let batch = 0; batch < count / BATCH; batch++) {
    const urls = Array.from({ length: BATCH }, (_, i) => {
      const id = batch * BATCH + i;
      return `https://host-${id % hosts}.example/products/category/${id}?page=1`;
    });
    await frontier.push(make(urls, batch).map(item));
  }
  const each = (await used() - before) / count;
  const { queued } = await frontier.stats();
  console.log(
    `memory    ${queued} ${name}, ${hosts} hosts`.padEnd(41) +
      `${Math.round(each)} B/queued request (goal 400)`,
  );
}

for (const [name, make] of [["new", alone], ["followed", followed]] as const) {
  await measure(name, make, 10_000, 10);
  await measure(name, make, 100_000, 100);
  await measure(name, make, 1_000_000, 1);
  await measure(name, make, 1_000_000, 10_000);
}
