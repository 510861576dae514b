import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  InvalidOptionError,
  InvalidYieldError,
  Problems,
  readXml,
  XmlSink,
} from "@orbweaver/spider";
import { all } from "../extract/_pages.ts";
import { temporaryFolder } from "./_folder.ts";

async function written(items: unknown[], options = {}): Promise<string> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.xml");
  {
    await using sink = new XmlSink(path, options);
    await sink.open();
    for (const item of items) await sink.write(item);
  }
  return await readFile(path, "utf8");
}

Deno.test("XmlSink writes an element a field, nested for lists and objects", async () => {
  assert.equal(
    await written([{ name: "Lamp", tags: ["a", { b: 1 }], size: { w: 2 }, none: null, ok: true }]),
    '<?xml version="1.0" encoding="UTF-8"?>\n<items>\n  <item><name>Lamp</name>' +
      "<tags><value>a</value><value><b>1</b></value></tags><size><w>2</w></size><none/>" +
      "<ok>true</ok></item>\n</items>\n",
  );
  assert.match(await written([], { rootTag: "products" }), /<products>\n<\/products>\n$/);
});

Deno.test("names that XML does not allow get ones that it does, and keep the own one", async () => {
  const text = await written([{ "in stock": 1, "2nd": 2, "": 3, "xml": 4, 'a"<': 5, "é": 6 }]);
  assert.match(text, /<in_stock name="in stock">1<\/in_stock>/);
  assert.match(text, /<_2nd name="2nd">2<\/_2nd>/);
  assert.match(text, /<_ name="">3<\/_>/);
  assert.match(text, /<_xml name="xml">4<\/_xml>/);
  assert.match(text, /<a__ name="a&quot;&lt;">5<\/a__>/);
  assert.match(text, /<_ name="é">6<\/_>/);
});

Deno.test("what XmlSink writes is well-formed, and is read again without what XML forbids", async () => {
  const wild = "\u0000\u0008 & <b> ]]> \uFFFE \uD800 \u{1F577} \r\n\t\u0085";
  const problems = new Problems();
  const text = await written([{ wild }]);
  const [item] = await all(readXml([text], { tags: ["item"], problems }));
  assert.deepEqual(problems.list(), []);
  assert.equal(item!.find("wild")!.content.join(""), " & <b> ]]>   \u{1F577} \r\n\t\u0085");
});

Deno.test("an item nested too deeply is refused", async () => {
  let deep: unknown = "x";
  for (let level = 0; level < 100_000; level++) deep = [deep];
  await assert.rejects(written([{ deep }]), InvalidYieldError);
  let deeper: unknown = "x";
  for (let level = 0; level < 300; level++) deeper = { a: deeper };
  await assert.rejects(written([{ deeper }]), InvalidYieldError);
});

Deno.test("tags that can't be elements' names are errors", () => {
  assert.throws(() => new XmlSink("x.xml", { rootTag: "a b" }), InvalidOptionError);
  assert.throws(() => new XmlSink("x.xml", { itemTag: "xmlItem" }), InvalidOptionError);
});
