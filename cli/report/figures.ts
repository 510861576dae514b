import type { CrawlStats } from "@orbweaver/spider";
import type { Pace } from "./pace.ts";

/**
 * The figures of a running crawl, in words.
 *
 * @param stats Its statistics.
 * @param pace Remembers how fast it has been.
 */
export function figuresOf(stats: CrawlStats, pace: Pace): string[] {
  const perSecond = pace.sample(stats.requestsCount, Date.now());
  return [
    plural(stats.requestsCount, "page"),
    `${rate(perSecond)} pages/s`,
    plural(stats.itemsScraped, "item"),
    `${whole(stats.queued)} queued`,
    `${stats.inFlight} in flight`,
    `${whole(stats.failedRequestsCount)} failed`,
  ];
}

/** A count with its noun: "1 page", "2,000 pages". */
export function plural(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Counts by name: "http 11, stealth 200". */
export function byName(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).map(([name, count]) => `${name} ${whole(count)}`).join(", ");
}

/** A whole number with its thousands apart. */
export function whole(count: number): string {
  return count.toLocaleString("en-US");
}

/** A number a second, with as many digits as make sense. */
export function rate(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : whole(Math.round(perSecond));
}

/** A time span: "0.4 s", "12.3 s", "3 min 20 s", "2 h 5 min". */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time span on a clock: "0:12", "1:02:03". */
export function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** A size in bytes: "812 B", "2.1 MB". */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let amount = bytes / 1000;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${amount.toFixed(amount < 10 ? 1 : 0)} ${units[unit]}`;
}

/** Text from a page or a server, fit for one line of a terminal. */
export function oneLine(text: string): string {
  // Crawled text may hold escape sequences that move the cursor, retitle the window or worse.
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
}

/** How long a crawl has taken so far, or took, in milliseconds. */
export function elapsed(stats: CrawlStats): number {
  return stats.elapsedBeforeMs + (stats.endTime ?? Date.now()) - stats.startTime;
}
