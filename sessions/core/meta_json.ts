import { Buffer } from "node:buffer";
import { errorData } from "./error_data.ts";
import { ResponseFormatError } from "./errors.ts";

/** An object with this key alone stands for bytes, in Base64. */
const BYTES = "$bytes";

/** An object with this key alone stands for one that looks like what has a meaning here, but is none. */
const ESCAPED = "$escaped";

/** Objects within objects must not exhaust the stack. */
const MAX_DEPTH = 500;

/**
 * A response's `meta` in the form of JSON: bytes as Base64, errors as their facts, the rest as it is.
 *
 * @param meta The facts.
 * @throws {ResponseFormatError} If there is something that JSON has no word for; it names the place.
 */
export function toMetaJson(meta: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return mapEntries(meta, (value, key) => toJson(value, `meta.${key}`, [meta]));
}

/**
 * Reads what {@linkcode toMetaJson} gave.
 *
 * @param json The data.
 * @param place Where it is, for the error.
 * @throws {ResponseFormatError} If it is something else.
 */
export function fromMetaJson(json: object, place: string): Record<string, unknown> {
  return mapEntries(json, (value, key) => fromJson(value, `${place}.${key}`, 1));
}

/**
 * Whether something is an object as `{}` makes them.
 *
 * @param value What to look at.
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value) as unknown;
  return prototype === Object.prototype || prototype === null;
}

/**
 * Whether a text is Base64.
 *
 * @param text The text.
 */
export function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/**
 * Bytes as Base64.
 *
 * @param bytes The bytes.
 */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/**
 * The bytes that Base64 stands for.
 *
 * @param base64 The text.
 */
export function fromBase64(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}

/**
 * What kind of thing something is, for errors.
 *
 * @param value The thing.
 */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value !== "object") return `${typeof value} ${String(value)}`;
  return Array.isArray(value) ? "a list" : `a ${value.constructor?.name ?? "thing"}`;
}

function toJson(value: unknown, place: string, parents: readonly unknown[]): unknown {
  if (isPlain(value)) return value;
  if (value instanceof Uint8Array) return { [BYTES]: toBase64(value) };
  if (value instanceof Error) return toJson(errorData(value), place, parents);
  if (parents.includes(value)) throw new ResponseFormatError(place, "a circle", "plain data");
  if (parents.length >= MAX_DEPTH) throw new ResponseFormatError(place, "too many", "few levels");
  const inside = [...parents, value];
  if (Array.isArray(value)) {
    return value.map((item, index) => toJson(item, `${place}[${index}]`, inside));
  }
  if (!isRecord(value)) throw new ResponseFormatError(place, kindOf(value), "plain data");
  const json = mapEntries(value, (item, key) => toJson(item, `${place}.${key}`, inside));
  return onlyKeyOf(json, BYTES) || onlyKeyOf(json, ESCAPED) ? { [ESCAPED]: json } : json;
}

function fromJson(json: unknown, place: string, depth: number): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (depth > 2 * MAX_DEPTH) throw new ResponseFormatError(place, "too many", "few levels");
  const next = (value: unknown, key: string) => fromJson(value, `${place}.${key}`, depth + 1);
  if (Array.isArray(json)) return json.map((item, index) => next(item, String(index)));
  if (onlyKeyOf(json, BYTES)) return readBytes((json as Record<string, unknown>)[BYTES], place);
  const escaped = onlyKeyOf(json, ESCAPED) ? (json as Record<string, unknown>)[ESCAPED] : undefined;
  return mapEntries(isRecord(escaped) ? escaped : json, next);
}

function readBytes(base64: unknown, place: string): Uint8Array {
  if (typeof base64 === "string" && isBase64(base64)) return fromBase64(base64);
  throw new ResponseFormatError(`${place}.${BYTES}`, kindOf(base64), "Base64");
}

function isPlain(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  return typeof value === "number" && Number.isFinite(value);
}

function onlyKeyOf(value: object, key: string): boolean {
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === key;
}

/** A property that is undefined is no property, in JSON and in all that matters here. */
function mapEntries(
  source: object,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(source).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, change(value, key)]));
}
