import { StoredDataError, UnstorableRequestError } from "../errors.ts";
import {
  changedRequest,
  Request,
  type RequestOptions,
  type Retries,
  type SessionOptions,
} from "../request.ts";
import { readText, UnwritableError, writeText } from "./structured_text.ts";

/**
 * The first character of what is written, and all that are read. Version 1 had no JSON, and so `undefined`
 * for what is not there.
 */
const VERSION = "2";
const VERSIONS = ["1", VERSION];

/** What is written of a request, in this order, with `null` for what is not there. */
type Parts = [
  url: string,
  sid: string | undefined,
  callback: string | undefined,
  priority: number,
  dontFilter: boolean,
  depth: number,
  network: number,
  blocked: number,
  meta: object | undefined,
  options: object | undefined,
  escalated: number | undefined,
  escalatedTo: string | undefined,
  escalatedBy: string | undefined,
];

/** Which part of the whole a path leads into. */
const PART_NAMES: readonly [string, string][] = [["[8]", "meta"], ["[9]", "options"]];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A request as bytes, for a store. What is kept: URL, session id, the callback's name, priority,
 * `dontFilter`, depth, retries, meta and session options.
 *
 * @param request The request; its callback must be a name.
 * @throws {UnstorableRequestError} If it holds what can't be stored: a function, a signal, a live object.
 *
 * @example
 * ```ts
 * import { decodeRequest, encodeRequest, Request } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const request = new Request("https://example.com/", { meta: { since: new Date(0) } });
 * assert.deepEqual(decodeRequest(encodeRequest(request)), request);
 *
 * const pageAction = () => {};
 * const live = new Request("https://example.com/", { pageAction });
 * assert.throws(() => encodeRequest(live), { name: "UnstorableRequestError" });
 * ```
 */
export function encodeRequest(request: Request): Uint8Array {
  const { url, sid, callback, priority, dontFilter, depth, retries, meta, options } = request;
  const parts: Parts = [
    url,
    sid,
    callback as string | undefined,
    priority,
    dontFilter,
    depth,
    retries.network,
    retries.blocked,
    filled(meta),
    filled(options),
    retries.escalated,
    retries.sid,
    retries.proxy,
  ];
  try {
    return encoder.encode(VERSION + writeText(parts.map((part) => part ?? null)));
  } catch (error) {
    throw error instanceof UnwritableError ? unstorable(request, error) : error;
  }
}

/**
 * The request that {@linkcode encodeRequest} wrote.
 *
 * @param bytes What was stored. They are checked: a store is outside of the program.
 * @throws {StoredDataError} If they are no request.
 */
export function decodeRequest(bytes: Uint8Array): Request {
  const text = textOf(bytes);
  const version = text[0] ?? "";
  if (!VERSIONS.includes(version)) {
    throw unreadable(`its version is ${JSON.stringify(version)}, expected "${VERSION}"`);
  }
  try {
    return requestOf(readText(text.slice(1)));
  } catch (cause) {
    throw unreadable(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function requestOf(value: unknown): Request {
  const parts = Array.isArray(value) ? value.map((part) => part ?? undefined) : value;
  if (!isParts(parts)) throw new TypeError("its parts are not those of a request");
  const [url, sid, callback, priority, dontFilter, depth, network, blocked, meta, options] = parts;
  const routing = { sid, callback, priority, dontFilter, meta };
  const request = new Request(url, { ...options, ...routing } as RequestOptions);
  if (depth + network + blocked === 0 && parts[10] === undefined) return request;
  return changedRequest(request, { depth, retries: retriesOf(parts) });
}

function retriesOf(parts: Parts): Retries {
  const [, , , , , , network, blocked, , , escalated, sid, proxy] = parts;
  return Object.freeze({
    network,
    blocked,
    ...(escalated === undefined ? {} : { escalated }),
    ...(sid === undefined ? {} : { sid }),
    ...(proxy === undefined ? {} : { proxy }),
  });
}

function isParts(parts: unknown): parts is Parts {
  if (!Array.isArray(parts) || parts.length !== 13) return false;
  const [url, sid, callback, , dontFilter, depth, network, blocked, meta, options, ...moves] =
    parts as unknown as Parts;
  const [escalated = 0, ...names] = moves;
  return typeof url === "string" && typeof dontFilter === "boolean" &&
    [sid, callback, ...names].every((name) => name === undefined || typeof name === "string") &&
    [depth, network, blocked, escalated].every(isCount) &&
    [meta, options].every((part) => part === undefined || isRecord(part));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function filled(values: SessionOptions): object | undefined {
  for (const _ in values) return values;
  return undefined;
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw unreadable("it is no UTF-8 text", cause);
  }
}

function unreadable(reason: string, cause?: unknown): StoredDataError {
  return new StoredDataError(`What was stored is no request that can be read: ${reason}`, {
    cause,
  });
}

function unstorable(request: Request, error: UnwritableError): UnstorableRequestError {
  const { path, value, cause } = error;
  const [prefix, part] = PART_NAMES.find(([start]) => path.startsWith(start)) ?? ["", "request"];
  const option = part + path.slice(prefix.length);
  return new UnstorableRequestError(request.url, { option, ...verdictOn(value, error), cause });
}

const PLAIN =
  "use plain data: text, numbers, dates, bytes, lists, objects, Map, Set, RegExp, URL, URLSearchParams, " +
  "Headers, or a FormData without files";

function verdictOn(value: unknown, error: UnwritableError): { what: string; advice: string } {
  if (typeof value === "function") {
    const advice =
      "give it to the session instead, as in new DynamicSession({ pageAction }), or do " +
      "what it does in a callback of the spider, by name";
    return { what: "a function", advice };
  }
  if (value instanceof AbortSignal) {
    const advice =
      "leave it out, since the request outlives it; the crawl's own signal stops the crawl";
    return { what: "an AbortSignal", advice };
  }
  if (value instanceof FormData || value instanceof Blob) {
    return {
      what: "a file, or a form with one",
      advice: "give its bytes, as 'data', in a Uint8Array",
    };
  }
  if (typeof value !== "object" || value === null) return { what: error.message, advice: PLAIN };
  const name = value.constructor?.name;
  return { what: name ? `an object of class ${name}` : "a live object", advice: PLAIN };
}
