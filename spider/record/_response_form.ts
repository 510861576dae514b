import { Buffer } from "node:buffer";
import {
  type Cookie,
  headerPairs,
  Response,
  type ResponseData,
  type Timing,
} from "@orbweaver/session";

/** A response as JSON has it. */
interface ResponseForm {
  url: string;
  status: number;
  reason?: string;
  headers: [string, string][];
  requestHeaders: [string, string][];
  /** In Base64. */
  body: string;
  encoding?: string;
  method?: string;
  history: ResponseForm[];
  cookies: readonly Cookie[];
  timing?: Timing;
  proxy?: string;
  meta?: Readonly<Record<string, unknown>>;
  sessionId?: string;
}

/**
 * A response in the form of JSON: everything that its session gave, history included. The `meta` of
 * the spider's request is not part of it.
 *
 * @param response The response.
 */
export function toForm(response: Response): ResponseForm {
  const { data } = response;
  const { url, status, reason, encoding, method, cookies, timing, proxy, meta } = data;
  return {
    url,
    status,
    reason,
    headers: headerPairs(data.headers),
    requestHeaders: headerPairs(data.requestHeaders),
    body: Buffer.from(data.body ?? new Uint8Array()).toString("base64"),
    encoding,
    method,
    history: (data.history ?? []).map(toForm),
    cookies: cookies ?? [],
    timing,
    proxy,
    meta,
    sessionId: response.sessionId,
  };
}

/**
 * The response of a form that {@linkcode toForm} made.
 *
 * @param form What was read; it may be anything.
 * @throws {TypeError} If it is no such form.
 */
export function fromForm(form: unknown): Response {
  const { body, history, sessionId, ...rest } = form as ResponseForm;
  const { url, status, headers, requestHeaders, cookies } = rest;
  const isForm = typeof url === "string" && Number.isInteger(status) && typeof body === "string" &&
    [history, headers, requestHeaders, cookies].every(Array.isArray);
  if (!isForm) throw new TypeError("This is no recorded response");
  const data: ResponseData = {
    ...rest,
    body: new Uint8Array(Buffer.from(body, "base64")),
    history: history.map(fromForm),
  };
  const response = new Response(data);
  return sessionId === undefined ? response : response.fetchedBy(sessionId);
}
