import type { LatencyStats } from "./stats.ts";

/** Each bucket reaches 5 % further than the one before. */
const STEP = Math.log(1.05);
/** The first bucket ends here, in milliseconds. */
const FIRST_MS = 0.1;
/** The last one begins at about 40 minutes. */
const BUCKETS = 350;

/** What a {@linkcode LatencyHistogram} is stored as. */
export interface LatencyData {
  /** How many durations are in which bucket. */
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
  readonly sumMs: number;
  readonly maxMs: number;
}

/** Counts durations in buckets of growing width, so that any number of them takes 3 KB. */
export class LatencyHistogram {
  readonly #buckets = new Float64Array(BUCKETS);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  /** @param ms A duration, in milliseconds. */
  add(ms: number): void {
    const bucket = ms <= FIRST_MS ? 0 : Math.ceil(Math.log(ms / FIRST_MS) / STEP);
    this.#buckets[Math.min(bucket, BUCKETS - 1)]! += 1;
    this.#count += 1;
    this.#sumMs += ms;
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  /** The histogram as data for JSON. */
  toJSON(): LatencyData {
    const buckets = [...this.#buckets.entries()].filter(([, count]) => count > 0);
    return { buckets, sumMs: this.#sumMs, maxMs: this.#maxMs };
  }

  /** Adds what an earlier one has counted. */
  load({ buckets, sumMs, maxMs }: LatencyData): void {
    for (const [bucket, count] of buckets) {
      if (!(bucket >= 0 && bucket < BUCKETS && count > 0)) continue;
      this.#buckets[bucket]! += count;
      this.#count += count;
    }
    this.#sumMs += Number(sumMs);
    this.#maxMs = Math.max(this.#maxMs, Number(maxMs));
  }

  /** The figures so far. */
  summary(): LatencyStats {
    return {
      meanMs: this.#count === 0 ? 0 : this.#sumMs / this.#count,
      p50Ms: this.#percentile(0.5),
      p90Ms: this.#percentile(0.9),
      p99Ms: this.#percentile(0.99),
      maxMs: this.#maxMs,
    };
  }

  #percentile(share: number): number {
    const rank = Math.ceil(this.#count * share);
    let passed = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      passed += this.#buckets[bucket]!;
      if (rank > 0 && passed >= rank) return Math.min(FIRST_MS * 1.05 ** bucket, this.#maxMs);
    }
    return 0;
  }
}
