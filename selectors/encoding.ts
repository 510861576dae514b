import sniffEncoding from "html-encoding-sniffer";
import { InvalidArgumentError } from "./errors.ts";

/** What `html-encoding-sniffer`, which ships no types, is called with here. */
type Sniff = (bytes: Uint8Array, options: { transportLayerEncodingLabel?: string }) => string;

/** The standard's default for pages that don't say (https://html.spec.whatwg.org/#determining-the-character-encoding). */
const DEFAULT_ENCODING = "windows-1252";

/** Options of {@linkcode decodeHtml}. */
export interface DecodeHtmlOptions {
  /** The `Content-Type` header, where there was one. */
  contentType?: string;
}

/** Result of {@linkcode decodeHtml}. */
export interface DecodedHtml {
  /** The text, without a byte order mark; undecodable bytes are U+FFFD. */
  text: string;
  /** The encoding's WHATWG name in lower case, such as "utf-8" or "windows-1252". */
  encoding: string;
}

/**
 * Decodes the bytes of an HTML page the way browsers do: by its byte order mark, else by the
 * charset of its content type, else by its `<meta>` elements, else as windows-1252.
 *
 * An encoding that is unknown, or that browsers refuse to decode, counts as not given.
 *
 * @param bytes The page.
 * @param options The page's `Content-Type` header.
 * @returns The text and the encoding that gave it.
 * @throws {InvalidArgumentError} If `bytes` is not a `Uint8Array`. No bytes make it throw.
 *
 * @example
 * ```ts
 * import { decodeHtml } from "@orbweaver/selectors";
 * import assert from "node:assert/strict";
 *
 * const bytes = new TextEncoder().encode("<p>Žluťoučký</p>");
 * const { text, encoding } = decodeHtml(bytes, { contentType: "text/html; charset=utf-8" });
 * assert.equal(text, "<p>Žluťoučký</p>");
 * assert.equal(encoding, "utf-8");
 * ```
 */
export function decodeHtml(bytes: Uint8Array, options: DecodeHtmlOptions = {}): DecodedHtml {
  if (!(bytes instanceof Uint8Array)) {
    throw new InvalidArgumentError("bytes", bytes, "a Uint8Array");
  }
  const transportLayerEncodingLabel = charsetOf(options.contentType);
  const decoder = decoderFor((sniffEncoding as Sniff)(bytes, { transportLayerEncodingLabel }));
  return { text: decoder.decode(bytes), encoding: decoder.encoding };
}

function charsetOf(contentType: string | undefined): string | undefined {
  const match = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))/i.exec(contentType ?? "");
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding);
  } catch {
    // The labels of the "replacement" encoding, such as iso-2022-kr, make TextDecoder throw.
    return new TextDecoder(DEFAULT_ENCODING);
  }
}
