import { createServer as createHttpServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { App } from "./app.ts";
import { makeCertificates } from "./certificates.ts";
import { createClientHelloRelay } from "./client_hello_relay.ts";
import type { Connection } from "./connection.ts";
import { listen, type Listening } from "./listen.ts";
import type { NodeRequest, NodeResponse } from "./reply.ts";
import { allRoutes } from "./routes/mod.ts";
import { KEEP_CONNECTIONS, openSite, type Site, type SiteOptions, sizeOf } from "./site.ts";
import { SocketSet } from "./socket_set.ts";
import { createTlsTerminator } from "./tls_terminator.ts";

/** Options of a site over TLS. */
export interface TlsSiteOptions extends SiteOptions {
  /** The protocols it agrees to, best first. @default {["h2", "http/1.1"]} */
  readonly alpn?: readonly ("h2" | "http/1.1")[];
  /** Called with the bytes of each ClientHello. */
  readonly onClientHello?: (bytes: Uint8Array) => void;
}

/** A test site over TLS. */
export interface TlsSite extends Site {
  /** The certificate of the throw-away authority, for clients to trust. */
  readonly caPem: string;
}

/**
 * Opens the test site over TLS on loopback, with HTTP/2 and HTTP/1.1.
 *
 * Three hops, so that the site sees what a TLS library hides: a TCP relay reads the ClientHello, a TLS server
 * decrypts (and reads how HTTP/2 begins), and a cleartext server of the protocol agreed on answers.
 */
export async function startTlsSite(options: TlsSiteOptions = {}): Promise<TlsSite> {
  const size = sizeOf(options);
  const app = new App(allRoutes(size));
  const certificates = await makeCertificates();
  const sockets = new SocketSet();
  const relayed = new Map<number, Connection>();
  const connections = new Map<number, Connection>();
  const accept = (message: NodeRequest, response: NodeResponse) =>
    app.accept(message, response, connections.get(message.socket.remotePort!)!);

  const http1 = await listen(createHttpServer(KEEP_CONNECTIONS, accept));
  const http2 = await listen(createHttp2Server(accept));
  const terminator = await listen(createTlsTerminator({
    certificates,
    alpn: options.alpn ?? ["h2", "http/1.1"],
    http1Port: http1.port,
    http2Port: http2.port,
    sockets,
    relayed,
    connections,
  }));
  const relay = await listen(createClientHelloRelay({
    port: terminator.port,
    sockets,
    connections: relayed,
    onClientHello: options.onClientHello,
  }));

  const site = openSite({
    url: `https://localhost:${relay.port}`,
    otherUrl: `https://127.0.0.1:${relay.port}`,
    ...size,
    recorder: app.recorder,
    close: async () => {
      await closeAll([relay, terminator, http2, http1], sockets);
      await app.idle();
    },
  });
  return { ...site, caPem: certificates.caPem };
}

async function closeAll(servers: readonly Listening[], sockets: SocketSet): Promise<void> {
  const closing = servers.map((server) => server.close());
  await sockets.destroy();
  await Promise.all(closing);
}
