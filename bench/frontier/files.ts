/* What SqliteFrontier's file takes, and how long it takes to open. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { type FrontierItem, SqliteFrontier } from "@orbweaver/spider";

const BATCH = 10_000;
const HOSTS = 10_000;
const PAYLOAD = new Uint8Array(200);

function item(id: number): FrontierItem<Uint8Array> {
  // As a hash would: any digits, all over the range.
  const digits = [0x9e3779b1, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f]
    .map((factor) => (Math.imul(id + 1, factor) >>> 0).toString(16).padStart(8, "0"));
  const key = `host-${id % HOSTS}.example`;
  return { fingerprint: digits.join(""), key, priority: id % 10, payload: PAYLOAD };
}

async function withFolder(work: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-frontier-"));
  try {
    await work(join(folder, "crawl.sqlite"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function fill(path: string, count: number): Promise<void> {
  await using frontier = await SqliteFrontier.open(path);
  for (let at = 0; at < count; at += BATCH) {
    await frontier.push(
      Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => item(at + i)),
    );
  }
}

/** Prints what a URL takes that was seen and is done, of the whole file and of its table. */
export async function measureFile(count: number): Promise<void> {
  await withFolder(async (path) => {
    await fill(path, count);
    {
      await using frontier = await SqliteFrontier.open(path);
      for (let done = 0; done < count;) {
        const leases = await frontier.lease({ max: 1_000 });
        await Promise.all(leases.map((lease) => frontier.settle(lease, {})));
        done += leases.length;
      }
    }
    const { size } = await stat(path);
    using database = new DatabaseSync(path, { readOnly: true });
    const { bytes } = database.prepare(
      "select sum(pgsize) as bytes from dbstat where name = 'seen'",
    )
      .get()!;
    console.log(
      `bytes for each of ${count} seen URLs: ${
        (Number(bytes) / count).toFixed(1)
      } in their table, ` +
        `${(size / count).toFixed(1)} of the whole file with ${HOSTS} hosts (goal 40)`,
    );
  });
}

/** Prints how long it takes to open a large file and to lease its first requests. */
export async function measureLargeFile(count: number): Promise<void> {
  await withFolder(async (path) => {
    await fill(path, count);
    const rssBefore = process.memoryUsage().rss;
    const begin = performance.now();
    await using frontier = await SqliteFrontier.open(path);
    const opened = performance.now();
    const { length } = await frontier.lease({ max: 16 });
    const leased = performance.now();
    const { queued } = await frontier.stats();
    const grown = (process.memoryUsage().rss - rssBefore) / 1024 / 1024;
    console.log(
      `a file with ${queued + length} queued requests: open in ${
        (opened - begin).toFixed(0)
      } ms, ` +
        `${length} leased in ${(leased - opened).toFixed(0)} ms more, ${
          grown.toFixed(0)
        } MiB more memory`,
    );
  });
}
