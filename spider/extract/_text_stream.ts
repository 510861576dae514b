import { setImmediate } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import type { Problems } from "./problems.ts";

/** 64 MiB: a sitemap has at most 50 MB (https://www.sitemaps.org/protocol.html). */
export const MOST_BYTES: number = 64 * 1024 * 1024;

const CHUNK_BYTES = 64 * 1024;

/** After so many bytes others get a turn: a large document must not hold up the crawl. */
const TURN_BYTES = 1024 * 1024;

/** Bytes to be read as text. */
export interface TextSource {
  /** The bytes; gzip is recognised by its magic number. */
  readonly body: Uint8Array;
  /** The `Content-Type` header. */
  readonly contentType?: string;
  /** The encoding, where it is known for certain. */
  readonly encoding?: string;
}

/** How to read a document as text. */
export interface TextStreamOptions {
  /** The most bytes to read, decompressed. Default 64 MiB. */
  readonly maxBytes?: number;
}

/**
 * A document's text in pieces. Gzip is undone up to a limit; the encoding is that of the byte order
 * mark, else the one given, else that of the content type, else that of the XML declaration
 * (RFC 7303, section 3), else UTF-8.
 *
 * @param source The bytes and what is known of them.
 * @param problems Where to report what is wrong.
 * @param options The limit.
 */
export async function* textStream(
  source: TextSource,
  problems: Problems,
  options: TextStreamOptions = {},
): AsyncGenerator<string, void, undefined> {
  const bytes = limited(
    plainBytes(source.body, problems),
    options.maxBytes ?? MOST_BYTES,
    problems,
  );
  let decoder: TextDecoder | undefined;
  for await (const chunk of bytes) {
    decoder ??= decoderFor(chunk, source, problems);
    const text = decoder.decode(chunk, { stream: true });
    if (text !== "") yield text;
  }
  const rest = decoder?.decode();
  if (rest) yield rest;
}

async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  problems: Problems,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = maxBytes;
  let untilTurn = TURN_BYTES;
  for await (const chunk of chunks) {
    if (chunk.byteLength > left) {
      problems.report("tooLarge", `More than ${maxBytes} bytes; the rest is left out`);
      yield chunk.subarray(0, left);
      return;
    }
    left -= chunk.byteLength;
    untilTurn -= chunk.byteLength;
    if (untilTurn <= 0) {
      untilTurn = TURN_BYTES;
      await setImmediate();
    }
    yield chunk;
  }
}

async function* plainBytes(
  body: Uint8Array,
  problems: Problems,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body[0] !== 0x1f || body[1] !== 0x8b) {
    for (let at = 0; at < body.byteLength; at += CHUNK_BYTES) {
      yield body.subarray(at, at + CHUNK_BYTES);
    }
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  gunzip.end(body);
  try {
    yield* gunzip as AsyncIterable<Uint8Array>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    problems.report("truncated", `Damaged gzip data: ${reason}; what came before it is kept`);
  } finally {
    gunzip.destroy();
  }
}

function decoderFor(start: Uint8Array, source: TextSource, problems: Problems): TextDecoder {
  const label = byteOrderMark(start) ?? source.encoding ?? charsetOf(source.contentType) ??
    declaredInXml(start) ?? "utf-8";
  try {
    return new TextDecoder(label);
  } catch {
    problems.report("encoding", `Nobody knows the encoding '${label.slice(0, 40)}'; read as UTF-8`);
    return new TextDecoder();
  }
}

function byteOrderMark([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  return undefined;
}

function charsetOf(contentType: string | undefined): string | undefined {
  return /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(contentType ?? "")?.[1];
}

/** By the first bytes of `<?xml`, and its `encoding` (XML 1.0, appendix F). */
function declaredInXml(start: Uint8Array): string | undefined {
  const [first, second, third, fourth] = start;
  if (first === 0x3c && second === 0 && third === 0x3f && fourth === 0) return "utf-16le";
  if (first === 0 && second === 0x3c && third === 0 && fourth === 0x3f) return "utf-16be";
  const head = new TextDecoder("latin1").decode(start.subarray(0, 256));
  const label = /^\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1];
  // A declaration that can be read as ASCII is not in UTF-16, whatever it says.
  return label !== undefined && /^utf-?16/i.test(label) ? "utf-8" : label;
}
