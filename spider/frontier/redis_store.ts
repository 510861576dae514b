import { RedisFrontier, type RedisFrontierOptions } from "./redis.ts";
import { RedisConnection } from "./redis_connection.ts";
import { placeOf, redisUrl } from "./redis_url.ts";
import type { Store } from "./shared.ts";

/** Settings of {@linkcode redis}. */
export interface RedisStoreOptions extends Omit<RedisFrontierOptions, "name" | "owner"> {
  /** The crawl's name. Default: the spider's. */
  name?: string;
  /**
   * For how long a worker has a request unless it asks again, which it does in time; then another gets it.
   * So long it takes until the others do what one that died had begun. In milliseconds. Default 60000.
   */
  leaseMs?: number;
}

/**
 * A Redis as the place of a crawl: all who run the spider with it work on the same crawl.
 *
 * @param url `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS.
 * @param options The crawl's name, and for how long a server that is away is waited for.
 * @throws {SpiderOptionError} If the address is none.
 *
 * @example
 * ```ts ignore
 * import { redis } from "@orbweaver/spider/redis";
 *
 * await new Shop().start({ store: redis("redis://localhost:6379") });
 * ```
 */
export function redis(url: string, options: RedisStoreOptions = {}): Store {
  const { leaseMs, ...settings } = options;
  return {
    place: placeOf(redisUrl(url)),
    leaseMs,
    open: (name, owner) => RedisFrontier.open(url, { name, ...settings, owner }),
  };
}

/**
 * The names of the crawls that a Redis has.
 *
 * @param url The server.
 * @param options For how long it is waited for.
 */
export async function redisCrawls(
  url: string,
  options: Omit<RedisStoreOptions, "name"> = {},
): Promise<string[]> {
  const connection = await RedisConnection.open({
    url: redisUrl(url),
    ca: options.ca,
    prefix: "orbweaver:",
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    patienceMs: options.patienceMs ?? 10_000,
    commandTimeoutMs: options.commandTimeoutMs ?? 15_000,
    onWake: () => {},
  });
  try {
    const names = new Set<string>();
    for await (const keys of connection.keys("orbweaver:{*}:meta")) {
      for (const key of keys) {
        const name = /^orbweaver:\{(.*)\}:meta$/s.exec(key)?.[1];
        if (name !== undefined) names.add(decodeURIComponent(name));
      }
    }
    return [...names].sort();
  } finally {
    await connection.close();
  }
}
