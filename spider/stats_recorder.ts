import type { Response as SessionResponse } from "@orbweaver/session";
import { LatencyHistogram } from "./latency.ts";
import { countError, type CrawlStats, type HostStats } from "./stats.ts";

/** The most hosts, sessions, callbacks and so on that are told apart. */
const MOST_NAMES = 10_000;
const OTHER = "(other)";

/** Values by name: any names, but no more than {@linkcode MOST_NAMES}. */
class Named<T> {
  readonly #values: Record<string, T>;
  readonly #make: () => T;
  #size = 0;

  constructor(values: Record<string, T>, make: () => T) {
    this.#values = values;
    this.#make = make;
  }

  get(name: string): T {
    return Object.hasOwn(this.#values, name) ? this.#values[name]! : this.#getNew(name);
  }

  #getNew(name: string): T {
    if (this.#size >= MOST_NAMES && name !== OTHER) return this.get(OTHER);
    this.#size += 1;
    const value = this.#make();
    // Not an assignment: a host named "__proto__" must become a property like any other.
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(this.#values, name, property);
    return value;
  }
}

/** Counts by name, bounded likewise. */
class Counts {
  readonly #counts: Record<string, number>;
  #size = 0;

  constructor(counts: Record<string, number>) {
    this.#counts = counts;
  }

  up(name: string, by = 1): void {
    if (Object.hasOwn(this.#counts, name)) this.#counts[name]! += by;
    else if (this.#size >= MOST_NAMES && name !== OTHER) this.up(OTHER, by);
    else this.#begin(name, by);
  }

  /** For figures that can't be added up: those of further names are left out. */
  set(name: string, value: number): void {
    if (Object.hasOwn(this.#counts, name)) this.#counts[name] = value;
    else if (this.#size < MOST_NAMES) this.#begin(name, value);
  }

  #begin(name: string, value: number): void {
    this.#size += 1;
    // Not an assignment: see above.
    const property = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(this.#counts, name, property);
  }
}

/** What came back from a fetch. */
export interface Fetched {
  readonly host: string;
  readonly sid: string;
  readonly response: SessionResponse;
  readonly latencyMs: number;
}

/** Writes down in the statistics what happens. */
export class StatsRecorder {
  /** The statistics; their averages are as of the last {@linkcode StatsRecorder.refresh}. */
  readonly stats: CrawlStats;
  readonly #latency = new LatencyHistogram();
  readonly #statuses: Counts;
  readonly #reasons: Counts;
  readonly #sessions: Counts;
  readonly #proxies: Counts;
  readonly #callbacks: Counts;
  readonly #bytes: Counts;
  readonly #levels: Counts;
  readonly #delays: Counts;
  readonly #hosts: Named<HostStats>;
  #routes: (() => CrawlStats["escalatedRoutes"]) | undefined;

  /** @param stats Where to write. */
  constructor(stats: CrawlStats) {
    this.stats = stats;
    this.#statuses = new Counts(stats.responseStatusCount);
    this.#reasons = new Counts(stats.blockedReasonsCount);
    this.#sessions = new Counts(stats.sessionsRequestsCount);
    this.#proxies = new Counts(stats.proxiesRequestsCount);
    this.#callbacks = new Counts(stats.callbacksRequestsCount);
    this.#bytes = new Counts(stats.domainsResponseBytes);
    this.#levels = new Counts(stats.logLevelsCounter);
    this.#delays = new Counts(stats.autothrottleDelays);
    this.#hosts = new Named<HostStats>(stats.hosts, noHostStats);
  }

  /** A page was fetched. */
  fetched({ host, sid, response, latencyMs }: Fetched): void {
    const { stats } = this;
    const bytes = response.body.byteLength;
    stats.requestsCount += 1;
    stats.responseBytes += bytes;
    this.#latency.add(latencyMs);
    this.#statuses.up(`${response.status}`);
    this.#sessions.up(sid);
    this.#bytes.up(host, bytes);
    if (response.proxy !== undefined) this.#proxies.up(withoutCredentials(response.proxy));
    const figures = this.#hosts.get(host);
    figures.requestsCount += 1;
    figures.responseBytes += bytes;
  }

  /** An answer was a block. */
  blocked(host: string, reason: string): void {
    this.stats.blockedRequestsCount += 1;
    this.#reasons.up(reason);
    this.#hosts.get(host).blockedRequestsCount += 1;
  }

  /** A request, or a start URL that made none, failed for good. */
  failed(host: string | undefined, url: string, error: unknown): void {
    this.stats.failedRequestsCount += 1;
    countError(this.stats.errors, error, url);
    if (host !== undefined) this.#hosts.get(host).failedRequestsCount += 1;
  }

  /** The delay of a host was adapted. */
  delayed(host: string, delayMs: number): void {
    this.#delays.set(host, delayMs);
  }

  /** A page goes to a callback. */
  handled(callback: string): void {
    this.#callbacks.up(callback);
  }

  /** Says who knows which routes are fetched by a session above. */
  reportRoutes(routes: () => CrawlStats["escalatedRoutes"]): void {
    this.#routes = routes;
  }

  /** A line was logged. */
  logged(level: string): void {
    this.#levels.up(level);
  }

  /**
   * Brings the averages up to date.
   *
   * @param now The time, in milliseconds since 1970.
   */
  refresh(now: number): CrawlStats {
    const { stats } = this;
    stats.elapsedMs = (stats.endTime ?? now) - stats.startTime;
    stats.requestsPerSecond = stats.elapsedMs > 0
      ? stats.requestsCount * 1000 / stats.elapsedMs
      : 0;
    Object.assign(stats.latency, this.#latency.summary());
    if (this.#routes !== undefined) stats.escalatedRoutes = this.#routes();
    return stats;
  }
}

function noHostStats(): HostStats {
  return {
    requestsCount: 0,
    responseBytes: 0,
    blockedRequestsCount: 0,
    failedRequestsCount: 0,
  };
}

function withoutCredentials(proxy: string): string {
  return proxy.replace(/\/\/[^/@]*@/, "//");
}
