import { Buffer } from "node:buffer";
import { FrontierError } from "../errors.ts";
import { checkItem } from "./check_item.ts";
import type { Counters, FrontierItem, Outcome } from "./frontier.ts";
import { encodeItem } from "./item_codec.ts";
import type { Argument } from "./redis_packing.ts";
import { seenPlace } from "./redis_fingerprint.ts";

/** A hundred thousand years; what is to be never is then. */
const NEVER_MS = 3.2e15;

/**
 * What a script is told of new requests: how many, and seven values each.
 *
 * @param items The requests.
 * @param now The caller's time.
 * @throws {FrontierError} If a priority or a time is not a number, or a fingerprint is malformed.
 */
export function argumentsOfItems(
  items: readonly FrontierItem<Uint8Array>[],
  now: number,
): Argument[] {
  for (const item of items) checkItem(item);
  const args: Argument[] = [`${items.length}`];
  for (const item of items) {
    const { region, value } = seenPlace(item.fingerprint);
    const notBefore = waitArgument(item.notBefore ?? 0, now);
    const dontFilter = item.dontFilter ? "1" : "0";
    args.push(region, value, item.key, `${item.priority}`, notBefore, dontFilter, item.payload);
  }
  return args;
}

/**
 * What a script is told of a finished page: the items, the follow-ups and the counters, by number first.
 *
 * @param outcome What the page left behind.
 * @param now The caller's time.
 * @throws {FrontierError} For a malformed follow-up, and an item or a count that can't be stored.
 */
export function argumentsOfOutcome(outcome: Outcome<Uint8Array>, now: number): Argument[] {
  const items = (outcome.items ?? []).map(encodeItem);
  const [discovered, ...requests] = argumentsOfItems(outcome.discovered ?? [], now);
  const [counters, ...counts] = argumentsOfCounters(outcome.counters);
  return [`${items.length}`, discovered!, counters!, ...items, ...requests, ...counts];
}

/**
 * A time as a script takes it: from now on, since the caller's clock and the server's differ.
 *
 * @param at Milliseconds since 1970, or `Infinity` for never.
 * @param now The caller's time.
 */
export function waitArgument(at: number, now: number): string {
  return `${Math.max(0, Math.min(at - now, NEVER_MS))}`;
}

/**
 * How many bytes arguments have, about.
 *
 * @param args The arguments.
 */
export function sizeOf(args: readonly Argument[]): number {
  return args.reduce((size, arg) => size + arg.length, 0);
}

/**
 * Bytes as Redis sends them, as text.
 *
 * @param value The bytes.
 */
export function textOf(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString() : String(value);
}

/**
 * What a script is told to add up: how many counters, then names and counts.
 *
 * @param counters The counters.
 * @throws {FrontierError} For a count that is no number.
 */
export function argumentsOfCounters(counters: Counters = {}): string[] {
  const entries = Object.entries(counters);
  const args = entries.flatMap(([name, count]) => {
    if (Number.isFinite(count)) return [name, `${count}`];
    throw new FrontierError(`A count must be a finite number: received ${count} for ${name}`);
  });
  return [`${entries.length}`, ...args];
}
