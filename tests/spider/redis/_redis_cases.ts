import { Redis } from "ioredis";
import { HAS_REDIS, RedisServer, type RedisServerOptions } from "./_redis_server.ts";

/**
 * Registers a test with a Redis of its own; without a redis-server it is skipped, and says so.
 *
 * @param name What is tested.
 * @param run The test.
 * @param options How the server is started.
 */
export function redisTest(
  name: string,
  run: (server: RedisServer) => Promise<void>,
  options: RedisServerOptions = {},
): void {
  if (!HAS_REDIS) return Deno.test.ignore(`${name} (no redis-server on this machine)`, () => {});
  Deno.test(name, async () => {
    await using server = await RedisServer.start(options);
    await run(server);
  });
}

/** Runs commands on a server, as its administrator would. */
export async function administer<T>(url: string, run: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { retryStrategy: () => null });
  const end = new Promise<void>((resolve) => redis.once("end", () => resolve()));
  try {
    return await run(redis);
  } finally {
    redis.disconnect();
    await end;
  }
}

/** Waits until something holds, for a bounded time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  mostMs = 30_000,
): Promise<void> {
  const end = Date.now() + mostMs;
  while (!await holds()) {
    if (Date.now() > end) throw new Error(`Not within ${mostMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
