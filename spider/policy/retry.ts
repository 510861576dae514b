import { ConnectError, TlsError } from "@orbweaver/fetch-session";
import { NetworkError, SessionStartError, TimeoutError } from "@orbweaver/session";

/** How a {@linkcode RetryPolicy} paces. */
export interface RetryPolicyOptions {
  /** Wait before the first retry, in milliseconds; doubles with each further one. Default 1000. */
  firstDelayMs?: number;
  /** The longest wait, in milliseconds. Default 60000. */
  longestDelayMs?: number;
  /** Gives numbers from 0 to 1. Default: `Math.random`. */
  random?: () => number;
}

/** RFC 9110, section 9.2.2: what may be repeated without changing what it does. */
const IDEMPOTENT: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
]);

/** What sessions that don't use our error classes fail with when the network does (errno(3)). */
const NETWORK_CODES: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EAI_AGAIN",
]);

/** Browsers fail like this and come back (@orbweaver/browser-session, which is not imported here). */
const BROWSER_FAILURES: ReadonlySet<string> = new Set(["BrowserCrashedError", "TabCrashedError"]);

/** Says which failures are worth another try, and when. */
export class RetryPolicy {
  readonly #firstDelayMs: number;
  readonly #longestDelayMs: number;
  readonly #random: () => number;

  /** @param options How it paces. */
  constructor(options: RetryPolicyOptions = {}) {
    this.#firstDelayMs = options.firstDelayMs ?? 1_000;
    this.#longestDelayMs = options.longestDelayMs ?? 60_000;
    this.#random = options.random ?? Math.random;
  }

  /**
   * Whether a fetch that failed may go well another time.
   *
   * @param error What it failed with.
   * @param method The request's method: what is not idempotent is repeated only if nothing was sent.
   */
  mayRetry(error: unknown, method: string): boolean {
    if (error instanceof ConnectError || error instanceof SessionStartError) return true;
    return isPassing(error) && IDEMPOTENT.has(method.toUpperCase());
  }

  /**
   * How long to wait: doubled each time, of which a random half, so that many don't come back at once.
   *
   * @param retries How often it was tried again so far.
   * @returns Milliseconds.
   */
  delayMs(retries: number): number {
    const delay = Math.min(this.#firstDelayMs * 2 ** retries, this.#longestDelayMs);
    return delay * (0.5 + this.#random() / 2);
  }
}

function isPassing(error: unknown): boolean {
  // A certificate that is refused now is refused in a second, too.
  if (error instanceof TlsError) return false;
  if (error instanceof NetworkError || error instanceof TimeoutError) return true;
  if (!(error instanceof Error)) return false;
  return BROWSER_FAILURES.has(error.name) || NETWORK_CODES.has((error as { code?: unknown }).code);
}
