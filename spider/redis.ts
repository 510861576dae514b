/**
 * Crawls that many workers share: a frontier in Redis 7 or Valkey.
 *
 * @example
 * ```ts ignore
 * import { RedisFrontier } from "@orbweaver/spider/redis";
 *
 * await using frontier = await RedisFrontier.open("redis://localhost:6379", { name: "shop" });
 * console.log(await frontier.stats());
 * ```
 *
 * @module
 */
export {
  RedisFrontier,
  type RedisFrontierClocks,
  type RedisFrontierOptions,
} from "./frontier/redis.ts";
export {
  StoreError,
  StoreFullError,
  StoreLostError,
  StoreMismatchError,
  StoreRefusedError,
  StoreUnreachableError,
} from "./frontier/redis_errors.ts";
export { FrontierError, OrbweaverError, SpiderError } from "./errors.ts";
export type { Clock } from "./engine/clock.ts";
export type * from "./frontier/frontier.ts";
