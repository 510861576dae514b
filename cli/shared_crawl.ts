import type { RedisCrawlStatus } from "@orbweaver/spider/redis";
import { EXIT, type ExitCode } from "./exit_code.ts";
import type { CliIo } from "./io.ts";
import { redisModule } from "./store.ts";

/** What can be said on the command lines about crawls in a store. */
export interface SharedFlags {
  /** The store's address. */
  store: string;
  /** One JSON object instead of text. */
  json?: boolean;
}

/** A worker that was not seen for so long has left or died; one who waits shows himself every 5 s. */
const GONE_AFTER_MS = 15_000;

/**
 * Says how the crawls of a store stand.
 *
 * @param name Which crawl. Default: all.
 * @param flags What was said on the command line.
 * @param io The streams.
 */
export async function status(
  name: string | undefined,
  flags: SharedFlags,
  io: CliIo,
): Promise<ExitCode> {
  return await told(io, async () => {
    const { RedisFrontier, redisCrawls } = await redisModule();
    const names = name === undefined ? await redisCrawls(flags.store) : [name];
    const crawls: RedisCrawlStatus[] = [];
    for (const name of names) {
      await using crawl = await RedisFrontier.attach(flags.store, { name });
      crawls.push(await crawl.status());
    }
    io.stdout.write(flags.json ? `${JSON.stringify(crawls)}\n` : textOf(crawls));
  });
}

/**
 * Does something with a whole crawl.
 *
 * @param what What to do: no worker begins anything more, they go on, or the crawl is deleted.
 * @param name Which crawl.
 * @param flags What was said on the command line.
 * @param io The streams.
 */
export async function control(
  what: "pause" | "resume" | "clear",
  name: string,
  flags: SharedFlags,
  io: CliIo,
): Promise<ExitCode> {
  return await told(io, async () => {
    const { RedisFrontier } = await redisModule();
    await using crawl = await RedisFrontier.attach(flags.store, { name });
    await crawl[what]();
    const done = { pause: "paused", resume: "going on", clear: "deleted" }[what];
    io.stdout.write(`${name}: ${done}\n`);
  });
}

async function told(io: CliIo, run: () => Promise<void>): Promise<ExitCode> {
  try {
    await run();
    return EXIT.completed;
  } catch (error) {
    io.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof Error && error.name === "SpiderOptionError" ? EXIT.usage : EXIT.failed;
  }
}

function textOf(crawls: readonly RedisCrawlStatus[]): string {
  return crawls.length === 0 ? "no crawls\n" : crawls.map(linesOf).join("\n");
}

function linesOf(crawl: RedisCrawlStatus): string {
  const present = crawl.workers.filter(({ seenMsAgo }) => seenMsAgo < GONE_AFTER_MS);
  const rows = [
    ["state", stateOf(crawl)],
    ["queued", `${crawl.queued} on ${crawl.hosts} hosts`],
    ["in flight", `${crawl.leased}`],
    ["pages", `${crawl.counters.requests ?? 0}`],
    ["items", `${crawl.items}`],
    ["seen URLs", `${crawl.seen}`],
    ["dead letters", `${crawl.dead}`],
    ["leases expired", `${crawl.expired}`],
    ["start requests", crawl.startsDone ? "all queued" : "being queued"],
    ["running for", `${Math.round(crawl.elapsedMs / 1_000)} s`],
    ["workers", present.map(({ name }) => name).join(", ") || "none"],
  ];
  return `${crawl.name}\n${
    rows.map(([what, value]) => `  ${what!.padEnd(15)} ${value}\n`).join("")
  }`;
}

function stateOf({ isPaused, hitLimit, queued, leased, startsDone }: RedisCrawlStatus): string {
  if (hitLimit) return "limit reached";
  if (isPaused) return "paused";
  return queued + leased === 0 && startsDone ? "done" : "running";
}
