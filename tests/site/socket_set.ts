import type { Socket } from "node:net";

/** The open sockets of a server, so that closing the server can end the idle and the hanging ones too. */
export class SocketSet {
  #open = new Map<Socket, Promise<void>>();

  /** Keeps a socket until it closes. */
  add(socket: Socket): void {
    const closed = new Promise<void>((resolve) =>
      socket.once("close", () => {
        this.#open.delete(socket);
        resolve();
      })
    );
    this.#open.set(socket, closed);
  }

  /** Destroys every socket, and waits until all have closed. */
  async destroy(): Promise<void> {
    const closing = [...this.#open.values()];
    for (const socket of this.#open.keys()) socket.destroy();
    await Promise.all(closing);
  }
}
