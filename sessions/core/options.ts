/** Headers as a user may give them: a record, a list of pairs (duplicates allowed), or web `Headers`. */
export type HeadersInput =
  | Readonly<Record<string, string>>
  | ReadonlyArray<readonly [name: string, value: string]>
  | Headers;

/** The options that every session's `fetch` understands, whatever its kind. */
export interface FetchOptions {
  /** Extra request headers; they win over the session's own, case-insensitively. */
  headers?: HeadersInput;
  /** `Referer` to send; `false` sends none. Default: the session's own choice. */
  referer?: string | false;
  /** Limit for the whole fetch, body included, in milliseconds. Default: the session's, 30000. */
  timeoutMs?: number;
  /** Aborts this fetch; it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** The names of {@linkcode FetchOptions}, for sessions that check what they are given. */
export const COMMON_OPTIONS: readonly string[] = ["headers", "referer", "timeoutMs", "signal"];

/**
 * Gives headers as pairs, in the order in which they were written.
 *
 * @param headers Headers in any accepted form; `undefined` gives no pairs.
 * @returns A new list of [name, value] pairs.
 *
 * @example
 * ```ts
 * import { headerPairs } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(headerPairs({ Accept: "text/html" }), [["Accept", "text/html"]]);
 * ```
 */
export function headerPairs(headers: HeadersInput | undefined): [name: string, value: string][] {
  if (headers === undefined) return [];
  if (headers instanceof Headers) return [...headers];
  if (Array.isArray(headers)) return headers.map(([name, value]) => [name, value]);
  return Object.entries(headers as Record<string, string>);
}
