import { NetworkError, type ProxyPool } from "@orbweaver/session";
import type { Stoppable } from "./stop_signal.ts";
import { ConnectError, ProxyAuthError, TlsError } from "./errors.ts";

/** How often, and at what pace, to try. */
export interface RetryPolicy {
  /** Attempts in all. */
  readonly retries: number;
  /** Wait before the second attempt, in milliseconds. */
  readonly retryDelayMs: number;
  /** Where each attempt gets its proxy. */
  readonly proxyPool?: ProxyPool | undefined;
}

const LONGEST_DELAY_MS = 60_000;

// RFC 9110 §9.2.2: what may be repeated without changing what it does.
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);

/**
 * Tries again when the network failed, after a wait that doubles each time.
 *
 * @param policy How often and at what pace.
 * @param method The request's method: one that is not idempotent is only repeated if nothing of it
 * can have been sent.
 * @param signal Ends the waiting.
 * @param attempt What to try.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  method: string,
  signal: Stoppable,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let failures = 1;; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (failures >= policy.retries || signal.aborted || !mayRepeat(error, method, policy)) {
        throw error;
      }
    }
    await pause(backoffMs(policy.retryDelayMs, failures), signal);
  }
}

function mayRepeat(error: unknown, method: string, { proxyPool }: RetryPolicy): boolean {
  // A certificate that is refused now is refused in a second, too.
  if (!(error instanceof NetworkError) || error instanceof TlsError) return false;
  // So are credentials, but the pool's next proxy has others.
  if (error instanceof ProxyAuthError) return proxyPool !== undefined;
  return error instanceof ConnectError || IDEMPOTENT.has(method);
}

/** Between half and all of the doubled delay, so that many clients don't come back at once. */
function backoffMs(firstMs: number, failures: number): number {
  const delay = Math.min(firstMs * 2 ** (failures - 1), LONGEST_DELAY_MS);
  return delay * (0.5 + Math.random() / 2);
}

function pause(ms: number, signal: Stoppable): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
