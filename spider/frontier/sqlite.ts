import { setImmediate } from "node:timers/promises";
import { type Clock, systemClock } from "../engine/clock.ts";
import { FrontierError, type FrontierStoreError } from "../errors.ts";
import { checkItem } from "./check_item.ts";
import type {
  BuryOptions,
  DeadLetter,
  Frontier,
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
import { decodeItem, encodeItem } from "./item_codec.ts";
import { DEFAULT_LEASE_MS, LeaseBook } from "./lease_book.ts";
import { Sleepers } from "./sleepers.ts";
import { storeError } from "./sqlite_errors.ts";
import { type Host, SqliteHosts } from "./sqlite_hosts.ts";
import { SqliteLedger } from "./sqlite_ledger.ts";
import { SqliteQueue, type TakenRow } from "./sqlite_queue.ts";
import { type Durability, SqliteStore } from "./sqlite_store.ts";

export type { Durability };

/** Settings of a {@linkcode SqliteFrontier}. */
export interface SqliteFrontierOptions {
  /** What an acknowledged change survives. Default "normal": the end of the process. */
  durability?: Durability;
  /** Tells the time. Default: the machine's clock. */
  clock?: Clock;
  /** Gives numbers from 0 to 1 for delays that vary. Default: `Math.random`. */
  random?: () => number;
}

/** A request that is out. */
interface Out extends Omit<TakenRow, "next"> {
  readonly id: number;
  readonly host: number;
  readonly key: string;
}

type Queueable = Omit<FrontierItem<Uint8Array>, "fingerprint">;

/** SQLite's own limit is a billion bytes; so much would fit nobody's memory several times over. */
const MOST_PAYLOAD_BYTES = 256 * 1024 * 1024;

/**
 * A frontier in a file, for one process at a time: it survives the end of the process at any instant.
 * Every call that resolved is in the file; all that one call does is in it, or nothing. It needs memory
 * neither for what is queued nor for what was seen.
 *
 * Leases end with the process: what was out is queued again when the file is opened next.
 *
 * @example
 * ```ts
 * import { SqliteFrontier } from "@orbweaver/spider";
 * import { rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import assert from "node:assert/strict";
 *
 * const path = join(tmpdir(), crypto.randomUUID(), "crawl.sqlite");
 * const page = { fingerprint: "0".repeat(32), key: "example.com", priority: 0 };
 * {
 *   await using frontier = await SqliteFrontier.open(path);
 *   await frontier.push([{ ...page, payload: new Uint8Array([1]) }]);
 * }
 * {
 *   await using frontier = await SqliteFrontier.open(path);
 *   const [lease] = await frontier.lease({ max: 1 });
 *   assert.deepEqual(lease?.payload, new Uint8Array([1]));
 * }
 * await rm(join(path, ".."), { recursive: true });
 * ```
 */
export class SqliteFrontier implements Frontier<Uint8Array> {
  readonly #store: SqliteStore;
  readonly #clock: Clock;
  readonly #ledger: SqliteLedger;
  readonly #queue: SqliteQueue;
  readonly #hosts: SqliteHosts;
  readonly #out: LeaseBook<Out>;
  readonly #sleepers: Sleepers;
  /** Where a commit waits for the disk, as much as possible goes into one. */
  readonly #soon: () => Promise<void>;
  /** The commit of what was done in this turn, for all who did something. */
  #commit: Promise<void> | undefined;
  /** How many items are in the file for good. */
  #itemsCommitted: number;
  #failure: FrontierStoreError | undefined;
  #close: Promise<void> | undefined;

  private constructor(store: SqliteStore, options: SqliteFrontierOptions) {
    this.#store = store;
    this.#soon = options.durability === "full" ? setImmediate<void> : () => Promise.resolve();
    this.#clock = options.clock ?? systemClock;
    this.#ledger = new SqliteLedger(store);
    const { tally } = this.#ledger;
    this.#itemsCommitted = tally.items;
    this.#queue = new SqliteQueue(store);
    this.#hosts = new SqliteHosts(store, tally.served, options.random ?? Math.random);
    this.#out = new LeaseBook(`${tally.runs + 1}-`);
    this.#sleepers = new Sleepers(this.#clock);
  }

  /**
   * Opens a file, or makes a new one.
   *
   * @param path The file; its folder is made as well.
   * @param options Settings; all have defaults.
   * @throws {FrontierStoreError} If it can't be opened, belongs to something else, or is in use.
   */
  static async open(path: string, options: SqliteFrontierOptions = {}): Promise<SqliteFrontier> {
    const store = await SqliteStore.open(path, options.durability ?? "normal");
    try {
      const frontier = new SqliteFrontier(store, options);
      frontier.#takeUp();
      return frontier;
    } catch (cause) {
      await store.close();
      throw storeError(path, cause);
    }
  }

  /** Named facts that live as long as the file. */
  readonly state: FrontierState = {
    get: (name) => this.#read(() => this.#ledger.state(name)),
    set: (name, value) => this.#change(() => this.#ledger.setState(name, value)),
  };

  /**
   * Queues what was not seen before.
   *
   * @throws {FrontierError} If an item is malformed, or too large.
   * @throws {FrontierStoreError} If the file can't be written.
   */
  push(
    items: readonly FrontierItem<Uint8Array>[],
    options: PushOptions = {},
  ): Promise<readonly Pushed[]> {
    return this.#change(() => {
      const pushed = this.#add(items);
      this.#ledger.count(options.counters);
      return pushed;
    });
  }

  /** Takes up to `max` requests; waits while there is none but something may come. */
  async lease(options: LeaseOptions): Promise<readonly Lease<Uint8Array>[]> {
    const { max, maxPerKey = Infinity, leaseMs = DEFAULT_LEASE_MS, waitMs, signal } = options;
    const deadline = waitMs === undefined ? Infinity : this.#clock.now() + waitMs;
    while (this.#close === undefined && !signal?.aborted) {
      const now = this.#clock.now();
      const leases = this.#write(() => {
        this.#hosts.limitPerKey(maxPerKey, now);
        this.#reap(now);
        return this.#take(max, leaseMs, now);
      });
      if (leases.length > 0) return leases;
      if (this.#ledger.tally.pending === 0 || now >= deadline) return [];
      const next = Math.min(this.#hosts.nextAt, this.#queue.nextAt, this.#out.nextExpiry);
      await this.#sleepers.change(Math.min(deadline, next), signal);
    }
    return [];
  }

  /** Lends leases for longer. */
  extend(leases: readonly Lease<Uint8Array>[], ms: number): Promise<readonly Settled[]> {
    const expiresAt = this.#clock.now() + ms;
    return Promise.resolve(
      leases.map(({ token }) => this.#out.extend(token, expiresAt) ? "ok" : "stale"),
    );
  }

  /**
   * Stores the items, adds the follow-ups, counts, and marks the lease done.
   *
   * @throws {InvalidYieldError} If an item can't be stored.
   * @throws {FrontierError} If a follow-up is malformed, or too large.
   * @throws {FrontierStoreError} If the file can't be written.
   */
  settle(lease: Lease<Uint8Array>, outcome: Outcome<Uint8Array>): Promise<SettleResult> {
    return this.#change((): SettleResult => {
      const out = this.#out.get(lease.token);
      if (out === undefined) return { status: "stale", pushed: [] };
      const items = (outcome.items ?? []).map(encodeItem);
      const pushed = this.#add(outcome.discovered ?? []);
      for (const item of items) this.#ledger.addItem(item);
      this.#ledger.count(outcome.counters);
      this.#finish(lease, out);
      return { status: "ok", pushed };
    });
  }

  /** Queues a leased request again. */
  retry(
    lease: Lease<Uint8Array>,
    options: RetryOptions<Uint8Array> = {},
  ): Promise<Settled> {
    return this.#change(() => {
      const out = this.#out.get(lease.token);
      if (out === undefined) return "stale";
      const { key = out.key, payload = out.payload, delayMs = 0 } = options;
      const priority = options.priority ?? -out.rank;
      checkPayload(key, payload);
      const notBefore = this.#clock.now() + delayMs;
      this.#finish(lease, out);
      this.#enqueue([{ key, priority, payload, notBefore }], out.attempt);
      this.#ledger.count(options.counters);
      return "ok";
    });
  }

  /** Gives a lease up for good. */
  bury(
    lease: Lease<Uint8Array>,
    reason: string,
    options: BuryOptions = {},
  ): Promise<Settled> {
    return this.#change(() => {
      const out = this.#out.get(lease.token);
      if (out === undefined) return "stale";
      this.#finish(lease, out);
      this.#ledger.bury(out.key, -out.rank, out.payload, reason);
      this.#ledger.count(options.counters);
      return "ok";
    });
  }

  /** Sets the least time between the starts of two requests of a key, or of every key. */
  setDelay(key: string, ms: number, spread = 0): Promise<void> {
    return this.#change(() => {
      if (key === "*") this.#hosts.setEveryDelay(ms, spread);
      else this.#hosts.setDelay(this.#hosts.of(key), ms, spread);
    });
  }

  /** Sets when a key may be asked next. */
  blockUntil(key: string, at: number): Promise<void> {
    return this.#change(() => {
      this.#hosts.blockUntil(this.#hosts.of(key), at, this.#clock.now());
      this.#sleepers.wake();
    });
  }

  /** The items, from an offset on. */
  async *items(from = 0): AsyncIterable<StoredItem> {
    for (let next = from; next < this.#itemsCommitted;) {
      const rows = await this.#read(() => this.#ledger.items(next, this.#itemsCommitted));
      for (const { number, data } of rows) yield { offset: number, item: decodeItem(data) };
      next += rows.length;
    }
  }

  /** What is queued, leased or has to wait. */
  async *pending(): AsyncIterable<Uint8Array> {
    this.#throwFailure();
    yield* this.#queue.payloads();
  }

  /** The dead letters, oldest first. */
  async *deadLetters(): AsyncIterable<DeadLetter<Uint8Array>> {
    for (let last = -1;;) {
      const rows = await this.#read(() => this.#ledger.deadAfter(last));
      for (const { payload, reason } of rows) yield { payload, reason };
      if (rows.length === 0) return;
      last = rows.at(-1)!.id;
    }
  }

  /** Queues every dead letter again. */
  revive(): Promise<number> {
    return this.#change(() => {
      const count = this.#ledger.tally.dead;
      for (let rows = this.#ledger.deadAfter(-1); rows.length > 0;) {
        for (const { id, key, priority, payload } of rows) {
          this.#enqueue([{ key, priority, payload }], 0);
          this.#ledger.exhume(id);
        }
        rows = this.#ledger.deadAfter(-1);
      }
      return count;
    });
  }

  /** How full it is. */
  stats(): Promise<FrontierStats> {
    return this.#read(() => {
      const { pending, seen, dead, items } = this.#ledger.tally;
      const leased = this.#out.size;
      const counters = this.#ledger.counters();
      return { queued: pending - leased, leased, seen, dead, items, counters };
    });
  }

  /** Writes down what is left to write, and closes the file. Idempotent. */
  close(): Promise<void> {
    this.#close ??= this.#closeOnce();
    return this.#close;
  }

  /** Closes the file; see {@linkcode SqliteFrontier.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Queues again what a run that was killed had out, and holds back whom it may have asked. */
  #takeUp(): void {
    const now = this.#clock.now();
    this.#write(() => {
      this.#ledger.tally.runs += 1;
      const { outHosts } = this.#ledger;
      this.#hosts.recover(outHosts, (host) => this.#queue.head(host), now);
      if (this.#ledger.wasKilled) this.#hosts.holdBack(now);
      this.#ledger.write(this.#hosts.out, this.#queue.lastId);
      this.#store.commit();
    });
  }

  /** All or nothing: whatever could refuse an item does so before the first is queued. */
  #add(items: readonly FrontierItem<Uint8Array>[]): Pushed[] {
    for (const item of items) {
      checkItem(item);
      checkPayload(item.key, item.payload);
    }
    const fresh: Queueable[] = [];
    const pushed = items.map((item): Pushed => {
      const isNew = this.#ledger.see(item.fingerprint);
      if (!isNew && !item.dontFilter) return "duplicate";
      fresh.push(item);
      return "added";
    });
    this.#enqueue(fresh, 0);
    return pushed;
  }

  #enqueue(items: readonly Queueable[], attempt: number): void {
    if (items.length === 0) return;
    const now = this.#clock.now();
    const rows = items.map(({ key, priority, payload, notBefore = 0 }) => {
      return { host: this.#hosts.of(key).id, rank: -priority, attempt, payload, notBefore };
    });
    this.#ledger.tally.pending += items.length;
    const places = this.#queue.add(rows, now, this.#ledger.mark());
    for (const [index, place] of places.entries()) {
      if (place !== undefined) this.#hosts.added(this.#hosts.byId(rows[index]!.host), place, now);
    }
    this.#sleepers.wake();
  }

  #take(max: number, leaseMs: number, now: number): Lease<Uint8Array>[] {
    for (const row of this.#queue.promote(now)) {
      this.#hosts.added(this.#hosts.byId(row.host), row, now);
    }
    const leases: Lease<Uint8Array>[] = [];
    while (leases.length < max) {
      const host = this.#hosts.next(now);
      if (host === undefined) break;
      leases.push(this.#handOut(host, leaseMs, now));
    }
    this.#ledger.tally.served = this.#hosts.served;
    return leases;
  }

  #handOut(host: Host, leaseMs: number, now: number): Lease<Uint8Array> {
    const head = host.head!;
    const { id } = head;
    const { rank, attempt, payload, next } = this.#queue.take(host.id, head);
    this.#hosts.taken(host, next, now);
    const expiresAt = now + leaseMs;
    const out = { id, host: host.id, key: host.key, rank, attempt, payload };
    const token = this.#out.add(out, expiresAt);
    return { id: `${id}`, token, key: host.key, payload, priority: -rank, attempt, expiresAt };
  }

  /** Takes back what was lent for too long. */
  #reap(now: number): void {
    for (const out of this.#out.reap(now)) {
      const { id, rank, attempt } = out;
      const host = this.#hosts.byId(out.host);
      this.#queue.putBack(id, attempt);
      this.#hosts.released(host, now);
      this.#hosts.added(host, { id, rank }, now);
    }
  }

  #finish({ token }: Lease<Uint8Array>, { id, host }: Out): void {
    this.#out.end(token);
    this.#queue.remove(id);
    this.#ledger.tally.pending -= 1;
    this.#hosts.released(this.#hosts.byId(host), this.#clock.now());
    this.#sleepers.wake();
  }

  #read<T>(work: () => T): Promise<T> {
    return Promise.try(() => {
      this.#throwFailure();
      try {
        return work();
      } catch (cause) {
        throw this.#fail(cause);
      }
    });
  }

  /** Does something, and resolves once it is in the file: together with all that is done in this turn. */
  async #change<T>(work: () => T): Promise<T> {
    const result = this.#write(work);
    this.#commit ??= this.#soon().then(() => this.#commitAll());
    await this.#commit;
    return result;
  }

  /** Does something in the open transaction. What is handed out is not worth a commit of its own. */
  #write<T>(work: () => T): T {
    this.#throwFailure();
    try {
      this.#store.begin();
      return work();
    } catch (cause) {
      throw isOfCaller(cause) ? cause : this.#fail(cause);
    }
  }

  #commitAll(): void {
    this.#commit = undefined;
    this.#throwFailure();
    try {
      this.#ledger.write(this.#hosts.out, this.#queue.lastId);
      this.#store.commit();
      this.#itemsCommitted = this.#ledger.tally.items;
    } catch (cause) {
      throw this.#fail(cause);
    }
  }

  /** After a failed write nobody knows what of the open transaction is left: nothing more is written. */
  #fail(cause: unknown): FrontierStoreError {
    this.#failure ??= storeError(this.#store.path, cause);
    this.#sleepers.wake();
    return this.#failure;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #closeOnce(): Promise<void> {
    this.#sleepers.close();
    await this.#commit?.catch(() => {}); // whoever waits for it hears of it
    try {
      if (this.#failure === undefined) this.#writeLast();
    } finally {
      await this.#store.close();
    }
  }

  #writeLast(): void {
    this.#write(() => {
      this.#ledger.write(this.#hosts.out, this.#queue.lastId, true);
      this.#store.commit();
      this.#store.shrink();
    });
  }
}

function checkPayload(key: string, payload: Uint8Array): void {
  if (payload.byteLength <= MOST_PAYLOAD_BYTES) return;
  throw new FrontierError(
    `A stored request may have ${MOST_PAYLOAD_BYTES} bytes: received ${payload.byteLength} for ${key}; ` +
      "leave large data out of it, and give the way to it instead",
  );
}

/** Errors of ours are thrown before anything is changed: they say what the caller did wrong. */
function isOfCaller(error: unknown): boolean {
  return error instanceof Error && ["FrontierError", "InvalidYieldError"].includes(error.name);
}
