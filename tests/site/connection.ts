import type { ClientHello } from "./client_hello.ts";
import type { Http2Preface } from "./http2_preface.ts";

/** What the site knows of one connection from a client. */
export interface Connection {
  /** The connection's number in its site, counted from 1 in order of arrival. */
  readonly id: number;
  /** Whether it is encrypted. */
  readonly secure: boolean;
  /** What the client's ClientHello said, on an encrypted connection. */
  readonly clientHello?: ClientHello;
  /** The client's JA4 fingerprint, on an encrypted connection. */
  readonly ja4?: string;
  /** What an HTTP/2 connection began with; set before its first request is recorded. */
  http2?: Http2Preface;
}
