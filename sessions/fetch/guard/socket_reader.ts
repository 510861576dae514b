import { Buffer } from "node:buffer";
import type { Socket } from "node:net";

/** Reads the beginning of a connection piece by piece, and leaves the rest for a pipe. */
export class SocketReader {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #waiting: { length: number; resolve: (bytes: Uint8Array) => void } | undefined;
  readonly #ended = Promise.withResolvers<never>();
  readonly #onData = (chunk: Uint8Array): void => {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    this.#serve();
  };
  readonly #onClose = (): void => this.#ended.reject(new Error("the connection was closed"));

  /**
   * Begins to read.
   *
   * @param socket The connection.
   */
  constructor(socket: Socket) {
    this.#socket = socket;
    this.#ended.promise.catch(() => {});
    socket.on("data", this.#onData).once("close", this.#onClose);
  }

  /**
   * The next bytes.
   *
   * @param length How many.
   * @throws {Error} If the connection ends before they came.
   */
  read(length: number): Promise<Uint8Array> {
    const bytes = new Promise<Uint8Array>((resolve) => this.#waiting = { length, resolve });
    this.#serve();
    return Promise.race([bytes, this.#ended.promise]);
  }

  /** Ends the reading; bytes that came too early go back. */
  release(): void {
    this.#socket.off("data", this.#onData).off("close", this.#onClose);
    this.#socket.pause();
    if (this.#bytes.length > 0) this.#socket.unshift(this.#bytes);
  }

  #serve(): void {
    if (this.#waiting === undefined || this.#bytes.length < this.#waiting.length) return;
    const { length, resolve } = this.#waiting;
    this.#waiting = undefined;
    const bytes = this.#bytes.subarray(0, length);
    this.#bytes = this.#bytes.subarray(length);
    resolve(bytes);
  }
}
