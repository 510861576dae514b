import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CsvSink, type CsvSinkOptions, InvalidOptionError, readCsv } from "@orbweaver/spider";
import { all } from "../extract/_pages.ts";
import { temporaryFolder } from "./_folder.ts";

async function written(items: unknown[], options: CsvSinkOptions = {}) {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.csv");
  const told: string[] = [];
  const sink = new CsvSink(path, { onUnknownColumn: (column) => told.push(column), ...options });
  await sink.open();
  for (const item of items) await sink.write(item);
  await sink.close();
  return { text: await readFile(path, "utf8"), told, unknown: [...sink.unknownColumns] };
}

Deno.test("CsvSink takes the columns from the first item and quotes as RFC 4180 says", async () => {
  const { text } = await written([
    { name: 'a "b", c', note: "x\ny", n: 1.5, yes: true, none: null, list: [1, { a: 2 }] },
    { note: " padded ", name: "é" },
  ]);
  assert.equal(
    text,
    'name,note,n,yes,none,list\r\n"a ""b"", c","x\ny",1.5,true,,"[1,{""a"":2}]"\r\n' +
      'é," padded ",,,,\r\n',
  );
});

Deno.test("what CsvSink writes is read again as it was", async () => {
  const items = [
    { a: '"', b: "\r\n", c: ",;\t" },
    { a: "", b: "'=1", c: "\u{1F577}" },
    { a: "x", b: "", c: "" },
  ];
  const { text } = await written(items);
  assert.deepEqual(await all(readCsv([text])), items);
});

Deno.test("a later item's unknown field is left out, counted and told once", async () => {
  const { text, told, unknown } = await written([{ a: 1 }, { a: 2, b: 3 }, { b: 4 }, { c: 5 }]);
  assert.equal(text, 'a\r\n1\r\n2\r\n""\r\n""\r\n');
  assert.deepEqual(told, ["b", "c"]);
  assert.deepEqual(unknown, [["b", 2], ["c", 1]]);
});

Deno.test("without an own listener an unknown field is a process warning", async () => {
  const { default: process } = await import("node:process");
  const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
  await written([{ a: 1 }, { b: 2 }], { onUnknownColumn: undefined });
  const { name, message } = await warned;
  assert.equal(name, "OrbweaverWarning");
  assert.match(message, /no column "b"/);
});

Deno.test("columns may be given, with or without items", async () => {
  assert.equal((await written([{ b: 1 }], { columns: ["a", "b"] })).text, "a,b\r\n,1\r\n");
  assert.equal((await written([], { columns: ["a", "b"] })).text, "a,b\r\n");
  assert.equal((await written([])).text, "");
});

Deno.test("escapeFormulas disarms texts, not numbers; without it texts stay as they are", async () => {
  const items = [{ a: "=1+1", b: "@x", c: "-5", d: -5, e: "+", f: "\tx", g: "a=b" }];
  const plain = await written(items);
  assert.match(plain.text, /^=1\+1,@x,-5,-5,\+,"\tx",a=b\r$/m);
  const safe = await written(items, { escapeFormulas: true });
  assert.match(safe.text, /^'=1\+1,'@x,'-5,-5,'\+,'\tx,a=b\r$/m);
  const head = await written([{ "=cmd": 1 }], { escapeFormulas: true });
  assert.match(head.text, /^'=cmd\r\n/);
});

Deno.test("delimiter and byte order mark are the user's to choose", async () => {
  const { text } = await written([{ a: "x;y", b: "x,y" }], { delimiter: ";", byteOrderMark: true });
  assert.equal(text, '\uFEFFa;b\r\n"x;y";x,y\r\n');
});

Deno.test("a field named __proto__ is a column like any other", async () => {
  const { text } = await written([JSON.parse('{"__proto__": "x", "a": 1}'), { a: 2 }]);
  assert.equal(text, "__proto__,a\r\nx,1\r\n,2\r\n");
});

Deno.test("options that make no sense are errors", () => {
  for (
    const options of [{ delimiter: ",," }, { delimiter: '"' }, { columns: [] }, {
      columns: ["a", "a"],
    }]
  ) {
    assert.throws(() => new CsvSink("x.csv", options), InvalidOptionError);
  }
});
