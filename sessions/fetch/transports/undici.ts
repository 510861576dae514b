import { isIP, type LookupFunction } from "node:net";
import { rootCertificates } from "node:tls";
import type { Dispatcher } from "undici";
import { TransportUnavailableError } from "../errors.ts";
import type { AddressGuard } from "../guard/address_guard.ts";
import { ClientPool } from "./client_pool.ts";
import { decompressed } from "./decompress.ts";
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

type Undici = typeof import("undici");

/** Connections are pooled by proxy and certificates; more than this many at once are rare. */
const MOST_CLIENTS = 32;

/** As much as Chrome accepts (`net/http/http_stream_parser.h`); undici's default is 16 KiB. */
const MAX_HEADER_BYTES = 256 * 1024;

/**
 * Sends requests with npm `undici`: no impersonation. For Node only, whose own `fetch` knows neither
 * proxies nor certificates; under Deno undici 7 hangs on broken bodies, and there is Deno's `fetch`.
 */
export class UndiciTransport implements Transport {
  /** Every header goes out as we write it. */
  readonly sender = "exact";
  readonly #clients = new ClientPool<Dispatcher>(MOST_CLIENTS, (client) => client.destroy());
  #loading: Promise<Undici> | undefined;

  /** @inheritdoc */
  async request(request: TransportRequest): Promise<TransportResponse> {
    const undici = await (this.#loading ??= load());
    const { connection } = request;
    return await this.#clients.use(
      connectionKey(connection),
      () => Promise.resolve(createClient(undici, connection)),
      (client) => send(client, request),
    );
  }

  /** @inheritdoc */
  close(): Promise<void> {
    return this.#clients.close();
  }
}

async function load(): Promise<Undici> {
  try {
    return await import("undici");
  } catch (cause) {
    throw new TransportUnavailableError(
      `'impersonate: false' needs the npm package undici in Node, which could not be loaded (${
        String(cause)
      }); install it with 'npm install undici@7.30.2'`,
      { cause },
    );
  }
}

function createClient({ Agent, ProxyAgent }: Undici, options: ConnectionOptions): Dispatcher {
  const { proxy, guard, connectTimeoutMs } = options;
  const tls = tlsOptions(options);
  const common = {
    maxHeaderSize: MAX_HEADER_BYTES,
    allowH2: options.http2 ?? false,
    // Ours covers all of them.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const timeout = connectTimeoutMs ?? 0;
  if (proxy === undefined) {
    const lookup = guard === undefined ? {} : { lookup: guardedLookup(guard) };
    return new Agent({ ...common, connect: { ...tls, ...lookup, timeout } });
  }
  return new ProxyAgent({
    ...common,
    // Its socks5 is what others call socks5h: names are the proxy's to look up.
    uri: proxy.url.replace(/^socks5h:/, "socks5:"),
    requestTls: { ...tls, timeout },
    // With these, undici would speak TLS to a SOCKS proxy.
    ...(proxy.server.startsWith("socks") ? {} : { proxyTls: { ...tls, timeout } }),
    // Like every other client, plain http goes to the proxy as a request and not through a tunnel.
    proxyTunnel: false,
  });
}

function tlsOptions({ verify, ca, clientCert }: ConnectionOptions) {
  return {
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
    ...clientCert,
  };
}

/** Gives Node's sockets the addresses that the guard has checked. */
function guardedLookup(guard: AddressGuard): LookupFunction {
  return (host, options, callback) => {
    guard.resolve(host).then((addresses) => {
      const all = addresses.map((address) => ({ address, family: isIP(address) }));
      const [first] = all;
      if (options.all) callback(null, all);
      else callback(null, first?.address ?? "", first?.family);
    }, (error) => callback(error, "", 0));
  };
}

async function send(client: Dispatcher, request: TransportRequest): Promise<TransportResponse> {
  const { url, method, headers, body, signal } = request;
  const { origin, pathname, search } = new URL(url);
  try {
    const answer = await client.request({
      origin,
      path: pathname + search,
      method: method as Dispatcher.HttpMethod,
      headers: headers.flat(),
      body: body ?? null,
      signal: signal.real,
      responseHeaders: "raw",
    });
    return new UndiciResponse(answer, request);
  } catch (error) {
    throw signal.aborted ? signal.reason : networkError(url, error);
  }
}

class UndiciResponse implements TransportResponse {
  readonly status: number;
  readonly reason: undefined;
  readonly headers: [name: string, value: string][];
  readonly contentLength: number | undefined;
  readonly #body: Dispatcher.ResponseData["body"];
  readonly #request: TransportRequest;

  constructor(answer: Dispatcher.ResponseData, request: TransportRequest) {
    this.status = answer.statusCode;
    this.headers = pairs(answer.headers as unknown as readonly string[]);
    this.#body = answer.body;
    this.#request = request;
    const length = this.#header("content-length");
    const compressed = this.#header("content-encoding") !== undefined;
    const whole = length !== undefined && !compressed && request.method !== "HEAD";
    this.contentLength = whole ? Number(length) : undefined;
  }

  get setCookie(): readonly string[] {
    return this.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value);
  }

  get location(): string | undefined {
    return this.#header("location");
  }

  async body(maxBytes: number, signal: Stoppable): Promise<Uint8Array> {
    const { url, method } = this.#request;
    const coding = method === "HEAD" ? undefined : this.#header("content-encoding");
    const { stream, release } = decompressed(this.#body, coding);
    try {
      return await readStream(stream, url, maxBytes, signal);
    } finally {
      release();
    }
  }

  discard(): Promise<void> {
    this.#body.on("error", () => {}).destroy();
    return Promise.resolve();
  }

  #header(wanted: string): string | undefined {
    return this.headers.find(([name]) => name === wanted)?.[1];
  }
}

function pairs(flat: readonly string[]): [name: string, value: string][] {
  const list: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) {
    list.push([String(flat[at]).toLowerCase(), String(flat[at + 1])]);
  }
  return list;
}
