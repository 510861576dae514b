import { decodeHtml, Selector } from "@orbweaver/selectors";

/** Text of a body and the encoding that gave it. */
export interface DecodedBody {
  /** The text; undecodable bytes are U+FFFD. */
  text: string;
  /** The encoding's WHATWG name in lower case, such as "utf-8" or "windows-1252". */
  encoding: string;
}

/**
 * Decodes a body as browsers do: a byte order mark wins, then the `charset` of the content type,
 * then what the body says about itself, then the default of its kind.
 *
 * HTML says it in `<meta>`, wherever that stands (default windows-1252), XML in its declaration (default UTF-8). JSON is
 * UTF-8 whatever its label says, unless it can't be (RFC 8259 §8.1 and §11). Other text is UTF-8
 * if it is valid, else windows-1252.
 *
 * @param body The bytes.
 * @param contentType The `Content-Type` header, where there was one.
 */
export function decodeBody(body: Uint8Array, contentType: string | undefined): DecodedBody {
  switch (kindOf(body, contentType)) {
    case "html": {
      const encoding = byteOrderMark(body) ?? declared(contentType);
      return encoding === undefined ? decodeUnlabelledHtml(body) : decode(body, encoding);
    }
    case "xml":
      return decode(body, byteOrderMark(body) ?? declared(contentType) ?? xmlDeclared(body));
    case "json":
      return decode(body, byteOrderMark(body) ?? jsonEncoding(body, declared(contentType)));
    case "text":
      return decode(body, byteOrderMark(body) ?? declared(contentType) ?? likely(body));
  }
}

function kindOf(
  body: Uint8Array,
  contentType: string | undefined,
): "html" | "xml" | "json" | "text" {
  const type = contentType?.replace(/;.*/s, "").trim().toLowerCase();
  // Without a type, browsers look at the body (https://mimesniff.spec.whatwg.org/).
  if (type === undefined || type === "") return startsWith(body, "<?xml") ? "xml" : "html";
  if (type === "text/html") return "html";
  if (/^(?:text|application)\/xml$|\+xml$/.test(type)) return "xml";
  return /^(?:text|application)\/json$|\+json$/.test(type) ? "json" : "text";
}

/** One for each encoding that was met: there are some forty in all (https://encoding.spec.whatwg.org/). */
const decoders = new Map<string, TextDecoder>();

function decode(body: Uint8Array, encoding: string): DecodedBody {
  let decoder = decoders.get(encoding);
  if (decoder === undefined) decoders.set(encoding, decoder = new TextDecoder(encoding));
  return { text: decoder.decode(body), encoding };
}

/** How much of a page is searched for `<meta>` before it is parsed (HTML standard, §13.2.3.2). */
const PRESCAN_BYTES = 1024;

/**
 * HTML that nobody labelled. A `<meta>` beyond the first 1024 bytes is met by the parser only, which
 * then begins again (HTML standard, "changing the encoding while parsing").
 */
function decodeUnlabelledHtml(body: Uint8Array): DecodedBody {
  const found = decodeHtml(body);
  const isGuess = found.encoding === "windows-1252";
  // Few pages get here, and most of those never say "charset": the others are parsed to be sure.
  if (!isGuess || !/charset/i.test(found.text.slice(PRESCAN_BYTES - "charset".length))) {
    return found;
  }
  const encoding = metaEncoding(Selector.fromHtml(found.text));
  return encoding === undefined || encoding === found.encoding ? found : decode(body, encoding);
}

function metaEncoding(page: Selector): string | undefined {
  for (const meta of page.css("meta[charset], meta[http-equiv][content]")) {
    const isContentType = /^content-type$/i.test(meta.attr("http-equiv") ?? "");
    const content = isContentType ? declared(`;${meta.attr("content")}`) : undefined;
    const encoding = encodingOf(meta.attr("charset")) ?? content;
    // Whoever could read this far byte by byte did not read UTF-16.
    if (encoding !== undefined) return encoding.startsWith("utf-16") ? "utf-8" : encoding;
  }
  return undefined;
}

function byteOrderMark(body: Uint8Array): string | undefined {
  if (body[0] === 0xff && body[1] === 0xfe) return "utf-16le";
  if (body[0] === 0xfe && body[1] === 0xff) return "utf-16be";
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return "utf-8";
  return undefined;
}

function declared(contentType: string | undefined): string | undefined {
  const match = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))/i.exec(contentType ?? "");
  return encodingOf(match?.[1] ?? match?.[2] ?? match?.[3]);
}

/** What the XML declaration says, which tells by its own bytes when it is in UTF-16 (XML 1.0, F.1). */
function xmlDeclared(body: Uint8Array): string {
  if (startsWith(body, "<\0?\0x\0")) return "utf-16le";
  if (startsWith(body, "\0<\0?\0x")) return "utf-16be";
  const start = new TextDecoder("windows-1252").decode(body.subarray(0, 1024));
  const label = /^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["'][^>]*>/.exec(start)?.[1];
  const encoding = encodingOf(label) ?? "utf-8";
  // A declaration that could be read byte by byte is not in UTF-16, whatever it says.
  return encoding.startsWith("utf-16") ? "utf-8" : encoding;
}

/** A label is believed where UTF-8 can't be; UTF-16 looks like UTF-8 with zeros in it. */
function jsonEncoding(body: Uint8Array, label: string | undefined): string {
  if (label === undefined || label.startsWith("utf-16")) return label ?? "utf-8";
  return isUtf8(body) ? "utf-8" : label;
}

function likely(body: Uint8Array): string {
  return isUtf8(body) ? "utf-8" : "windows-1252";
}

function isUtf8(body: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}

function encodingOf(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  if (decoders.has(label)) return label; // the name of an encoding is a label of it
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined; // a label that no one knows says nothing
  }
}

function startsWith(body: Uint8Array, text: string): boolean {
  return [...text].every((character, index) => body[index] === character.charCodeAt(0));
}
