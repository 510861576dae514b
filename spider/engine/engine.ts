import type { SessionManager, SessionMap } from "@orbweaver/session";
import type { Callbacks } from "../callbacks.ts";
import type { Keeping } from "../durable/durable.ts";
import {
  CallbackTimeoutError,
  FrontierStoreError,
  NoStartRequestsError,
  SinkError,
} from "../errors.ts";
import { fingerprint, type FingerprintOptions } from "../frontier/fingerprint.ts";
import type { Counters, Frontier, Lease, Pushed, RetryOptions } from "../frontier/frontier.ts";
import type { LogLevel } from "../log.ts";
import type { Budget } from "../policy/limits.ts";
import type { RetryPolicy } from "../policy/retry.ts";
import { reasonOf, textOf } from "../reason.ts";
import { changedRequest, Request, untriedRequest } from "../request.ts";
import type { SharedBudget } from "../shared/shared_budget.ts";
import type { StatsRecorder } from "../stats_recorder.ts";
import type { Clock } from "./clock.ts";
import type { Escalator } from "./escalator.ts";
import { Flight } from "./flight.ts";
import { Flights } from "./flights.ts";
import type { Hooks } from "./hooks.ts";
import { Intake } from "./intake.ts";
import type { Page } from "./page.ts";
import type { Politeness } from "./politeness.ts";
import type { Recorder } from "./recorder.ts";
import { StartFeed } from "./start_feed.ts";
import { Wakeup } from "./wakeup.ts";
import { type Ending, Worker, type WorkerSettings } from "./worker.ts";

/** The settings that the engine and its workers look at. */
export interface EngineSettings extends WorkerSettings {
  /** How many requests may be in flight. */
  concurrency: number;
  /** How many of them on one host; 0 for any. */
  concurrencyPerHost: number;
  /** For how long a request is leased, and leased again, in milliseconds. */
  leaseMs: number;
  /** What makes two requests different. */
  fingerprint: FingerprintOptions;
}

/** What the engine works with; it owns none of it. */
export interface EngineParts<S extends SessionMap> {
  settings: EngineSettings;
  /** The sessions that fetch. */
  sessions: SessionManager<S>;
  /** What is to do, and who waits for whom. */
  frontier: Frontier<Request>;
  /** The spider's callbacks. */
  callbacks: Callbacks;
  /** The spider's hooks. */
  hooks: Hooks<unknown, S>;
  /** The first requests. */
  startRequests: AsyncIterable<Request | string | URL>;
  /** Whether a URL may be visited. */
  inScope: (url: string) => boolean;
  /** What keeps hosts from being asked too often. */
  politeness: Politeness;
  /** Which failures are tried again, and when. */
  retry: RetryPolicy;
  /** What may still be spent. */
  budget: Budget;
  /** What moves blocked requests to other sessions, where there is one. */
  escalator?: Escalator<S> | undefined;
  /** Answers from a record, where there is one. */
  recorder?: Recorder | undefined;
  /** Tells the time. */
  clock: Clock;
  /** Where to count. */
  recording: StatsRecorder;
  /** Aborted by the engine when what is in flight is given up. */
  abort: AbortController;
  /** What is kept beyond this process, where something is. */
  durable?: Keeping | undefined;
  /** What all workers of a shared crawl may spend together, where it is one. */
  shared?: SharedBudget | undefined;
  /** Takes the items of a finished page; a rejection fails the crawl. */
  onItems: (items: readonly unknown[]) => Promise<void>;
  /** Writes a line into the log. */
  log: (level: LogLevel, message: string, error?: unknown) => void;
}

const NO_START = "The spider has no starting point: set 'startUrls', or yield from 'startRequests'";
/** How often a worker of a shared crawl looks how much is queued. */
const COUNT_EVERY_MS = 1_000;
/** How long the items of finished pages may take to be written when the crawl is given up. */
export const WRITE_LIMIT_MS = 5_000;
const NO_COUNTERS: Counters = Object.freeze({});

/**
 * Moves requests through their states. It sleeps until something happens; it knows nothing of what
 * its parts do inside; and who waits for whom is the frontier's business.
 *
 *     queued -> leased -> admitted -> fetched -> accepted -> read -> settled
 *       ^         |          |           |          |         |
 *       |         |          +-----------+----------+---------+----> buried (failed for good)
 *       |         +-> dropped (robots.txt, limits)  |
 *       +---------+ put back (its host has to wait) |
 *       +-------------------------------------------+ again (blocked, or the network failed)
 *
 * A request that is given up (aborted) is left leased: it is unfinished, and no failure.
 */
export class Engine<S extends SessionMap> {
  readonly #parts: EngineParts<S>;
  readonly #worker: Worker<S>;
  readonly #intake: Intake;
  readonly #feed: StartFeed<Request | string | URL>;
  readonly #slotFreed = new Wakeup();
  readonly #stop = new AbortController();
  readonly #over = new AbortController();
  readonly #flights = new Flights();
  #queued = 0;
  #starts = 0;
  #hitLimit = false;
  #fatal: { error: unknown } | undefined;

  /** @param parts What it works with. */
  constructor(parts: EngineParts<S>) {
    this.#parts = parts;
    const { sessions, callbacks, settings, recording: { stats } } = parts;
    const fingerprintOf = (request: Request) =>
      fingerprint(request, sessions.defaultId, settings.fingerprint);
    const follow = {
      defaultSid: sessions.defaultId,
      session: (sid: string) => sessions.has(sid) ? sessions.get(sid) : undefined,
      callbackName: callbacks.nameOf.bind(callbacks),
    };
    this.#worker = new Worker({ ...parts, follow, fingerprintOf, signal: parts.abort.signal });
    this.#intake = new Intake({ ...parts, fingerprintOf, stats });
    this.#feed = new StartFeed(parts.durable?.startsDone ? nothing() : parts.startRequests, {
      lowWater: settings.concurrency,
      waiting: () => this.#queued,
      isStarving: () => this.#flights.size < settings.concurrency,
      push: (start) => this.#offer(start),
      ended: () => parts.durable?.startsEnded(),
    });
  }

  /** True if a limit stopped it. */
  get hitLimit(): boolean {
    return this.#hitLimit;
  }

  /** Whether it was stopped before everything was done. */
  async hasWorkLeft(): Promise<boolean> {
    const { queued, leased } = await this.#parts.frontier.stats();
    return queued + leased > 0 || !this.#feed.exhausted;
  }

  /** Takes no more requests; those in flight are finished. */
  pause(): void {
    this.#stop.abort();
    this.#feed.stop();
    this.#slotFreed.wake();
  }

  /** Takes no more requests, and gives up those in flight, whatever they wait for. */
  abort(): void {
    this.pause();
    const { abort } = this.#parts;
    if (abort.signal.aborted) return;
    abort.abort();
    for (const flight of this.#flights) {
      if (!flight.isSettled) flight.giveUp(abort.signal.reason);
    }
    if (this.#flights.size > 0) void this.#giveUpWriting();
  }

  /**
   * Runs until nothing is left to do, or it was stopped.
   *
   * @throws What `onItems` or the start requests failed with.
   */
  async run(): Promise<void> {
    const { politeness, frontier, escalator } = this.#parts;
    await politeness.begin();
    await escalator?.restore();
    this.#queued = (await frontier.stats()).queued;
    const broken = (error: unknown) => this.#breakOff(error);
    const watching = Promise.all([this.#watch(), this.#stopInTime(), this.#watchOthers()])
      .catch(broken);
    this.#feed.start();
    try {
      await this.#leaseUntilDone();
    } finally {
      this.#feed.stop();
      await Promise.all([...this.#flights].map(({ work }) => work));
      this.#over.abort();
      await watching;
      await escalator?.keep();
    }
    if (this.#fatal !== undefined) throw this.#fatal.error;
    if (this.#feed.error !== undefined) throw this.#feed.error.reason;
    const hadNone = this.#feed.pulled === 0 && this.#feed.exhausted;
    if (hadNone && !await this.#hadStartsBefore()) throw new NoStartRequestsError(NO_START);
  }

  /** By an earlier run, or by another worker. */
  async #hadStartsBefore(): Promise<boolean> {
    const { durable, shared, frontier } = this.#parts;
    if (durable?.startsDone) return true;
    return shared !== undefined && (await frontier.stats()).seen > 0;
  }

  /** Who writes items may never come back. */
  async #giveUpWriting(): Promise<void> {
    await this.#parts.clock.sleep(WRITE_LIMIT_MS, this.#over.signal);
    const reason = new SinkError(`The output did not take an item within ${WRITE_LIMIT_MS} ms`);
    for (const flight of this.#flights) flight.giveUp(reason);
  }

  async #leaseUntilDone(): Promise<void> {
    const { frontier, settings, budget, shared } = this.#parts;
    const { leaseMs } = settings;
    const { signal } = this.#stop;
    const maxPerKey = settings.concurrencyPerHost || Infinity;
    while (!signal.aborted) {
      if (budget.requestsLeft <= 0 || await shared?.isReached()) return this.#stopByLimit();
      const max = this.#room();
      if (max <= 0) {
        await this.#slotFreed.wait();
        continue;
      }
      const leases = await frontier.lease({ max, maxPerKey, leaseMs, signal });
      for (const lease of leases) this.#begin(lease);
      if (leases.length > 0) continue;
      if (shared !== undefined) await this.#countQueued();
      if (await shared?.isReached()) return this.#stopByLimit();
      if (!await this.#feed.more()) return;
    }
  }

  /** How many more requests may be leased; one that is not fetched yet may still cost one of the budget. */
  #room(): number {
    const { settings, budget } = this.#parts;
    const free = settings.concurrency - this.#flights.size;
    if (budget.requestsLeft === Infinity) return free;
    const undecided = [...this.#flights].filter((flight) => !flight.hasBegun);
    return Math.min(free, budget.requestsLeft - undecided.length);
  }

  #begin(lease: Lease<Request>): void {
    const flight = new Flight(afresh(lease));
    this.#queued -= 1;
    const broken = (error: unknown) => this.#breakOff(error);
    this.#flights.add(flight);
    flight.work = this.#process(flight).catch(broken).finally(() => {
      this.#flights.delete(flight);
      this.#feed.roomMade();
      this.#tellFill();
      this.#slotFreed.wake();
    });
    this.#feed.roomMade();
    this.#tellFill();
  }

  async #process(flight: Flight): Promise<void> {
    try {
      const ending = await flight.wait(() => this.#worker.visit(flight));
      flight.deadline = Infinity;
      await this.#end(flight, ending);
    } catch (error) {
      await this.#fail(flight, error).catch((failure) => this.#breakOff(failure));
    }
  }

  async #end(flight: Flight, ending: Ending): Promise<void> {
    const { frontier } = this.#parts;
    const { lease } = flight;
    switch (ending.kind) {
      case "read":
        return await this.#settle(flight, ending.page, ending.bytes);
      case "dropped":
        return void await frontier.settle(lease, { counters: await this.#counters(lease) });
      case "putBack":
        return await this.#requeue(lease, { delayMs: ending.delayMs });
      case "again": {
        const { request: payload, delayMs } = ending;
        const { host: key, priority } = payload;
        return await this.#requeue(lease, { payload, key, priority, delayMs });
      }
    }
  }

  async #requeue(lease: Lease<Request>, options: RetryOptions<Request> = {}): Promise<void> {
    const counters = await this.#counters(lease);
    if (await this.#parts.frontier.retry(lease, { ...options, counters }) === "ok") {
      this.#queued += 1;
    }
  }

  /** What is to be counted with the end of a lease. */
  async #counters({ token }: Lease<Request>): Promise<Counters> {
    return await this.#parts.durable?.beforeCommit(token) ?? NO_COUNTERS;
  }

  async #settle(flight: Flight, { items, requests }: Page, bytes: number): Promise<void> {
    const { frontier, budget, onItems } = this.#parts;
    const { lease } = flight;
    const discovered = this.#intake.accept(requests, lease.payload.depth + 1);
    const counters = {
      ...await this.#counters(lease),
      requests: 1,
      items: items.length,
      bytes,
    };
    const { status, pushed } = await frontier.settle(lease, { items, discovered, counters })
      .catch((error) => {
        this.#parts.durable?.notCommitted(counters);
        throw error;
      });
    if (status === "stale") return; // someone else had it meanwhile, and his page counts
    this.#queued += this.#intake.count(pushed);
    budget.gave(items.length, bytes);
    this.#tellFill();
    flight.isSettled = true;
    flight.renew(Infinity); // even if all was given up meanwhile: the page counts, and so do its items
    try {
      await flight.wait(() => onItems(items));
    } catch (error) {
      this.#breakOff(error);
    }
  }

  /** Something failed that concerns more than one page: what is in flight is finished, and that is all. */
  #breakOff(error: unknown): void {
    this.#fatal ??= { error };
    this.pause();
  }

  /** Queues a start request; one that can't be is reported, and the others go on. */
  async #offer(start: Request | string | URL): Promise<void> {
    const { frontier, inScope, log, durable } = this.#parts;
    try {
      let request = start instanceof Request ? start : new Request(start);
      if (!inScope(request.url)) log("warn", `Start URL outside allowedDomains: ${request.url}`);
      const wasQueued = this.#starts < (durable?.startsBefore ?? 0);
      // An earlier run has queued it: what it says of filters was obeyed then.
      if (wasQueued) request = changedRequest(request, { dontFilter: false });
      const counters = wasQueued ? undefined : durable?.ofStart();
      const items = this.#intake.accept([request], 0);
      const pushed = await frontier.push(items, counters === undefined ? {} : { counters });
      this.#starts += 1;
      this.#queued += wasQueued ? addedOf(pushed) : this.#intake.count(pushed);
      this.#tellFill();
    } catch (error) {
      if (error instanceof FrontierStoreError) throw error;
      this.#tellFailure(start, error);
      if (start instanceof Request) await this.#parts.hooks.failed(start, error);
    }
  }

  /** A request that was given up because of an abort has not failed: it stays what it was, unfinished. */
  async #fail(flight: Flight, error: unknown): Promise<void> {
    const { frontier, hooks, settings, clock, abort, durable, log } = this.#parts;
    const { lease } = flight;
    if (error instanceof FrontierStoreError) throw error;
    if (abort.signal.aborted) return durable?.givenUp(lease.token);
    this.#tellFailure(lease.payload, error);
    flight.renew(clock.now() + (settings.callbackTimeoutMs || Infinity));
    await flight.wait(() => hooks.failed(lease.payload, error))
      .catch((reason) => log("error", `onError did not end: ${reasonOf(reason)}`, reason));
    await frontier.bury(lease, reasonOf(error), { counters: await this.#counters(lease) });
  }

  #tellFailure(start: Request | string | URL, error: unknown): void {
    const { recording, log } = this.#parts;
    const url = start instanceof Request ? start.url : textOf(start).slice(0, 2048);
    const message = reasonOf(error);
    recording.failed(start instanceof Request ? start.host : undefined, url, error);
    log("error", message.includes(url) ? message : `${textOf(start)} failed: ${message}`, error);
  }

  /** Says in the statistics how much is waiting and how much is under way. */
  #tellFill(): void {
    const { stats } = this.#parts.recording;
    stats.queued = Math.max(0, this.#queued); // a lease may be told of before what it was pushed by
    stats.inFlight = this.#flights.size;
  }

  /** Keeps the leases of what is in flight, and ends what has taken too long. */
  async #watch(): Promise<void> {
    const { clock, frontier, settings, escalator } = this.#parts;
    const { leaseMs } = settings;
    const everyMs = Math.min(leaseMs / 3, (settings.callbackTimeoutMs || Infinity) / 4);
    const { signal } = this.#over;
    for (;;) {
      await clock.sleep(everyMs, signal);
      if (signal.aborted) return;
      this.#endOverdue(clock.now());
      const leases = [...this.#flights].map((flight) => flight.lease);
      await frontier.extend(leases, leaseMs);
      await escalator?.keep();
    }
  }

  /** Others take and queue requests, too, so that what is counted here is soon wrong. */
  async #watchOthers(): Promise<void> {
    const { clock, shared } = this.#parts;
    if (shared === undefined) return;
    const { signal } = this.#over;
    for (;;) {
      await clock.sleep(COUNT_EVERY_MS, signal);
      if (signal.aborted) return;
      // A store that is away makes what matters fail.
      await this.#countQueued().catch(() => {});
    }
  }

  async #countQueued(): Promise<void> {
    this.#queued = (await this.#parts.frontier.stats()).queued;
    this.#feed.roomMade();
    this.#tellFill();
  }

  #endOverdue(now: number): void {
    const { callbackTimeoutMs } = this.#parts.settings;
    for (const flight of this.#flights) {
      if (flight.deadline > now) continue;
      flight.giveUp(new CallbackTimeoutError(flight.lease.payload.url, callbackTimeoutMs));
    }
  }

  async #stopInTime(): Promise<void> {
    const { clock, budget: { timeMs } } = this.#parts;
    if (timeMs === undefined) return;
    await clock.sleep(timeMs, this.#over.signal);
    if (!this.#over.signal.aborted) this.#stopByLimit();
  }

  #stopByLimit(): void {
    this.#hitLimit = true;
    this.pause();
  }
}

/** How many were added; a start request that an earlier run has queued is no duplicate. */
function addedOf(pushed: readonly Pushed[]): number {
  return pushed.filter((what) => what === "added").length;
}

async function* nothing(): AsyncIterable<never> {}

/**
 * What is handed out for the first time has all its tries before it: dead letters that were revived come
 * with the count of those that they had.
 */
function afresh(lease: Lease<Request>): Lease<Request> {
  const payload = lease.attempt === 1 ? untriedRequest(lease.payload) : lease.payload;
  return payload === lease.payload ? lease : { ...lease, payload };
}
