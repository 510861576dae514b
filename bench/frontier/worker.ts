/*
 * Runs one candidate in a process of its own: `worker.ts <candidate> <count> <folder>`. Prints how many
 * requests a second it did, for each kind of work, as JSON.
 */
import process from "node:process";
import { CANDIDATES, type Item } from "./candidates.ts";

const HOSTS = 100;
const BATCH = 1_000;
const AT_ONCE = 100;

const [name = "", count = "", folder = ""] = process.argv.slice(2);
const candidate = CANDIDATES[name]!;
const total = Number(count);

function items(prefix: string): Item[] {
  return Array.from({ length: total }, (_, i) => ({
    url: `https://host-${i % HOSTS}.example/${prefix}/${i}`,
    host: `host-${i % HOSTS}.example`,
    priority: i % 10,
  }));
}

async function perSecond(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return total * 1_000 / (performance.now() - begin);
}

async function pushAll(all: readonly Item[], size: number): Promise<void> {
  for (let at = 0; at < all.length; at += size) await queue.push(all.slice(at, at + size));
}

async function finishAll(size: number): Promise<void> {
  for (let done = 0; done < total;) {
    const finished = await queue.finish(Math.min(size, total - done));
    if (finished === 0) throw new Error(`${name} gave ${done} of ${total} requests`);
    done += finished;
  }
}

/** Where the queue has a server: how many bytes a request takes there by now. */
async function measureMemory(kind: string): Promise<void> {
  if (queue.memory === undefined) return;
  rates[kind] = (await queue.memory() - empty!) / (2 * total);
}

const [single, batched] = [items("single"), items("batched")];
await using queue = await candidate.open(folder);
const empty = await queue.memory?.();
const rates: Record<string, number> = {
  "push one by one": await perSecond(() => pushAll(single, 1)),
  "push batched": await perSecond(() => pushAll(batched, BATCH)),
};
await measureMemory("bytes queued");
rates["lease+settle one by one"] = await perSecond(() => finishAll(1));
if (candidate.finishesMany ?? true) {
  rates["lease+settle 100 at once"] = await perSecond(() => finishAll(AT_ONCE));
}
await measureMemory("bytes done");
console.log(JSON.stringify(rates));
