import { connect, type Socket } from "node:net";
import type { SocketSet } from "./socket_set.ts";

/** One end of a tunnel is handed over when the other is connected. */
export interface TunnelOptions {
  /** The port on 127.0.0.1 to tunnel to. */
  readonly port: number;
  /** Where the outgoing socket is kept, for closing. */
  readonly sockets: SocketSet;
  /** Called with the outgoing socket's local port before the first byte goes through. */
  readonly onConnect: (localPort: number) => void;
}

/** Joins a socket to a port both ways; when one side ends, fails or is reset, so does the other. */
export function tunnel(incoming: Socket, options: TunnelOptions): void {
  const outgoing = connect(options.port, "127.0.0.1");
  options.sockets.add(outgoing);
  outgoing.once("connect", () => {
    options.onConnect(outgoing.localPort!);
    incoming.pipe(outgoing).pipe(incoming);
  });
  passFailureOn(incoming, outgoing);
  passFailureOn(outgoing, incoming);
}

function passFailureOn(from: Socket, to: Socket): void {
  from.on("error", () => to.resetAndDestroy());
  from.once("close", () => to.destroySoon());
}
