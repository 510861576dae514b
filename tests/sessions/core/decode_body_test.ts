import { Response } from "@orbweaver/session";
import fc from "fast-check";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";

const latin1 = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));
const utf8 = (text: string) => new TextEncoder().encode(text);
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
const utf16be = (text: string) => new Uint8Array(Buffer.from(text, "utf16le").swap16());

function decoded(contentType: string | undefined, body: Uint8Array): [string, string] {
  const headers: [string, string][] = contentType === undefined
    ? []
    : [["content-type", contentType]];
  const response = new Response({ url: "https://example.com/", status: 200, headers, body });
  return [response.text, response.encoding];
}

const XML = '<?xml version="1.0" encoding="iso-8859-2"?>';

for (
  const [name, contentType, body, text, encoding] of [
    // XML (RFC 7303 §3): byte order mark, label, declaration, UTF-8.
    [
      "XML: its declaration",
      "application/xml",
      latin1(`${XML}<a>\xb1</a>`),
      `${XML}<a>ą</a>`,
      "iso-8859-2",
    ],
    ["XML: of any kind", "application/rss+xml", latin1(`${XML}\xb1`), `${XML}ą`, "iso-8859-2"],
    ["XML: XHTML, too", "application/xhtml+xml", latin1(`${XML}\xb1`), `${XML}ą`, "iso-8859-2"],
    [
      "XML: single quotes",
      "text/xml",
      latin1("<?xml version='1.0' encoding = 'koi8-r' ?>\xc1"),
      "<?xml version='1.0' encoding = 'koi8-r' ?>а",
      "koi8-r",
    ],
    [
      "XML: the label wins",
      "text/xml; charset=windows-1251",
      latin1(`${XML}\xe9`),
      `${XML}й`,
      "windows-1251",
    ],
    [
      "XML: the byte order mark wins",
      "text/xml; charset=windows-1251",
      utf8(`\ufeff${XML}é`),
      `${XML}é`,
      "utf-8",
    ],
    ["XML: UTF-8 by default", "application/xml", utf8("<a>é</a>"), "<a>é</a>", "utf-8"],
    [
      "XML: an unknown label is none",
      "text/xml; charset=klingon",
      latin1(`${XML}\xb1`),
      `${XML}ą`,
      "iso-8859-2",
    ],
    [
      "XML: an unknown declaration is none",
      "text/xml",
      utf8('<?xml version="1.0" encoding="klingon"?>é'),
      '<?xml version="1.0" encoding="klingon"?>é',
      "utf-8",
    ],
    [
      "XML: a declaration of UTF-16 in bytes is a lie",
      "text/xml",
      utf8('<?xml version="1.0" encoding="utf-16"?>é'),
      '<?xml version="1.0" encoding="utf-16"?>é',
      "utf-8",
    ],
    [
      "XML: UTF-16 without a mark",
      "text/xml",
      utf16("<?xml version='1.0'?>é"),
      "<?xml version='1.0'?>é",
      "utf-16le",
    ],
    [
      "XML: UTF-16 the other way round",
      "text/xml",
      utf16be("<?xml version='1.0'?>é"),
      "<?xml version='1.0'?>é",
      "utf-16be",
    ],
    [
      "XML: a declaration that is no longer at the start",
      "text/xml",
      utf8(` ${XML}é`),
      ` ${XML}é`,
      "utf-8",
    ],
    ["XML: without any content type", undefined, latin1(`${XML}\xb1`), `${XML}ą`, "iso-8859-2"],
    // JSON (RFC 8259 §8.1, §11): UTF-8; a label has no meaning, and is believed where UTF-8 can't be.
    ["JSON: UTF-8", "application/json", utf8('"é"'), '"é"', "utf-8"],
    ["JSON: a lying label", "application/json; charset=iso-8859-1", utf8('"é"'), '"é"', "utf-8"],
    [
      "JSON: an honest label",
      "application/json; charset=iso-8859-1",
      latin1('"\xe9"'),
      '"é"',
      "windows-1252",
    ],
    [
      "JSON: UTF-16 by its label",
      "application/json; charset=utf-16le",
      utf16('"a"'),
      '"a"',
      "utf-16le",
    ],
    ["JSON: UTF-16 by its mark", "application/ld+json", utf16('\ufeff"a"'), '"a"', "utf-16le"],
    ["JSON: no label, no UTF-8", "application/problem+json", latin1('"\xe9"'), '"\ufffd"', "utf-8"],
    // Other text: label, then UTF-8 where it is valid, then what browsers fall back to.
    ["text: its label", "text/csv; charset=windows-1251", latin1("\xe9"), "й", "windows-1251"],
    [
      "text: a quoted label",
      'text/csv; header=present; charset="windows-1251"',
      latin1("\xe9"),
      "й",
      "windows-1251",
    ],
    ["text: UTF-8 without a label", "text/plain", utf8("é"), "é", "utf-8"],
    ["text: Latin-1 without a label", "text/plain", latin1("caf\xe9"), "café", "windows-1252"],
    [
      "text: a lying label wins, as in browsers",
      "text/plain; charset=utf-8",
      latin1("\xe9"),
      "\ufffd",
      "utf-8",
    ],
    [
      "text: the byte order mark wins",
      "text/plain; charset=iso-8859-1",
      utf8("\ufeffé"),
      "é",
      "utf-8",
    ],
    [
      "text: an encoding that may not be decoded",
      "text/plain; charset=iso-2022-kr",
      utf8("é"),
      "é",
      "utf-8",
    ],
    // HTML: more of it in tests/selectors/encoding_test.ts.
    [
      "HTML: a lying label wins, as in browsers",
      "text/html; charset=utf-8",
      latin1("<meta charset=windows-1252>\xe9"),
      "<meta charset=windows-1252>\ufffd",
      "utf-8",
    ],
    [
      "HTML: without any content type",
      undefined,
      latin1("<meta charset=windows-1251>\xe9"),
      "<meta charset=windows-1251>й",
      "windows-1251",
    ],
    [
      "HTML: an empty content type",
      "",
      latin1("<meta charset=windows-1251>\xe9"),
      "<meta charset=windows-1251>й",
      "windows-1251",
    ],
    ["nothing at all", "application/pdf", new Uint8Array(), "", "utf-8"],
  ] as const
) {
  Deno.test(`Response.text: ${name}`, () => {
    assert.deepEqual(decoded(contentType, body), [text, encoding]);
  });
}

Deno.test("Response.text decodes any bytes under any label without throwing", () => {
  const kind = fc.constantFrom("text/html", "text/xml", "application/json", "text/plain", "x", "");
  const label = fc.oneof(
    fc.string(),
    fc.constantFrom("utf-8", "utf-16", "gbk", "iso-2022-jp", "replacement", "\0"),
  );
  const bytes = fc.oneof(
    fc.uint8Array(),
    fc.string().map((text) => utf8(`<?xml encoding="${text}"?>`)),
  );
  fc.assert(fc.property(kind, label, bytes, (type, charset, body) => {
    const response = new Response({ url: "https://e.com/", status: 200, body });
    assert.equal(typeof response.text, "string");
    const ascii = `${type}; charset=${charset}`.replace(/[^\x20-\x7e]/g, "");
    assert.equal(typeof decoded(ascii, body)[0], "string");
  }));
});
