import { join } from "node:path";
import { SessionManager, type SessionMap } from "@orbweaver/session";
import { Callbacks } from "./callbacks.ts";
import { checkSpider } from "./check_spider.ts";
import { type Clock, systemClock } from "./engine/clock.ts";
import { Engine } from "./engine/engine.ts";
import { escalatorOf } from "./engine/escalator_of.ts";
import { Hooks } from "./engine/hooks.ts";
import { ItemStream } from "./engine/item_stream.ts";
import { politenessOf } from "./engine/politeness_of.ts";
import type { Recorder } from "./engine/recorder.ts";
import { stopOnSignals } from "./engine/signals.ts";
import { CrawlStateError, SessionConfigurationError, SpiderOptionError } from "./errors.ts";
import type { Frontier } from "./frontier/frontier.ts";
import { MemoryFrontier } from "./frontier/memory.ts";
import { consoleLog, type LogFunction, type LogLevel } from "./log.ts";
import { LogFile } from "./log_file.ts";
import { Budget } from "./policy/limits.ts";
import { RetryPolicy } from "./policy/retry.ts";
import type { QuarantinedItem } from "./policy/schema.ts";
import { scopeOf } from "./policy/scope.ts";
import { DevelopmentCache } from "./record/development_cache.ts";
import { reasonOf } from "./reason.ts";
import type { Request } from "./request.ts";
import type { CrawlResult, Failure, Outcome } from "./result.ts";
import { closeSink, Outputs } from "./sinks/outputs.ts";
import type { Sink } from "./sinks/sink.ts";
import type { Spider } from "./spider.ts";
import { type CrawlStats, newStats } from "./stats.ts";
import { StatsRecorder } from "./stats_recorder.ts";

/** Options of a crawl. */
export interface CrawlOptions {
  /**
   * Where items go besides the result, each written as soon as its page is finished. One that fails gets
   * nothing more, and the crawl fails with its error at its end; it ends early once none works.
   */
  sinks?: readonly Sink[];
  /** How long each sink may take to close, in milliseconds. Default 60000. */
  sinkCloseTimeoutMs?: number;
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

/** The most items that do not fit the schema that the result keeps. */
const MOST_QUARANTINED = 1_000;

/** The parts of a crawl, in the order in which they were opened. */
interface Opened<S extends SessionMap> {
  readonly resources: AsyncDisposableStack;
  readonly sessions: SessionManager<S>;
  readonly frontier: Frontier<Request>;
  readonly log: LogFunction;
  readonly clock: Clock;
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
  readonly #items: Item[] = [];
  readonly #quarantine: QuarantinedItem[] = [];
  #stream: ItemStream<Item> | undefined;
  #running: Promise<CrawlResult<Item>> | undefined;
  #outcome: Outcome | undefined;
  #close: Promise<void> | undefined;

  private constructor(spider: Spider<Item, S>, options: CrawlOptions, opened: Opened<S>) {
    this.#spider = spider;
    this.#options = options;
    this.#opened = opened;
    this.#recording = new StatsRecorder(newStats(Date.now(), spider));
    this.#hooks = new Hooks(spider, {
      dropped: () => this.#recording.stats.itemsDropped += 1,
      quarantined: (item) => this.#setAside(item),
      threw: (hook, error) => this.#tellHookError(hook, error),
    });
    this.#outputs = new Outputs(options.sinks ?? [], {
      refused: (error) => this.#log("error", error.message, error),
      failed: (error, place) => this.#tellSinkError(error, place),
    });
    const { resources, sessions, frontier, clock } = opened;
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
      },
      sessions,
      frontier,
      callbacks: new Callbacks(spider, spider.name),
      hooks: this.#hooks as Hooks<unknown, S>,
      startRequests: startRequestsOf(spider),
      inScope: scopeOf(spider.allowedDomains),
      politeness: politenessOf(spider, { frontier, clock, retry, signal, resources, recording }),
      retry,
      budget: new Budget(spider.limits),
      escalator: escalatorOf(spider, { sessions, frontier, clock, recording, log }),
      recorder: options.recorder ?? recorderOf(spider),
      clock,
      recording,
      abort: this.#abort,
      onItem: (item) => this.#emit(item as Item),
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
   * @throws {SinkError} If the output can't be written.
   * @throws {LogFileError} If the log file can't be written.
   */
  static async open<Item, S extends SessionMap>(
    spider: Spider<Item, S>,
    options: CrawlOptions = {},
  ): Promise<Crawl<Item, S>> {
    checkSpider(spider);
    options.signal?.throwIfAborted();
    const { clock = systemClock, random } = options;
    const resources = new AsyncDisposableStack();
    try {
      const log = openLog(spider, options, resources);
      const { sinkCloseTimeoutMs = SINK_CLOSE_TIMEOUT_MS } = options;
      for (const sink of options.sinks ?? []) {
        resources.defer(() => closeSink(sink, sinkCloseTimeoutMs));
        await sink.open();
      }
      const frontier = resources.use(
        new MemoryFrontier<Request>({ keepItems: false, clock, random }),
      );
      const sessions = resources.use(new SessionManager<S>());
      await startSessions(spider, sessions, options);
      return new Crawl(spider, options, { resources, sessions, frontier, log, clock });
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
    this.#engine.pause();
  }

  /** Stops at once; pages in flight are given up. */
  abort(): void {
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
    const release = this.#listen();
    try {
      await this.#begin();
      await this.#engine.run();
      this.#outputs.throwFailure();
      this.#outcome = await this.#outcomeOf();
    } catch (error) {
      this.#outcome = "failed";
      throw error;
    } finally {
      release();
      this.#recording.stats.endTime = Date.now();
      await this.#hooks.closed(this.#outcome ?? "failed");
    }
    return await this.#result(this.#outcome);
  }

  /** `onStart` may wait for ever; who closes the crawl does not. */
  async #begin(): Promise<void> {
    const { frontier } = this.#opened;
    const { seen } = await frontier.stats();
    const started = Promise.resolve(this.#spider.onStart({ resuming: seen > 0 }));
    await Promise.race([started, aborted(this.#abort.signal)]);
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

  async #emit(item: Item): Promise<void> {
    const { stats } = this.#recording;
    if (!await this.#outputs.write(item)) {
      stats.itemsDropped += 1;
      return;
    }
    stats.itemsScraped += 1;
    if (this.#stream !== undefined) await this.#stream.push(item);
    else if (this.#options.keepItems ?? true) this.#items.push(item);
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

async function startSessions<Item, S extends SessionMap>(
  spider: Spider<Item, S>,
  sessions: SessionManager<S>,
  { signal, handleSignals }: CrawlOptions,
): Promise<void> {
  configure(spider, sessions);
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
