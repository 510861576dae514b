import { StoredDataError } from "../errors.ts";
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

/** How a payload is written and read. */
export interface Codec<P> {
  /**
   * The payload as bytes.
   *
   * @throws If it can't be stored; then nothing is queued.
   */
  encode(payload: P): Uint8Array;
  /**
   * The payload that these bytes are.
   *
   * @throws {StoredDataError} If they are none.
   */
  decode(bytes: Uint8Array): P;
}

/** A lease as the store gave it. */
type StoredLease = Lease<Uint8Array>;

/**
 * A frontier of live payloads over one that stores bytes. A payload that can't be read any more becomes a
 * dead letter, so that one damaged row does not end the crawl.
 *
 * @typeParam P The payload.
 */
export class CodedFrontier<P> implements Frontier<P> {
  readonly #store: Frontier<Uint8Array>;
  readonly #codec: Codec<P>;

  /**
   * @param store What stores the bytes; it is closed together with this.
   * @param codec How payloads are written and read.
   */
  constructor(store: Frontier<Uint8Array>, codec: Codec<P>) {
    this.#store = store;
    this.#codec = codec;
  }

  /** Named facts that live as long as the store. */
  get state(): FrontierState {
    return this.#store.state;
  }

  /** Queues what was not seen before. */
  async push(
    items: readonly FrontierItem<P>[],
    options?: PushOptions,
  ): Promise<readonly Pushed[]> {
    return await this.#store.push(this.#encoded(items), options);
  }

  /** Takes up to `max` requests; waits while there is none but something may come. */
  async lease(options: LeaseOptions): Promise<readonly Lease<P>[]> {
    for (;;) {
      const stored = await this.#store.lease(options);
      if (stored.length === 0) return [];
      const leases: Lease<P>[] = [];
      for (const lease of stored) {
        const payload = await this.#read(lease);
        if (payload !== undefined) leases.push({ ...lease, payload: payload.value });
      }
      if (leases.length > 0) return leases;
    }
  }

  /** Lends leases for longer. */
  extend(leases: readonly Lease<P>[], ms: number): Promise<readonly Settled[]> {
    return this.#store.extend(leases as unknown as StoredLease[], ms);
  }

  /** Stores the items, adds the follow-ups, counts, and marks the lease done. */
  async settle(lease: Lease<P>, outcome: Outcome<P>): Promise<SettleResult> {
    const { discovered, ...rest } = outcome;
    const stored = discovered === undefined
      ? rest
      : { ...rest, discovered: this.#encoded(discovered) };
    return await this.#store.settle(asStored(lease), stored);
  }

  /** Queues a leased request again. */
  async retry(lease: Lease<P>, options: RetryOptions<P> = {}): Promise<Settled> {
    const { payload, ...rest } = options;
    const stored = payload === undefined ? rest : { ...rest, payload: this.#codec.encode(payload) };
    return await this.#store.retry(asStored(lease), stored);
  }

  /** Gives a lease up for good. */
  bury(lease: Lease<P>, reason: string, options?: BuryOptions): Promise<Settled> {
    return this.#store.bury(asStored(lease), reason, options);
  }

  /** Sets the least time between the starts of two requests of a key, or of every key. */
  setDelay(key: string, ms: number, spread?: number): Promise<void> {
    return this.#store.setDelay(key, ms, spread);
  }

  /** Sets when a key may be asked next. */
  blockUntil(key: string, at: number): Promise<void> {
    return this.#store.blockUntil(key, at);
  }

  /** The items, from an offset on. */
  items(from?: number): AsyncIterable<StoredItem> {
    return this.#store.items(from);
  }

  /** What is queued, leased or has to wait, without what can't be read. */
  async *pending(): AsyncIterable<P> {
    for await (const bytes of this.#store.pending()) {
      const payload = this.#decode(bytes);
      if (!(payload instanceof StoredDataError)) yield payload.value;
    }
  }

  /** The dead letters, oldest first, without those that can't be read. */
  async *deadLetters(): AsyncIterable<DeadLetter<P>> {
    for await (const { payload: bytes, reason } of this.#store.deadLetters()) {
      const payload = this.#decode(bytes);
      if (!(payload instanceof StoredDataError)) yield { payload: payload.value, reason };
    }
  }

  /** Queues every dead letter again. */
  revive(): Promise<number> {
    return this.#store.revive();
  }

  /** How full it is. */
  stats(): Promise<FrontierStats> {
    return this.#store.stats();
  }

  /** Closes the store. */
  close(): Promise<void> {
    return this.#store.close();
  }

  /** Closes the store. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #encoded(items: readonly FrontierItem<P>[]): FrontierItem<Uint8Array>[] {
    return items.map((item) => ({ ...item, payload: this.#codec.encode(item.payload) }));
  }

  /** In a wrapping, since a payload may be anything. */
  #decode(bytes: Uint8Array): { value: P } | StoredDataError {
    try {
      return { value: this.#codec.decode(bytes) };
    } catch (error) {
      if (error instanceof StoredDataError) return error;
      throw error;
    }
  }

  async #read(lease: StoredLease): Promise<{ value: P } | undefined> {
    const payload = this.#decode(lease.payload);
    if (!(payload instanceof StoredDataError)) return payload;
    await this.#store.bury(lease, payload.message);
    return undefined;
  }
}

/** The store looks at the token alone: what it handed out, it knows by itself. */
function asStored<P>(lease: Lease<P>): StoredLease {
  return lease as unknown as StoredLease;
}
