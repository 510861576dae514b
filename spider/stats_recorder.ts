import type { Response as SessionResponse } from "@orbweaver/session";
import { type KeptFigures, type NamedFigure, StatsJournal } from "./durable/stats_journal.ts";
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

  /** The name that a name counts under. */
  nameOf(name: string): string {
    return Object.hasOwn(this.#values, name) || this.#size < MOST_NAMES ? name : OTHER;
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

  /** Counts up; gives the name that it counts under. */
  up(name: string, by = 1): string {
    if (Object.hasOwn(this.#counts, name)) this.#counts[name]! += by;
    else if (this.#size >= MOST_NAMES && name !== OTHER) return this.up(OTHER, by);
    else this.#begin(name, by);
    return name;
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
  /** The lease of the request. */
  readonly token: string;
  readonly host: string;
  readonly sid: string;
  readonly response: SessionResponse;
  readonly latencyMs: number;
}

/** Writes down in the statistics what happens. */
export class StatsRecorder {
  /** The statistics; their averages are as of the last {@linkcode StatsRecorder.refresh}. */
  readonly stats: CrawlStats;
  /** How long fetches took. */
  readonly latency = new LatencyHistogram();
  readonly #counts: Readonly<Record<NamedFigure, Counts>>;
  readonly #delays: Counts;
  readonly #hosts: Named<HostStats>;
  #routes: (() => CrawlStats["escalatedRoutes"]) | undefined;
  #journal: StatsJournal | undefined;

  /** @param stats Where to write. */
  constructor(stats: CrawlStats) {
    this.stats = stats;
    this.#counts = {
      responseStatusCount: new Counts(stats.responseStatusCount),
      blockedReasonsCount: new Counts(stats.blockedReasonsCount),
      sessionsRequestsCount: new Counts(stats.sessionsRequestsCount),
      proxiesRequestsCount: new Counts(stats.proxiesRequestsCount),
      callbacksRequestsCount: new Counts(stats.callbacksRequestsCount),
      domainsResponseBytes: new Counts(stats.domainsResponseBytes),
      logLevelsCounter: new Counts(stats.logLevelsCounter),
    };
    this.#delays = new Counts(stats.autothrottleDelays);
    this.#hosts = new Named<HostStats>(stats.hosts, noHostStats);
  }

  /**
   * Goes on from what earlier runs of the crawl have counted, and notes what is to be committed.
   *
   * @param kept What they have committed.
   * @returns Where it is noted.
   */
  goOn({ single, named, hosts }: KeptFigures): StatsJournal {
    for (const [name, value] of single) (this.stats[name] as number) += value;
    for (const [figure, name, value] of named) this.#counts[figure].up(name, value);
    for (const [member, host, value] of hosts) this.#hosts.get(host)[member] += value;
    this.#journal = new StatsJournal(this.stats);
    return this.#journal;
  }

  /** A page was fetched. */
  fetched({ token, host, sid, response, latencyMs }: Fetched): void {
    const { stats } = this;
    const bytes = response.body.byteLength;
    stats.requestsCount += 1;
    stats.responseBytes += bytes;
    this.latency.add(latencyMs);
    this.#up("responseStatusCount", `${response.status}`, 1, token);
    this.#up("sessionsRequestsCount", sid, 1, token);
    this.#up("domainsResponseBytes", host, bytes, token);
    if (response.proxy !== undefined) {
      this.#up("proxiesRequestsCount", withoutCredentials(response.proxy), 1, token);
    }
    this.#upHost(host, "requestsCount", 1, token);
    this.#upHost(host, "responseBytes", bytes, token);
    this.#journal?.up("requestsCount", 1, token);
    this.#journal?.up("responseBytes", bytes, token);
  }

  /** An answer was a block. */
  blocked(host: string, reason: string): void {
    this.stats.blockedRequestsCount += 1;
    this.#up("blockedReasonsCount", reason, 1);
    this.#upHost(host, "blockedRequestsCount", 1);
  }

  /** A request, or a start URL that made none, failed for good. */
  failed(host: string | undefined, url: string, error: unknown): void {
    this.stats.failedRequestsCount += 1;
    countError(this.stats.errors, error, url);
    if (host !== undefined) this.#upHost(host, "failedRequestsCount", 1);
  }

  /** The delay of a host was adapted. */
  delayed(host: string, delayMs: number): void {
    this.#delays.set(host, delayMs);
  }

  /** The page of a leased request goes to a callback. */
  handled(callback: string, token: string): void {
    this.#up("callbacksRequestsCount", callback, 1, token);
  }

  /** Says who knows which routes are fetched by a session above. */
  reportRoutes(routes: () => CrawlStats["escalatedRoutes"]): void {
    this.#routes = routes;
  }

  /** A line was logged. */
  logged(level: string): void {
    this.#up("logLevelsCounter", level, 1);
  }

  /**
   * Brings the averages up to date.
   *
   * @param now The time, in milliseconds since 1970.
   */
  refresh(now: number): CrawlStats {
    const { stats } = this;
    stats.elapsedMs = stats.elapsedBeforeMs + (stats.endTime ?? now) - stats.startTime;
    stats.requestsPerSecond = stats.elapsedMs > 0
      ? stats.requestsCount * 1000 / stats.elapsedMs
      : 0;
    Object.assign(stats.latency, this.latency.summary());
    if (this.#routes !== undefined) stats.escalatedRoutes = this.#routes();
    return stats;
  }

  #up(figure: NamedFigure, name: string, by: number, token?: string): void {
    const counted = this.#counts[figure].up(name, by);
    this.#journal?.up(`${figure}.${counted}`, by, token);
  }

  #upHost(host: string, member: keyof HostStats, by: number, token?: string): void {
    const counted = this.#hosts.nameOf(host);
    this.#hosts.get(counted)[member] += by;
    this.#journal?.up(`hosts.${member}.${counted}`, by, token);
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
