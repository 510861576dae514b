/** Crawls that several processes share. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisFrontier } from "@orbweaver/spider/redis";
import { allItems, startMaze } from "./_maze.ts";
import { redisTest, until } from "./_redis_cases.ts";
import { startWorker } from "./_workers.ts";

const PAGES = 120;
const NAME = "maze";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-shared-"));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line).item);
}

/** The items in the order of their commits. */
async function committed(url: string): Promise<string[]> {
  await using frontier = await RedisFrontier.attach(url, { name: NAME });
  const stored = await Array.fromAsync(frontier.items());
  return stored.map(({ item }) => (item as { item: string }).item);
}

redisTest(
  "three processes share a crawl: each page once, each item once, in order of commit",
  async ({ url }) => {
    await inFolder(async (folder) => {
      await using maze = await startMaze(PAGES);
      const file = join(folder, "items.jsonl");
      const settings = {
        ...{ store: url, name: NAME, site: maze.url, leaseMs: 60_000, file },
        ...{ starts: [0, 5, 9], delayMs: 10, concurrency: 2 },
      };
      const workers = [1, 2, 3].map(() => startWorker(settings));
      const reports = await Promise.all(workers.map((worker) => worker.report()));
      assert.deepEqual(reports.map(({ outcome }) => outcome), Array(3).fill("completed"));
      assert.equal(reports.reduce((sum, { pages }) => sum + pages, 0), PAGES);
      assert.ok(reports.filter(({ pages }) => pages > 0).length > 1, "more than one had work");
      assert.deepEqual([...maze.asked.values()], Array(PAGES).fill(1));
      const order = await committed(url);
      assert.deepEqual(order.toSorted(), allItems(PAGES));
      assert.deepEqual(await linesOf(file), order);

      // One who comes too late has nothing to do, and does no harm.
      const late = await startWorker(settings).report();
      assert.deepEqual(late, { outcome: "completed", pages: 0, items: 0 });
      assert.deepEqual(await linesOf(file), order);
    });
  },
);

redisTest(
  "a worker that is killed is replaced by the others, with the start requests and the file",
  async ({ url }) => {
    await inFolder(async (folder) => {
      await using maze = await startMaze(PAGES);
      const file = join(folder, "items.jsonl");
      const settings = {
        ...{ store: url, name: NAME, site: maze.url, leaseMs: 500, file },
        ...{ starts: Array.from({ length: 20 }, (_, i) => PAGES + i), startMs: 50, concurrency: 2 },
      };
      await using first = startWorker(settings);
      await until(() => maze.asked.size >= 3, "the first has begun");
      first.signal("SIGKILL");
      await first.ended();
      const begun = maze.asked.size;
      assert.ok(begun < 20, "the first was killed in the middle");
      const rest = [1, 2].map(() => startWorker({ ...settings, startMs: 5 }));
      for (const worker of rest) assert.equal((await worker.report()).outcome, "completed");
      for (let page = PAGES; page < PAGES + 20; page++) assert.ok(maze.asked.has(page), `${page}`);
      const order = await committed(url);
      assert.equal(new Set(order).size, order.length);
      assert.deepEqual(await linesOf(file), order);
    });
  },
);

redisTest("Ctrl+C on one worker makes it leave, and the others do the rest", async ({ url }) => {
  await using maze = await startMaze(PAGES, 10);
  const settings = {
    ...{ store: url, name: NAME, site: maze.url, leaseMs: 60_000 },
    ...{ starts: [0], delayMs: 15, concurrency: 2 },
  };
  await using leaving = startWorker(settings);
  await until(() => maze.times.length > 10, "it has pages in flight");
  leaving.signal("SIGINT");
  maze.release();
  await using staying = startWorker(settings);
  const { outcome } = await leaving.report();
  const { outcome: rest } = await staying.report();
  assert.equal(rest, "completed");
  assert.equal(outcome, "paused");
  assert.deepEqual((await committed(url)).sort(), allItems(PAGES));
});

redisTest("a limit of fetches is one of the whole crawl, to the fetch", async ({ url }) => {
  await using maze = await startMaze(PAGES);
  const settings = {
    ...{ store: url, name: NAME, site: maze.url, leaseMs: 60_000, starts: [0], concurrency: 4 },
    limits: { requests: 40 },
  };
  const workers = [1, 2].map(() => startWorker(settings));
  for (const worker of workers) assert.equal((await worker.report()).outcome, "limit");
  assert.equal([...maze.asked.values()].reduce((a, b) => a + b, 0), 40);

  // With a higher limit the crawl goes on; per host it ends where that is.
  const more = await startWorker({ ...settings, limits: { requests: 1_000, perHost: 60 } })
    .report();
  assert.equal(more.outcome, "completed");
  assert.equal([...maze.asked.values()].reduce((a, b) => a + b, 0), 100);
});

redisTest(
  "pause() stops all workers, which wait, and resume() lets them go on",
  async ({ url }) => {
    await using maze = await startMaze(PAGES);
    const settings = {
      ...{ store: url, name: NAME, site: maze.url, leaseMs: 60_000 },
      ...{ starts: [0], delayMs: 15, concurrency: 2 },
    };
    const workers = [startWorker(settings), startWorker(settings)];
    await until(() => maze.asked.size > 10, "they work");
    {
      await using control = await RedisFrontier.attach(url, { name: NAME });
      await control.pause();
      await until(async () => (await control.status()).leased === 0, "what was in flight is done");
      const before = maze.asked.size;
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(maze.asked.size, before);
      assert.ok(workers.every((worker) => worker.isRunning));
      const status = await control.status();
      assert.equal(status.isPaused, true);
      assert.equal(status.workers.length, 2);
      assert.equal(status.counters.requests, before);
      await control.resume();
    }
    for (const worker of workers) assert.equal((await worker.report()).outcome, "completed");
    assert.deepEqual((await committed(url)).sort(), allItems(PAGES));
  },
);
