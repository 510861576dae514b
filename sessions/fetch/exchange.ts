import { BodyTooLargeError, type Cookie, type ProxyServer, Response } from "@orbweaver/session";
import { ConnectError } from "./errors.ts";
import type { Flight } from "./flight.ts";
import type { AddressGuard } from "./guard/address_guard.ts";
import { passageOf, refusal } from "./guard/passage.ts";
import { type HeaderSource, hopHeaders } from "./hop_headers.ts";
import type { HeaderPair } from "./profiles/headers.ts";
import type { Profile } from "./profiles/names.ts";
import { checkProxyAnswer, proxyFailure } from "./proxy_failure.ts";
import { readRedirectBody } from "./redirect_body.ts";
import { type Hop, type Redirect, redirectOf } from "./redirects.ts";
import type { Stoppable } from "./stop_signal.ts";
import type { Transport, TransportResponse } from "./transports/transport.ts";

/** Everything that one fetch needs to know on its way from hop to hop. */
export interface Trip extends HeaderSource {
  readonly flight: Flight;
  readonly transport: Transport;
  readonly guard: AddressGuard;
  readonly fingerprint: Profile | undefined;
  /** The request that the chain of redirects began with. */
  readonly first: Hop;
  readonly cookies: Cookie[];
  readonly history: Response[];
  readonly startedAt: number;
}

/** An answer that has arrived in full. */
export interface Page {
  readonly answer: TransportResponse;
  readonly redirect: Redirect | undefined;
  readonly requestHeaders: HeaderPair[];
  readonly body: Uint8Array;
  readonly proxy: ProxyServer | undefined;
  readonly startedAt: number;
}

/** Sends one request and takes in its answer. */
export async function exchange(
  hop: Hop,
  trip: Trip,
  proxy: ProxyServer | undefined,
): Promise<Page> {
  const { settings, flight } = trip;
  const startedAt = Date.now();
  const requestHeaders = hopHeaders(hop, trip);
  const answer = await send(hop, trip, proxy, requestHeaders);
  if (proxy !== undefined) await checkProxyAnswer(hop.url, answer, proxy);
  const { setCookie } = answer;
  if (setCookie.length > 0) trip.cookies.push(...trip.jar.store(hop.url, setCookie));
  const redirect = settings.followRedirects === false ? undefined : redirectOf(answer);
  const body =
    await (redirect === undefined
      ? readBody(hop.url, answer, settings.maxBytes, flight.signal)
      : readRedirectBody(answer, flight.signal));
  return { answer, redirect, requestHeaders, body, proxy, startedAt };
}

async function send(
  hop: Hop,
  trip: Trip,
  proxy: ProxyServer | undefined,
  headers: HeaderPair[],
): Promise<TransportResponse> {
  const { settings, flight, fingerprint } = trip;
  const guarded = passageOf(hop, trip.first, settings) === "guarded";
  try {
    return await trip.transport.request({
      url: hop.url.href,
      method: hop.method,
      headers,
      body: hop.body?.bytes,
      connection: {
        profile: fingerprint,
        proxy,
        guard: guarded ? trip.guard : undefined,
        verify: settings.verify,
        ca: settings.ca,
        clientCert: settings.clientCert,
        connectTimeoutMs: settings.connectTimeoutMs,
        http2: settings.http2,
      },
      signal: flight.signal,
      timeoutMs: flight.remainingMs,
    });
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const address = guarded ? trip.guard.refusalOf(hop.url.hostname) : undefined;
    if (address !== undefined) throw refusal(hop, address);
    throw proxy === undefined ? error : proxyFailure(hop.url, error, proxy);
  }
}

function readBody(
  url: URL,
  answer: TransportResponse,
  maxBytes: number,
  signal: Stoppable,
): Uint8Array | Promise<Uint8Array> {
  const { contentLength } = answer;
  if (contentLength === undefined || contentLength <= maxBytes) {
    return answer.body(maxBytes, signal);
  }
  return refuseBody(url, answer, maxBytes, contentLength);
}

async function refuseBody(
  url: URL,
  answer: TransportResponse,
  maxBytes: number,
  contentLength: number,
): Promise<never> {
  await answer.discard();
  throw new BodyTooLargeError(maxBytes, `it has ${contentLength} bytes`, { url: url.href });
}

/** What the user gets for an answer; for a redirect, an entry of the history. */
export function toResponse(hop: Hop, page: Page, trip: Trip): Response {
  const { answer } = page;
  const last = page.redirect === undefined;
  const { startedAt } = last ? trip : page;
  return new Response({
    url: hop.url.href,
    status: answer.status,
    ...(answer.reason === undefined ? {} : { reason: answer.reason }),
    headers: answer.headers,
    body: page.body,
    method: hop.method,
    requestHeaders: page.requestHeaders,
    history: last ? trip.history : [],
    cookies: last ? trip.cookies : [],
    timing: { startedAt, totalMs: Date.now() - startedAt },
    ...(page.proxy === undefined ? {} : { proxy: page.proxy.server }),
    meta: { impersonate: trip.fingerprint?.name ?? false },
  });
}
