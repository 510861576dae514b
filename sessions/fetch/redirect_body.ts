import type { Stoppable } from "./stop_signal.ts";
import type { TransportResponse } from "./transports/transport.ts";

/** Nobody needs more of the body that comes with a redirect. */
const MOST_BYTES = 64 * 1024;
const PATIENCE_MS = 500;

/**
 * The body of a redirect, if it is short and comes at once: reading it to its end keeps the
 * connection. Waiting for a long or slow one would be a trap.
 *
 * @param answer The redirect.
 * @param signal Ends the reading; it then rejects with the signal's reason.
 * @returns The body, or nothing.
 */
export async function readRedirectBody(
  answer: TransportResponse,
  signal: Stoppable,
): Promise<Uint8Array> {
  if ((answer.contentLength ?? 0) > MOST_BYTES) {
    await answer.discard();
    return new Uint8Array();
  }
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, PATIENCE_MS);
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    return await answer.body(MOST_BYTES, patience.signal);
  } catch {
    // Where it leads is known already, so a body that breaks does not matter.
    signal.throwIfAborted();
    return new Uint8Array();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
}
