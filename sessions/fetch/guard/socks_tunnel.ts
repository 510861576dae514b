import { randomBytes, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import { createServer, type Server, type Socket } from "node:net";
import {
  connectReply,
  readAuth,
  readConnect,
  readGreeting,
  type Refusal,
} from "./socks_messages.ts";
import { SocketReader } from "./socket_reader.ts";

/**
 * Makes a connection.
 *
 * @param host A name or an address.
 * @param port The port.
 * @param signal Aborts when nobody waits any more.
 */
export type Dial = (host: string, port: number, signal: AbortSignal) => Promise<Socket>;

/**
 * A SOCKS5 proxy (RFC 1928) on loopback for the clients of this process, which it asks for a secret.
 *
 * It is how a client that looks names up by itself is made to connect to one address: the client
 * hands over the name, and whoever dials chooses the address. TLS passes through as it is.
 */
export class SocksTunnel {
  readonly #dial: Dial;
  readonly #secret = randomBytes(18).toString("hex");
  readonly #sockets = new Set<Socket>();
  #server: Promise<Server> | undefined;

  /**
   * Makes a tunnel that is closed.
   *
   * @param dial Makes the connections that clients ask for.
   */
  constructor(dial: Dial) {
    this.#dial = dial;
  }

  /** Opens the proxy, if it is not yet, and gives its URL with the secret. */
  async open(): Promise<string> {
    const server = await (this.#server ??= this.#listen().catch((error) => {
      this.#server = undefined;
      throw error;
    }));
    const { port } = server.address() as { port: number };
    return `socks5h://orbweaver:${this.#secret}@127.0.0.1:${port}`;
  }

  /** Closes the proxy with every connection. Idempotent. */
  async close(): Promise<void> {
    const server = await this.#server?.catch(() => undefined);
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => server?.close(() => resolve()) ?? resolve());
    const sockets = [...this.#sockets].map(destroyed);
    await Promise.all([closed, ...sockets]);
  }

  #listen(): Promise<Server> {
    const server = createServer((client) => void this.#serve(client));
    // A session that nobody closed must not keep the process from ending.
    server.unref();
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve(server));
    });
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const gone = new AbortController();
    client.once("close", () => gone.abort());
    try {
      const target = await this.#connect(new SocketReader(client), client, gone.signal);
      join(client, target);
    } catch {
      client.destroy();
    }
  }

  async #connect(reader: SocketReader, client: Socket, gone: AbortSignal): Promise<Socket> {
    await readGreeting(reader);
    client.write(Uint8Array.of(5, 2));
    const { password } = await readAuth(reader);
    const known = isSame(password, this.#secret);
    client.write(Uint8Array.of(1, known ? 0 : 1));
    if (!known) throw new Error("wrong secret");
    const { host, port } = await readConnect(reader);
    try {
      const target = await this.#dial(host, port, gone);
      this.#keep(target);
      gone.throwIfAborted();
      reader.release();
      client.write(connectReply("succeeded"));
      return target;
    } catch (error) {
      const refusal: Refusal = error instanceof Error && error.name === "PrivateAddress"
        ? "not allowed"
        : "host unreachable";
      client.end(connectReply(refusal));
      throw error;
    }
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.unref();
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }
}

function join(client: Socket, target: Socket): void {
  client.once("close", () => target.destroy());
  target.once("close", () => client.destroy());
  client.pipe(target).pipe(client);
}

function destroyed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.destroy();
  });
}

function isSame(received: Uint8Array, secret: string): boolean {
  const expected = Buffer.from(secret);
  return received.length === expected.length && timingSafeEqual(received, expected);
}
