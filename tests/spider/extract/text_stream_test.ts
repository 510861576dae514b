import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { Problems } from "@orbweaver/spider";
import { gather } from "../../../spider/extract/_gather.ts";
import { textStream } from "../../../spider/extract/_text_stream.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function read(body: Uint8Array, contentType?: string, encoding?: string) {
  const problems = new Problems();
  const text = await gather(textStream({ body, contentType, encoding }, problems));
  return { text, kinds: problems.list().map(({ kind }) => kind) };
}

Deno.test("textStream goes by the mark, what is known, the content type and the XML declaration, in that order", async () => {
  const latin = Uint8Array.from(
    Buffer.from("<?xml version='1.0' encoding='iso-8859-1'?>é", "latin1"),
  );
  assert.match((await read(latin)).text, /é$/);
  const utf8 = bytes(`<?xml version="1.0" encoding="iso-8859-1"?>é`);
  assert.match((await read(utf8, "text/xml; charset=UTF-8")).text, /é$/);
  assert.match((await read(latin, "text/xml; charset=utf-8", "latin1")).text, /é$/);
  assert.equal((await read(bytes("\uFEFFé"), "text/csv; charset=latin1")).text, "é");
  const utf16 = Uint8Array.from(Buffer.from(`<?xml version="1.0"?>é`, "utf16le"));
  assert.match((await read(utf16)).text, /é$/);
  assert.equal((await read(Uint8Array.from([0xff, 0xfe, ...utf16]))).text.at(-1), "é");
});

Deno.test("an encoding that nobody knows is reported, and read as UTF-8", async () => {
  assert.deepEqual(await read(bytes("é"), "text/csv; charset=klingon"), {
    text: "é",
    kinds: ["encoding"],
  });
});

Deno.test("a character cut in two by a piece's border stays one", async () => {
  const text = "a" + "é".repeat(100_000);
  assert.equal((await read(bytes(text))).text, text);
});

Deno.test("gzip is known by its magic number; what comes before damage is kept", async () => {
  const text = Array.from({ length: 50_000 }, (_, n) => `line ${n * 7919 % 50_000}\n`).join("");
  const packed = Uint8Array.from(gzipSync(text));
  assert.deepEqual(await read(packed, "application/octet-stream"), { text, kinds: [] });
  const cut = await read(packed.slice(0, packed.length - 1000));
  assert.deepEqual(cut.kinds, ["truncated"]);
  assert.ok(cut.text.length > 0 && text.startsWith(cut.text));
});

Deno.test("a gzip bomb is read up to the limit only", async () => {
  const packed = Uint8Array.from(gzipSync(Buffer.alloc(80 * 1024 * 1024, " ")));
  assert.ok(packed.byteLength < 100_000);
  const problems = new Problems();
  let length = 0;
  for await (const text of textStream({ body: packed }, problems)) length += text.length;
  assert.equal(length, 64 * 1024 * 1024);
  assert.deepEqual(problems.list().map(({ kind }) => kind), ["tooLarge"]);
});

Deno.test("leaving a stream of gzip leaves nothing open", async () => {
  const packed = Uint8Array.from(gzipSync(Buffer.alloc(10 * 1024 * 1024, "x")));
  for await (const text of textStream({ body: packed }, new Problems())) {
    assert.ok(text.length > 0);
    break; // the sanitizers see to the rest
  }
});
