import { PassThrough, pipeline, type Readable, type Transform } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from "node:zlib";
import type { ByteStream } from "./read_stream.ts";

/** A body that is decompressed as it is read. */
export interface Decompressed {
  /** The body. */
  readonly stream: ByteStream;
  /** Lets go of the connection, unless the body was read to its end. */
  release(): void;
}

/**
 * Decompresses a body.
 *
 * @param body The body as it was sent.
 * @param coding Its `Content-Encoding`; an unknown one leaves the body as it is, as browsers do.
 */
export function decompressed(body: Readable, coding: string | undefined): Decompressed {
  const codings = (coding ?? "").split(",").map((name) => name.trim().toLowerCase()).reverse();
  let readable = body;
  for (const name of codings) {
    const decoder = decoderOf(name);
    // An error ends the whole chain, and the reader hears of it at the last link.
    if (decoder !== undefined) readable = pipeline(readable, decoder, () => {});
  }
  return { stream: fromNode(readable), release: () => body.on("error", () => {}).destroy() };
}

function decoderOf(name: string): Transform | undefined {
  switch (name) {
    case "gzip":
    case "x-gzip":
      return createGunzip();
    case "br":
      return createBrotliDecompress();
    case "zstd":
      return createZstdDecompress();
    case "deflate":
      return new Inflate();
    default:
      return undefined;
  }
}

/** `deflate` is meant to have a zlib header (RFC 9110 §8.4.1.2) and often has none. */
class Inflate extends PassThrough {
  #inflate: Transform | undefined;

  override _transform(
    chunk: Uint8Array,
    _encoding: string,
    done: (error?: Error | null) => void,
  ): void {
    this.#inflate ??= this.#begin(chunk);
    this.#inflate.write(chunk, () => done());
  }

  override _flush(done: (error?: Error | null) => void): void {
    if (this.#inflate === undefined) return done();
    this.#inflate.once("end", () => done());
    this.#inflate.end();
  }

  #begin(chunk: Uint8Array): Transform {
    const bare = ((chunk[0] ?? 0) & 0x0f) !== 8;
    const inflate: Transform = bare ? createInflateRaw() : createInflate();
    inflate.on("data", (piece: Uint8Array) => void this.push(piece));
    inflate.once("error", (error) => this.destroy(error));
    return inflate;
  }
}

function fromNode(readable: Readable): ByteStream {
  return {
    getReader() {
      const iterator = readable[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      return {
        read: async () => {
          const { done, value } = await iterator.next();
          return done === true ? { done: true } : { done: false, value };
        },
        cancel: () => {
          readable.destroy();
          return Promise.resolve();
        },
      };
    },
  };
}
