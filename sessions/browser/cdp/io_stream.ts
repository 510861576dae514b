import { Buffer } from "node:buffer";
import type { ScopedSession } from "./scoped_session.ts";

/** Large enough to be quick, small enough not to matter, in bytes. */
const CHUNK_BYTES = 1024 * 1024;

interface Chunk {
  data: string;
  base64Encoded?: boolean;
  eof: boolean;
}

/**
 * Reads a stream of the browser's, piece by piece, and closes it.
 *
 * @param cdp The session to the tab.
 * @param handle The stream.
 * @param maxBytes Where to stop, in bytes.
 * @param tooLarge Makes the error for when there is more.
 */
export async function readIoStream(
  cdp: ScopedSession,
  handle: string,
  maxBytes: number,
  tooLarge: () => Error,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    for (;;) {
      const chunk = await cdp.send<Chunk>("IO.read", { handle, size: CHUNK_BYTES });
      const bytes = Buffer.from(chunk.data, chunk.base64Encoded ? "base64" : "utf8");
      total += bytes.length;
      if (total > maxBytes) throw tooLarge();
      chunks.push(bytes);
      if (chunk.eof) return new Uint8Array(Buffer.concat(chunks));
    }
  } finally {
    cdp.post("IO.close", { handle });
  }
}
