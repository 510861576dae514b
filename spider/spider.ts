import { FetchSession } from "@orbweaver/fetch-session";
import type { Session, SessionManager, SessionMap } from "@orbweaver/session";
import { Crawl, type CrawlOptions } from "./crawl.ts";
import { CrawlStateError } from "./errors.ts";
import type { FingerprintOptions } from "./frontier/fingerprint.ts";
import type { LogLevel } from "./log.ts";
import { blockedByStatus } from "./policy/blocked.ts";
import type { Limits } from "./policy/limits.ts";
import type { StandardSchema } from "./policy/schema.ts";
import type { AutoThrottleOptions } from "./policy/throttle.ts";
import type { CallbackResult, Request } from "./request.ts";
import type { Response } from "./response.ts";
import type { CrawlResult, Outcome } from "./result.ts";
import type { CrawlStats } from "./stats.ts";

/** An item where its type is not given. */
export type AnyItem = Record<string, unknown>;

/**
 * Base class of a crawl: where it starts, through which sessions it fetches, and what it takes from
 * the pages. Extend it, name it, and write `parse`.
 *
 * @typeParam Item What the spider yields. Default: any object.
 * @typeParam S The sessions by id, which types `sid` and the session options. Default: any.
 *
 * @example
 * ```ts ignore
 * import { type Response, Spider } from "@orbweaver/spider";
 *
 * class Quotes extends Spider {
 *   override name = "quotes";
 *   override startUrls = ["https://quotes.toscrape.com/"];
 *
 *   override async *parse(response: Response) {
 *     for (const quote of response.css("div.quote")) {
 *       yield { text: quote.css("span.text::text").get("") };
 *     }
 *     const next = response.css("li.next a::attr(href)").get();
 *     if (next) yield response.follow(next);
 *   }
 * }
 *
 * const { items, stats } = await new Quotes().start();
 * ```
 */
export abstract class Spider<Item = AnyItem, S extends SessionMap = SessionMap> {
  /** The spider's name, for logs, folders and statistics. */
  abstract name: string;
  /** Where the crawl starts, unless {@linkcode Spider.startRequests} says otherwise. */
  startUrls: readonly string[] = [];
  /** The domains it may visit, their sub-hosts included, on any port. Default: all. */
  allowedDomains: readonly string[] = [];
  /** How many requests may be in flight. Default 16. */
  concurrentRequests = 16;
  /** How many of them may be on one host and port; 0 for any number. Default 0. */
  concurrentRequestsPerDomain = 0;
  /**
   * The least time between the starts of two requests to one host and port, in milliseconds, however
   * many may be in flight. Default 0.
   */
  downloadDelayMs = 0;
  /** Let each delay vary from half to one and a half times. Default false. */
  randomizeDelay = false;
  /** Adapt the delay of each host to how fast it answers. Default false. */
  autothrottle: boolean | AutoThrottleOptions = false;
  /** Obey robots.txt, its Crawl-delay and Request-rate included. Default false. */
  robotsTxtObey = false;
  /** The name by which robots.txt files may call this crawler. Default "Orbweaver". */
  robotsUserAgent = "Orbweaver";
  /**
   * Sessions by id, the cheapest first: a request that is blocked moves up one, and what that one earned
   * (cookies, and who it said it was) goes back to the cheap one. What works is learnt for each host and
   * shape of paths. Add browsers `{ lazy: true }`, so that they start only if they are needed. Default:
   * none.
   *
   * @example
   * ```ts ignore
   * override escalate = ["http", "dynamic", "stealth"] as const;
   * ```
   */
  escalate: readonly (keyof S & string)[] = [];
  /** How often a blocked request is tried again before it is a failure. Default 3. */
  maxBlockedRetries = 3;
  /**
   * How often a request is tried again when the network fails, after the attempts that its session
   * makes by itself. Default 2.
   */
  maxNetworkRetries = 2;
  /**
   * The longest time a callback may take for one page, its hooks included, in milliseconds; 0 for any.
   * It ends by itself only at its next `await` or `yield`. Default 300000.
   */
  callbackTimeoutMs = 300_000;
  /**
   * The most items and requests that one page may give. They are committed together, and wait in memory
   * until then. Default 1000000.
   */
  maxYieldsPerPage = 1_000_000;
  /**
   * Record every page, and answer from the record what was asked before, so that callbacks can be
   * written without asking the site again. Default false.
   */
  developmentMode = false;
  /** The folder of the record. Default: `.orbweaver-cache/`, and in it one with the spider's name. */
  developmentCacheDir?: string;
  /** What makes two requests different, besides session, method, URL and body. */
  fingerprint: FingerprintOptions = {};
  /** Where the crawl ends by itself. Default: nowhere. */
  limits: Limits = {};
  /** A schema that items must fit, by zod, valibot, arktype or the like. Default: none. */
  itemSchema?: StandardSchema<Item>;
  /** The lowest level of log lines written to standard error. Default "warn". */
  logLevel: LogLevel | "silent" = "warn";
  /** A file to append the log to as well, from `logLevel` up. Default: none. */
  logFile?: string;

  #crawl: Crawl<Item, S> | undefined;

  /**
   * Adds the sessions of this spider. The first one added is the default. Called once when a crawl
   * opens. Default: one `FetchSession`, named "default".
   *
   * @param manager Where to add them.
   */
  configureSessions(manager: SessionManager<S>): void {
    (manager as unknown as SessionManager<Record<string, Session>>)
      .add("default", new FetchSession());
  }

  /**
   * The first requests, or their URLs, pulled as the crawl has room for them. Default: `startUrls`.
   */
  async *startRequests(): AsyncIterable<Request | string | URL> {
    yield* this.startUrls;
  }

  /**
   * Handles a response whose request named no other callback.
   *
   * @param response The response.
   * @returns Items and requests, in any order.
   */
  abstract parse(response: Response<S>): CallbackResult<Item>;

  /**
   * Runs after the sessions have started, before the first request.
   *
   * @param _begin Whether the crawl goes on where an earlier run of it stopped.
   */
  onStart(_begin: { resuming: boolean }): void | Promise<void> {}

  /**
   * Runs after the last page, before the sessions are closed.
   *
   * @param _end How the crawl ended.
   */
  onClose(_end: { outcome: Outcome }): void | Promise<void> {}

  /**
   * Hears of every request that failed for good, in the network or in its callback.
   *
   * @param _request The request.
   * @param _error What it failed with.
   */
  onError(_request: Request, _error: unknown): void | Promise<void> {}

  /**
   * Says whether an answer is not the page that was asked for. Default: by status (401, 403, 407, 429,
   * 444, 500, 502, 503, 504).
   *
   * @param response The answer.
   * @returns The reason, in words, for a block; `false` for a page.
   */
  isBlocked(response: Response<S>): false | string | Promise<false | string> {
    return blockedByStatus(response.status);
  }

  /**
   * Chooses what to try instead of a blocked request; another session, for example.
   *
   * @param request A copy of it: one lower in priority, not filtered, without its proxy.
   * @param _response The block.
   * @returns The request to queue.
   */
  retryBlockedRequest(request: Request, _response: Response<S>): Request | Promise<Request> {
    return request;
  }

  /**
   * Sees every item before it goes out, after the `itemSchema`.
   *
   * @param item The item as the callback gave it.
   * @returns The item to use instead, or `null` to drop it.
   */
  onScrapedItem(item: Item): Item | null | Promise<Item | null> {
    return item;
  }

  /**
   * Runs the whole crawl and closes everything. Ctrl+C once finishes the pages in flight, twice stops.
   *
   * @param options Output, log, signal.
   * @returns The items, the statistics, the failures and how it ended.
   * @throws {SessionConfigurationError} If `configureSessions` throws or adds nothing.
   * @throws {SessionStartError} If a session that is not lazy does not start.
   * @throws {SinkError} If the output can't be written.
   */
  async start(options: CrawlOptions = {}): Promise<CrawlResult<Item>> {
    await using crawl = await this.open({ handleSignals: true, ...options });
    return await crawl.run();
  }

  /**
   * Runs the crawl and gives its items as they come. A slow consumer slows the crawl; leaving the loop
   * ends it and closes everything.
   *
   * @param options Output, log, signal.
   */
  async *stream(options: CrawlOptions = {}): AsyncGenerator<Item, void, undefined> {
    await using crawl = await this.open(options);
    yield* crawl;
  }

  /**
   * Opens a crawl for full control: sessions started, output opened, nothing fetched yet. Close it, best
   * with `await using`.
   *
   * @param options Output, log, signal.
   */
  async open(options: CrawlOptions = {}): Promise<Crawl<Item, S>> {
    this.#crawl = await Crawl.open(this, options);
    return this.#crawl;
  }

  /**
   * Asks the running crawl to finish what is in flight and stop.
   *
   * @throws {CrawlStateError} If none is open.
   */
  pause(): void {
    this.#current().pause();
  }

  /**
   * The statistics of the current, or last, crawl; live while it runs.
   *
   * @throws {CrawlStateError} If there was none.
   */
  get stats(): CrawlStats {
    return this.#current().stats;
  }

  #current(): Crawl<Item, S> {
    if (this.#crawl !== undefined) return this.#crawl;
    throw new CrawlStateError(
      `Spider '${this.name}' has no crawl yet: call start(), stream() or open() first`,
    );
  }
}
