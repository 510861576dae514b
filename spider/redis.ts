/**
 * Crawls that many workers share: a frontier in Redis 7 or Valkey.
 *
 * @example
 * ```ts ignore
 * import { redis } from "@orbweaver/spider/redis";
 *
 * // On each machine; whoever comes first queues the start requests.
 * const { stats } = await new Shop().start({ store: redis("redis://db.example:6379") });
 * ```
 *
 * @module
 */
export {
  RedisFrontier,
  type RedisFrontierClocks,
  type RedisFrontierOptions,
} from "./frontier/redis.ts";
export type { RedisCrawlStatus, RedisWorker } from "./frontier/redis_status.ts";
export { redis, redisCrawls, type RedisStoreOptions } from "./frontier/redis_store.ts";
export type {
  Begun,
  SharedFrontier,
  SharedLimits,
  SharedSpending,
  Store,
  Turn,
  TurnEnd,
} from "./frontier/shared.ts";
export {
  StoreError,
  StoreFullError,
  StoreLostError,
  StoreMismatchError,
  StoreRefusedError,
  StoreUnreachableError,
} from "./frontier/redis_errors.ts";
export {
  FrontierError,
  FrontierStoreError,
  OrbweaverError,
  SpiderError,
  type StoreProblem,
} from "./errors.ts";
export type { Clock } from "./engine/clock.ts";
export type * from "./frontier/frontier.ts";
