import { SpiderOptionError } from "../errors.ts";
import { LruMap } from "./lru_map.ts";

/**
 * How many hosts' delays are known at once. A host that so many others were asked after has had its
 * rest; it begins anew.
 */
export const MOST_HOSTS = 10_000;

/** How {@linkcode AutoThrottle} adapts. */
export interface AutoThrottleOptions {
  /** The delay that a host begins with, in milliseconds. Default 5000. */
  startDelayMs?: number;
  /** The longest delay, in milliseconds. Default 60000. */
  maxDelayMs?: number;
  /** How many requests should be under way on a host. Default: its concurrency limit, else 1. */
  targetConcurrency?: number;
  /** Whether blocks and errors double the delay. Default true. */
  blockBackoff?: boolean;
}

/** What came back from a host. */
export interface ThrottleSample {
  /** How long the answer took, without waiting for a session or a turn, in milliseconds. */
  latencyMs: number;
  /** True for a good page; false for a block, or a status that is not 2xx. */
  ok: boolean;
  /** What `Retry-After` asked for, in milliseconds. */
  retryAfterMs?: number | undefined;
}

/**
 * Adapts the delay of each host to how fast it answers: with the target concurrency, a request
 * should start just as another ends.
 */
export class AutoThrottle {
  /** The delay of a host that did not answer yet, in milliseconds. */
  readonly startDelayMs: number;
  readonly #maxDelayMs: number;
  readonly #targetConcurrency: number;
  readonly #blockBackoff: boolean;
  readonly #delays = new LruMap<number>(MOST_HOSTS);

  /**
   * @param options How it adapts.
   * @param perDomain The concurrency limit of a host; 0 for none.
   * @throws {SpiderOptionError} For values that make no sense.
   */
  constructor(options: AutoThrottleOptions = {}, perDomain = 0) {
    this.startDelayMs = options.startDelayMs ?? 5_000;
    this.#maxDelayMs = options.maxDelayMs ?? 60_000;
    this.#targetConcurrency = options.targetConcurrency ?? (perDomain || 1);
    this.#blockBackoff = options.blockBackoff ?? true;
    if (!(this.#targetConcurrency > 0)) {
      throw new SpiderOptionError(
        `autothrottle.targetConcurrency must be more than 0: received ${this.#targetConcurrency}`,
      );
    }
    if (!(this.startDelayMs >= 0 && this.#maxDelayMs >= this.startDelayMs)) {
      throw new SpiderOptionError(
        `autothrottle.maxDelayMs must not be less than startDelayMs, nor that less than 0: ` +
          `received ${this.#maxDelayMs} and ${this.startDelayMs}`,
      );
    }
  }

  /**
   * The delay of a host now.
   *
   * @param host The host.
   * @param floorMs What it must not go below, in milliseconds.
   */
  delayMs(host: string, floorMs: number): number {
    return this.#clamp(this.#delays.get(host) ?? Math.max(floorMs, this.startDelayMs), floorMs);
  }

  /**
   * Learns from an answer.
   *
   * @param host The host.
   * @param sample What came back.
   * @param floorMs What the delay must not go below, in milliseconds.
   * @returns The new delay, in milliseconds.
   */
  record(host: string, sample: ThrottleSample, floorMs: number): number {
    const current = this.delayMs(host, floorMs);
    const target = sample.latencyMs / this.#targetConcurrency;
    let delay = Math.max((current + target) / 2, target);
    if (!sample.ok) delay = Math.max(delay, this.#penalty(sample, current), current);
    const clamped = this.#clamp(delay, floorMs);
    this.#delays.set(host, clamped);
    return clamped;
  }

  /** The delays learnt so far, by host, in milliseconds. */
  delays(): [host: string, ms: number][] {
    return [...this.#delays.entries()];
  }

  /** Goes on from delays that were learnt before. */
  restore(delays: Iterable<readonly [host: string, ms: number]>): void {
    for (const [host, ms] of delays) this.#delays.set(host, ms);
  }

  #penalty(sample: ThrottleSample, current: number): number {
    return this.#blockBackoff ? sample.retryAfterMs ?? current * 2 : current;
  }

  #clamp(delay: number, floorMs: number): number {
    return Math.max(Math.min(delay, this.#maxDelayMs), floorMs);
  }
}
