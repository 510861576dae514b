import type { CrawlStats, ErrorGroup } from "@orbweaver/spider";
import type { Colours } from "./colours.ts";
import { byName, duration, elapsed, oneLine, plural, rate, size, whole } from "./figures.ts";
import type { Ended } from "./report.ts";

/** The most causes of failures that are listed. */
const MOST_CAUSES = 10;

/**
 * What a crawl did, as a small table.
 *
 * @param crawl The crawl.
 * @param colours How to colour.
 */
export function summary(crawl: Ended, colours: Colours): string {
  const rows = rowsOf(crawl);
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    "",
    headline(crawl, colours),
    "",
    ...rows.map(([name, value]) => `  ${colours.dim(name.padEnd(width))}  ${value}`),
    ...failures(crawl, colours),
    "",
  ].join("\n");
}

function headline({ spider, outcome, stats }: Ended, colours: Colours): string {
  const { bold, green, red, yellow } = colours;
  const time = duration(elapsed(stats));
  const sentence = `${bold(oneLine(spider))} ${outcome} after ${time}`;
  if (outcome === "failed") return `${red("✘")} ${sentence}`;
  if (outcome === "paused") return `${yellow("‖")} ${sentence}, with work left`;
  return `${green("✔")} ${sentence}`;
}

function rowsOf({ outcome, stats, output }: Ended): [name: string, value: string][] {
  const perSecond = rate(stats.requestsCount * 1000 / Math.max(1, elapsed(stats)));
  const bytes = size(stats.responseBytes);
  const rows: [string, string][] = [
    ["pages", `${whole(stats.requestsCount)}  (${perSecond} pages/s, ${bytes})`],
    ["items", itemsRow(stats, output.place)],
  ];
  const optional: [string, string][] = [
    ["sessions", oneLine(byName(stats.sessionsRequestsCount))],
    ["statuses", statuses(stats)],
    ["left out", leftOut(stats)],
    [
      "left to do",
      outcome !== "completed" && stats.queued > 0 ? plural(stats.queued, "request") : "",
    ],
  ];
  return [...rows, ...optional.filter(([, value]) => value !== "")];
}

function itemsRow(stats: CrawlStats, place: string): string {
  const dropped = stats.itemsDropped > 0 ? `, ${whole(stats.itemsDropped)} dropped` : "";
  return `${whole(stats.itemsScraped)}  → ${oneLine(place)}${dropped}`;
}

/** Only of interest when they are not all 200. */
function statuses({ responseStatusCount }: CrawlStats): string {
  const others = Object.keys(responseStatusCount).some((status) => status !== "200");
  if (!others) return "";
  return Object.entries(responseStatusCount)
    .map(([status, count]) => `${whole(count)} × ${status}`)
    .join(", ");
}

function leftOut(stats: CrawlStats): string {
  const parts = [
    ...(stats.duplicateRequestsCount > 0
      ? [plural(stats.duplicateRequestsCount, "duplicate")]
      : []),
    ...(stats.offsiteRequestsCount > 0 ? [`${whole(stats.offsiteRequestsCount)} off site`] : []),
  ];
  return parts.join(", ");
}

function failures(crawl: Ended, colours: Colours): string[] {
  const { failedRequestsCount, errors } = crawl.stats;
  if (failedRequestsCount === 0) return [];
  const groups = errors.toSorted((a, b) => b.count - a.count);
  const hidden = groups.length - MOST_CAUSES;
  return [
    "",
    colours.yellow(`⚠ ${plural(failedRequestsCount, "request")} failed:`),
    ...groups.slice(0, MOST_CAUSES).flatMap((group) => failure(group, colours)),
    ...(hidden > 0 ? [`  and ${plural(hidden, "more cause")}`] : []),
    ...howToRetry(crawl, colours),
  ];
}

function howToRetry({ deadLetters, keptAt }: Ended, { dim }: Colours): string[] {
  if (deadLetters === 0 || keptAt === undefined) return [];
  const at = oneLine(keptAt);
  return [
    dim(`  list them: orbweaver failed ${at}`),
    dim(`  queue them again: orbweaver retry ${at}`),
  ];
}

function failure({ name, message, url, count }: ErrorGroup, { dim }: Colours): string[] {
  const inMessage = message.includes(url);
  return [
    `  ${whole(count)} × ${name}: ${oneLine(message)}`,
    ...(inMessage ? [] : [dim(`      for example ${oneLine(url)}`)]),
  ];
}
