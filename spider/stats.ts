import type { EscalatedRoute } from "./policy/escalation.ts";
import { reasonOf } from "./reason.ts";

/** Failures with the same cause. */
export interface ErrorGroup {
  /** The error's class. */
  name: string;
  /** The message of the first one. */
  message: string;
  /** The URL of the first one. */
  url: string;
  /** How many there were. */
  count: number;
}

/** What happened on one host. */
export interface HostStats {
  /** Pages fetched. */
  requestsCount: number;
  /** Bytes of their bodies, decompressed. */
  responseBytes: number;
  /** Answers that were blocks. */
  blockedRequestsCount: number;
  /** Requests that failed for good. */
  failedRequestsCount: number;
}

/** How long fetches took, in milliseconds; percentiles to within 5 %. */
export interface LatencyStats {
  /** The mean. */
  meanMs: number;
  /** Half were faster. */
  p50Ms: number;
  /** Nine of ten were faster. */
  p90Ms: number;
  /** 99 of 100 were faster. */
  p99Ms: number;
  /** The slowest. */
  maxMs: number;
}

/**
 * What a crawl did, as plain data; live while it runs. What is counted by name is bounded: names
 * beyond the first 10,000 of a kind count together as "(other)".
 */
export interface CrawlStats {
  /** When it began, or this run of it did, in milliseconds since 1970. */
  startTime: number;
  /** When it ended, in milliseconds since 1970; missing while it runs. */
  endTime?: number;
  /** How long it has run, or ran, in milliseconds, earlier runs included. */
  elapsedMs: number;
  /** How long earlier runs of it took, in milliseconds; see `crawlDir`. */
  elapsedBeforeMs: number;
  /** Pages fetched a second, on average. */
  requestsPerSecond: number;
  /** The setting of the spider. */
  concurrentRequests: number;
  /** The setting of the spider. */
  concurrentRequestsPerDomain: number;
  /** The setting of the spider. */
  downloadDelayMs: number;
  /** Whether the spider adapts its delays. */
  autothrottleEnabled: boolean;
  /** The delays that it has come to, by host, in milliseconds. */
  autothrottleDelays: Record<string, number>;
  /** Pages fetched, those that were answered from a record included. */
  requestsCount: number;
  /** Pages answered from a record, in development mode. */
  cacheHits: number;
  /** Pages that were not in the record, in development mode, and so were fetched. */
  cacheMisses: number;
  /** Requests that failed for good, in the network or in their callback. */
  failedRequestsCount: number;
  /** How often a request was queued again because the network failed. */
  retriedRequestsCount: number;
  /** Answers that were blocks. */
  blockedRequestsCount: number;
  /** How often a block moved a request up to another session of `escalate`. */
  escalatedRequestsCount: number;
  /** How often a session above was let in, and the one below went on with what it had earned. */
  clearancesCount: number;
  /** Which routes are fetched by a session above: `{ "shop.example/p/*": { sid: "stealth", … } }`. */
  escalatedRoutes: Record<string, EscalatedRoute>;
  /** Requests left out because the same one was seen before. */
  duplicateRequestsCount: number;
  /** Requests left out because they lead outside `allowedDomains`. */
  offsiteRequestsCount: number;
  /** Requests left out because robots.txt disallows them. */
  robotsDisallowedCount: number;
  /** Requests left out because they exceed `limits.depth` or `limits.perHost`. */
  limitedRequestsCount: number;
  /** Items that reached the output. */
  itemsScraped: number;
  /** Items that `onScrapedItem` dropped, or that have no written form. */
  itemsDropped: number;
  /** Items that did not fit the `itemSchema`. */
  itemsQuarantined: number;
  /** Bytes of all bodies, decompressed. */
  responseBytes: number;
  /** Pages by status: `{ "200": 10 }`. */
  responseStatusCount: Record<string, number>;
  /** Blocks by reason: `{ "status 403": 2 }`. */
  blockedReasonsCount: Record<string, number>;
  /** Pages by session id. */
  sessionsRequestsCount: Record<string, number>;
  /** Pages by proxy, without its credentials. */
  proxiesRequestsCount: Record<string, number>;
  /** Pages by callback. */
  callbacksRequestsCount: Record<string, number>;
  /** Bytes by host. */
  domainsResponseBytes: Record<string, number>;
  /** What happened on each host. */
  hosts: Record<string, HostStats>;
  /** How long fetches took, without waiting for a turn. */
  latency: LatencyStats;
  /** Hooks that threw where only a log line could tell. */
  hookErrorsCount: number;
  /** Outputs that could not be written any more. */
  sinkErrorsCount: number;
  /** Failures, grouped by cause, the first of each described. */
  errors: ErrorGroup[];
  /** Log lines by level, those below `logLevel` included. */
  logLevelsCounter: Record<string, number>;
  /** Whatever the spider itself counts. */
  customStats: Record<string, unknown>;
  /** Requests waiting in the frontier. */
  queued: number;
  /** Requests being fetched or handled. */
  inFlight: number;
}

/** The most groups of errors that are told apart; what comes after counts as "other". */
const MOST_GROUPS = 100;

/** The settings that statistics repeat. */
export interface StatedSettings {
  concurrentRequests: number;
  concurrentRequestsPerDomain: number;
  downloadDelayMs: number;
  autothrottle: unknown;
}

/** Fresh statistics, all zero. */
export function newStats(startTime: number, settings: StatedSettings): CrawlStats {
  return {
    startTime,
    elapsedMs: 0,
    elapsedBeforeMs: 0,
    requestsPerSecond: 0,
    concurrentRequests: settings.concurrentRequests,
    concurrentRequestsPerDomain: settings.concurrentRequestsPerDomain,
    downloadDelayMs: settings.downloadDelayMs,
    autothrottleEnabled: settings.autothrottle !== false,
    autothrottleDelays: {},
    requestsCount: 0,
    cacheHits: 0,
    cacheMisses: 0,
    failedRequestsCount: 0,
    retriedRequestsCount: 0,
    blockedRequestsCount: 0,
    escalatedRequestsCount: 0,
    clearancesCount: 0,
    escalatedRoutes: {},
    duplicateRequestsCount: 0,
    offsiteRequestsCount: 0,
    robotsDisallowedCount: 0,
    limitedRequestsCount: 0,
    itemsScraped: 0,
    itemsDropped: 0,
    itemsQuarantined: 0,
    responseBytes: 0,
    responseStatusCount: {},
    blockedReasonsCount: {},
    sessionsRequestsCount: {},
    proxiesRequestsCount: {},
    callbacksRequestsCount: {},
    domainsResponseBytes: {},
    hosts: {},
    latency: { meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 },
    hookErrorsCount: 0,
    sinkErrorsCount: 0,
    errors: [],
    logLevelsCounter: {},
    customStats: {},
    queued: 0,
    inFlight: 0,
  };
}

/** Puts a failure with those of the same cause: the same class, and the same message but for figures. */
export function countError(errors: ErrorGroup[], error: unknown, url: string): void {
  const name = error instanceof Error ? error.name : typeof error;
  const message = reasonOf(error);
  const cause = causeOf(message, url);
  const group = errors.find((g) => g.name === name && causeOf(g.message, g.url) === cause);
  if (group !== undefined) group.count += 1;
  else if (errors.length < MOST_GROUPS) errors.push({ name, message, url, count: 1 });
  else countOther(errors, url);
}

function countOther(errors: ErrorGroup[], url: string): void {
  const last = errors[MOST_GROUPS];
  if (last !== undefined) last.count += 1;
  else errors.push({ name: "other", message: "further kinds of errors", url, count: 1 });
}

/** The message without what differs from page to page. */
function causeOf(message: string, url: string): string {
  return message.replaceAll(url, "").replaceAll(/\d+/g, "");
}
