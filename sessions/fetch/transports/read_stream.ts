import { BodyTooLargeError } from "@orbweaver/session";
import type { Stoppable } from "../stop_signal.ts";
import { networkError } from "./network_error.ts";

/** As much of the web's `ReadableStream` as reading a body takes. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
}

/**
 * Reads a body to its end.
 *
 * @param stream The body.
 * @param url Where it comes from, for errors.
 * @param maxBytes The largest body to accept.
 * @param signal Ends the reading.
 * @throws {BodyTooLargeError} If there is more; the rest is not read.
 * @throws {NetworkError} If the connection breaks.
 */
export async function readStream(
  stream: ByteStream,
  url: string,
  maxBytes: number,
  signal: Stoppable,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  const chunks: Uint8Array[] = [];
  let size = 0;
  signal.addEventListener("abort", cancel, { once: true });
  try {
    if (signal.aborted) cancel();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value === undefined) continue;
      size += value.byteLength;
      if (size > maxBytes) break;
      chunks.push(value);
    }
  } catch (cause) {
    throw signal.aborted ? signal.reason : networkError(url, cause);
  } finally {
    signal.removeEventListener("abort", cancel);
  }
  // Cancelling makes a pending read end as if the body had.
  signal.throwIfAborted();
  if (size <= maxBytes) return concatenate(chunks, size);
  cancel();
  throw new BodyTooLargeError(maxBytes, "there is more of it", { url });
}

function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
