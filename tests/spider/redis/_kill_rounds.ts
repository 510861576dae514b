import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisFrontier } from "@orbweaver/spider/redis";
import { allItems, startMaze } from "./_maze.ts";
import { until } from "./_redis_cases.ts";
import { RedisServer } from "./_redis_server.ts";
import { startWorker, type WorkerProcess } from "./_workers.ts";
import type { WorkerSettings } from "./worker_process.ts";

/** What came of it. */
export interface Toll {
  /** How often a worker was killed. */
  workers: number;
  /** How often Redis was. */
  servers: number;
  /** How many crawls were run to their ends. */
  crawls: number;
  /** Items that a crawl should have stored and did not, and lines that its file lacks. */
  lost: number;
  /** Items that a crawl has stored twice, and lines that its file has twice. */
  doubled: number;
}

/** How it is done. */
export interface KillOptions {
  /** The pages of a site. */
  pages: number;
  /** How many workers run at once. */
  workers: number;
  /** The most pages from one kill to the next; at random from 0 up, however fast the machine is. */
  mostPages: number;
}

/** One of so many kills is one of Redis. */
const SERVER_SHARE = 1 / 5;
/** A lease that was lost with its worker comes back after this. */
const LEASE_MS = 1_000;
const MOST_CRAWL_MS = 180_000;

/**
 * Crawls sites with several workers on one Redis with an append-only file, kills workers and Redis at random
 * instants, and counts the items of every crawl and the lines of its file.
 *
 * @param kills How often to kill.
 * @param options How it is done.
 * @param tell Hears how far it is after every crawl.
 */
export async function killAtRandom(
  kills: number,
  options: KillOptions,
  tell: (toll: Toll) => void = () => {},
): Promise<Toll> {
  const toll: Toll = { workers: 0, servers: 0, crawls: 0, lost: 0, doubled: 0 };
  await using server = await RedisServer.start({ appendOnly: true });
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-kills-"));
  try {
    while (toll.workers + toll.servers < kills) {
      await crawlOnce(server, folder, { kills, options, toll });
      tell(toll);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return toll;
}

interface Crawl {
  readonly kills: number;
  readonly options: KillOptions;
  readonly toll: Toll;
}

async function crawlOnce(server: RedisServer, folder: string, crawl: Crawl): Promise<void> {
  const { kills, options: { pages, workers: count, mostPages }, toll } = crawl;
  const name = `crawl ${toll.crawls++}`;
  const file = join(folder, `${name}.jsonl`);
  await using maze = await startMaze(pages);
  const settings: WorkerSettings = {
    ...{ store: server.url, name, site: maze.url, leaseMs: LEASE_MS, file },
    ...{ starts: [0, 1, 2, 3], concurrency: 4, delayMs: 2 },
  };
  const workers: WorkerProcess[] = Array.from({ length: count }, () => startWorker(settings));
  try {
    const areRunning = () => workers.some((worker) => worker.isRunning);
    while (toll.workers + toll.servers < kills && areRunning()) {
      const next = maze.times.length + Math.random() * mostPages;
      const isTime = () => maze.times.length >= next || !areRunning();
      await until(isTime, `${name} goes on`, MOST_CRAWL_MS);
      if (Math.random() < SERVER_SHARE) {
        await server.kill();
        toll.servers += 1;
        await server.restart();
      } else {
        const index = Math.floor(Math.random() * count);
        const worker = workers[index]!;
        if (!worker.isRunning) continue;
        worker.signal("SIGKILL");
        await worker.ended();
        toll.workers += 1;
        workers[index] = startWorker(settings);
      }
    }
    for (const worker of workers) {
      await until(() => !worker.isRunning, `${name} ends`, MOST_CRAWL_MS);
    }
    for (const worker of workers) await worker.report();
  } finally {
    await Promise.all(workers.map((worker) => worker[Symbol.asyncDispose]()));
  }
  await countItems(server.url, { name, file, pages, toll });
}

async function countItems(
  url: string,
  { name, file, pages, toll }: { name: string; file: string; pages: number; toll: Toll },
): Promise<void> {
  const expected = allItems(pages);
  await using frontier = await RedisFrontier.attach(url, { name });
  const stored: string[] = [];
  for await (const { item } of frontier.items()) stored.push((item as { item: string }).item);
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  const written = lines.map((line) => JSON.parse(line).item as string);
  for (const found of [stored, written]) {
    const distinct = new Set(found);
    toll.lost += expected.filter((item) => !distinct.has(item)).length;
    toll.doubled += found.length - distinct.size;
  }
}
