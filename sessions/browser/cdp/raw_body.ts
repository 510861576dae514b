import { BodyTooLargeError } from "@orbweaver/session";
import { Buffer } from "node:buffer";
import { readIoStream } from "./io_stream.ts";
import type { ScopedSession } from "./scoped_session.ts";

/** A header as the domain `Fetch` has it. */
export interface HeaderEntry {
  /** Its name. */
  readonly name: string;
  /** Its value. */
  readonly value: string;
}

/** An answer that Chromium holds up. */
export interface HeldAnswer {
  readonly requestId: string;
  readonly request: { readonly url: string };
  readonly responseStatusCode: number;
  readonly responseStatusText?: string;
  readonly responseHeaders?: readonly HeaderEntry[];
}

/** Chromium doesn't show what a server says to that without a password, unless it is handed back. */
export const UNAUTHORIZED = 401;

/** What no longer holds for a body that has been read and decompressed. */
const OF_THE_WIRE = ["content-encoding", "content-length", "transfer-encoding"];

/**
 * The value of a header.
 *
 * @param headers The headers.
 * @param name Its name, in lower case.
 */
export function headerValue(headers: readonly HeaderEntry[] = [], name: string): string {
  return headers.find((header) => header.name.toLowerCase() === name)?.value ?? "";
}

/**
 * Refuses a body that says by itself that it is too large.
 *
 * @param answer The answer.
 * @param maxBytes The limit, in bytes.
 * @throws {BodyTooLargeError} If it does.
 */
export function checkAnnounced({ request, responseHeaders }: HeldAnswer, maxBytes: number): void {
  const announced = Number(headerValue(responseHeaders, "content-length"));
  if (!(announced > maxBytes)) return;
  throw new BodyTooLargeError(maxBytes, `it has ${announced} bytes`, { url: request.url });
}

/**
 * Reads the body of an answer that is held up, and lets the answer go on.
 *
 * @param cdp The session to the tab.
 * @param answer The answer.
 * @param maxBytes Where to stop, in bytes.
 * @throws {BodyTooLargeError} If there is more; the rest is not read.
 */
export async function takeRawBody(
  cdp: ScopedSession,
  answer: HeldAnswer,
  maxBytes: number,
): Promise<Uint8Array> {
  const { requestId, responseStatusCode: status, responseHeaders: headers } = answer;
  const isSized = /^\d+$/.test(headerValue(headers, "content-length"));
  // Compressed, a small body may be a large one; and one without a length may never end.
  const isBounded = isSized && headerValue(headers, "content-encoding") === "";
  if (isBounded && status !== UNAUTHORIZED) {
    const body = await getBody(cdp, requestId);
    cdp.post("Fetch.continueRequest", { requestId });
    return body;
  }
  return await streamBody(cdp, answer, maxBytes);
}

async function getBody(cdp: ScopedSession, requestId: string): Promise<Uint8Array> {
  type Body = { body: string; base64Encoded: boolean };
  const { body, base64Encoded } = await cdp.send<Body>("Fetch.getResponseBody", { requestId });
  return Buffer.from(body, base64Encoded ? "base64" : "utf8");
}

async function streamBody(
  cdp: ScopedSession,
  answer: HeldAnswer,
  maxBytes: number,
): Promise<Uint8Array> {
  const { requestId, request, responseStatusCode, responseStatusText, responseHeaders } = answer;
  const { stream } = await cdp.send<{ stream: string }>("Fetch.takeResponseBodyAsStream", {
    requestId,
  });
  const body = await readIoStream(
    cdp,
    stream,
    maxBytes,
    () => new BodyTooLargeError(maxBytes, "there is more of it", { url: request.url }),
  );
  // What was taken as a stream can't go on by itself, so it is handed back as it came.
  cdp.post("Fetch.fulfillRequest", {
    requestId,
    responseCode: responseStatusCode,
    ...(responseStatusText ? { responsePhrase: responseStatusText } : {}),
    responseHeaders: responseHeaders?.filter(({ name }) =>
      !OF_THE_WIRE.includes(name.toLowerCase())
    ),
    body: Buffer.from(body).toString("base64"),
  });
  return body;
}
