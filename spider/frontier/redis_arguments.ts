import { Buffer } from "node:buffer";
import { FrontierError } from "../errors.ts";
import type { Counters, FrontierItem, Outcome } from "./frontier.ts";
import type { Argument } from "./redis_connection.ts";
import { seenPlace } from "./redis_fingerprint.ts";
import { isFingerprint } from "./seen.ts";

/** The latest time that a `Date` can tell; what is to be never is then. */
const NEVER = 8.64e15;

/**
 * What a script is told of new requests: how many, and seven values each.
 *
 * @param items The requests.
 * @throws {FrontierError} If a priority or a time is not a number, or a fingerprint is malformed.
 */
export function argumentsOfItems(items: readonly FrontierItem<Uint8Array>[]): Argument[] {
  for (const item of items) checkItem(item);
  const args: Argument[] = [`${items.length}`];
  for (const item of items) {
    const { region, value } = seenPlace(item.fingerprint);
    const notBefore = timeArgument(item.notBefore ?? 0);
    const dontFilter = item.dontFilter ? "1" : "0";
    args.push(region, value, item.key, `${item.priority}`, notBefore, dontFilter, item.payload);
  }
  return args;
}

/**
 * What a script is told of a finished page: the items, the follow-ups and the counters, by number first.
 *
 * @param outcome What the page left behind.
 * @throws {FrontierError} For a malformed follow-up, and an item or a count that can't be stored.
 */
export function argumentsOfOutcome(outcome: Outcome<Uint8Array>): Argument[] {
  const items = (outcome.items ?? []).map(itemText);
  const [discovered, ...requests] = argumentsOfItems(outcome.discovered ?? []);
  const counters = countersOf(outcome.counters ?? {});
  return [
    `${items.length}`,
    discovered!,
    `${counters.length / 2}`,
    ...items,
    ...requests,
    ...counters,
  ];
}

/**
 * A time as a script takes it.
 *
 * @param at Milliseconds since 1970, or `Infinity` for never.
 */
export function timeArgument(at: number): string {
  return `${Math.max(0, Math.min(at, NEVER))}`;
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

function itemText(item: unknown): string {
  const text = JSON.stringify(item);
  if (text !== undefined) return text;
  throw new FrontierError(`An item must be something that JSON can tell: received ${typeof item}`);
}

function countersOf(counters: Counters): string[] {
  return Object.entries(counters).flatMap(([name, count]) => {
    if (Number.isFinite(count)) return [name, `${count}`];
    throw new FrontierError(`A count must be a finite number: received ${count} for ${name}`);
  });
}

function checkItem({ fingerprint, key, priority, notBefore }: FrontierItem<Uint8Array>): void {
  if (!isFingerprint(fingerprint)) {
    throw new FrontierError(
      `A fingerprint must be 32 hexadecimal digits, as fingerprint() gives them: received ${
        JSON.stringify(fingerprint.slice(0, 64))
      } for ${key}`,
    );
  }
  if (Number.isFinite(priority) && !Number.isNaN(notBefore)) return;
  throw new FrontierError(
    `A priority must be a finite number and a time a number: received ${priority} and ${notBefore} for ${key}`,
  );
}
