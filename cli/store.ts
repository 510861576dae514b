import type { Store } from "@orbweaver/spider";
import { StoreOptionError } from "./errors.ts";

/** What a command loads only when somebody names a store. */
type RedisModule = typeof import("@orbweaver/spider/redis");

/** The client of Redis is loaded by those who use it. */
export async function redisModule(): Promise<RedisModule> {
  return await import("@orbweaver/spider/redis");
}

/**
 * The store of a crawl, by its address.
 *
 * @param url The address; none for a crawl in memory.
 * @throws {StoreOptionError} If it is the address of nothing that is known here.
 */
export async function chooseStore(url: string | undefined): Promise<Store | undefined> {
  if (url === undefined) return undefined;
  const { redis } = await redisModule();
  try {
    return redis(url);
  } catch (cause) {
    throw new StoreOptionError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
