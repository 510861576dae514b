import { join } from "node:path";
import { SessionManager, type SessionMap } from "@orbweaver/session";
import { Callbacks } from "./callbacks.ts";
import { checkSpider } from "./check_spider.ts";
import { openCrawlDir } from "./durable/open_crawl_dir.ts";
import { type Deliverer, Delivery } from "./durable/delivery.ts";
import { Durable, type Keeping } from "./durable/durable.ts";
import type { Keeper } from "./durable/keeper.ts";
import { type Clock, systemClock } from "./engine/clock.ts";
import { Engine, WRITE_LIMIT_MS } from "./engine/engine.ts";
import { escalatorOf } from "./engine/escalator_of.ts";
import { Hooks } from "./engine/hooks.ts";
import { ItemStream } from "./engine/item_stream.ts";
import { politenessOf } from "./engine/politeness_of.ts";
import type { Recorder } from "./engine/recorder.ts";
import { stopOnSignals } from "./engine/signals.ts";
import {
  CrawlStateError,
  InvalidYieldError,
  SessionConfigurationError,
  SpiderOptionError,
} from "./errors.ts";
import type { Frontier } from "./frontier/frontier.ts";
import { MemoryFrontier } from "./frontier/memory.ts";
import type { SharedFrontier, Store } from "./frontier/shared.ts";
import type { Durability } from "./frontier/sqlite.ts";
import { consoleLog, type LogFunction, type LogLevel } from "./log.ts";
import { LogFile } from "./log_file.ts";
import { Budget, type Limits, type Spent } from "./policy/limits.ts";
import { RetryPolicy } from "./policy/retry.ts";
import type { QuarantinedItem } from "./policy/schema.ts";
import { scopeOf } from "./policy/scope.ts";
import { DevelopmentCache } from "./record/development_cache.ts";
import { reasonOf } from "./reason.ts";
import type { Request } from "./request.ts";
import type { CrawlResult, Failure, Outcome } from "./result.ts";
import { openShared } from "./shared/open_shared.ts";
import { SharedBudget } from "./shared/shared_budget.ts";
import { SharedDelivery } from "./shared/shared_delivery.ts";
import { SharedDurable } from "./shared/shared_durable.ts";
import { sharedStarts } from "./shared/shared_starts.ts";
import { closeSink, Outputs } from "./sinks/outputs.ts";
import type { Sink } from "./sinks/sink.ts";
import type { Spider } from "./spider.ts";
import { type CrawlStats, newStats } from "./stats.ts";
import { StatsRecorder } from "./stats_recorder.ts";

/** Options of a crawl. */
export interface CrawlOptions {
  /**
   * Where items go besides the result, each written as soon as its page is finished. One that fails gets
   * nothing more, and the crawl fails with its error at its end; it ends early once none works. With a
   * `crawlDir` or a `store`, which keep the items, it ends at the first failure, and the next run goes on.
   */
  sinks?: readonly Sink[];
  /** How long each sink may take to close, in milliseconds. Default 60000. */
  sinkCloseTimeoutMs?: number;
  /**
   * A folder that keeps the whole crawl: its requests, items, statistics, cookies and delays. Run it again
   * with the same folder, and it goes on where it stopped, however that was; a crawl that is completed is
   * not run again. Default: none; then it lives and ends with the process.
   */
  crawlDir?: string;
  /**
   * With a `crawlDir`, what a finished page survives: "normal" the end of the process, whatever ends it;
   * "full" the end of the machine's power, too, which costs a wait for the disk. Default "normal".
   */
  durability?: Durability;
  /**
   * With a `crawlDir`, the offset of the first item that the result and the loop over the crawl give.
   * Default 0: those of earlier runs, too.
   */
  itemsFrom?: number;
  /**
   * A place where any number of workers share the crawl, such as `redis("redis://…")`: all who run the
   * spider with it work on it. Each has the items of its own pages in its result; sinks get those of all, in
   * one worker at a time. Default: none.
   */
  store?: Store;
  /** Keep the items in memory for the result of `start()` and `run()`. Default true. */
  keepItems?: boolean;
  /** Stops the crawl at once when it aborts; pages in flight are given up. */
  signal?: AbortSignal;
  /** Ctrl+C and SIGTERM stop the crawl in good order. Default: true for `start()`, else false. */
  handleSignals?: boolean;
  /** Takes the log. Default: lines to standard error, from the spider's `logLevel` up. */
  log?: LogFunction;
  /** Answers requests from a record, and writes one. Default: none. */
  recorder?: Recorder;
  /** Tells the time, for delays, back-off and limits. Default: the machine's clock. */
  clock?: Clock;
  /** Gives numbers from 0 to 1 for back-off and delays that vary. Default: `Math.random`. */
  random?: () => number;
}

const SINK_CLOSE_TIMEOUT_MS = 60_000;
/** For how long a request is leased. */
const LEASE_MS = 60_000;
/** The most items that do not fit the schema that the result keeps. */
const MOST_QUARANTINED = 1_000;

/** The parts of a crawl, in the order in which they were opened. */
interface Opened<S extends SessionMap> {
  readonly resources: AsyncDisposableStack;
  readonly sessions: SessionManager<S>;
  readonly frontier: Frontier<Request>;
  readonly callbacks: Callbacks;
  readonly recording: StatsRecorder;
  readonly log: LogFunction;
  readonly clock: Clock;
  readonly kept: Kept | undefined;
  /** What several workers agree on, where they share the crawl. */
  readonly shared: SharedFrontier | undefined;
}

/** What a crawl with a folder, or in a store, has besides. */
interface Kept {
  readonly durable: Keeping;
  readonly delivery: Deliverer;
  /** Where it is, as a person calls it. */
  readonly place: string;
  /** What to do to begin anew. */
  readonly anew: string;
  /** Takes up what was learnt, and keeps it from now on. */
  readonly keep: (keeper: Keeper) => Promise<void>;
  /** What has been spent before. */
  readonly spent: Partial<Spent>;
  /** How long a shared crawl has been there, in milliseconds. */
  readonly elapsedMs?: number;
  /** How many items earlier runs have stored. */
  readonly items: number;
}

/**
 * One run of a spider: it owns the sessions, the frontier and the output, and closes them in reverse
 * order, whatever happens. Run it with {@linkcode Crawl.run}, or iterate over it for its items.
 *
 * @example
 * ```ts ignore
 * await using crawl = await new Quotes().open();
 * for await (const item of crawl) console.log(item);
 * console.log(crawl.outcome, crawl.stats.requestsCount);
 * ```
 */
export class Crawl<Item, S extends SessionMap = SessionMap> implements AsyncDisposable {
  readonly #spider: Spider<Item, S>;
  readonly #options: CrawlOptions;
  readonly #opened: Opened<S>;
  readonly #engine: Engine<S>;
  readonly #hooks: Hooks<Item, S>;
  readonly #outputs: Outputs;
  readonly #recording: StatsRecorder;
  readonly #abort = new AbortController();
  /** Aborts when nothing more is to begin. */
  readonly #ending = new AbortController();
  readonly #items: Item[] = [];
  readonly #quarantine: QuarantinedItem[] = [];
  /** What is to be kept beyond this process, where there is a folder. */
  readonly #keepers: Keeper[] = [];
  #stream: ItemStream<Item> | undefined;
  #running: Promise<CrawlResult<Item>> | undefined;
  #outcome: Outcome | undefined;
  #close: Promise<void> | undefined;

  private constructor(spider: Spider<Item, S>, options: CrawlOptions, opened: Opened<S>) {
    this.#spider = spider;
    this.#options = options;
    this.#opened = opened;
    this.#recording = opened.recording;
    this.#recording.stats.itemsScraped = opened.kept?.items ?? 0;
    this.#hooks = new Hooks(spider, {
      dropped: () => this.#recording.stats.itemsDropped += 1,
      quarantined: (item) => this.#setAside(item),
      threw: (hook, error) => this.#tellHookError(hook, error),
    });
    const { resources, sessions, frontier, callbacks, clock, kept, shared } = opened;
    this.#outputs = new Outputs(kept === undefined ? options.sinks ?? [] : [], {
      refused: (error) => this.#log("error", error.message, error),
      failed: (error, place) => this.#tellSinkError(error, place),
    });
    const sharedBudget = shared && new SharedBudget(shared, spider.limits);
    const keepers = kept === undefined ? undefined : this.#keepers;
    const retry = new RetryPolicy({ random: options.random });
    const { signal } = this.#abort;
    const recording = this.#recording;
    const log = (level: LogLevel, message: string, error?: unknown) =>
      this.#log(level, message, error);
    this.#engine = new Engine<S>({
      settings: {
        concurrency: spider.concurrentRequests,
        concurrencyPerHost: spider.concurrentRequestsPerDomain,
        maxNetworkRetries: spider.maxNetworkRetries,
        maxBlockedRetries: spider.maxBlockedRetries,
        callbackTimeoutMs: spider.callbackTimeoutMs,
        maxYieldsPerPage: spider.maxYieldsPerPage,
        fingerprint: spider.fingerprint,
        leaseMs: options.store?.leaseMs ?? LEASE_MS,
      },
      sessions,
      frontier,
      callbacks,
      hooks: this.#hooks as Hooks<unknown, S>,
      startRequests: this.#starts(),
      inScope: scopeOf(spider.allowedDomains),
      politeness: politenessOf(spider, {
        frontier,
        clock,
        retry,
        signal,
        resources,
        recording,
        keepers,
      }),
      retry,
      budget: new Budget(shared ? ofOneWorker(spider.limits, kept!) : spider.limits, kept?.spent),
      shared: sharedBudget,
      escalator: escalatorOf(spider, { sessions, frontier, clock, recording, log }),
      recorder: options.recorder ?? recorderOf(spider),
      clock,
      recording,
      abort: this.#abort,
      durable: kept?.durable,
      onItems: (items) => this.#take(items as Item[]),
      log,
    });
  }

  /**
   * Opens everything that a spider needs: output, sessions. What was opened is closed again if the rest
   * can't be.
   *
   * @param spider The spider.
   * @param options Output, log, signal.
   * @throws {SpiderOptionError} If the spider has no name, or a member makes no sense.
   * @throws {SessionConfigurationError} If `configureSessions` throws or adds nothing.
   * @throws {SessionStartError} If a session that is not lazy does not start.
   * @throws {FrontierStoreError} If the `crawlDir` can't be used, or another process uses it.
   * @throws {FrontierStoreError} If the `store` can't be used, or has another spider's crawl of this name.
   * @throws {CrawlDirError} If the `crawlDir` is another spider's, or names callbacks that are no more.
   * @throws {SinkError} If the output can't be written.
   * @throws {LogFileError} If the log file can't be written.
   */
  static async open<Item, S extends SessionMap>(
    spider: Spider<Item, S>,
    options: CrawlOptions = {},
  ): Promise<Crawl<Item, S>> {
    checkSpider(spider);
    options.signal?.throwIfAborted();
    const { clock = systemClock } = options;
    const resources = new AsyncDisposableStack();
    try {
      const log = openLog(spider, options, resources);
      const callbacks = new Callbacks(spider, spider.name);
      const { frontier, shared } = await openFrontier(spider, callbacks, options);
      resources.use(frontier);
      const delivery = await openSinks(options, { frontier, shared, resources, clock });
      const sessions = resources.use(new SessionManager<S>());
      configure(spider, sessions);
      const recording = new StatsRecorder(newStats(Date.now(), spider));
      const kept = delivery &&
        await openKept(spider, { delivery, frontier, shared, sessions, recording, log, options });
      if (!kept?.durable.isCompleted) await startSessions(spider, sessions, options);
      const opened = {
        resources,
        sessions,
        frontier,
        callbacks,
        recording,
        log,
        clock,
        kept,
        shared,
      };
      return new Crawl(spider, options, opened);
    } catch (error) {
      await resources.disposeAsync();
      throw error;
    }
  }

  /** The crawl's sessions. */
  get sessions(): SessionManager<S> {
    return this.#opened.sessions;
  }

  /** What happened so far, in figures. */
  get stats(): CrawlStats {
    return this.#recording.refresh(Date.now());
  }

  /** How it ended; `undefined` while it has not. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /**
   * Crawls until nothing is left to do, or it is stopped.
   *
   * @returns The items, the statistics, the failures and how it ended.
   * @throws What broke the crawl off: {@linkcode SinkError}, or what `startRequests` or `onStart` threw.
   */
  run(): Promise<CrawlResult<Item>> {
    if (this.#close !== undefined || this.#running !== undefined) {
      const what = this.#close === undefined ? "is running" : "is closed";
      return Promise.reject(
        new CrawlStateError(`This crawl of '${this.#spider.name}' ${what}; open another one`),
      );
    }
    this.#running = this.#run();
    return this.#running;
  }

  /** Finishes the pages in flight, then stops: the outcome is "paused". */
  pause(): void {
    this.#ending.abort();
    this.#engine.pause();
  }

  /** Stops at once; pages in flight are given up. */
  abort(): void {
    this.#ending.abort();
    this.#opened.shared?.hurry();
    this.#engine.abort();
  }

  /** Runs the crawl and gives its items as they come; leaving the loop stops and closes it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    const stream = new ItemStream<Item>();
    this.#stream = stream;
    const run = this.run().then(() => stream.end(), (reason) => stream.end({ reason }));
    try {
      yield* stream.items();
      await run;
    } finally {
      stream.end();
      await this.close();
    }
  }

  /** Stops the crawl and closes its sessions, its frontier and its output; idempotent. */
  close(): Promise<void> {
    this.#close ??= this.#closeAll();
    return this.#close;
  }

  /** Closes the crawl; see {@linkcode Crawl.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<CrawlResult<Item>> {
    if (this.#opened.kept?.durable.isCompleted) return await this.#runNothing();
    const release = this.#listen();
    try {
      await this.#begin();
      await this.#engine.run();
      this.#outputs.throwFailure();
      const outcome = await this.#outcomeOf();
      await this.#keep(outcome);
      this.#outcome = outcome;
    } catch (error) {
      this.#outcome = "failed";
      // What broke the crawl off may be why this fails, too; it is what the caller hears of.
      await this.#keep("failed").catch(() => {});
      throw error;
    } finally {
      release();
      this.#recording.stats.endTime = Date.now();
      await this.#hooks.closed(this.#outcome ?? "failed");
    }
    return await this.#result(this.#outcome);
  }

  /** Everything was done by an earlier run: what is left is to give the items to whom they are missing. */
  async #runNothing(): Promise<CrawlResult<Item>> {
    const { place, anew, delivery } = this.#opened.kept!;
    this.#log(
      "warn",
      `The crawl in '${place}' is completed, and nothing is fetched; ${anew} to begin anew`,
    );
    this.#deliver();
    await delivery.finish(true);
    this.#recording.stats.endTime = Date.now();
    this.#outcome = "completed";
    return await this.#result("completed");
  }

  /** `onStart` may wait for ever; who closes the crawl does not. */
  async #begin(): Promise<void> {
    const { frontier, kept } = this.#opened;
    this.#deliver();
    for (const keeper of this.#keepers) await kept?.keep(keeper);
    const { seen } = await frontier.stats();
    const started = Promise.resolve(this.#spider.onStart({ resuming: seen > 0 }));
    await Promise.race([started, aborted(this.#abort.signal)]);
  }

  /** Begins to take items out of the folder, where there is one. */
  #deliver(): void {
    const { itemsFrom = 0, keepItems = true } = this.#options;
    const wantsItems = this.#stream !== undefined || keepItems;
    this.#opened.kept?.delivery.begin({
      emitFrom: wantsItems ? itemsFrom : Infinity,
      emit: (item) => this.#hand(item as Item),
      write: (sink, item) => this.#writeTo(sink, item as Item),
    });
  }

  /** Keeps what there is to keep at the end of a run. */
  async #keep(outcome: Outcome): Promise<void> {
    const { kept } = this.#opened;
    if (kept === undefined) return;
    await this.#finishDelivery(kept.delivery, outcome === "completed");
    await kept.durable.finish(outcome === "completed");
  }

  /** Waits for the sinks; once the crawl is given up, just for the item that they are at, and not for ever. */
  async #finishDelivery(delivery: Deliverer, isCompleted: boolean): Promise<void> {
    const over = new AbortController();
    const tooLate = this.#giveUpDelivery(delivery, over.signal);
    const finishing = delivery.finish(isCompleted);
    finishing.catch(() => {}); // of what is given up nobody hears
    try {
      await Promise.race([finishing, tooLate]);
    } finally {
      over.abort();
    }
  }

  async #giveUpDelivery(delivery: Deliverer, over: AbortSignal): Promise<void> {
    const { signal } = this.#abort;
    if (!signal.aborted) await aborted(AbortSignal.any([signal, over]));
    if (over.aborted) return;
    delivery.stop();
    await this.#opened.clock.sleep(WRITE_LIMIT_MS, over);
    if (over.aborted) return;
    const limit = `The output did not take an item within ${WRITE_LIMIT_MS} ms`;
    this.#log("error", `${limit}; it is kept for the next run`);
  }

  async #outcomeOf(): Promise<Outcome> {
    if (!await this.#engine.hasWorkLeft()) return "completed";
    return this.#engine.hitLimit ? "limit" : "paused";
  }

  async #result(outcome: Outcome): Promise<CrawlResult<Item>> {
    const failures: Failure[] = [];
    for await (const { payload, reason } of this.#opened.frontier.deadLetters()) {
      failures.push({ request: payload, reason });
    }
    const { stats } = this;
    return { items: this.#items, stats, outcome, failures, quarantine: this.#quarantine };
  }

  /** Takes the items of a page: out again by way of the folder, where there is one. */
  async #take(items: readonly Item[]): Promise<void> {
    const { kept, shared } = this.#opened;
    if (kept === undefined) {
      for (const item of items) await this.#emit(item);
    } else if (items.length > 0) {
      this.#recording.stats.itemsScraped += items.length;
      if (shared !== undefined) { for (const item of items) await this.#hand(item); }
      await kept.delivery.stored(items.length);
    }
  }

  /** The start requests, or this worker's part in them. */
  #starts(): AsyncIterable<Request | string | URL> {
    const { shared, kept } = this.#opened;
    const source = () => startRequestsOf(this.#spider);
    if (shared === undefined) return source();
    return sharedStarts({
      shared,
      source,
      queuedBefore: (count) => (kept!.durable as SharedDurable).startsBefore = count,
      signal: this.#ending.signal,
    });
  }

  async #emit(item: Item): Promise<void> {
    const { stats } = this.#recording;
    if (!await this.#outputs.write(item)) {
      stats.itemsDropped += 1;
      return;
    }
    stats.itemsScraped += 1;
    await this.#hand(item);
  }

  async #hand(item: Item): Promise<void> {
    if (this.#stream !== undefined) await this.#stream.push(item);
    else if (this.#options.keepItems ?? true) this.#items.push(item);
  }

  /** Gives false for an item that can't be written down; a sink that fails as such throws. */
  async #writeTo(sink: Sink, item: Item): Promise<boolean> {
    try {
      await sink.write(item);
      return true;
    } catch (error) {
      if (!(error instanceof InvalidYieldError)) throw error;
      this.#recording.stats.itemsDropped += 1;
      this.#log("error", error.message, error);
      return false;
    }
  }

  #setAside(item: QuarantinedItem): void {
    this.#recording.stats.itemsQuarantined += 1;
    if (this.#quarantine.length < MOST_QUARANTINED) this.#quarantine.push(item);
    this.#log("warn", `Item from ${item.url} does not fit the schema: ${item.issues.join("; ")}`);
  }

  #tellHookError(hook: string, error: unknown): void {
    this.#recording.stats.hookErrorsCount += 1;
    this.#log("error", `${hook} threw: ${reasonOf(error)}`, error);
  }

  #tellSinkError(error: unknown, place: "last" | "other"): void {
    this.#recording.stats.sinkErrorsCount += 1;
    if (place === "other") this.#log("error", `${reasonOf(error)}; other outputs go on`, error);
  }

  #log(level: LogLevel, message: string, error?: unknown): void {
    this.#recording.logged(level);
    try {
      this.#opened.log({ level, spider: this.#spider.name, message, error });
    } catch {
      this.#recording.stats.hookErrorsCount += 1; // there is no one left to tell
    }
  }

  /** Listens for whatever may stop the crawl from outside, until the returned function is called. */
  #listen(): () => void {
    const { signal, handleSignals } = this.#options;
    const abort = () => this.abort();
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort);
    const releaseSignals = handleSignals
      ? stopOnSignals(this, (message) => this.#log("warn", message))
      : undefined;
    return () => {
      signal?.removeEventListener("abort", abort);
      releaseSignals?.();
    };
  }

  async #closeAll(): Promise<void> {
    this.abort();
    this.#stream?.end();
    // Whoever called run() hears of its failure.
    await this.#running?.catch(() => {});
    await this.#opened.resources.disposeAsync();
  }
}

/** Resolves when a signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}

function startRequestsOf<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
): AsyncIterable<Request | string | URL> {
  const requests: unknown = spider.startRequests();
  if (typeof requests === "object" && requests !== null && Symbol.asyncIterator in requests) {
    return requests as AsyncIterable<Request | string | URL>;
  }
  throw new SpiderOptionError(
    `startRequests of spider '${spider.name}' must be an async generator: write ` +
      `'override async *startRequests() { yield "https://…"; }'`,
  );
}

function recorderOf<Item, S extends SessionMap>(spider: Spider<Item, S>): Recorder | undefined {
  if (!spider.developmentMode) return undefined;
  const folder = join(".orbweaver-cache", encodeURIComponent(spider.name));
  return new DevelopmentCache(spider.developmentCacheDir ?? folder);
}

/** The user's log, or standard error; and the log file, where there is one. */
function openLog<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  options: CrawlOptions,
  resources: AsyncDisposableStack,
): LogFunction {
  const log = options.log ?? consoleLog(spider.logLevel);
  if (spider.logFile === undefined) return log;
  const file = resources.use(new LogFile(spider.logFile, spider.logLevel));
  return (entry) => {
    log(entry);
    const failure = file.write(entry);
    if (failure !== undefined) {
      log({ level: "error", spider: spider.name, message: failure.message, error: failure });
    }
  };
}

/** In the store, in the folder, or in memory. */
async function openFrontier<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  callbacks: Callbacks,
  { store, crawlDir: dir, durability = "normal", clock = systemClock, random }: CrawlOptions,
): Promise<{ frontier: Frontier<Request>; shared: SharedFrontier | undefined }> {
  if (!["normal", "full"].includes(durability)) {
    throw new SpiderOptionError(
      `durability must be "normal" or "full": received ${JSON.stringify(durability)}`,
    );
  }
  if (store !== undefined && dir !== undefined) {
    throw new SpiderOptionError("A crawl is in a store or in a crawlDir: received both");
  }
  if (store !== undefined) return await openShared(store, spider);
  if (dir !== undefined) {
    const options = { dir, durability, spider: spider.name, callbacks, clock, random };
    return { frontier: await openCrawlDir(options), shared: undefined };
  }
  const settings = random === undefined ? { clock } : { clock, random };
  const frontier = new MemoryFrontier<Request>({ ...settings, keepItems: false });
  return { frontier, shared: undefined };
}

/** Opens the output; with a folder, where it was; in a store, when it is this worker's turn. */
async function openSinks(
  {
    sinks = [],
    crawlDir,
    durability = "normal",
    sinkCloseTimeoutMs = SINK_CLOSE_TIMEOUT_MS,
  }: CrawlOptions,
  { frontier, shared, resources, clock }: {
    frontier: Frontier<Request>;
    shared: SharedFrontier | undefined;
    resources: AsyncDisposableStack;
    clock: Clock;
  },
): Promise<Deliverer | undefined> {
  const parts = { frontier, sinks, durability, resources, sinkCloseTimeoutMs };
  if (shared !== undefined) return new SharedDelivery({ ...parts, shared, clock });
  if (crawlDir !== undefined) return await Delivery.open(parts);
  for (const sink of sinks) {
    resources.defer(() => closeSink(sink, sinkCloseTimeoutMs));
    await sink.open();
  }
  return undefined;
}

/** What {@linkcode openKept} looks at. */
interface KeptParts<S extends SessionMap>
  extends Pick<Opened<S>, "frontier" | "shared" | "sessions" | "recording" | "log"> {
  readonly delivery: Deliverer;
  readonly options: CrawlOptions;
}

/** Takes up what the folder, or the store, keeps. */
async function openKept<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  parts: KeptParts<S>,
): Promise<Kept> {
  const { delivery, frontier, shared, sessions, recording: recorder, log, options } = parts;
  if (shared !== undefined) return await openKeptInStore(spider, shared, parts);
  const warn = (message: string, error?: unknown) =>
    log({ level: "warn", spider: spider.name, message, error });
  const anySessions = sessions as unknown as SessionManager;
  const durable = await Durable.open({ frontier, recorder, sessions: anySessions, warn });
  return {
    durable,
    delivery,
    place: options.crawlDir!,
    anew: "delete the folder",
    keep: (keeper) => durable.keep(keeper),
    spent: spentOf(recorder.stats),
    items: (await frontier.stats()).items,
  };
}

/** Each worker counts its own; what it learns of hosts goes into the frontier's delays, for all. */
async function openKeptInStore<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  shared: SharedFrontier,
  { delivery, frontier, recording, options }: KeptParts<S>,
): Promise<Kept> {
  await new SharedBudget(shared, spider.limits).tell();
  return {
    durable: await SharedDurable.open(shared, frontier, recording),
    delivery,
    place: `${options.store!.place} (${spider.name})`,
    anew: "clear the crawl, as with 'orbweaver clear',",
    keep: () => Promise.resolve(),
    spent: {},
    items: 0,
    elapsedMs: (await shared.spending()).elapsedMs,
  };
}

/** The limits that a worker of a shared crawl sees to by itself; the others are counted in the store. */
function ofOneWorker({ depth, timeMs }: Limits, { elapsedMs = 0 }: Kept): Limits {
  return {
    ...(depth === undefined ? {} : { depth }),
    ...(timeMs === undefined ? {} : { timeMs: Math.max(0, timeMs - elapsedMs) }),
  };
}

/** What earlier runs have spent. */
function spentOf(stats: CrawlStats): Spent {
  const { requestsCount, itemsScraped, responseBytes, hosts } = stats;
  return {
    requests: requestsCount,
    items: itemsScraped,
    bytes: responseBytes,
    perHost: Object.entries(hosts).map(([host, { requestsCount }]) => [host, requestsCount]),
  };
}

async function startSessions<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  sessions: SessionManager<S>,
  { signal, handleSignals }: CrawlOptions,
): Promise<void> {
  let stopped = false;
  const giveUp = () => {
    stopped = true;
    // Sessions that are being closed give up their start. The crawl closes them again, and hears of failures.
    sessions.close().catch(() => {});
  };
  signal?.addEventListener("abort", giveUp);
  const releaseSignals = handleSignals
    ? stopOnSignals({ pause: giveUp, abort: giveUp }, () => {})
    : undefined;
  try {
    await sessions.start();
  } catch (error) {
    if (!stopped) throw error;
  } finally {
    releaseSignals?.();
    signal?.removeEventListener("abort", giveUp);
  }
  if (stopped) throw new CrawlStateError(`Spider '${spider.name}' was stopped before it began`);
}

function configure<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  sessions: SessionManager<S>,
): void {
  try {
    spider.configureSessions(sessions);
  } catch (cause) {
    throw new SessionConfigurationError(
      `configureSessions of spider '${spider.name}' failed: ${reasonOf(cause)}`,
      { cause },
    );
  }
  if (sessions.size > 0) return;
  throw new SessionConfigurationError(
    `configureSessions of spider '${spider.name}' added no session: use manager.add(id, session)`,
  );
}
