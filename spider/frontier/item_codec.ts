import { InvalidYieldError, StoredDataError } from "../errors.ts";
import { hasForm, readText, UnwritableError, writeText } from "./structured_text.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** What JSON leaves out is left out, and an object of a class is what JSON sees of it. */
const REDUCERS = {
  Nothing: (value: unknown) => typeof value === "function" || typeof value === "symbol",
  Form: (value: unknown) => isOfClass(value) && [formOf(value)],
};

const REVIVERS = {
  Nothing: () => undefined,
  Form: ([form]: [unknown]) => form,
};

/**
 * An item as bytes, for a store. Dates, bytes, big integers, maps and sets are kept; an object of a
 * class of its own becomes what its `toJSON` gives, or its fields; functions are left out.
 *
 * @param item The item.
 * @throws {InvalidYieldError} If it can't be stored: it is nested too deeply, or a getter of it throws.
 *
 * @example
 * ```ts
 * import { decodeItem, encodeItem } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const item = { name: "Lamp", seen: new Date(0) };
 * assert.deepEqual(decodeItem(encodeItem(item)), item);
 * ```
 */
export function encodeItem(item: unknown): Uint8Array {
  try {
    return encoder.encode(writeText(item, REDUCERS));
  } catch (error) {
    if (!(error instanceof UnwritableError)) throw error;
    const where = error.path === "" ? "" : ` at '${error.path}'`;
    throw new InvalidYieldError(
      `The item can't be stored${where}: ${error.message}; yield plain data`,
      { cause: error.cause },
    );
  }
}

/**
 * The item that {@linkcode encodeItem} wrote.
 *
 * @param bytes What was stored.
 * @throws {StoredDataError} If they are no item.
 */
export function decodeItem(bytes: Uint8Array): unknown {
  try {
    return readText(decoder.decode(bytes), REVIVERS);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoredDataError(`What was stored is no item that can be read: ${reason}`, { cause });
  }
}

/** What has no form of its own in the text. */
const KNOWN = [
  Date,
  RegExp,
  Map,
  Set,
  URL,
  URLSearchParams,
  ArrayBuffer,
  Headers,
  FormData,
  Number,
  String,
  Boolean,
  BigInt,
];

function isOfClass(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain) return hasForm(value) || Object.getOwnPropertySymbols(value).length > 0;
  return !ArrayBuffer.isView(value) && !KNOWN.some((known) => value instanceof known);
}

function formOf(value: object): unknown {
  return hasForm(value)
    ? (value as { toJSON(): unknown }).toJSON()
    : Object.fromEntries(Object.entries(value));
}
