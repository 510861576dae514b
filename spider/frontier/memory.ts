import { type Clock, systemClock } from "../engine/clock.ts";
import { checkItem } from "./check_item.ts";
import type {
  BuryOptions,
  Counters,
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
import { DEFAULT_LEASE_MS, LeaseBook } from "./lease_book.ts";
import type { Queued } from "./memory_host.ts";
import { MemorySchedule } from "./memory_schedule.ts";
import { SeenSet } from "./seen.ts";
import { Sleepers } from "./sleepers.ts";

/** Settings of a {@linkcode MemoryFrontier}. */
export interface MemoryFrontierOptions {
  /** Keep the items of settled pages for {@linkcode MemoryFrontier.items}. Default true. */
  keepItems?: boolean;
  /** Tells the time. Default: the machine's clock. */
  clock?: Clock;
  /** Gives numbers from 0 to 1 for delays that vary. Default: `Math.random`. */
  random?: () => number;
}

/**
 * The frontier of a crawl that lives and ends with its process. It holds the requests themselves, so
 * that their options may be functions.
 *
 * @example
 * ```ts
 * import { fingerprint, MemoryFrontier, Request } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * await using frontier = new MemoryFrontier<Request>();
 * const payload = new Request("https://example.com/");
 * const print = fingerprint(payload, "default");
 * const page = { fingerprint: print, key: payload.host, priority: 0, payload };
 * assert.deepEqual(await frontier.push([page, page]), ["added", "duplicate"]);
 * const [lease] = await frontier.lease({ max: 1 });
 * assert.equal(lease?.payload, payload);
 * ```
 */
export class MemoryFrontier<P> implements Frontier<P> {
  readonly #clock: Clock;
  readonly #keepItems: boolean;
  readonly #seen = new SeenSet();
  readonly #schedule: MemorySchedule<P>;
  readonly #held = new LeaseBook<Queued<P>>();
  readonly #dead: { queued: Queued<P>; reason: string }[] = [];
  readonly #items: unknown[] = [];
  readonly #counters = new Map<string, number>();
  readonly #values = new Map<string, Uint8Array>();
  readonly #sleepers: Sleepers;
  #itemCount = 0;
  #order = 0;
  #closed = false;

  /**
   * Makes an empty frontier.
   *
   * @param options Settings; all have defaults.
   */
  constructor(options: MemoryFrontierOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#sleepers = new Sleepers(this.#clock);
    this.#schedule = new MemorySchedule(options.random ?? Math.random);
    this.#keepItems = options.keepItems ?? true;
  }

  /** Named facts that live as long as the frontier. */
  readonly state: FrontierState = {
    get: (name) => Promise.resolve(this.#values.get(name)),
    set: (name, value) => Promise.resolve(void this.#values.set(name, value)),
  };

  /**
   * Queues what was not seen before.
   *
   * @throws {FrontierError} If a priority or a time is not a number, or a fingerprint is malformed.
   */
  push(
    items: readonly FrontierItem<P>[],
    options: PushOptions = {},
  ): Promise<readonly Pushed[]> {
    return Promise.try(() => {
      const pushed = this.#add(items);
      this.#count(options.counters);
      return pushed;
    });
  }

  /** Takes up to `max` requests; waits while there is none but something may come. */
  async lease(options: LeaseOptions): Promise<readonly Lease<P>[]> {
    const { max, maxPerKey = Infinity, leaseMs = DEFAULT_LEASE_MS, waitMs, signal } = options;
    const deadline = waitMs === undefined ? Infinity : this.#clock.now() + waitMs;
    this.#schedule.limitPerKey(maxPerKey, this.#clock.now());
    while (!this.#closed && !signal?.aborted) {
      const now = this.#clock.now();
      this.#reap(now);
      const leases = this.#take(max, leaseMs, now);
      if (leases.length > 0) return leases;
      if (this.#schedule.queued + this.#held.size === 0 || now >= deadline) return [];
      const due = Math.min(deadline, this.#schedule.nextAt, this.#held.nextExpiry);
      await this.#sleepers.change(due, signal);
    }
    return [];
  }

  /** Lends leases for longer. */
  extend(leases: readonly Lease<P>[], ms: number): Promise<readonly Settled[]> {
    const expiresAt = this.#clock.now() + ms;
    return Promise.resolve(
      leases.map(({ token }) => this.#held.extend(token, expiresAt) ? "ok" : "stale"),
    );
  }

  /** Stores the items, adds the follow-ups, counts, and marks the lease done. */
  settle(lease: Lease<P>, outcome: Outcome<P>): Promise<SettleResult> {
    return Promise.try(() => this.#settle(lease, outcome));
  }

  /** Queues a leased request again. */
  retry(lease: Lease<P>, options: RetryOptions<P> = {}): Promise<Settled> {
    const queued = this.#release(lease);
    if (queued === undefined) return Promise.resolve("stale");
    this.#count(options.counters);
    const notBefore = this.#clock.now() + (options.delayMs ?? 0);
    this.#enqueue({
      key: options.key ?? queued.key,
      priority: options.priority ?? queued.priority,
      order: this.#order++,
      payload: options.payload ?? queued.payload,
      attempt: queued.attempt,
    }, notBefore);
    return Promise.resolve("ok");
  }

  /** Gives a lease up for good. */
  bury(lease: Lease<P>, reason: string, options: BuryOptions = {}): Promise<Settled> {
    const queued = this.#release(lease);
    if (queued === undefined) return Promise.resolve("stale");
    this.#count(options.counters);
    this.#dead.push({ queued, reason });
    return Promise.resolve("ok");
  }

  /** Sets the least time between the starts of two requests of a key, or of every key. */
  setDelay(key: string, ms: number, spread = 0): Promise<void> {
    this.#schedule.setDelay(key, ms, spread);
    return Promise.resolve();
  }

  /** Sets when a key may be asked next. */
  blockUntil(key: string, at: number): Promise<void> {
    this.#schedule.blockUntil(key, at, this.#clock.now());
    this.#sleepers.wake();
    return Promise.resolve();
  }

  /** The items, from an offset on. */
  async *items(from = 0): AsyncIterable<StoredItem> {
    for (let offset = from; offset < this.#items.length; offset++) {
      yield { offset, item: this.#items[offset] };
    }
  }

  /** What is queued, leased or has to wait. */
  async *pending(): AsyncIterable<P> {
    yield* this.#schedule.payloads();
    for (const { payload } of this.#held.values()) yield payload;
  }

  /** The dead letters, oldest first. */
  async *deadLetters(): AsyncIterable<DeadLetter<P>> {
    for (const { queued, reason } of this.#dead) yield { payload: queued.payload, reason };
  }

  /** Queues every dead letter again. */
  revive(): Promise<number> {
    const letters = this.#dead.splice(0);
    for (const { queued } of letters) {
      this.#enqueue({ ...queued, order: this.#order++, attempt: 0 }, 0);
    }
    return Promise.resolve(letters.length);
  }

  /** How full it is. */
  stats(): Promise<FrontierStats> {
    return Promise.resolve({
      queued: this.#schedule.queued,
      leased: this.#held.size,
      seen: this.#seen.size,
      dead: this.#dead.length,
      items: this.#itemCount,
      counters: Object.fromEntries(this.#counters),
    });
  }

  /** Ends it. */
  close(): Promise<void> {
    this.#closed = true;
    this.#sleepers.close();
    return Promise.resolve();
  }

  /** Ends it; see {@linkcode MemoryFrontier.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #settle(lease: Lease<P>, outcome: Outcome<P>): SettleResult {
    if (this.#held.get(lease.token) === undefined) return { status: "stale", pushed: [] };
    const pushed = this.#add(outcome.discovered ?? []);
    this.#itemCount += outcome.items?.length ?? 0;
    if (this.#keepItems) { for (const item of outcome.items ?? []) this.#items.push(item); }
    this.#count(outcome.counters);
    this.#release(lease);
    return { status: "ok", pushed };
  }

  #count(counters: Counters = {}): void {
    for (const [name, count] of Object.entries(counters)) {
      this.#counters.set(name, (this.#counters.get(name) ?? 0) + count);
    }
  }

  #add(items: readonly FrontierItem<P>[]): Pushed[] {
    for (const item of items) checkItem(item);
    return items.map((item): Pushed => {
      const isNew = this.#seen.add(item.fingerprint);
      if (!isNew && !item.dontFilter) return "duplicate";
      const { key, priority, payload } = item;
      this.#enqueue({ key, priority, order: this.#order++, payload, attempt: 0 }, item.notBefore);
      return "added";
    });
  }

  #enqueue(queued: Queued<P>, notBefore = 0): void {
    this.#schedule.push(queued, notBefore, this.#clock.now());
    this.#sleepers.wake();
  }

  #take(max: number, leaseMs: number, now: number): Lease<P>[] {
    const leases: Lease<P>[] = [];
    while (leases.length < max) {
      const queued = this.#schedule.take(now);
      if (queued === undefined) break;
      leases.push(this.#handOut(queued, now + leaseMs));
    }
    return leases;
  }

  #handOut(queued: Queued<P>, expiresAt: number): Lease<P> {
    const { key, payload, priority } = queued;
    const attempt = queued.attempt + 1;
    const token = this.#held.add({ ...queued, attempt }, expiresAt);
    return { id: token, token, key, payload, priority, attempt, expiresAt };
  }

  /** Ends a lease; `undefined` if it is stale. */
  #release({ token }: Lease<P>): Queued<P> | undefined {
    const queued = this.#held.get(token);
    if (queued === undefined) return undefined;
    this.#held.end(token);
    this.#schedule.release(queued.key, this.#clock.now());
    this.#sleepers.wake();
    return queued;
  }

  /** Takes back what was lent for too long. */
  #reap(now: number): void {
    for (const queued of this.#held.reap(now)) {
      this.#schedule.release(queued.key, now);
      this.#enqueue(queued);
    }
  }
}
