import { SpiderOptionError } from "../errors.ts";

/** Where a crawl ends by itself; the pages in flight are finished. Default: nowhere. */
export interface Limits {
  /** The most links to follow from a start request; 0 for the start requests alone. */
  depth?: number;
  /** The most fetches, retries included. */
  requests?: number;
  /** How many items are enough; the last pages may give a few more. */
  items?: number;
  /** How many bytes of bodies, decompressed, are enough. */
  bytes?: number;
  /** The longest time, in milliseconds. */
  timeMs?: number;
  /** The most fetches from one host, retries included. */
  perHost?: number;
}

const NAMES: readonly string[] = ["depth", "requests", "items", "bytes", "timeMs", "perHost"];

/** What a crawl has spent. */
export interface Spent {
  /** Fetches. */
  readonly requests: number;
  /** Items. */
  readonly items: number;
  /** Bytes of bodies. */
  readonly bytes: number;
  /** Fetches by host. */
  readonly perHost: Iterable<readonly [host: string, requests: number]>;
}

/** What a crawl may still spend. */
export class Budget {
  readonly #limits: Limits;
  readonly #perHost: Map<string, number> = new Map();
  #requests = 0;
  #items = 0;
  #bytes = 0;

  /**
   * @param limits The limits.
   * @param spent What earlier runs of the crawl have spent. Default: nothing.
   * @throws {SpiderOptionError} For a limit that is not a number from 0 up, or does not exist.
   */
  constructor(limits: Limits, spent: Partial<Spent> = {}) {
    for (const [name, value] of Object.entries(limits)) checkLimit(name, value);
    this.#limits = limits;
    this.#requests = spent.requests ?? 0;
    this.#items = spent.items ?? 0;
    this.#bytes = spent.bytes ?? 0;
    if (limits.perHost !== undefined) this.#perHost = new Map(spent.perHost);
  }

  /** The longest time, in milliseconds; `undefined` for any. */
  get timeMs(): number | undefined {
    return this.#limits.timeMs;
  }

  /** How many more fetches may begin; 0 as soon as any limit of the whole crawl is reached. */
  get requestsLeft(): number {
    const { requests = Infinity, items = Infinity, bytes = Infinity } = this.#limits;
    if (this.#items >= items || this.#bytes >= bytes) return 0;
    return requests - this.#requests;
  }

  /** Whether a link of that depth is too deep. */
  isTooDeep(depth: number): boolean {
    return depth > (this.#limits.depth ?? Infinity);
  }

  /** Whether a host has had all it may. */
  isSpent(host: string): boolean {
    const { perHost } = this.#limits;
    return perHost !== undefined && (this.#perHost.get(host) ?? 0) >= perHost;
  }

  /** Counts a fetch that begins. */
  began(host: string): void {
    this.#requests += 1;
    if (this.#limits.perHost === undefined) return;
    this.#perHost.set(host, (this.#perHost.get(host) ?? 0) + 1);
  }

  /** Counts what a page gave. */
  gave(items: number, bytes: number): void {
    this.#items += items;
    this.#bytes += bytes;
  }
}

function checkLimit(name: string, value: unknown): void {
  if (!NAMES.includes(name)) {
    throw new SpiderOptionError(`There is no limit '${name}'; there are: ${NAMES.join(", ")}`);
  }
  if (value === undefined || (typeof value === "number" && value >= 0)) return;
  throw new SpiderOptionError(
    `limits.${name} must be a number from 0 up: received ${JSON.stringify(value)}`,
  );
}
