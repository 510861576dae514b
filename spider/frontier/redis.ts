import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import process from "node:process";
import { type Clock, systemClock } from "../engine/clock.ts";
import { SpiderOptionError } from "../errors.ts";
import type {
  BuryOptions,
  DeadLetter,
  FrontierItem,
  FrontierState,
  FrontierStats,
  Lease,
  LeaseOptions,
  Outcome,
  Pushed,
  PushOptions,
  RetryOptions,
  Settled,
  SettleResult,
  StoredItem,
} from "./frontier.ts";
import { GroupCommit } from "./group_commit.ts";
import { decodeItem } from "./item_codec.ts";
import {
  argumentsOfCounters,
  argumentsOfItems,
  argumentsOfOutcome,
  sizeOf,
  textOf,
  waitArgument,
} from "./redis_arguments.ts";
import { RedisConnection, type RedisConnectionOptions } from "./redis_connection.ts";
import { StoreLostError, StoreMismatchError } from "./redis_errors.ts";
import type { Argument } from "./redis_packing.ts";
import { type Script, type Scripts, scriptsWith } from "./redis_scripts/scripts.ts";
import { type RedisCrawlStatus, statusOf } from "./redis_status.ts";
import { redisUrl } from "./redis_url.ts";
import { Wakes } from "./redis_wakes.ts";
import type {
  Begun,
  SharedFrontier,
  SharedLimits,
  SharedSpending,
  Turn,
  TurnEnd,
} from "./shared.ts";

/** Settings of a {@linkcode RedisFrontier}. */
export interface RedisFrontierOptions {
  /** The crawl's name; all who open it under this name work on the same crawl. */
  name: string;
  /**
   * What must be the same for all who work on the crawl, so that two different ones of the same name
   * are not mixed up. Default: the name.
   */
  owner?: string;
  /** Certificates of authorities to trust besides the machine's, in PEM, for `rediss://`. */
  ca?: string;
  /** How long a server that does not answer is waited for at the start, in ms. Default 10000. */
  connectTimeoutMs?: number;
  /** How long a server that goes away, or is full, is waited for later, in ms. Default 300000. */
  patienceMs?: number;
  /** How long one command may take until the connection counts as broken, in ms. Default 15000. */
  commandTimeoutMs?: number;
}

/** What only tests change: whose time it is. */
export interface RedisFrontierClocks {
  /** Lua that defines `readClock()`, which gives milliseconds since 1970. Default: the server's clock. */
  server?: string;
  /** What the waiting goes by. Default: the machine's clock. */
  client?: Clock;
}

/** The form of the keys; a crawl of another one is refused. */
const FORMAT = "2";
const SCRIPTS = scriptsWith();
const DEFAULT_LEASE_MS = 60_000;
/**
 * The longest sleep of one who waits. What wakes him is a time that the server knows of, or a message;
 * this is for messages that get lost with their connection, and shows that he is still there.
 */
const HEARTBEAT_MS = 5_000;
/** For how long it need not be shown again that a worker is there. */
const SHOWN_FOR_MS = 1_000;
/** How much of a random UUID tells the handings-out of the same request apart: 48 bits. */
const WORD_LENGTH = 12;
/** How many items, requests and dead letters are fetched at a time. */
const ITEMS_A_PAGE = 100;
const REQUESTS_A_PAGE = 50;
const LETTERS_A_PAGE = 10;

/**
 * The frontier of a crawl that any number of workers share, on any number of machines, in one Redis 7 or
 * Valkey. Every step is one script that runs by the server's clock; a step whose answer got lost is sent
 * again, and is not done twice.
 *
 * @example
 * ```ts ignore
 * import { RedisFrontier } from "@orbweaver/spider/redis";
 *
 * await using frontier = await RedisFrontier.open("redis://localhost:6379", { name: "shop" });
 * console.log(await frontier.stats());
 * ```
 */
export class RedisFrontier implements SharedFrontier {
  readonly #connection: RedisConnection;
  readonly #scripts: Scripts;
  readonly #clock: Clock;
  readonly #wakes: Wakes;
  readonly #closing = new AbortController();
  readonly #caller: string = randomUUID();
  readonly #worker = `${hostname()}:${process.pid}`;
  readonly #settling: GroupCommit<FinishedPage, SettleResult>;
  readonly #name: string;
  /** The keys that this worker has closed until further notice. */
  readonly #shut = new Set<string>();
  /** Which worker has shown last that it is there, and when. */
  #shown = { worker: "", at: -Infinity };
  #leaseMs = DEFAULT_LEASE_MS;
  #generation = "";
  #calls = 0;
  /** Where the server keeps the answers of calls that are under way: those that are free, and how many. */
  readonly #freeSlots: number[] = [];
  #slots = 0;
  #close: Promise<void> | undefined;

  private constructor(
    connection: RedisConnection,
    parts: { name: string; scripts: Scripts; clock: Clock; wakes: Wakes },
  ) {
    this.#connection = connection;
    this.#name = parts.name;
    this.#scripts = parts.scripts;
    this.#clock = parts.clock;
    this.#wakes = parts.wakes;
    this.#settling = new GroupCommit((pages) => this.#settleAll(pages));
  }

  /**
   * Opens a crawl, or joins the others who work on it.
   *
   * @param url `redis://[user:password@]host[:port][/database]`, or `rediss://` with TLS.
   * @param options The crawl's name, and for how long a server that is away is waited for.
   * @param clocks What only tests change.
   * @throws {SpiderOptionError} If the address is none, or the crawl has no name.
   * @throws {StoreUnreachableError} If no server answers in time.
   * @throws {StoreRefusedError} If the server refuses, or is one of a cluster.
   * @throws {StoreMismatchError} If another crawl has this name.
   */
  static async open(
    url: string,
    options: RedisFrontierOptions,
    clocks: RedisFrontierClocks = {},
  ): Promise<RedisFrontier> {
    const frontier = await this.#connect(url, options, clocks);
    return await frontier.#joined({ owner: options.owner ?? options.name, isNew: true });
  }

  /**
   * Joins a crawl that is there already, whosever it is: to look at it, to pause it, to let it go on.
   *
   * @param url The server, as for {@linkcode RedisFrontier.open}.
   * @param options The crawl's name.
   * @throws {StoreLostError} If there is no crawl of that name.
   */
  static async attach(
    url: string,
    options: Omit<RedisFrontierOptions, "owner">,
  ): Promise<RedisFrontier> {
    const frontier = await this.#connect(url, options, {});
    return await frontier.#joined({ isNew: false });
  }

  static async #connect(
    url: string,
    options: RedisFrontierOptions,
    clocks: RedisFrontierClocks,
  ): Promise<RedisFrontier> {
    const { name } = options;
    const wakes = new Wakes();
    const connection = await RedisConnection.open({
      ...connectionOptionsOf(url, options),
      prefix: redisPrefix(name),
      onWake: () => wakes.wake(),
    });
    const scripts = clocks.server === undefined ? SCRIPTS : scriptsWith(clocks.server);
    const clock = clocks.client ?? systemClock;
    return new RedisFrontier(connection, { name, scripts, clock, wakes });
  }

  /** Named facts that live as long as the crawl, the same for all its workers. */
  readonly state: FrontierState = {
    get: async (name) => {
      const value = await this.#command("HGET", "state", name);
      return value === null ? undefined : new Uint8Array(value as Uint8Array);
    },
    set: async (name, value) => void await this.#command("HSET", "state", name, value),
  };

  /**
   * Queues what was not seen before.
   *
   * @throws {FrontierError} If a priority or a time is not a number, or a fingerprint is malformed.
   */
  async push(
    items: readonly FrontierItem<Uint8Array>[],
    { counters }: PushOptions = {},
  ): Promise<readonly Pushed[]> {
    const args = [...argumentsOfItems(items, this.#clock.now()), ...argumentsOfCounters(counters)];
    if (items.length === 0 && counters === undefined) return [];
    return pushedOf(textOf(await this.#once(this.#scripts.push, args)));
  }

  /** Takes up to `max` requests; waits while there is none but something may come. */
  async lease(options: LeaseOptions): Promise<readonly Lease<Uint8Array>[]> {
    const { waitMs, signal } = options;
    this.#leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
    const deadline = waitMs === undefined ? Infinity : this.#clock.now() + waitMs;
    const isStopped = () => this.#closing.signal.aborted || signal?.aborted === true;
    while (!isStopped()) {
      const since = this.#wakes.count;
      const { leases, isDone, waitMs } = await this.#take(options).catch((error) => {
        if (isStopped()) return NOTHING; // who ends the wait need not hear what it was for
        throw error;
      });
      const leftMs = deadline - this.#clock.now();
      if (leases.length > 0 || isDone || leftMs <= 0) return leases;
      const stop = this.#stopOf(signal);
      await this.#wakes.sleep(since, Math.min(waitMs, leftMs), this.#clock, stop);
    }
    return [];
  }

  /** Lends leases for longer, and keeps closed what this worker has closed until further notice. */
  async extend(leases: readonly Lease<Uint8Array>[], ms: number): Promise<readonly Settled[]> {
    await Promise.all([...this.#shut].map((key) => this.#blockFor(key, `${ms}`)));
    if (leases.length === 0) return [];
    const args = [`${ms}`, `${leases.length}`, ...leases.map(({ token }) => token)];
    const answer = textOf(await this.#once(this.#scripts.extend, args));
    return Array.from(answer, (digit) => digit === "1" ? "ok" : "stale");
  }

  /** Stores the items, adds the follow-ups, counts, and marks the lease done. */
  async settle(lease: Lease<Uint8Array>, outcome: Outcome<Uint8Array>): Promise<SettleResult> {
    const args = argumentsOfOutcome(outcome, this.#clock.now());
    return await this.#settling.add({ lease, args }, sizeOf(args));
  }

  /** Queues a leased request again. */
  async retry(
    lease: Lease<Uint8Array>,
    options: RetryOptions<Uint8Array> = {},
  ): Promise<Settled> {
    const { delayMs = 0, priority, key, payload, counters } = options;
    const changes = [priority === undefined ? undefined : `${priority}`, key, payload];
    const args = changes.flatMap((change) => change === undefined ? ["0", ""] : ["1", change]);
    const all = [lease.token, `${delayMs}`, ...args, ...argumentsOfCounters(counters)];
    return textOf(await this.#once(this.#scripts.retry, all)) as Settled;
  }

  /** Gives a lease up for good. */
  async bury(
    lease: Lease<Uint8Array>,
    reason: string,
    { counters }: BuryOptions = {},
  ): Promise<Settled> {
    const args = [lease.token, reason, ...argumentsOfCounters(counters)];
    return textOf(await this.#once(this.#scripts.bury, args)) as Settled;
  }

  /** Sets the least time between the starts of two requests of a key, or of every key. */
  async setDelay(key: string, ms: number, spread = 0): Promise<void> {
    await this.#command("HSET", "delays", key, `${ms} ${spread}`);
  }

  /**
   * Sets when a key may be asked next. One that is closed for ever is so for as long as a lease, from
   * one {@linkcode RedisFrontier.extend} to the next: a worker that is killed meanwhile would else close
   * it for all others.
   */
  async blockUntil(key: string, at: number): Promise<void> {
    if (at === Infinity) this.#shut.add(key);
    else this.#shut.delete(key);
    const wait = at === Infinity ? `${this.#leaseMs}` : waitArgument(at, this.#clock.now());
    await this.#blockFor(key, wait);
  }

  async #blockFor(key: string, waitMs: string): Promise<void> {
    await this.#call(this.#scripts.blockUntil, [key, waitMs]);
  }

  /** The items, from an offset on. */
  async *items(from = 0): AsyncIterable<StoredItem> {
    for (let next = from;;) {
      const page = await this.#command(
        "XRANGE",
        "items",
        `${next + 1}-0`,
        "+",
        "COUNT",
        `${ITEMS_A_PAGE}`,
      );
      for (const [id, [, item]] of page as [unknown, [unknown, unknown]][]) {
        next = Number.parseInt(textOf(id));
        yield { offset: next - 1, item: decodeItem(item as Uint8Array) };
      }
      if ((page as unknown[]).length < ITEMS_A_PAGE) return;
    }
  }

  /** What is queued, leased or has to wait, in no particular order. */
  async *pending(): AsyncIterable<Uint8Array> {
    // A scan may show something twice while the table grows or shrinks.
    const shown = new Set<number>();
    let cursor = "0";
    do {
      const page = await this.#command("HSCAN", "requests", cursor, "COUNT", `${REQUESTS_A_PAGE}`);
      const [next, values] = page as [unknown, Uint8Array[]];
      cursor = textOf(next);
      for (let index = 0; index < values.length; index += 2) {
        const id = Number(textOf(values[index]));
        if (shown.has(id)) continue;
        shown.add(id);
        yield requestOf(values[index + 1]!).payload;
      }
    } while (cursor !== "0");
  }

  /** The dead letters, oldest first. */
  async *deadLetters(): AsyncIterable<DeadLetter<Uint8Array>> {
    for (let from = 0;; from += LETTERS_A_PAGE) {
      const to = from + LETTERS_A_PAGE - 1;
      const page = await this.#command("LRANGE", "dead", `${from}`, `${to}`) as Uint8Array[];
      for (const letter of page) yield letterOf(letter);
      if (page.length < LETTERS_A_PAGE) return;
    }
  }

  /** Queues every dead letter again. */
  async revive(): Promise<number> {
    const { dead } = await this.stats();
    let revived = 0;
    while (revived < dead) {
      const most = Math.min(dead - revived, LETTERS_A_PAGE);
      const count = Number(textOf(await this.#once(this.#scripts.revive, [`${most}`])));
      if (count === 0) break;
      revived += count;
    }
    return revived;
  }

  /** How full it is. */
  async stats(): Promise<FrontierStats> {
    const [queued, leased, seen, dead, items, counters] = await this.#call(
      this.#scripts.stats,
      [],
    ) as unknown[];
    return {
      queued: Number(textOf(queued)),
      leased: Number(textOf(leased)),
      seen: Number(textOf(seen)),
      dead: Number(textOf(dead)),
      items: Number(textOf(items)),
      counters: Object.fromEntries(
        pairsOf(counters as unknown[]).map(([name, count]) => [name, Number(count)]),
      ),
    };
  }

  /** Takes, or keeps, the turn to do what one worker does for all. */
  async turn(name: string, ms: number): Promise<Turn> {
    const [kind, forMs] = await this.#call(this.#scripts.turn, [name, `${ms}`]) as unknown[];
    const holder = textOf(kind) as Turn["kind"];
    return holder === "taken" ? { kind: holder, forMs: Number(textOf(forMs)) } : { kind: holder };
  }

  /** Ends one's turn. */
  async endTurn(name: string, end: TurnEnd): Promise<void> {
    await this.#call(this.#scripts.endTurn, [name, end === "done" ? "done" : "open"]);
  }

  /** Counts a fetch that is to begin, unless it is one too many. */
  async begin(host: string, { requests, perHost }: SharedLimits): Promise<Begun> {
    const args = [host, ...[requests, perHost].map((limit) => `${Math.min(limit, NO_LIMIT)}`)];
    return textOf(await this.#once(this.#scripts.begin, args)) as Begun;
  }

  /** What the crawl has spent, by all its workers. */
  async spending(): Promise<SharedSpending> {
    const answer = await this.#call(this.#scripts.spending, []) as unknown[];
    const [requests, items, bytes, elapsedMs] = answer.map((value) => Number(textOf(value)));
    return { requests: requests!, items: items!, bytes: bytes!, elapsedMs: elapsedMs! };
  }

  /** Ends the leasing for all workers, or lets it go on. */
  async setLimitReached(isReached: boolean): Promise<void> {
    await this.#call(this.#scripts.mark, ["limit", isReached ? "1" : "0"]);
  }

  /** Lets no worker begin anything more until {@linkcode RedisFrontier.resume}; they stay, and wait. */
  async pause(): Promise<void> {
    await this.#call(this.#scripts.mark, ["paused", "1"]);
  }

  /** Lets the workers go on. */
  async resume(): Promise<void> {
    await this.#call(this.#scripts.mark, ["paused", "0"]);
  }

  /** Waits no more for a server that is away or full: what can't be done at once fails. */
  hurry(): void {
    this.#connection.hurry();
  }

  /** Sleeps until something may have changed, or a while has passed. */
  async change(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#wakes.sleep(this.#wakes.count, ms, this.#clock, this.#stopOf(signal));
  }

  /** How the crawl stands, and who is at work. */
  async status(): Promise<RedisCrawlStatus> {
    const [stats, answer] = await Promise.all([
      this.stats(),
      this.#call(this.#scripts.status, []),
    ]);
    return { name: this.#name, ...stats, ...statusOf(answer as unknown[]) };
  }

  /**
   * Deletes the crawl, its items and dead letters included. Workers that are still there end with a
   * StoreLostError.
   */
  async clear(): Promise<void> {
    await this.#connection.deleteAll();
  }

  /** Leaves the crawl, which goes on without this worker. */
  close(): Promise<void> {
    this.#close ??= this.#leave();
    return this.#close;
  }

  /** Leaves the crawl; see {@linkcode RedisFrontier.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #leave(): Promise<void> {
    this.#closing.abort();
    await this.#connection.close();
  }

  /** Closes what was opened if it can't be joined. */
  async #joined(as: { owner?: string; isNew: boolean }): Promise<this> {
    try {
      await this.#join(as);
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #join({ owner, isNew }: { owner?: string; isNew: boolean }): Promise<void> {
    const args = [isNew ? randomUUID() : "", owner ?? "", FORMAT];
    const answer = await this.#connection.call(this.#scripts.open, args) as unknown[];
    const { place } = this.#connection;
    if (answer[0] === null) {
      throw new StoreLostError(
        `There is no crawl '${this.#name}' in the Redis at ${place}`,
        { place, problem: "lost" },
      );
    }
    const [generation, otherOwner, format] = answer.map(textOf);
    if (format !== FORMAT) {
      throw new StoreMismatchError(
        `The crawl '${this.#name}' in the Redis at ${place} has the form ${format}: ` +
          `expected ${FORMAT}; go on with the version of Orbweaver that began it, or give this crawl ` +
          `another name`,
        { place, problem: "newer" },
      );
    }
    if (owner !== undefined && otherOwner !== owner) {
      throw new StoreMismatchError(
        `The Redis at ${place} has another crawl of the name '${this.#name}': it is ` +
          `of ${otherOwner}, and this one of ${owner}; give this one another name, or delete the other`,
        { place, problem: "foreign" },
      );
    }
    this.#generation = generation!;
  }

  /** What ends a sleep. */
  #stopOf(signal: AbortSignal | undefined): AbortSignal {
    const { signal: closing } = this.#closing;
    return signal === undefined ? closing : AbortSignal.any([closing, signal]);
  }

  async #take(options: LeaseOptions): Promise<Taken> {
    const { max, maxPerKey = Infinity, leaseMs = DEFAULT_LEASE_MS, worker = this.#worker, signal } =
      options;
    const word = randomUUID().slice(-WORD_LENGTH);
    const perKey = `${Math.min(maxPerKey, Number.MAX_SAFE_INTEGER)}`;
    const shown = this.#toBeShown(worker);
    const args = [`${max}`, perKey, `${leaseMs}`, shown, word, `${Math.random()}`];
    const answer = await this.#once(this.#scripts.lease, args, signal) as unknown[];
    const [pending, nextAt, now, expiresAt] = answer.slice(2).map((value) => Number(textOf(value)));
    return {
      leases: leasesOf(textOf(answer[0]), answer[1] as Uint8Array[], word, expiresAt ?? 0),
      isDone: pending === 0,
      waitMs: Math.min(Math.max(0, nextAt! - now!), HEARTBEAT_MS),
    };
  }

  /** A worker, if it is time to show again that it is there; nothing if not. */
  #toBeShown(worker: string): string {
    const now = this.#clock.now();
    if (worker === this.#shown.worker && now - this.#shown.at < SHOWN_FOR_MS) return "";
    this.#shown = { worker, at: now };
    return worker;
  }

  async #settleAll(pages: readonly FinishedPage[]): Promise<readonly SettleResult[]> {
    const args = [
      `${pages.length}`,
      ...pages.map(({ lease }) => lease.token),
      ...pages.map(({ lease }) => lease.key),
      ...pages.flatMap(({ args }) => args),
    ];
    const answers = textOf(await this.#once(this.#scripts.settle, args)).split(" ");
    return answers.map((text): SettleResult => {
      if (text === "stale") return { status: "stale", pushed: [] };
      return { status: "ok", pushed: pushedOf(text) };
    });
  }

  /** A call that must not be done twice, and is not, however often it is sent. */
  async #once(
    script: Script,
    args: readonly Argument[],
    signal?: AbortSignal,
  ): Promise<unknown> {
    const call = ++this.#calls;
    const slot = this.#freeSlots.pop() ?? this.#slots++;
    const head = [this.#generation, this.#caller, `${slot}`, `${call}`];
    try {
      return await this.#connection.call(script, [...head, ...args], signal);
    } finally {
      this.#freeSlots.push(slot);
    }
  }

  /** A call of which twice is the same as once. */
  #call(script: Script, args: readonly Argument[]): Promise<unknown> {
    return this.#connection.call(script, [this.#generation, this.#caller, "", "", ...args]);
  }

  #command(...args: Argument[]): Promise<unknown> {
    return this.#call(this.#scripts.command, args);
  }
}

/**
 * What every key of a crawl begins with; the braces keep them together on one server of a cluster.
 *
 * @param name The crawl's name.
 * @throws {SpiderOptionError} If it has no name.
 */
export function redisPrefix(name: string): string {
  if (name === "") throw new SpiderOptionError("A crawl in Redis must have a name: received ''");
  return `orbweaver:{${encodeURIComponent(name)}}:`;
}

/** How long which server is waited for, from the user's options. */
function connectionOptionsOf(
  url: string,
  options: Omit<RedisFrontierOptions, "name" | "owner">,
): Omit<RedisConnectionOptions, "prefix" | "onWake"> {
  return {
    url: redisUrl(url),
    ca: options.ca,
    connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
    patienceMs: options.patienceMs ?? 300_000,
    commandTimeoutMs: options.commandTimeoutMs ?? 15_000,
  };
}

/** A page whose lease is to end, and what a script is told of it. */
interface FinishedPage {
  readonly lease: Lease<Uint8Array>;
  readonly args: readonly Argument[];
}

/** What one attempt to take something gave. */
interface Taken {
  readonly leases: readonly Lease<Uint8Array>[];
  /** Whether nothing is left. */
  readonly isDone: boolean;
  /** How long to wait for the next attempt. */
  readonly waitMs: number;
}

/** A request as the server stores it. */
interface StoredRequest {
  readonly priority: number;
  readonly attempts: number;
  readonly key: string;
  readonly payload: Uint8Array;
}

/** How long the number of a request is. */
const ID_LENGTH = 12;
/** Where the key of a stored request begins. */
const REQUEST_HEAD = 16;
const decoder = new TextDecoder();
/** More than anything that is counted. */
const NO_LIMIT = 1e15;
const NOTHING: Taken = { leases: [], isDone: true, waitMs: 0 };

/** The numbers are all of one length, and each request comes after its length. */
function leasesOf(
  numbers: string,
  strings: readonly Uint8Array[],
  word: string,
  expiresAt: number,
): Lease<Uint8Array>[] {
  const leases: Lease<Uint8Array>[] = [];
  for (const bytes of strings) {
    const view = viewOf(bytes);
    for (let at = 0; at < bytes.length;) {
      const begin = at + 4;
      const end = begin + view.getUint32(at);
      const { priority, attempts, key, payload } = requestOf(bytes.subarray(begin, end));
      const id = numbers.slice(leases.length * ID_LENGTH, (leases.length + 1) * ID_LENGTH);
      const token = `${word}:${id}`;
      leases.push({ id, token, key, payload, priority, attempt: attempts + 1, expiresAt });
      at = end;
    }
  }
  return leases;
}

function pushedOf(digits: string): Pushed[] {
  return Array.from(digits, (digit) => digit === "1" ? "added" : "duplicate");
}

/** The length of the reason, the reason, and the request. */
function letterOf(letter: Uint8Array): DeadLetter<Uint8Array> {
  const request = 4 + viewOf(letter).getUint32(0);
  return {
    reason: decoder.decode(letter.subarray(4, request)),
    payload: requestOf(letter.subarray(request)).payload,
  };
}

/** A request is its priority, how often it was handed out in vain, the length of its key, its key, its payload. */
function requestOf(request: Uint8Array): StoredRequest {
  const view = viewOf(request);
  const payloadAt = REQUEST_HEAD + view.getUint32(12);
  return {
    priority: view.getFloat64(0),
    attempts: view.getUint32(8),
    key: decoder.decode(request.subarray(REQUEST_HEAD, payloadAt)),
    payload: request.subarray(payloadAt),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function pairsOf(values: readonly unknown[]): [string, string][] {
  return Array.from({ length: values.length / 2 }, (_, index) => [
    textOf(values[2 * index]),
    textOf(values[2 * index + 1]),
  ]);
}
