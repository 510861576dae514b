import type { Frontier, Lease } from "../frontier/frontier.ts";
import type { Robots } from "../policy/robots.ts";
import type { AutoThrottle, ThrottleSample } from "../policy/throttle.ts";
import type { Request } from "../request.ts";
import type { StatsRecorder } from "../stats_recorder.ts";
import type { Clock } from "./clock.ts";

/** What decides how a host is treated. */
export interface PolitenessParts {
  /** Who waits for whom. */
  frontier: Frontier<Request>;
  /** Tells the time. */
  clock: Clock;
  /** The least time between two starts on a host, in milliseconds. */
  delayMs: number;
  /** By which share the delay varies. */
  spread: number;
  /** The rules of robots.txt, where they are obeyed. */
  robots?: Robots | undefined;
  /** What adapts the delays, where they are adapted. */
  throttle?: AutoThrottle | undefined;
  /** Where to write down what they are. */
  recording: StatsRecorder;
}

/** Whether a leased request may be fetched now. */
export type Admission =
  | { readonly kind: "go" }
  /** Robots.txt says no. */
  | { readonly kind: "disallowed"; readonly pattern: string }
  /** Its host is not to be asked now; the frontier knows until when. */
  | { readonly kind: "later" }
  | { readonly kind: "refused"; readonly error: Error };

const GO: Admission = { kind: "go" };
const LATER: Admission = { kind: "later" };

/** Turns what robots.txt, the throttle and the settings ask for into delays that the frontier keeps. */
export class Politeness {
  readonly #parts: PolitenessParts;

  /** @param parts What decides. */
  constructor(parts: PolitenessParts) {
    this.#parts = parts;
  }

  /** Sets the delay that every host begins with. */
  async begin(): Promise<void> {
    const { frontier, throttle, delayMs, spread } = this.#parts;
    const first = Math.max(delayMs, throttle?.startDelayMs ?? 0);
    if (first > 0) await frontier.setDelay("*", first, spread);
  }

  /**
   * Whether a leased request may be fetched. Where robots.txt has to be fetched first, the host is
   * closed meanwhile.
   *
   * @param lease The request.
   */
  async admit(lease: Lease<Request>): Promise<Admission> {
    const { robots } = this.#parts;
    if (robots === undefined) return GO;
    const { url } = lease.payload;
    if (robots.verdict(url) === undefined) {
      if (robots.isLearning(url)) return LATER;
      await this.#learn(robots, lease);
    }
    const verdict = robots.verdict(url);
    if (verdict === undefined) return LATER;
    if (verdict.kind === "allowed") return GO;
    if (verdict.kind === "disallowed") return verdict;
    if (verdict.kind === "unreachable") return { kind: "refused", error: verdict.error };
    await this.#parts.frontier.blockUntil(lease.key, verdict.at);
    return LATER;
  }

  /** Gives a host's turn back that was not used: the next request need not wait for the delay. */
  async unused(host: string): Promise<void> {
    await this.#parts.frontier.blockUntil(host, this.#parts.clock.now());
  }

  /** Learns from an answer how soon the host may be asked again. */
  async answered(lease: Lease<Request>, sample: ThrottleSample): Promise<void> {
    const { frontier, throttle, clock, recording } = this.#parts;
    const { key: host, payload } = lease;
    if (throttle !== undefined) {
      const delayMs = throttle.record(host, sample, this.#floorMs(payload.url));
      recording.delayed(host, delayMs);
      await frontier.setDelay(host, delayMs);
    }
    if (sample.retryAfterMs !== undefined && !sample.ok) {
      await frontier.blockUntil(host, clock.now() + sample.retryAfterMs);
    }
  }

  /**
   * Does something while a host is asked for nothing else, so that those who have to wait for what comes
   * of it hold no place that another host could use.
   *
   * @param lease The request that it is done for.
   * @param work What to do.
   */
  async alone<T>({ key, payload }: Lease<Request>, work: () => Promise<T>): Promise<T> {
    const { frontier, clock, throttle } = this.#parts;
    await frontier.blockUntil(key, Infinity);
    try {
      return await work();
    } finally {
      const wait = throttle === undefined
        ? this.#floorMs(payload.url)
        : this.#delayMs(payload.url, key);
      await frontier.blockUntil(key, clock.now() + wait);
    }
  }

  async #learn(robots: Robots, lease: Lease<Request>): Promise<void> {
    const { frontier, delayMs } = this.#parts;
    const { key, payload: { url } } = lease;
    await this.alone(lease, async () => {
      await robots.learn(url);
      if (robots.delayMs(url) > delayMs) await frontier.setDelay(key, this.#delayMs(url, key));
    });
  }

  #delayMs(url: string, host: string): number {
    const floor = this.#floorMs(url);
    return this.#parts.throttle?.delayMs(host, floor) ?? floor;
  }

  #floorMs(url: string): number {
    return Math.max(this.#parts.delayMs, this.#parts.robots?.delayMs(url) ?? 0);
  }
}
