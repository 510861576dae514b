import type { FrontierStats } from "./frontier.ts";
import { textOf } from "./redis_arguments.ts";

/** One who works on a crawl. */
export interface RedisWorker {
  /** His machine and process. */
  readonly name: string;
  /** How long ago he was last seen, in milliseconds; who waits shows himself every 5 seconds. */
  readonly seenMsAgo: number;
}

/** How a crawl in Redis stands. */
export interface RedisCrawlStatus extends FrontierStats {
  /** Its name. */
  readonly name: string;
  /** Whose it is. */
  readonly owner: string;
  /** How long it has been there, in milliseconds, by the server's clock. */
  readonly elapsedMs: number;
  /** Whether it is paused. */
  readonly isPaused: boolean;
  /** Whether one of its limits is reached. */
  readonly hitLimit: boolean;
  /** Whether all start requests are queued. */
  readonly startsDone: boolean;
  /** How many leases have expired, since whoever had them died or was too slow. */
  readonly expired: number;
  /** How many hosts have something queued, leased or to wait for. */
  readonly hosts: number;
  /** Who works on it, or did within a day; whoever was seen last comes first. */
  readonly workers: readonly RedisWorker[];
}

/**
 * Reads what the status script answers.
 *
 * @param answer The answer.
 */
export function statusOf(
  answer: readonly unknown[],
): Omit<RedisCrawlStatus, keyof FrontierStats | "name"> {
  const [meta, seen, turns, hosts, time] = answer as [
    unknown[],
    unknown[],
    unknown[],
    unknown,
    unknown,
  ];
  const now = Number(textOf(time));
  const workers: RedisWorker[] = [];
  for (let index = 0; index < seen.length; index += 2) {
    const seenMsAgo = now - Number(textOf(seen[index + 1]));
    workers.push({ name: textOf(seen[index]), seenMsAgo });
  }
  const starts = turns.map(textOf).findIndex((name) => name === "starts");
  return {
    owner: textOf(meta[0]),
    elapsedMs: now - Number(textOf(meta[1])),
    isPaused: meta[2] !== null,
    hitLimit: meta[3] !== null,
    startsDone: starts >= 0 && textOf(turns[starts + 1]) === "done",
    expired: meta[5] === null ? 0 : Number(textOf(meta[5])),
    hosts: Number(textOf(hosts)),
    workers: workers.reverse(),
  };
}
