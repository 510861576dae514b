import type { Clock } from "../engine/clock.ts";
import { RobotsUnreachableError } from "../errors.ts";
import type { RetryPolicy } from "./retry.ts";
import { decidingRule, parseRobots, type RobotsRules } from "./robots_txt.ts";

/** What a robots.txt was answered with. */
export interface RobotsAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** The body. */
  readonly body: Uint8Array;
  /** When that was, in milliseconds since 1970. Default: now. */
  readonly fetchedAt?: number | undefined;
}

/** What {@linkcode Robots} works with. */
export interface RobotsParts {
  /** Fetches a robots.txt, redirects included. */
  fetch: (url: string, signal: AbortSignal) => Promise<RobotsAnswer>;
  /** The crawler's name, as robots.txt files may call it. */
  agent: string;
  /** Tells the time. */
  clock: Clock;
  /** Paces new attempts. */
  retry: RetryPolicy;
  /** Ends what is under way. */
  signal: AbortSignal;
}

/** Whether a URL may be fetched: yes, no, not before a time, or never since nobody could say. */
export type RobotsVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "disallowed"; readonly pattern: string }
  | { readonly kind: "later"; readonly at: number }
  | { readonly kind: "unreachable"; readonly error: RobotsUnreachableError };

/** What is known of an origin. */
interface Known {
  readonly until: number;
  /** `undefined` if the file can't be had. */
  readonly rules: RobotsRules | undefined;
  readonly attempts: number;
  readonly error?: unknown;
}

/** RFC 9309, section 2.4: a copy is not used for longer. */
export const ROBOTS_TTL_MS = 24 * 3_600_000;
/** How long an origin whose robots.txt can't be had is left alone. */
const GIVE_UP_MS = 3_600_000;
const MOST_ATTEMPTS = 3;
/** The most rules kept, over all origins; what was not used for longest is asked for again. */
const MOST_RULES = 1_000_000;

const ALLOWED: RobotsVerdict = { kind: "allowed" };

/**
 * The robots.txt of every origin: fetched when first needed, once for all who ask, and kept for a
 * day. An answer 4xx allows everything; 5xx, or none at all, disallows everything and is tried again.
 */
export class Robots {
  readonly #parts: RobotsParts;
  readonly #known = new Map<string, Known>();
  readonly #learning = new Map<string, Promise<void>>();
  #rules = 0;

  /** @param parts What it works with. */
  constructor(parts: RobotsParts) {
    this.#parts = parts;
  }

  /**
   * Whether a URL may be fetched, as far as is known.
   *
   * @param url An absolute URL.
   * @returns The verdict; `undefined` if the origin's robots.txt has to be learnt first.
   */
  verdict(url: string): RobotsVerdict | undefined {
    const known = this.#fresh(originOf(url));
    if (known === undefined) return undefined;
    if (known.rules === undefined) return unavailable(url, known);
    const rule = decidingRule(known.rules, url);
    if (rule === undefined || rule.allow) return ALLOWED;
    return { kind: "disallowed", pattern: rule.pattern };
  }

  /**
   * The least time between two requests to an origin, in milliseconds.
   *
   * @param url A URL of the origin.
   */
  delayMs(url: string): number {
    return this.#known.get(originOf(url))?.rules?.delayMs ?? 0;
  }

  /**
   * Whether an origin's robots.txt is being fetched.
   *
   * @param url A URL of the origin.
   */
  isLearning(url: string): boolean {
    return this.#learning.has(originOf(url));
  }

  /**
   * Fetches the robots.txt of an origin; many at once share one fetch. It does not reject.
   *
   * @param url A URL of the origin.
   */
  learn(url: string): Promise<void> {
    const origin = originOf(url);
    let learning = this.#learning.get(origin);
    if (learning === undefined) {
      learning = this.#learn(origin).finally(() => this.#learning.delete(origin));
      this.#learning.set(origin, learning);
    }
    return learning;
  }

  async #learn(origin: string): Promise<void> {
    const { fetch, signal, agent } = this.#parts;
    try {
      const { status, body, fetchedAt = this.#now() } = await fetch(`${origin}/robots.txt`, signal);
      if (status >= 500) return this.#failed(origin, new Error(`status ${status}`));
      // Section 2.3.1.3: any 4xx means that there is none. A 3xx here led nowhere, likewise.
      const rules = parseRobots(status < 300 ? body : new Uint8Array(), agent);
      this.#remember(origin, { until: fetchedAt + ROBOTS_TTL_MS, rules, attempts: 1 });
    } catch (error) {
      if (!signal.aborted) this.#failed(origin, error);
    }
  }

  #failed(origin: string, error: unknown): void {
    const attempts = (this.#known.get(origin)?.attempts ?? 0) + 1;
    const waitMs = attempts < MOST_ATTEMPTS ? this.#parts.retry.delayMs(attempts) : GIVE_UP_MS;
    this.#remember(origin, { until: this.#now() + waitMs, rules: undefined, attempts, error });
  }

  /** What is known and not outdated; a failure counts its attempts up until it is given up. */
  #fresh(origin: string): Known | undefined {
    const known = this.#known.get(origin);
    if (known === undefined) return undefined;
    if (this.#now() < known.until) {
      this.#known.delete(origin);
      this.#known.set(origin, known); // the last in the map is the last that was used
      return known;
    }
    if (known.rules !== undefined || known.attempts >= MOST_ATTEMPTS) this.#forget(origin);
    return undefined;
  }

  #remember(origin: string, known: Known): void {
    this.#forget(origin);
    this.#known.set(origin, known);
    this.#rules += 1 + (known.rules?.rules.length ?? 0);
    for (const oldest of this.#known.keys()) {
      if (this.#rules <= MOST_RULES || oldest === origin) return;
      this.#forget(oldest);
    }
  }

  #forget(origin: string): void {
    const known = this.#known.get(origin);
    if (known === undefined) return;
    this.#known.delete(origin);
    this.#rules -= 1 + (known.rules?.rules.length ?? 0);
  }

  #now(): number {
    return this.#parts.clock.now();
  }
}

function unavailable(url: string, known: Known): RobotsVerdict {
  if (known.attempts < MOST_ATTEMPTS) return { kind: "later", at: known.until };
  return { kind: "unreachable", error: new RobotsUnreachableError(url, known.error) };
}

function originOf(url: string): string {
  return new URL(url).origin;
}
