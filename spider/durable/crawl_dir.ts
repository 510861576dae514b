import { stat } from "node:fs/promises";
import { CrawlDirError } from "../errors.ts";
import { CodedFrontier } from "../frontier/coded.ts";
import type { DeadLetter, Frontier, FrontierStats } from "../frontier/frontier.ts";
import { decodeRequest, encodeRequest } from "../frontier/request_codec.ts";
import { SqliteFrontier } from "../frontier/sqlite.ts";
import type { Request } from "../request.ts";
import { crawlFileOf, spiderOf } from "./open_crawl_dir.ts";
import { hasCompleted } from "./durable.ts";

/** How a crawl in a folder stands. */
export interface CrawlDirStatus extends FrontierStats {
  /** The name of its spider. */
  readonly spider: string;
  /** Whether nothing is left to do. */
  readonly isCompleted: boolean;
}

/**
 * The folder of a crawl that no spider works on at the moment: how it stands, what failed for good.
 *
 * @example
 * ```ts
 * import { CrawlDir, FetchSession, type SessionManager, Spider } from "@orbweaver/orbweaver";
 * import assert from "node:assert/strict";
 *
 * class Broken extends Spider {
 *   override name = "broken";
 *   override startUrls = ["http://127.0.0.1:1/"]; // nobody listens there
 *   override maxNetworkRetries = 0;
 *   override logLevel = "silent" as const;
 *   override configureSessions(manager: SessionManager) {
 *     manager.add("http", new FetchSession({ retries: 1 }));
 *   }
 *   override async *parse() {}
 * }
 *
 * const dir = await Deno.makeTempDir();
 * await new Broken().start({ crawlDir: dir });
 * {
 *   await using crawl = await CrawlDir.open(dir);
 *   for await (const { payload, reason } of crawl.deadLetters()) {
 *     assert.equal(payload.url, "http://127.0.0.1:1/");
 *     assert.match(reason, /refused/);
 *   }
 *   assert.equal(await crawl.revive(), 1);
 * }
 * const { stats } = await new Broken().start({ crawlDir: dir }); // tries it once more
 * assert.equal(stats.failedRequestsCount, 2);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export class CrawlDir implements AsyncDisposable {
  readonly #frontier: Frontier<Request>;
  /** The name of its spider. */
  readonly spider: string;

  private constructor(frontier: Frontier<Request>, spider: string) {
    this.#frontier = frontier;
    this.spider = spider;
  }

  /**
   * Opens a crawl's folder. Until it is closed no spider can work on it.
   *
   * @param dir The folder, as it was given as `crawlDir`.
   * @throws {CrawlDirError} If there is no crawl in it.
   * @throws {FrontierStoreError} If a spider works on it, or its file can't be used.
   */
  static async open(dir: string): Promise<CrawlDir> {
    const file = crawlFileOf(dir);
    if (!await exists(file)) throw noCrawl(dir);
    const store = await SqliteFrontier.open(file);
    try {
      const spider = await spiderOf(store);
      if (spider === undefined) throw noCrawl(dir);
      const codec = { encode: encodeRequest, decode: decodeRequest };
      return new CrawlDir(new CodedFrontier<Request>(store, codec), spider);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** How the crawl stands. */
  async status(): Promise<CrawlDirStatus> {
    const [stats, isCompleted] = await Promise.all([
      this.#frontier.stats(),
      hasCompleted(this.#frontier),
    ]);
    return { spider: this.spider, isCompleted, ...stats };
  }

  /** The requests that failed for good, each with the reason; oldest first. */
  deadLetters(): AsyncIterable<DeadLetter<Request>> {
    return this.#frontier.deadLetters();
  }

  /**
   * Queues them again, as if they had never been tried: the spider's next run fetches them. What they
   * failed with stays in the crawl's statistics.
   *
   * @returns How many there were.
   */
  revive(): Promise<number> {
    return this.#frontier.revive();
  }

  /** Gives the folder free. Idempotent. */
  close(): Promise<void> {
    return this.#frontier.close();
  }

  /** Gives the folder free; see {@linkcode CrawlDir.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

function noCrawl(dir: string): CrawlDirError {
  return new CrawlDirError(
    `There is no crawl in '${dir}'; expected a folder that a spider was given as its 'crawlDir' ` +
      `('--crawl-dir' on the command line)`,
    { dir },
  );
}
