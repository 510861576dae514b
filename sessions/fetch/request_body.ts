import { InvalidOptionError } from "@orbweaver/session";
import type { FormValue, Settings } from "./options.ts";

/** A body, ready to be sent as often as need be. */
export interface RequestBody {
  /** The bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its content type; `undefined` for bytes whose meaning is unknown. */
  readonly contentType: string | undefined;
}

const encoder = new TextEncoder();

/**
 * The body that `data` or `json` stands for.
 *
 * @param settings The request's settings.
 * @param method The request's method, in upper case.
 * @returns The body, or `undefined` where neither option is given.
 * @throws {InvalidOptionError} For data that can't be a body, or a method that has none.
 */
export async function encodeBody(
  { data, json }: Settings,
  method: string,
): Promise<RequestBody | undefined> {
  if (data === undefined && json === undefined) return undefined;
  if (method === "GET" || method === "HEAD") {
    const option = data === undefined ? "json" : "data";
    const expected = `left out for ${method}, which has no body; set 'method: "POST"'`;
    throw new InvalidOptionError(option, data ?? json, expected);
  }
  return data === undefined ? encodeJson(json) : await encodeData(data);
}

function encodeJson(json: unknown): RequestBody {
  let text: string | undefined;
  try {
    text = JSON.stringify(json);
  } catch (cause) {
    throw new InvalidOptionError("json", String(json), "a value that JSON can hold", { cause });
  }
  if (text === undefined) throw new InvalidOptionError("json", json, "a value that JSON can hold");
  return { bytes: encoder.encode(text), contentType: "application/json" };
}

async function encodeData(data: NonNullable<Settings["data"]>): Promise<RequestBody> {
  if (typeof data === "string") {
    return { bytes: encoder.encode(data), contentType: "text/plain;charset=UTF-8" };
  }
  // A copy, so that what the user does with the array later does not change what is sent.
  if (data instanceof Uint8Array) return { bytes: new Uint8Array(data), contentType: undefined };
  if (data instanceof FormData) return await encodeMultipart(data);
  if (data instanceof URLSearchParams) return encodeForm(data);
  if (typeof data === "object" && data !== null) return encodeForm(formEntries(data));
  throw new InvalidOptionError(
    "data",
    data,
    "a record, string, bytes, URLSearchParams or FormData",
  );
}

function encodeForm(form: URLSearchParams): RequestBody {
  const contentType = "application/x-www-form-urlencoded";
  return { bytes: encoder.encode(form.toString()), contentType };
}

async function encodeMultipart(form: FormData): Promise<RequestBody> {
  const encoded = new globalThis.Response(form);
  const bytes = new Uint8Array(await encoded.arrayBuffer());
  return { bytes, contentType: encoded.headers.get("content-type") ?? undefined };
}

/**
 * Names and values as a query or a form writes them.
 *
 * @param record The values by name; a list gives its name several times.
 */
export function formEntries(record: Readonly<Record<string, FormValue>>): URLSearchParams {
  const entries = new URLSearchParams();
  for (const [name, value] of Object.entries(record)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) entries.append(name, String(item));
    }
  }
  return entries;
}
