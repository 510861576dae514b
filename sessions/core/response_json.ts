import type { Cookie } from "./cookies/cookie.ts";
import { ResponseFormatError } from "./errors.ts";
import {
  fromBase64,
  fromMetaJson,
  isBase64,
  isRecord,
  kindOf,
  toBase64,
  toMetaJson,
} from "./meta_json.ts";
import { headerPairs } from "./options.ts";
import type { ResponseData, Timing } from "./response.ts";

/** A {@linkcode Response} as data for JSON: nothing of it is lost. */
export interface ResponseJson {
  /** The final URL. */
  url: string;
  /** The HTTP status. */
  status: number;
  /** The status text, where the server sent one. */
  reason?: string;
  /** The method. */
  method?: string;
  /** The response headers, in their order, duplicates included. */
  headers?: [name: string, value: string][];
  /** The headers that were sent. */
  requestHeaders?: [name: string, value: string][];
  /** The body in Base64. */
  body?: string;
  /** The body's encoding, where the session knew it for certain. */
  encoding?: string;
  /** The redirects, oldest first. */
  history?: ResponseJson[];
  /** The answers to the page's own requests. */
  capturedXhr?: ResponseJson[];
  /** The cookies set on the way. */
  cookies?: Cookie[];
  /** When it was asked for and how long it took. */
  timing?: Timing;
  /** The proxy it came through. */
  proxy?: string;
  /** Facts that the session added; bytes among them as `{ "$bytes": Base64 }`. */
  meta?: Record<string, unknown>;
  /** The session that fetched it. */
  sessionId?: string;
}

/** What a stored response gives back: what it is made of, and by which session. */
export interface StoredResponse {
  readonly data: Omit<ResponseData, "history" | "capturedXhr">;
  readonly history: readonly ResponseJson[] | undefined;
  readonly capturedXhr: readonly ResponseJson[] | undefined;
  readonly sessionId: string | undefined;
}

/**
 * A response's data in the form of JSON.
 *
 * @param data The data.
 * @param sessionId The session that fetched it.
 * @throws {ResponseFormatError} If `meta` holds something that JSON has no word for.
 */
export function toResponseJson(data: ResponseData, sessionId: string | undefined): ResponseJson {
  const { url, status, reason, method, encoding, timing, proxy, meta } = data;
  const { headers, requestHeaders, body, history, capturedXhr, cookies } = data;
  const json: ResponseJson = {
    url,
    status,
    reason,
    method,
    headers: headers && headerPairs(headers),
    requestHeaders: requestHeaders && headerPairs(requestHeaders),
    body: body && toBase64(body),
    encoding,
    history: history?.map((response) => response.toJSON()),
    capturedXhr: capturedXhr?.map((response) => response.toJSON()),
    cookies: cookies?.map((cookie) => ({ ...cookie })),
    timing: timing && { ...timing },
    proxy,
    meta: meta && toMetaJson(meta),
    sessionId,
  };
  return withoutUndefined(json);
}

/**
 * Reads one stored response, without those inside it.
 *
 * @param stored What {@linkcode toResponseJson} gave; may come from anywhere.
 * @param place Where it is, for the error.
 * @throws {ResponseFormatError} If it is something else.
 */
export function readResponseJson(stored: unknown, place: string): StoredResponse {
  if (place.length > MAX_PLACE) throw new ResponseFormatError(place, "too many", "few levels");
  const json = asRecord(stored, place);
  const at = (name: string) => place === "" ? name : `${place}.${name}`;
  for (const [name, { expected, accepts }] of Object.entries(FIELDS)) {
    if (!accepts(json[name])) throw new ResponseFormatError(at(name), kindOf(json[name]), expected);
  }
  const { body, meta, history, capturedXhr, sessionId, ...rest } = json as unknown as ResponseJson;
  const data = {
    ...rest,
    ...(body === undefined ? {} : { body: fromBase64(body) }),
    ...(meta === undefined ? {} : { meta: fromMetaJson(meta, at("meta")) }),
  };
  return { data: known(data), history, capturedXhr, sessionId };
}

/** Responses within responses, written one in the other, must not exhaust the stack. */
const MAX_PLACE = 1000;

interface Field {
  readonly expected: string;
  accepts(value: unknown): boolean;
}

const text: Field = {
  expected: "text or nothing",
  accepts: (value) => value === undefined || typeof value === "string",
};
const list: Field = {
  expected: "a list or nothing",
  accepts: (value) => value === undefined || Array.isArray(value),
};
const record: Field = {
  expected: "an object or nothing",
  accepts: (value) => value === undefined || isRecord(value),
};
const pairs: Field = {
  expected: "a list of [name, value] pairs or nothing",
  accepts: (value) =>
    value === undefined ||
    (Array.isArray(value) && value.every((pair: unknown) =>
      Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string")
    )),
};

const FIELDS: Readonly<Record<keyof ResponseJson, Field>> = {
  url: { expected: "text", accepts: (value) => typeof value === "string" },
  status: { expected: "a whole number", accepts: Number.isInteger },
  reason: text,
  method: text,
  headers: pairs,
  requestHeaders: pairs,
  body: {
    expected: "Base64 or nothing",
    accepts: (value) => value === undefined || (typeof value === "string" && isBase64(value)),
  },
  encoding: {
    expected: "the name of an encoding or nothing",
    accepts: (value) => value === undefined || (typeof value === "string" && isEncoding(value)),
  },
  history: list,
  capturedXhr: list,
  cookies: {
    expected: "a list of objects or nothing",
    accepts: (value) => value === undefined || (Array.isArray(value) && value.every(isRecord)),
  },
  timing: {
    expected: "{ startedAt, totalMs } or nothing",
    accepts: (value) => value === undefined || isTiming(value),
  },
  proxy: text,
  meta: record,
  sessionId: text,
};

function isTiming(value: unknown): boolean {
  const { startedAt, totalMs } = (value ?? {}) as Partial<Timing>;
  return Number.isFinite(startedAt) && Number.isFinite(totalMs);
}

function isEncoding(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

function known<T extends object>(data: T): T {
  return Object.fromEntries(
    Object.entries(data).filter(([name]) => Object.hasOwn(FIELDS, name)),
  ) as T;
}

function asRecord(value: unknown, place: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  throw new ResponseFormatError(place || "the top", kindOf(value), "an object");
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, field]) => field !== undefined),
  ) as T;
}
