import type { HeadersInput, ProxyServer } from "@orbweaver/session";
import type { AddressGuard } from "../guard/address_guard.ts";
import type { ClientCertificate } from "../options.ts";
import type { HeaderPair } from "../profiles/headers.ts";
import type { Profile } from "../profiles/names.ts";
import type { Stoppable, StopSignal } from "../stop_signal.ts";

/** How connections are made; requests that agree in it share a pool of connections. */
export interface ConnectionOptions {
  /** The browser to be; `undefined` for none. */
  readonly profile: Profile | undefined;
  /** The proxy. */
  readonly proxy: ProxyServer | undefined;
  /** Who chooses the addresses to connect to; `undefined` leaves that to the client. */
  readonly guard: AddressGuard | undefined;
  /** Whether certificates are checked. */
  readonly verify: boolean;
  /** Certificates to trust besides the usual ones, in PEM. */
  readonly ca: string | undefined;
  /** The certificate to show. */
  readonly clientCert: ClientCertificate | undefined;
  /** Limit for connecting, in milliseconds. */
  readonly connectTimeoutMs: number | undefined;
  /** Whether HTTP/2 is offered; `undefined` leaves that to the client. */
  readonly http2: boolean | undefined;
}

/** One request, as it goes out. Redirects are not followed, and cookies are not kept. */
export interface TransportRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: HeaderPair[];
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly connection: ConnectionOptions;
  /** Ends the request; the transport then rejects with the signal's reason. */
  readonly signal: StopSignal;
  /** When the request ends at the latest, in milliseconds from now. */
  readonly timeoutMs: number;
}

/** The head of an answer, and its body for whoever wants it. */
export interface TransportResponse {
  readonly status: number;
  /** The status text, where the transport knows it. */
  readonly reason: string | undefined;
  /** The headers, in the form that costs nothing to give. */
  readonly headers: HeadersInput;
  /** The `Set-Cookie` headers, each for itself. */
  readonly setCookie: readonly string[];
  /** The `Location` header. */
  readonly location: string | undefined;
  /** The body's size in bytes, where the server said so. */
  readonly contentLength: number | undefined;
  /**
   * The body, decompressed. Either this is called, or `discard`.
   *
   * @param maxBytes The largest body to accept.
   * @param signal Ends the reading; it then rejects with the signal's reason.
   * @throws {BodyTooLargeError} If there is more; the rest is not read.
   */
  body(maxBytes: number, signal: Stoppable): Uint8Array | Promise<Uint8Array>;
  /** Gives up the body and its connection. */
  discard(): Promise<void>;
}

/** A way to send requests. */
export interface Transport {
  /** Who writes the connection's own headers, such as `host`: us, or the platform's client. */
  readonly sender: "exact" | "platform";
  /**
   * Sends one request.
   *
   * @throws {NetworkError} If there is no answer.
   */
  request(request: TransportRequest): Promise<TransportResponse>;
  /** Closes every connection. */
  close(): Promise<void>;
}

/** What sets connections apart: requests with the same text may share them. */
export function connectionKey(connection: ConnectionOptions): string {
  const { profile, proxy, guard, verify, ca, clientCert, connectTimeoutMs, http2 } = connection;
  const rare = ca === undefined && clientCert === undefined
    ? ""
    : JSON.stringify([ca, clientCert?.cert]);
  return `${profile?.name} ${verify} ${guard !== undefined} ${connectTimeoutMs} ${http2} ${
    proxy?.url ?? ""
  } ${rare}`;
}
