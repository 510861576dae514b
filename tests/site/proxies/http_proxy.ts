import { Buffer } from "node:buffer";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server, Socket } from "node:net";
import { type Certificates, makeCertificates } from "../certificates.ts";
import { SocketSet } from "../socket_set.ts";
import { untilAborted } from "../pause.ts";
import { openProxy, type Proxy, type ProxyOptions, type ProxyParts, splice } from "./proxy.ts";

/** An HTTP proxy over TLS. */
export interface HttpsProxy extends Proxy {
  /** The certificate of the throw-away authority, for clients to trust. */
  readonly caPem: string;
}

/** Opens an HTTP proxy: CONNECT, and plain requests that come with their whole URL. */
export function startHttpProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const parts = { asks: [], sockets: new SocketSet() };
  return openProxy(parts, serve(createServer(), parts, options));
}

/** Opens an HTTP proxy over TLS. */
export async function startHttpsProxy(options: ProxyOptions = {}): Promise<HttpsProxy> {
  const parts = { asks: [], sockets: new SocketSet() };
  const { caPem, certPem, keyPem }: Certificates = await makeCertificates();
  const server = createTlsServer({ key: keyPem, cert: certPem + caPem });
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return { ...await openProxy(parts, serve(server, parts, options)), caPem };
}

function serve<S extends Server>(server: S, parts: ProxyParts, options: ProxyOptions): S {
  server.on("request", (message, response) => void forward(message, response, parts, options));
  server.on("connect", (message, client) => void tunnelTo(message, client, parts, options));
  return server;
}

async function forward(
  message: IncomingMessage,
  response: ServerResponse,
  { asks, sockets }: ProxyParts,
  options: ProxyOptions,
): Promise<void> {
  const { method = "", url = "" } = message;
  asks.push({ method, target: url, ...user(message) });
  if (options.manner === "hang") return await untilClosed(response);
  if (options.manner === "refuse") return void response.writeHead(502).end("Bad gateway");
  if (!isAllowed(message, options)) return void response.writeHead(407, CHALLENGE).end("Who?");
  const { hostname, port, pathname, search } = new URL(url);
  const { "proxy-authorization": _, ...headers } = message.headers;
  const outgoing = request({
    host: "127.0.0.1",
    port: options.route?.(hostname, Number(port || 80)) ?? Number(port || 80),
    method,
    path: pathname + search,
    headers,
    agent: false,
  });
  outgoing.on("socket", (socket) => sockets.add(socket));
  outgoing.on("error", () => response.writeHead(502).end());
  outgoing.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  message.pipe(outgoing);
}

async function tunnelTo(
  message: IncomingMessage,
  client: Socket,
  { asks, sockets }: ProxyParts,
  options: ProxyOptions,
): Promise<void> {
  const { url = "" } = message;
  asks.push({ method: "CONNECT", target: url, ...user(message) });
  client.on("error", () => client.destroy());
  if (options.manner === "hang") return void client.on("end", () => client.end()).resume();
  if (options.manner === "refuse") return void client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  if (!isAllowed(message, options)) {
    const challenge = `Proxy-Authenticate: ${CHALLENGE["proxy-authenticate"]}`;
    return void client.end(`HTTP/1.1 407 Who are you\r\n${challenge}\r\nContent-Length: 0\r\n\r\n`);
  }
  const { hostname, port } = new URL(`http://${url}`);
  try {
    const wanted = Number(port || 80);
    const target = await splice(client, options.route?.(hostname, wanted) ?? wanted, sockets);
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    client.pipe(target).pipe(client);
  } catch {
    client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  }
}

const CHALLENGE = { "proxy-authenticate": 'Basic realm="test"' };

function user(message: IncomingMessage): { username?: string } {
  const [, encoded = ""] = (message.headers["proxy-authorization"] ?? "").split(" ");
  return encoded === ""
    ? {}
    : { username: Buffer.from(encoded, "base64").toString().split(":")[0] ?? "" };
}

function isAllowed(message: IncomingMessage, { auth }: ProxyOptions): boolean {
  if (auth === undefined) return true;
  const expected = Buffer.from(`${auth.username}:${auth.password}`).toString("base64");
  return message.headers["proxy-authorization"] === `Basic ${expected}`;
}

function untilClosed(response: ServerResponse): Promise<void> {
  const over = new AbortController();
  response.once("close", () => over.abort());
  return untilAborted(over.signal);
}
