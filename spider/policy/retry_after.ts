/** A server that asks for more than this is asked again all the same. */
const LONGEST_MS = 10 * 60_000;

/**
 * How long a `Retry-After` header asks to wait (RFC 9110, section 10.2.3).
 *
 * @param value The header: seconds, or a date.
 * @param now The time, in milliseconds since 1970.
 * @returns Milliseconds, at most ten minutes; `undefined` for no header or a malformed one.
 */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? "";
  const asked = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  if (Number.isNaN(asked)) return undefined;
  return Math.min(Math.max(asked, 0), LONGEST_MS);
}
