import { connect, createServer, type Socket } from "node:net";
import { listen, type Listening } from "../../site/listen.ts";

/** What a {@linkcode CutProxy} does with the bytes on their way. */
export type Passing =
  /** Both ways. */
  | "all"
  /** To the server, and no answers: who asks never hears what came of it. */
  | "requests"
  /** Nothing, and no connection is closed: a cable that was pulled. */
  | "nothing";

/** A TCP proxy to a server on loopback whose connections can be cut. */
export class CutProxy implements AsyncDisposable {
  /** What passes. */
  passing: Passing = "all";
  /** How many bytes of requests came that were not to be answered. */
  swallowed = 0;
  readonly #sockets = new Set<Socket>();
  readonly #listening: Listening;

  private constructor(listening: Listening, sockets: Set<Socket>) {
    this.#listening = listening;
    this.#sockets = sockets;
  }

  /** Starts a proxy to a port of 127.0.0.1. */
  static async start(port: number): Promise<CutProxy> {
    const sockets = new Set<Socket>();
    let proxy: CutProxy | undefined = undefined;
    const server = createServer((near) => {
      const far = connect(port, "127.0.0.1");
      for (const [socket, other] of [[near, far], [far, near]] as const) {
        sockets.add(socket);
        socket.on("error", () => {});
        socket.once("close", () => {
          sockets.delete(socket);
          other.destroy();
        });
      }
      near.on("data", (data) => {
        if (proxy!.passing !== "all") proxy!.swallowed += data.length;
        if (proxy!.passing !== "nothing") far.write(data);
      });
      far.on("data", (data) => {
        if (proxy!.passing === "all") near.write(data);
      });
    });
    const created: CutProxy = new CutProxy(await listen(server), sockets);
    proxy = created;
    return created;
  }

  /** The address of the server behind it. */
  get url(): string {
    return `redis://127.0.0.1:${this.#listening.port}`;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = [...this.#sockets].map((socket) =>
      new Promise<void>((resolve) => socket.once("close", () => resolve()))
    );
    this.cut();
    await Promise.all(closed);
    await this.#listening.close();
  }
}
