import type { Hop, RawHeaders } from "./exchanges.ts";

/** A request that was answered. */
export type AnsweredHop = Hop & { response: NonNullable<Hop["response"]> };

/**
 * Whether a request was answered.
 *
 * @param hop The request.
 */
export function isAnswered(hop: Hop): hop is AnsweredHop {
  return hop.response !== undefined;
}

/**
 * A request and its answer as what a `Response` is made of, without the body.
 *
 * @param hop The request.
 */
export function toResponseData({ url, method, requestHeaders, response }: AnsweredHop) {
  return {
    url,
    method,
    status: response.status,
    reason: response.reason,
    headers: headerList(response.headers),
    requestHeaders: headerList(requestHeaders),
  };
}

/** CDP's headers as a list: it joins duplicates by line breaks, and shows HTTP/2's pseudo-headers. */
function headerList(headers: RawHeaders): [name: string, value: string][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    values.split("\n").filter((value) => isValid(name, value)).map((value): [string, string] => [
      name,
      value,
    ])
  );
}

/** Servers send bytes that no web API accepts as a header; such a one is as good as missing. */
function isValid(name: string, value: string): boolean {
  try {
    new Headers([[name, value]]);
    return true;
  } catch {
    return false;
  }
}
