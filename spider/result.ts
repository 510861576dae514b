import type { QuarantinedItem } from "./policy/schema.ts";
import type { Request } from "./request.ts";
import type { CrawlStats } from "./stats.ts";

/**
 * How a crawl ended: everything done, stopped on request with work left, stopped by one of its
 * `limits` with work left, or broken off by an error that concerned more than one page.
 */
export type Outcome = "completed" | "paused" | "limit" | "failed";

/** A request that failed for good. */
export interface Failure {
  /** The request. */
  request: Request;
  /** Why, in one line. */
  reason: string;
}

/** What a crawl gives back. */
export interface CrawlResult<Item> {
  /** The items, in the order in which their pages were finished; empty with `keepItems: false`. */
  items: Item[];
  /** What happened, in figures. */
  stats: CrawlStats;
  /** How it ended. */
  outcome: Outcome;
  /** The requests that failed for good. */
  failures: Failure[];
  /** The first 1000 items that did not fit the `itemSchema`; the statistics count them all. */
  quarantine: QuarantinedItem[];
}
