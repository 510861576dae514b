import { Buffer } from "node:buffer";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Certificates } from "./certificates.ts";
import type { Connection } from "./connection.ts";
import { readHttp2Preface } from "./http2_preface.ts";
import type { SocketSet } from "./socket_set.ts";
import { tunnel } from "./tunnel.ts";

/** What a terminator needs. */
export interface TerminatorOptions {
  /** The server's certificate and key. */
  readonly certificates: Certificates;
  /** The protocols it agrees to. */
  readonly alpn: readonly ("h2" | "http/1.1")[];
  /** The port on 127.0.0.1 of the HTTP/1.1 server behind it. */
  readonly http1Port: number;
  /** The port on 127.0.0.1 of the cleartext HTTP/2 server behind it. */
  readonly http2Port: number;
  /** Where its sockets are kept, for closing. */
  readonly sockets: SocketSet;
  /** The connection behind each port from which the relay connects. */
  readonly relayed: ReadonlyMap<number, Connection>;
  /** Filled with the connection behind each local port from which the terminator connects. */
  readonly connections: Map<number, Connection>;
}

/** A TLS server that decrypts, and hands each connection to the server of the protocol agreed on. */
export function createTlsTerminator(options: TerminatorOptions): Server {
  const server = createServer({
    key: options.certificates.keyPem,
    cert: options.certificates.certPem + options.certificates.caPem,
    ALPNProtocols: [...options.alpn],
  }, (socket) => {
    options.sockets.add(socket);
    const connection = options.relayed.get(socket.remotePort!)!;
    const isHttp2 = socket.alpnProtocol === "h2";
    tunnel(socket, {
      port: isHttp2 ? options.http2Port : options.http1Port,
      sockets: options.sockets,
      onConnect: (localPort) => {
        options.connections.set(localPort, connection);
        if (isHttp2) notePreface(socket, connection);
      },
    });
  });
  // A client that does not trust our authority ends the handshake: that is its right, and no error of ours.
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

/** Listens in until the first HEADERS frame; it sees each chunk before the tunnel passes that chunk on. */
function notePreface(socket: TLSSocket, connection: Connection): void {
  let bytes = Buffer.alloc(0);
  const onData = (chunk: Uint8Array) => {
    bytes = Buffer.concat([bytes, chunk]);
    connection.http2 = readHttp2Preface(bytes);
    if (connection.http2 !== undefined) socket.off("data", onData);
  };
  socket.on("data", onData);
}
