import { BodyTooLargeError } from "@orbweaver/session";
import { inflateRawSync, inflateSync } from "node:zlib";
import { UnsupportedByTransportError } from "../errors.ts";
import { ClientPool } from "./client_pool.ts";
import { networkError } from "./network_error.ts";
import type { Stoppable } from "../stop_signal.ts";
import { readStream } from "./read_stream.ts";
import {
  connectionKey,
  type ConnectionOptions,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

/** As much of Deno's own API as is used where it exists. */
interface DenoHttp {
  createHttpClient(options: {
    proxy?: { url: string };
    caCerts?: string[];
    cert?: string;
    key?: string;
    http2?: boolean;
    allowHost?: boolean;
  }): DenoClient;
}

interface DenoClient {
  close(): void;
}

/** Connections are pooled by proxy and certificates; more than this many at once are rare. */
const MOST_CLIENTS = 32;

/** Sends requests with Deno's own `fetch`: no impersonation, and nothing to install. */
export class DenoTransport implements Transport {
  /** Deno writes `host` and `content-length` by itself. */
  readonly sender = "platform";
  readonly #clients = new ClientPool<DenoClient>(MOST_CLIENTS, (client) => client.close());

  /** @inheritdoc */
  async request(request: TransportRequest): Promise<TransportResponse> {
    const { connection } = request;
    refuseLeak(request);
    return await this.#clients.use(
      connectionKey(connection),
      () => createClient(connection),
      (client) => send(request, client),
    );
  }

  /** @inheritdoc */
  close(): Promise<void> {
    return this.#clients.close();
  }
}

/** Whether this runtime is Deno. */
export function hasDenoHttp(): boolean {
  return denoHttp() !== undefined;
}

function denoHttp(): DenoHttp | undefined {
  const { Deno } = globalThis as { Deno?: Partial<DenoHttp> };
  return typeof Deno?.createHttpClient === "function" ? Deno as DenoHttp : undefined;
}

function refuseUnsupported({ verify, connectTimeoutMs }: ConnectionOptions): void {
  if (!verify) {
    throw new UnsupportedByTransportError(
      "verify",
      "Deno's fetch always checks certificates; impersonate a browser, pass 'ca', or start Deno " +
        "with --unsafely-ignore-certificate-errors",
    );
  }
  if (connectTimeoutMs !== undefined) {
    const why =
      "Deno's fetch has one time limit for all; use 'timeoutMs', or impersonate a browser";
    throw new UnsupportedByTransportError("connectTimeoutMs", why);
  }
}

/**
 * Deno 2.9.6 puts `proxy-authorization` into requests that go through a proxy's tunnel, too, where
 * the site reads the proxy's password; and with an https proxy leaves it out of those that don't.
 */
function refuseLeak({ url, connection: { proxy } }: TransportRequest): void {
  if (proxy === undefined || proxy.username === "" || proxy.server.startsWith("socks")) return;
  if (proxy.server.startsWith("http:") && url.startsWith("http:")) return;
  throw new UnsupportedByTransportError(
    "proxy",
    "Deno's fetch tells https sites the password of an http or https proxy; use a socks5 or " +
      "socks5h proxy, one without password, or impersonate a browser",
    { url },
  );
}

async function createClient(connection: ConnectionOptions): Promise<DenoClient> {
  refuseUnsupported(connection);
  const { proxy, guard, ca, clientCert, http2 } = connection;
  const proxyUrl = guard === undefined ? proxy?.url : await guard.tunnelUrl();
  return (denoHttp() as DenoHttp).createHttpClient({
    ...(proxyUrl === undefined ? {} : { proxy: { url: proxyUrl } }),
    ...(ca === undefined ? {} : { caCerts: certificatesIn(ca) }),
    ...clientCert,
    ...(http2 === undefined ? {} : { http2 }),
    allowHost: true,
  });
}

/** Deno reads only the first certificate of each text. */
function certificatesIn(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [pem];
}

async function send(
  { url, method, headers, body, signal }: TransportRequest,
  client: DenoClient,
): Promise<TransportResponse> {
  const init: RequestInit & { client: DenoClient } = {
    method,
    headers: headers as [string, string][], // which are copied
    redirect: "manual",
    signal: signal.real,
    client,
  };
  if (body !== undefined) init.body = body;
  try {
    return new DenoResponse(await fetch(url, init), url, method);
  } catch (error) {
    throw signal.aborted ? signal.reason : networkError(url, error);
  }
}

class DenoResponse implements TransportResponse {
  readonly contentLength: number | undefined;
  readonly #response: globalThis.Response;
  readonly #url: string;

  constructor(response: globalThis.Response, url: string, method: string) {
    this.#response = response;
    this.#url = url;
    const length = response.headers.get("content-length");
    // The length of a compressed body says nothing about the body.
    const whole = length !== null && method !== "HEAD" && !response.headers.has("content-encoding");
    this.contentLength = whole ? Number(length) : undefined;
  }

  get status(): number {
    return this.#response.status;
  }

  get reason(): string {
    return this.#response.statusText;
  }

  get headers(): Headers {
    return this.#response.headers;
  }

  get setCookie(): readonly string[] {
    return this.#response.headers.getSetCookie();
  }

  get location(): string | undefined {
    return this.#response.headers.get("location") ?? undefined;
  }

  async body(maxBytes: number, signal: Stoppable): Promise<Uint8Array> {
    const bytes = this.contentLength !== undefined && this.contentLength <= maxBytes
      ? await this.#readWhole(signal)
      : await this.#readStream(maxBytes, signal);
    return this.#needsInflating() ? inflate(bytes, maxBytes, this.#url) : bytes;
  }

  async discard(): Promise<void> {
    await this.#response.body?.cancel();
  }

  async #readWhole(signal: Stoppable): Promise<Uint8Array> {
    try {
      return new Uint8Array(await this.#response.arrayBuffer());
    } catch (error) {
      throw signal.aborted ? signal.reason : networkError(this.#url, error);
    }
  }

  async #readStream(maxBytes: number, signal: Stoppable): Promise<Uint8Array> {
    const { body } = this.#response;
    if (body === null) return new Uint8Array();
    return await readStream(body, this.#url, maxBytes, signal);
  }

  /** Deno's `fetch` decodes gzip and br, but hands over deflate as it is. */
  #needsInflating(): boolean {
    return this.#response.headers.get("content-encoding")?.trim().toLowerCase() === "deflate";
  }
}

/** Undoes `deflate`, which is meant to have a zlib header (RFC 9110 §8.4.1.2) and often has none. */
function inflate(bytes: Uint8Array, maxBytes: number, url: string): Uint8Array {
  const bare = ((bytes[0] ?? 0) & 0x0f) !== 8;
  try {
    const options = { maxOutputLength: Math.max(1, maxBytes) };
    return bare ? inflateRawSync(bytes, options) : inflateSync(bytes, options);
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") {
      throw new BodyTooLargeError(maxBytes, "there is more of it", { url, cause });
    }
    throw networkError(url, cause);
  }
}
