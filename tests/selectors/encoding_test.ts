import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeHtml, InvalidArgumentError } from "@orbweaver/selectors";

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );

Deno.test("decodeHtml() believes a byte order mark first, and removes it", () => {
  const page = bytes([0xef, 0xbb, 0xbf], "<meta charset=windows-1251>é");
  assert.deepEqual(decodeHtml(page, { contentType: "text/html; charset=iso-8859-2" }), {
    text: "<meta charset=windows-1251>é",
    encoding: "utf-8",
  });
  assert.deepEqual(decodeHtml(bytes([0xff, 0xfe, 0x61, 0, 0x3b, 0x04])), {
    text: "aл",
    encoding: "utf-16le",
  });
  assert.deepEqual(decodeHtml(bytes([0xfe, 0xff, 0, 0x61])), { text: "a", encoding: "utf-16be" });
});

Deno.test("decodeHtml() believes the content type before the page", () => {
  const page = bytes("<meta charset=utf-8>", [0xe9]);
  for (
    const contentType of [
      "text/html; charset=windows-1251",
      'TEXT/HTML;x=y; Charset = "CP1251"; z=1',
      "text/html;charset='windows-1251'",
    ]
  ) {
    assert.deepEqual(decodeHtml(page, { contentType }), {
      text: "<meta charset=utf-8>й",
      encoding: "windows-1251",
    });
  }
});

Deno.test("decodeHtml() reads the page's own meta elements", () => {
  for (
    const meta of [
      "<meta charset=shift_jis>",
      `<!-- <meta charset=utf-8> --><meta http-equiv="Content-Type" content="text/html; charset=x-sjis">`,
    ]
  ) {
    assert.deepEqual(decodeHtml(bytes(meta, [0x93, 0xfa]), { contentType: "text/html" }), {
      text: `${meta}日`,
      encoding: "shift_jis",
    });
  }
});

Deno.test("decodeHtml() falls back to windows-1252", () => {
  assert.deepEqual(decodeHtml(bytes([0x80, 0x92])), { text: "€’", encoding: "windows-1252" });
  assert.deepEqual(decodeHtml(new Uint8Array()), { text: "", encoding: "windows-1252" });
});

Deno.test("decodeHtml() takes an unknown charset, or one that may not be decoded, for none", () => {
  for (const charset of ["klingon", "", '""', "iso-2022-kr", "replacement", "\0", "utf-7"]) {
    assert.deepEqual(
      decodeHtml(bytes("a", [0x80]), { contentType: `text/html;charset=${charset}` }),
      {
        text: "a€",
        encoding: "windows-1252",
      },
    );
  }
  assert.equal(
    decodeHtml(bytes("<meta charset=utf-8>é"), { contentType: "text/html; charset=klingon" })
      .encoding,
    "utf-8",
  );
});

Deno.test("decodeHtml() turns undecodable bytes into U+FFFD", () => {
  assert.equal(
    decodeHtml(bytes("a", [0xff], "b"), { contentType: "x;charset=utf-8" }).text,
    "a\ufffdb",
  );
});

Deno.test("decodeHtml() never throws, whatever the bytes and the content type", () => {
  const labels = fc.constantFrom(
    "utf-8",
    "big5",
    "gb18030",
    "iso-2022-jp",
    "utf-16",
    "euc-kr",
    "x-user-defined",
  );
  const contentType = fc.oneof(fc.string(), labels.map((label) => `text/html; charset=${label}`));
  const start = fc.constantFrom(
    "",
    "<meta charset=",
    "<?xml encoding='",
    "<meta content='charset=",
  );
  fc.assert(fc.property(start, fc.uint8Array(), contentType, (start, rest, contentType) => {
    const { text, encoding } = decodeHtml(bytes(start, [...rest]), { contentType });
    assert.equal(typeof text, "string");
    assert.equal(new TextDecoder(encoding).encoding, encoding);
  }));
});

Deno.test("decodeHtml() leaves the bytes as they are", () => {
  const page = bytes([0xef, 0xbb, 0xbf], "a");
  const copy = page.slice();
  decodeHtml(page);
  assert.deepEqual(page, copy);
});

Deno.test("decodeHtml() rejects what are no bytes", () => {
  for (const value of ["<p>", undefined, new ArrayBuffer(1), [60]]) {
    assert.throws(() => decodeHtml(value as unknown as Uint8Array), InvalidArgumentError);
  }
});
