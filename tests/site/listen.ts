import type { AddressInfo, Server, Socket } from "node:net";
import { SocketSet } from "./socket_set.ts";

/** A server that listens on loopback. */
export interface Listening {
  /** Its port. */
  readonly port: number;
  /** Stops it, ending every connection. */
  close(): Promise<void>;
}

/** Makes a server (of any protocol) listen on a free port of 127.0.0.1. */
export async function listen(server: Server): Promise<Listening> {
  const sockets = new SocketSet();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      await sockets.destroy();
      await closed;
    },
  };
}
