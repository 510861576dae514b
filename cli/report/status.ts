import type { CrawlDirStatus } from "@orbweaver/spider";
import type { RedisCrawlStatus } from "@orbweaver/spider/redis";
import type { KeptStatus } from "../kept_crawl.ts";
import { oneLine } from "./figures.ts";

/** A worker that was not seen for so long has left or died; one who waits shows himself every 5 s. */
const GONE_AFTER_MS = 15_000;

type Row = readonly [what: string, value: string | number];

/**
 * How crawls stand, as small tables.
 *
 * @param crawls The crawls.
 */
export function statusText(crawls: readonly KeptStatus[]): string {
  return crawls.length === 0 ? "no crawls\n" : crawls.map(table).join("\n");
}

function table(crawl: KeptStatus): string {
  const isShared = "workers" in crawl;
  const rows = isShared ? sharedRows(crawl) : folderRows(crawl);
  const lines = rows.map(([what, value]) => `  ${what.padEnd(15)} ${oneLine(String(value))}\n`);
  return `${oneLine(isShared ? crawl.name : crawl.spider)}\n${lines.join("")}`;
}

function folderRows(crawl: CrawlDirStatus): Row[] {
  return [
    ["state", crawl.isCompleted ? "done" : "to go on"],
    ["queued", crawl.queued],
    ...commonRows(crawl),
  ];
}

function sharedRows(crawl: RedisCrawlStatus): Row[] {
  const present = crawl.workers.filter(({ seenMsAgo }) => seenMsAgo < GONE_AFTER_MS);
  return [
    ["state", sharedState(crawl)],
    ["queued", `${crawl.queued} on ${crawl.hosts} hosts`],
    ["in flight", crawl.leased],
    ...commonRows(crawl),
    ["leases expired", crawl.expired],
    ["start requests", crawl.startsDone ? "all queued" : "being queued"],
    ["running for", `${Math.round(crawl.elapsedMs / 1_000)} s`],
    ["workers", present.map(({ name }) => name).join(", ") || "none"],
  ];
}

function commonRows({ counters, items, seen, dead }: KeptStatus): Row[] {
  return [
    ["pages", counters.requests ?? 0],
    ["items", items],
    ["seen URLs", seen],
    ["dead letters", dead],
  ];
}

function sharedState({ isPaused, hitLimit, queued, leased, startsDone }: RedisCrawlStatus): string {
  if (hitLimit) return "limit reached";
  if (isPaused) return "paused";
  return queued + leased === 0 && startsDone ? "done" : "running";
}
