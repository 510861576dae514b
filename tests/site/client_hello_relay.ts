import { createServer, type Server, type Socket } from "node:net";
import { Buffer } from "node:buffer";
import { type ClientHello, NotAClientHello, readClientHello } from "./client_hello.ts";
import type { Connection } from "./connection.ts";
import { ja4 } from "./ja4.ts";
import type { SocketSet } from "./socket_set.ts";
import { tunnel } from "./tunnel.ts";

/** What a relay needs. */
export interface RelayOptions {
  /** The port on 127.0.0.1 of the TLS server behind it. */
  readonly port: number;
  /** Where its outgoing sockets are kept, for closing. */
  readonly sockets: SocketSet;
  /** Filled with the connection behind each local port from which the relay connects to the TLS server. */
  readonly connections: Map<number, Connection>;
  /** Called with each ClientHello's bytes. */
  readonly onClientHello?: (bytes: Uint8Array) => void;
}

/** A TCP server that reads each connection's ClientHello before it passes anything on. */
export function createClientHelloRelay(options: RelayOptions): Server {
  let count = 0;
  return createServer((socket) => {
    const id = ++count;
    socket.on("error", () => socket.destroy());
    awaitClientHello(socket, (hello, bytes) => {
      options.onClientHello?.(bytes);
      const connection = { id, secure: true, clientHello: hello, ja4: ja4(hello) };
      tunnel(socket, {
        port: options.port,
        sockets: options.sockets,
        onConnect: (localPort) => options.connections.set(localPort, connection),
      });
    });
  });
}

/** Reads until the ClientHello is complete, then puts its bytes back and calls on; hangs up on anything else. */
function awaitClientHello(
  socket: Socket,
  onHello: (hello: ClientHello, bytes: Uint8Array) => void,
): void {
  let bytes = Buffer.alloc(0);
  const onData = (chunk: Uint8Array) => {
    bytes = Buffer.concat([bytes, chunk]);
    const hello = tryRead(bytes);
    if (hello === undefined) return;
    socket.off("data", onData);
    socket.pause();
    if (hello === "something else") return void socket.destroy();
    socket.unshift(bytes);
    onHello(hello, bytes);
  };
  socket.on("data", onData);
}

function tryRead(bytes: Uint8Array): ClientHello | "something else" | undefined {
  try {
    return readClientHello(bytes);
  } catch (error) {
    if (error instanceof NotAClientHello) return "something else";
    throw error;
  }
}
