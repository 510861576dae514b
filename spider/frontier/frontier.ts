/** A request on its way into the frontier. */
export interface FrontierItem<P> {
  /** What makes two requests the same: 32 hexadecimal digits; see {@linkcode fingerprint}. */
  fingerprint: string;
  /** The host and port it goes to, the unit of politeness. */
  key: string;
  /** Higher goes first. */
  priority: number;
  /** The request itself. */
  payload: P;
  /** When it may go at the earliest, in milliseconds since 1970. Default: at once. */
  notBefore?: number;
  /** True to queue it even if it was seen before. Default false. */
  dontFilter?: boolean;
}

/** A request handed out for a while; it stays pending until it is settled, retried or buried. */
export interface Lease<P> {
  /** Identifies the request in the frontier. */
  readonly id: string;
  /** Identifies this handing-out; a token of an earlier one settles nothing. */
  readonly token: string;
  /** The host and port it goes to. */
  readonly key: string;
  /** The request. */
  readonly payload: P;
  /** Its priority. */
  readonly priority: number;
  /** How often it was handed out, this time included. */
  readonly attempt: number;
  /** When someone else may get it, in milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What {@linkcode Frontier.lease} is asked for. */
export interface LeaseOptions {
  /** The most requests to take. */
  max: number;
  /** The most requests of one key that may be out at once, counting all workers. Default: no limit. */
  maxPerKey?: number;
  /** How long they are lent, in milliseconds. Default 60000. */
  leaseMs?: number;
  /** Who takes them, for the record. */
  worker?: string;
  /** How long to wait for something, in milliseconds. Default: as long as something may come. */
  waitMs?: number;
  /** Ends the wait. */
  signal?: AbortSignal;
}

/** Whether a lease was still valid when something was done with it. */
export type Settled = "ok" | "stale";

/** What became of a pushed item. */
export type Pushed = "added" | "duplicate";

/** Counts to add up, by name. */
export type Counters = Readonly<Record<string, number>>;

/** What a finished page leaves behind. */
export interface Outcome<P> {
  /** Its items. */
  readonly items?: readonly unknown[];
  /** Its follow-ups. */
  readonly discovered?: readonly FrontierItem<P>[];
  /** What it adds to the frontier's counters. */
  readonly counters?: Counters;
}

/** What came of settling a lease. */
export interface SettleResult {
  /** "stale" if the lease was no longer valid; then nothing was changed. */
  readonly status: Settled;
  /** What became of each follow-up, in their order; empty if stale. */
  readonly pushed: readonly Pushed[];
}

/** How a request is queued again. */
export interface RetryOptions<P> {
  /** How long it waits at least, in milliseconds. Default 0. */
  delayMs?: number;
  /** Its new priority. Default: the old one. */
  priority?: number;
  /** What takes its place. Default: the same request. */
  payload?: P;
  /** The host and port it goes to now. Default: the same. */
  key?: string;
  /** What the attempt adds to the frontier's counters. */
  counters?: Counters;
}

/** What else is done in the same step as a push. */
export interface PushOptions {
  /** What to add to the frontier's counters. */
  counters?: Counters;
}

/** What else is done in the same step as a burial. */
export interface BuryOptions {
  /** What the attempts add to the frontier's counters. */
  counters?: Counters;
}

/** An item, and where it stands among all the crawl's items. */
export interface StoredItem {
  /** 0 for the first item. */
  readonly offset: number;
  /** The item. */
  readonly item: unknown;
}

/** A request that failed for good. */
export interface DeadLetter<P> {
  /** The request. */
  readonly payload: P;
  /** Why it failed, in one line. */
  readonly reason: string;
}

/** How full a frontier is. */
export interface FrontierStats {
  /** Waiting to be leased. */
  queued: number;
  /** Leased and not yet settled. */
  leased: number;
  /** Distinct requests ever pushed. */
  seen: number;
  /** Buried as dead letters. */
  dead: number;
  /** Items stored. */
  items: number;
  /** What pages added up, by name. */
  counters: Counters;
}

/** Named facts that live as long as the frontier: cookies, delays, rules. */
export interface FrontierState {
  /** The value of a name; `undefined` if it was never set. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Sets the value of a name. */
  set(name: string, value: Uint8Array): Promise<void>;
}

/**
 * What is still to do, what was seen, what came out. It alone decides who waits for whom: inside a
 * key by priority, then first come, first served; across keys by the priority of what is next, then
 * whoever was served least recently. Its own clock rules.
 *
 * @typeParam P What is queued: a live request in memory, its bytes in a store.
 */
export interface Frontier<P> extends AsyncDisposable {
  /** Queues what was not seen before, all or nothing; says for each item what became of it. */
  push(items: readonly FrontierItem<P>[], options?: PushOptions): Promise<readonly Pushed[]>;
  /**
   * Takes up to `max` requests whose hosts may be asked now, and sets the next start of each host by
   * its delay. Waits while there is none but something is queued, or leased and may discover more. An
   * empty answer means that nothing is left, that `waitMs` is over, or that the signal aborted.
   */
  lease(options: LeaseOptions): Promise<readonly Lease<P>[]>;
  /** Lends leases for that many milliseconds more, from now. */
  extend(leases: readonly Lease<P>[], ms: number): Promise<readonly Settled[]>;
  /** In one step: stores the items, adds the follow-ups, counts, and marks the lease done. */
  settle(lease: Lease<P>, outcome: Outcome<P>): Promise<SettleResult>;
  /** Queues a leased request again, behind its equals. */
  retry(lease: Lease<P>, options?: RetryOptions<P>): Promise<Settled>;
  /** Gives a lease up for good: it becomes a dead letter. */
  bury(lease: Lease<P>, reason: string, options?: BuryOptions): Promise<Settled>;
  /**
   * Sets the least time between the starts of two requests of a key.
   *
   * @param key The key; `"*"` is every key without a delay of its own.
   * @param ms The delay, in milliseconds.
   * @param spread By which share of it each wait varies: 0.5 gives 0.5 to 1.5 times. Default 0.
   */
  setDelay(key: string, ms: number, spread?: number): Promise<void>;
  /** Sets when a key may be asked next, later or earlier than its delay would, in ms since 1970. */
  blockUntil(key: string, at: number): Promise<void>;
  /** The items, from an offset on, as far as there are any now. */
  items(from?: number): AsyncIterable<StoredItem>;
  /** What is queued, leased or has to wait, in no particular order; slow, for a look at the whole. */
  pending(): AsyncIterable<P>;
  /** The dead letters, oldest first. */
  deadLetters(): AsyncIterable<DeadLetter<P>>;
  /** Queues every dead letter again, as if it had never been leased; gives how many there were. */
  revive(): Promise<number>;
  /** Named facts that live as long as the frontier. */
  readonly state: FrontierState;
  /** How full it is. */
  stats(): Promise<FrontierStats>;
  /** Ends it; those who wait for a lease get an empty answer. Idempotent. */
  close(): Promise<void>;
}
