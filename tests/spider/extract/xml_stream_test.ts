import assert from "node:assert/strict";
import { InvalidOptionError, Problems, readXml } from "@orbweaver/spider";
import { all, inPieces } from "./_pages.ts";

const kinds = (problems: Problems) => problems.list().map(({ kind }) => kind);

Deno.test("readXml gives the same elements whatever pieces the text comes in", async () => {
  const text = `<?xml version="1.0"?><rss xmlns:m="urn:m"><channel><title>Feed</title>
    <item a="1"><title>One &amp; 1&#x41;</title><m:x>\u{1F577}</m:x></item>
    <item><title><![CDATA[<b>Two</b>]]></title></item></channel></rss>`;
  for (const size of [1, 2, 7, 64, 10_000]) {
    const items = await all(readXml(inPieces(text, size), { tags: ["item"] }));
    assert.deepEqual(items.map((item) => item.textOf("title")), ["One & 1A", "<b>Two</b>"]);
    assert.equal(items[0]!.attr("a"), "1");
    assert.equal(items[0]!.textOf("m:x"), "\u{1F577}");
  }
});

Deno.test("an element is given before the document has ended", async () => {
  let given = 0;
  async function* endless() {
    yield "<rss>";
    for (;;) yield `<item>${given}</item>`;
  }
  for await (const item of readXml(endless(), { tags: ["item"] })) {
    assert.equal(item.text, String(given));
    if (++given === 3) break;
  }
  assert.equal(given, 3);
});

Deno.test("tags and queries with a prefix go by namespace, whatever prefix the document has", async () => {
  const text = `<r xmlns:x="urn:g" xmlns:g="urn:other">
    <x:item><x:id>1</x:id><g:id>2</g:id></x:item><g:item/></r>`;
  const namespaces = { g: "urn:g" };
  const [item, ...others] = await all(readXml([text], { tags: ["g:item"], namespaces }));
  assert.equal(others.length, 0);
  assert.equal(item!.textOf("g:id"), "1");
  assert.equal(item!.textOf("id"), "1");
  assert.equal(item!.namespace, "urn:g");
  await assert.rejects(
    all(readXml([text], { tags: ["undeclared:item"] })),
    (error) => error instanceof InvalidOptionError && error.message.includes("undeclared"),
  );
});

Deno.test("a name without a prefix finds elements of the node's own namespace first", async () => {
  const text = `<rss xmlns:m="urn:m"><item><m:title>No</m:title><title>Yes</title>
    <m:only>1</m:only></item></rss>`;
  const [item] = await all(readXml([text], { tags: ["item"] }));
  assert.equal(item!.textOf("title"), "Yes");
  assert.equal(item!.textOf("only"), "1");
  assert.equal(item!.textOf("absent", "none"), "none");
  assert.deepEqual(item!.children.map(({ name }) => name), ["title", "title", "only"]);
});

Deno.test("broken XML is reported, and what makes sense of it is kept", async () => {
  const problems = new Problems();
  const text = `<r><item>1 & 2 &nbsp;&what;</item><item><b>2</item><item>3</item></r></r><item>4`;
  const items = await all(readXml([text], { tags: ["item"], problems }));
  assert.deepEqual(items.map(({ text }) => text), ["1 & 2 \u00A0&what;", "2", "3"]);
  assert.deepEqual(kinds(problems), ["malformed"]);
});

Deno.test("the entities that a document defines are not expanded", async () => {
  const lol = Array.from(
    { length: 10 },
    (_, level) => `<!ENTITY lol${level + 1} "${`&lol${level};`.repeat(10)}">`,
  ).join("\n");
  const text = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">${lol}
    <!ENTITY passwd SYSTEM "file:///etc/passwd">]><r><item>&lol10;&passwd;</item></r>`;
  const [item] = await all(readXml([text], { tags: ["item"], problems: new Problems() }));
  assert.equal(item!.text, "&lol10;&passwd;");
});

Deno.test("elements nested without end stop the reading, and what came before is kept", async () => {
  const problems = new Problems();
  function* nested() {
    yield "<r><item>1</item>";
    for (let count = 0; count < 1_000; count++) yield "<a>".repeat(1_000);
    assert.fail("it was read to its end");
  }
  const items = await all(readXml(nested(), { tags: ["item"], problems }));
  assert.deepEqual(items.map(({ text }) => text), ["1"]);
  assert.deepEqual(kinds(problems), ["tooDeep"]);
});

Deno.test("an element that is too large is left out, and the next one is there", async () => {
  const problems = new Problems();
  function* large() {
    yield "<r><item><a>";
    for (let count = 0; count < 200; count++) yield "x".repeat(64 * 1024);
    yield "</a></item><item>2</item></r>";
  }
  const items = await all(readXml(large(), { tags: ["item"], problems }));
  assert.deepEqual(items.map(({ text }) => text), ["2"]);
  assert.deepEqual(kinds(problems), ["tooLarge"]);
});

Deno.test("bytes that are no XML are given up soon", async () => {
  const problems = new Problems();
  let pieces = 0;
  function* noise() {
    for (; pieces < 10_000; pieces++) yield "</x><<<>>< =<".repeat(100);
  }
  assert.deepEqual(await all(readXml(noise(), { tags: ["item"], problems })), []);
  assert.ok(pieces < 100, `${pieces} pieces were read`);
  assert.ok(problems.list()[0]!.count <= 101);
});

Deno.test("names such as __proto__ are names like any other", async () => {
  const text = `<r><item><__proto__ __proto__="1" constructor="2">x</__proto__></item></r>`;
  const [item] = await all(readXml([text], { tags: ["item"] }));
  const node = item!.find("__proto__")!;
  assert.equal(node.attr("__proto__"), "1");
  assert.equal(node.attr("constructor"), "2");
  assert.equal(item!.attr("toString"), undefined);
  assert.equal(({} as Record<string, unknown>)["1"], undefined);
});
