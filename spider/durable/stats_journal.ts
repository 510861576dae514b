import type { Counters } from "../frontier/frontier.ts";
import type { CrawlStats, HostStats } from "../stats.ts";

/** Figures that are one number each. Pages and bytes are not among them: they belong to a request. */
const SINGLE = [
  "cacheHits",
  "cacheMisses",
  "failedRequestsCount",
  "retriedRequestsCount",
  "blockedRequestsCount",
  "duplicateRequestsCount",
  "offsiteRequestsCount",
  "robotsDisallowedCount",
  "limitedRequestsCount",
  "itemsDropped",
  "itemsQuarantined",
  "hookErrorsCount",
  "sinkErrorsCount",
  "escalatedRequestsCount",
  "clearancesCount",
] as const satisfies readonly (keyof CrawlStats)[];

/** Figures by name. */
export const NAMED = [
  "responseStatusCount",
  "blockedReasonsCount",
  "sessionsRequestsCount",
  "proxiesRequestsCount",
  "callbacksRequestsCount",
  "domainsResponseBytes",
  "logLevelsCounter",
] as const satisfies readonly (keyof CrawlStats)[];

/** One of the figures by name. */
export type NamedFigure = typeof NAMED[number];

/** Every counter of the statistics begins with it. */
const PREFIX = "stats.";

/**
 * Notes what happens as counters, to be committed together with the request that it happened for: a page
 * that was fetched but not finished when the process was killed does not count, since it is fetched again.
 */
export class StatsJournal {
  readonly #stats: CrawlStats;
  readonly #committed: Record<string, number> = {};
  /** What happened for nobody in particular. */
  #common = new Map<string, number>();
  readonly #ofRequests = new Map<string, Map<string, number>>();

  /** @param stats Where figures of one number are counted. */
  constructor(stats: CrawlStats) {
    this.#stats = stats;
    for (const name of SINGLE) this.#committed[name] = stats[name];
  }

  /**
   * Notes that a figure went up.
   *
   * @param figure Its name.
   * @param by By how much.
   * @param token The lease of the request that it happened for, where there is one.
   */
  up(figure: string, by: number, token?: string): void {
    const counts = token === undefined ? this.#common : this.#of(token);
    counts.set(figure, (counts.get(figure) ?? 0) + by);
  }

  /**
   * What is to be committed with a request, its own figures and those that are nobody's.
   *
   * @param token Its lease; none for a request that is only queued.
   */
  take(token?: string): Counters {
    const counts = this.#common;
    this.#common = new Map();
    for (const [figure, by] of this.#ofRequests.get(token ?? "") ?? []) {
      counts.set(figure, (counts.get(figure) ?? 0) + by);
    }
    this.#ofRequests.delete(token ?? "");
    for (const name of SINGLE) {
      const by = this.#stats[name] - this.#committed[name]!;
      if (by !== 0) counts.set(name, (counts.get(name) ?? 0) + by);
      this.#committed[name] = this.#stats[name];
    }
    return Object.fromEntries([...counts].map(([figure, by]) => [PREFIX + figure, by]));
  }

  /** Notes again what was taken and could not be committed. */
  putBack(counters: Counters): void {
    for (const [counter, by] of Object.entries(counters)) {
      if (counter.startsWith(PREFIX)) this.up(counter.slice(PREFIX.length), by);
    }
  }

  /** Forgets what happened for a request that is given up: it happens again. */
  drop(token: string): void {
    this.#ofRequests.delete(token);
  }

  #of(token: string): Map<string, number> {
    let counts = this.#ofRequests.get(token);
    if (counts === undefined) this.#ofRequests.set(token, counts = new Map());
    return counts;
  }
}

/** The figures that an earlier run has committed. */
export interface KeptFigures {
  /** Figures of one number. */
  readonly single: readonly [name: keyof CrawlStats, value: number][];
  /** Figures by name. */
  readonly named: readonly [figure: NamedFigure, name: string, value: number][];
  /** Figures of hosts. */
  readonly hosts: readonly [member: keyof HostStats, host: string, value: number][];
}

const HOST_MEMBERS: readonly string[] = [
  "requestsCount",
  "responseBytes",
  "blockedRequestsCount",
  "failedRequestsCount",
];
const COUNTED: readonly string[] = [...SINGLE, "requestsCount", "responseBytes"];

/** The figures among a frontier's counters; others, and what makes no sense, are left out. */
export function keptFigures(counters: Counters): KeptFigures {
  const single: [keyof CrawlStats, number][] = [];
  const named: [NamedFigure, string, number][] = [];
  const hosts: [keyof HostStats, string, number][] = [];
  for (const [counter, value] of Object.entries(counters)) {
    if (!counter.startsWith(PREFIX)) continue;
    const [figure = "", rest] = splitOnce(counter.slice(PREFIX.length));
    if (rest === undefined && COUNTED.includes(figure)) {
      single.push([figure as keyof CrawlStats, value]);
    } else if (rest !== undefined && (NAMED as readonly string[]).includes(figure)) {
      named.push([figure as NamedFigure, rest, value]);
    } else if (figure === "hosts" && rest !== undefined) {
      const [member = "", host] = splitOnce(rest);
      if (host === undefined || !HOST_MEMBERS.includes(member)) continue;
      hosts.push([member as keyof HostStats, host, value]);
    }
  }
  return { single, named, hosts };
}

/** At the first dot: hosts have more of them. */
function splitOnce(text: string): [string, string?] {
  const at = text.indexOf(".");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
