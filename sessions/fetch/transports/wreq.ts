import { BodyTooLargeError } from "@orbweaver/session";
import type * as wreq from "wreq-js";
import { TlsError, TransportUnavailableError, UnsupportedByTransportError } from "../errors.ts";
import type { HeaderPair } from "../profiles/headers.ts";
import type { Profile } from "../profiles/names.ts";
import type { Stoppable } from "../stop_signal.ts";
import { ClientPool } from "./client_pool.ts";
import { networkError } from "./network_error.ts";
import { type ByteStream, readStream } from "./read_stream.ts";
import {
  connectionKey,
  type ConnectionOptions,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

type Wreq = typeof wreq;

/** Whose certificates are trusted: Mozilla's, or the system's and those of `SSL_CERT_FILE` as well. */
type TrustStore = "mozilla" | "combined";

/** Connections are pooled by browser, proxy and `verify`; more than this many at once are rare. */
const MOST_CLIENTS = 32;

/**
 * How much longer than ours the native time limit is: ours rejects with the better error, the native
 * one is what ends a read that is already waiting, which nothing else can (wreq-js 2.3.1).
 */
const GRACE_MS = 50;

/** Sends requests with a browser's TLS and HTTP/2 fingerprint, through npm `wreq-js`. */
export class WreqTransport implements Transport {
  /** Every header goes out as we write it. */
  readonly sender = "exact";
  readonly #wreq: Wreq;
  readonly #clients = new ClientPool<wreq.Transport>(MOST_CLIENTS, (client) => client.close());
  /** A client with Mozilla's certificates alone is made in 4 ms instead of 13 (wreq-js 2.3.1). */
  #trustStore: TrustStore = "mozilla";

  private constructor(library: Wreq) {
    this.#wreq = library;
  }

  /**
   * Loads the library, which is native code.
   *
   * @throws {TransportUnavailableError} If that fails.
   */
  static async load(): Promise<WreqTransport> {
    try {
      return new WreqTransport(await import("wreq-js"));
    } catch (cause) {
      throw new TransportUnavailableError(
        `Impersonating a browser needs the native library wreq-js, which could not be loaded (${
          String(cause)
        }); allow it with --allow-ffi, --allow-read and --allow-env in Deno, install it with ` +
          `'npm install wreq-js@2.3.1' in Node, or do without by 'impersonate: false'`,
        { cause },
      );
    }
  }

  /** @inheritdoc */
  async request(request: TransportRequest): Promise<TransportResponse> {
    const trustStore = this.#trustStore;
    try {
      return await this.#requestTrusting(trustStore, request);
    } catch (error) {
      // Without a connection nothing was sent, so that even a POST may be tried again.
      if (trustStore === "combined" || !isUntrusted(error)) throw error;
      this.#trustStore = "combined";
      return await this.#requestTrusting("combined", request);
    }
  }

  /** @inheritdoc */
  close(): Promise<void> {
    return this.#clients.close();
  }

  #requestTrusting(
    trustStore: TrustStore,
    request: TransportRequest,
  ): Promise<TransportResponse> {
    const { connection } = request;
    return this.#clients.use(
      `${trustStore} ${connectionKey(connection)}`,
      () => this.#createClient(connection, trustStore),
      (client) => this.#send(client, request),
    );
  }

  async #send(client: wreq.Transport, request: TransportRequest): Promise<TransportResponse> {
    const { url, method, headers, body, signal } = request;
    try {
      const response = await this.#wreq.fetch(url, {
        transport: client,
        method,
        headers: headers as [string, string][], // which are copied
        body: body ?? null,
        // It uses no more of a signal than ours has.
        signal: signal as unknown as AbortSignal,
        timeout: Math.ceil(request.timeoutMs) + GRACE_MS,
        redirect: "manual",
        disableDefaultHeaders: true,
      });
      return new WreqResponse(response, request);
    } catch (error) {
      throw signal.aborted ? signal.reason : networkError(url, error);
    }
  }

  async #createClient(
    connection: ConnectionOptions,
    trustStore: TrustStore,
  ): Promise<wreq.Transport> {
    refuseUnsupported(connection);
    const { profile, proxy, guard, verify, connectTimeoutMs } = connection;
    const { fingerprint, os } = profile as Profile;
    const proxyUrl = guard === undefined ? proxy?.url : await guard.tunnelUrl();
    return await this.#wreq.createTransport({
      browser: fingerprint,
      os,
      insecure: !verify,
      trustStore,
      ...(connectTimeoutMs === undefined ? {} : { connectTimeout: connectTimeoutMs }),
      ...(proxyUrl === undefined ? {} : { proxy: proxyUrl }),
    });
  }
}

/** Whether nobody who is trusted vouches for a server. */
function isUntrusted(error: unknown): boolean {
  return error instanceof TlsError && error.message.includes("CERTIFICATE_VERIFY_FAILED");
}

function refuseUnsupported({ verify, ca, clientCert, http2 }: ConnectionOptions): void {
  if (ca !== undefined && verify) {
    throw new UnsupportedByTransportError(
      "ca",
      "impersonation has no certificates per session; set 'verify: false', use " +
        "'impersonate: false', or name the file in the environment variable SSL_CERT_FILE",
    );
  }
  if (clientCert !== undefined) {
    const why = "impersonation has no client certificates; use 'impersonate: false'";
    throw new UnsupportedByTransportError("clientCert", why);
  }
  if (http2 === false) {
    const why = "browsers always offer HTTP/2, and not to do so gives it away; use " +
      "'impersonate: false'";
    throw new UnsupportedByTransportError("http2", why);
  }
}

/**
 * What wreq-js 2.3.1 keeps of an answer behind its `Response`: its public headers join several
 * `Set-Cookie` into one line, which can't be taken apart again.
 */
interface NativePayload {
  /** Names in lower case. */
  readonly headers: HeaderPair[];
  /** The body, where it came whole together with the head. */
  readonly bodyBytes: Uint8Array | null;
}

const NONE: readonly string[] = [];

class WreqResponse implements TransportResponse {
  readonly #response: wreq.Response;
  readonly #payload: NativePayload;
  readonly #request: TransportRequest;

  constructor(response: wreq.Response, request: TransportRequest) {
    this.#response = response;
    this.#payload = (response as unknown as { payload: NativePayload }).payload;
    this.#request = request;
  }

  get status(): number {
    return this.#response.status;
  }

  get reason(): undefined {
    return undefined;
  }

  get headers(): readonly HeaderPair[] {
    return this.#payload.headers;
  }

  get setCookie(): readonly string[] {
    let lines: string[] | undefined;
    for (const [name, value] of this.headers) {
      if (name === "set-cookie") (lines ??= []).push(value);
    }
    return lines ?? NONE;
  }

  get location(): string | undefined {
    return this.headers.find(([name]) => name === "location")?.[1];
  }

  get contentLength(): number | undefined {
    if (this.#request.method === "HEAD") return undefined;
    return this.#response.contentLength ?? undefined;
  }

  body(maxBytes: number, signal: Stoppable): Uint8Array | Promise<Uint8Array> {
    const { url } = this.#request;
    const bytes = this.#payload.bodyBytes;
    if (bytes === null) return this.#read(maxBytes, signal);
    if (bytes.byteLength > maxBytes) {
      throw new BodyTooLargeError(maxBytes, `it has ${bytes.byteLength} bytes`, { url });
    }
    // A plain view: Node's Buffer, which this is, slices differently.
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  async discard(): Promise<void> {
    if (this.#payload.bodyBytes === null) await this.#response.body?.cancel();
  }

  async #read(maxBytes: number, signal: Stoppable): Promise<Uint8Array> {
    const stream = this.#response.body as ByteStream | null;
    return stream === null
      ? new Uint8Array()
      : await readStream(stream, this.#request.url, maxBytes, signal);
  }
}
