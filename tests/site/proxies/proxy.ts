import type { Server, Socket } from "node:net";
import { connect } from "node:net";
import { listen } from "../listen.ts";
import type { SocketSet } from "../socket_set.ts";

/** What a proxy wants from its clients. */
export interface Credentials {
  /** The user name. */
  readonly username: string;
  /** The password. */
  readonly password: string;
}

/** Options of a proxy. */
export interface ProxyOptions {
  /** Whom it lets in; left out, everybody. */
  readonly auth?: Credentials;
  /** What it does with a client: its work, nothing at all, or to say that it can't. @default {"serve"} */
  readonly manner?: "serve" | "hang" | "refuse";
  /**
   * Where connections for a host really go, on 127.0.0.1: names like `shop.test` lead nowhere by
   * themselves. Default: to the port that was asked for.
   */
  readonly route?: (host: string, port: number) => number;
}

/** What a proxy was asked to do. */
export interface ProxyAsk {
  /** `"CONNECT"`, or the method of a request that came with its whole URL. */
  readonly method: string;
  /** `host:port`, or the whole URL. */
  readonly target: string;
  /** The user name that came along. */
  readonly username?: string;
}

/** A proxy that is open, until it is closed. */
export interface Proxy extends AsyncDisposable {
  /** Host and port, for a URL. */
  readonly host: string;
  /** What it was asked, in order, refused ones included. */
  readonly asks: readonly ProxyAsk[];
  /** How many connections of clients are open. */
  readonly open: () => number;
  /** Settles when no client is connected any more. */
  readonly idle: () => Promise<void>;
}

/** What a kind of proxy is made with. */
export interface ProxyParts {
  /** What was asked; to be filled. */
  readonly asks: ProxyAsk[];
  /** Outgoing connections, for closing. */
  readonly sockets: SocketSet;
}

/** Makes a proxy listen. */
export async function openProxy(
  parts: ProxyParts,
  server: Server,
): Promise<Proxy> {
  const clients = new Set<Socket>();
  let onIdle = () => {};
  server.on("connection", (socket: Socket) => {
    clients.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      clients.delete(socket);
      if (clients.size === 0) onIdle();
    });
  });
  const { port, close } = await listen(server);
  return {
    host: `localhost:${port}`,
    asks: parts.asks,
    open: () => clients.size,
    idle: () => clients.size === 0 ? Promise.resolve() : new Promise((resolve) => onIdle = resolve),
    [Symbol.asyncDispose]: async () => {
      const closing = close();
      await parts.sockets.destroy();
      await closing;
    },
  };
}

/** Connects a client with where it wants to go. */
export function splice(client: Socket, port: number, sockets: SocketSet): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const target = connect(port, "127.0.0.1");
    sockets.add(target);
    target.on("error", (error) => {
      reject(error);
      client.destroy();
    });
    client.once("close", () => target.destroy());
    target.once("close", () => client.destroy());
    target.once("connect", () => resolve(target));
  });
}
