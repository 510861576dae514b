import {
  CrawlDir,
  type CrawlDirStatus,
  type DeadLetter,
  decodeRequest,
  type Request,
} from "@orbweaver/spider";
import type { RedisCrawlStatus, RedisFrontier } from "@orbweaver/spider/redis";
import { redisModule } from "./store.ts";

/** Where a crawl is kept: in a store that workers share, or in a folder. */
export interface Place {
  /** The store's address. */
  readonly store?: string;
  /** The folder. */
  readonly crawlDir?: string;
}

/** How a crawl stands. */
export type KeptStatus = RedisCrawlStatus | CrawlDirStatus;

/** A crawl that is kept beyond its process, looked at from outside. */
export interface KeptCrawl extends AsyncDisposable {
  /** What it is called. */
  readonly name: string;
  /** How it stands. */
  status(): Promise<KeptStatus>;
  /** The requests that failed for good, without those that can't be read. */
  deadLetters(): AsyncIterable<DeadLetter<Request>>;
  /** Queues these again; gives how many there were. */
  revive(): Promise<number>;
}

/**
 * Opens a crawl that is kept somewhere.
 *
 * @param name Its name in the store; a folder has just one.
 * @param place The store, or the folder.
 */
export async function openKept(
  name = "",
  { store = "", crawlDir }: Place,
): Promise<KeptCrawl> {
  if (crawlDir !== undefined) return inFolder(await CrawlDir.open(crawlDir));
  const { RedisFrontier } = await redisModule();
  return inStore(name, await RedisFrontier.attach(store, { name }));
}

/**
 * The names of the crawls that are kept somewhere.
 *
 * @param place The store, or the folder, whose crawl needs no name.
 */
export async function namesIn({ store }: Place): Promise<readonly (string | undefined)[]> {
  if (store === undefined) return [undefined];
  const { redisCrawls } = await redisModule();
  return await redisCrawls(store);
}

function inFolder(crawl: CrawlDir): KeptCrawl {
  return {
    name: crawl.spider,
    status: () => crawl.status(),
    deadLetters: () => crawl.deadLetters(),
    revive: () => crawl.revive(),
    [Symbol.asyncDispose]: () => crawl.close(),
  };
}

function inStore(name: string, crawl: RedisFrontier): KeptCrawl {
  return {
    name,
    status: () => crawl.status(),
    async *deadLetters() {
      for await (const { payload, reason } of crawl.deadLetters()) {
        const request = readable(payload);
        if (request !== undefined) yield { payload: request, reason };
      }
    },
    revive: () => crawl.revive(),
    [Symbol.asyncDispose]: () => crawl.close(),
  };
}

function readable(payload: Uint8Array): Request | undefined {
  try {
    return decodeRequest(payload);
  } catch (error) {
    if (error instanceof Error && error.name === "StoredDataError") return undefined;
    throw error;
  }
}
