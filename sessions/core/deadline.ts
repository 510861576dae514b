import { TimeoutError } from "./errors.ts";

/**
 * Waits for something, but not for ever. The timer is gone when this returns, either way.
 *
 * @param work What to wait for. It is not cancelled when the time is over.
 * @param timeoutMs How long to wait, in milliseconds.
 * @param what What is waited for, as the beginning of a sentence.
 * @throws {TimeoutError} When the time is over.
 *
 * @example
 * ```ts
 * import { withDeadline } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await withDeadline(Promise.resolve(1), 1000, "Counting"), 1);
 * ```
 */
export async function withDeadline<T>(
  work: Promise<T>,
  timeoutMs: number,
  what: string,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(timeoutMs, what)), timeoutMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
