import { type Clock, systemClock } from "../engine/clock.ts";
import { FrontierError } from "../errors.ts";
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
import { type HeapEntry, IndexedHeap } from "./indexed_heap.ts";
import type { Queued } from "./memory_host.ts";
import { MemorySchedule } from "./memory_schedule.ts";
import { isFingerprint, SeenSet } from "./seen.ts";

/** Settings of a {@linkcode MemoryFrontier}. */
export interface MemoryFrontierOptions {
  /** Keep the items of settled pages for {@linkcode MemoryFrontier.items}. Default true. */
  keepItems?: boolean;
  /** Tells the time. Default: the machine's clock. */
  clock?: Clock;
  /** Gives numbers from 0 to 1 for delays that vary. Default: `Math.random`. */
  random?: () => number;
}

interface Held<P> extends HeapEntry {
  readonly token: string;
  readonly queued: Queued<P>;
  expiresAt: number;
}

const DEFAULT_LEASE_MS = 60_000;
/** How many expired leases one call takes back, so that no call takes long. */
const MOST_REAPED = 1_000;

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
  readonly #held = new Map<string, Held<P>>();
  readonly #expiring = new IndexedHeap<Held<P>>((a, b) => a.expiresAt < b.expiresAt);
  readonly #dead: { queued: Queued<P>; reason: string }[] = [];
  readonly #items: unknown[] = [];
  readonly #counters = new Map<string, number>();
  readonly #values = new Map<string, Uint8Array>();
  /** Those who wait for something to lease. */
  readonly #sleepers = new Set<() => void>();
  #timer: { at: number; cancel: AbortController } | undefined;
  #itemCount = 0;
  #order = 0;
  #leases = 0;
  #closed = false;

  /**
   * Makes an empty frontier.
   *
   * @param options Settings; all have defaults.
   */
  constructor(options: MemoryFrontierOptions = {}) {
    this.#clock = options.clock ?? systemClock;
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
      await this.#change(deadline, signal);
    }
    return [];
  }

  /** Lends leases for longer. */
  extend(leases: readonly Lease<P>[], ms: number): Promise<readonly Settled[]> {
    const expiresAt = this.#clock.now() + ms;
    return Promise.resolve(leases.map((lease) => this.#extend(lease, expiresAt)));
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
    this.#wake();
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
    for (const { queued } of this.#held.values()) yield queued.payload;
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
    this.#timer?.cancel.abort();
    this.#timer = undefined;
    this.#wake();
    return Promise.resolve();
  }

  /** Ends it; see {@linkcode MemoryFrontier.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #extend(lease: Lease<P>, expiresAt: number): Settled {
    const held = this.#held.get(lease.token);
    if (held === undefined) return "stale";
    held.expiresAt = expiresAt;
    this.#expiring.moved(held);
    return "ok";
  }

  #settle(lease: Lease<P>, outcome: Outcome<P>): SettleResult {
    if (!this.#held.has(lease.token)) return { status: "stale", pushed: [] };
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
    for (const item of items) check(item);
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
    this.#wake();
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
    const token = `${++this.#leases}`;
    const held = { token, queued: { ...queued, attempt }, expiresAt, heapIndex: -1 };
    this.#held.set(token, held);
    this.#expiring.add(held);
    return { id: token, token, key, payload, priority, attempt, expiresAt };
  }

  /** Ends a lease; `undefined` if it is stale. */
  #release(lease: Lease<P>): Queued<P> | undefined {
    const held = this.#held.get(lease.token);
    if (held === undefined) return undefined;
    this.#drop(held);
    this.#wake();
    return held.queued;
  }

  /** Takes back what was lent for too long. */
  #reap(now: number): void {
    for (let reaped = 0; reaped < MOST_REAPED; reaped++) {
      const held = this.#expiring.peek();
      if (held === undefined || held.expiresAt > now) return;
      this.#drop(held);
      this.#enqueue(held.queued);
    }
  }

  #drop(held: Held<P>): void {
    this.#held.delete(held.token);
    this.#expiring.remove(held);
    this.#schedule.release(held.queued.key, this.#clock.now());
  }

  /** Sleeps until something changes, or the next host or lease is due. */
  #change(deadline: number, signal: AbortSignal | undefined): Promise<void> {
    this.#setTimer(deadline);
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#sleepers.add(wake);
      signal?.addEventListener("abort", wake);
    });
  }

  /** Only while someone waits; a timer that is early enough is left as it is. */
  #setTimer(deadline: number): void {
    const expiry = this.#expiring.peek()?.expiresAt ?? Infinity;
    const at = Math.min(deadline, this.#schedule.nextAt, expiry);
    if (at === Infinity || (this.#timer !== undefined && this.#timer.at <= at)) return;
    this.#timer?.cancel.abort();
    const timer = { at, cancel: new AbortController() };
    this.#timer = timer;
    this.#clock.sleep(Math.max(0, at - this.#clock.now()), timer.cancel.signal).then(() => {
      if (this.#timer !== timer) return;
      this.#timer = undefined;
      this.#wake();
    });
  }

  #wake(): void {
    if (this.#sleepers.size === 0) return;
    for (const wake of [...this.#sleepers]) wake();
  }
}

function check<P>({ key, priority, notBefore, fingerprint }: FrontierItem<P>): void {
  if (!isFingerprint(fingerprint)) {
    throw new FrontierError(
      `A fingerprint must be 32 hexadecimal digits, as fingerprint() gives them: received ${
        JSON.stringify(fingerprint.slice(0, 64))
      } for ${key}`,
    );
  }
  if (Number.isFinite(priority) && !Number.isNaN(notBefore)) return;
  throw new FrontierError(
    `A priority must be a finite number and a time a number: received ${priority} and ${notBefore} for ${key}`,
  );
}
