import assert from "node:assert/strict";
import { InvalidOptionError, Problems, readCsv } from "@orbweaver/spider";
import { all, inPieces } from "./_pages.ts";

Deno.test("readCsv gives the same rows whatever pieces the text comes in", async () => {
  const text = 'name,note\r\n"Lamp, big","said ""hi""\nthere"\r\nCup,\r\n\r\n';
  for (const size of [1, 3, 1000]) {
    assert.deepEqual(await all(readCsv(inPieces(text, size))), [
      { name: "Lamp, big", note: 'said "hi"\nthere' },
      { name: "Cup", note: "" },
    ]);
  }
});

Deno.test("delimiter, quote and headers are the user's to choose", async () => {
  const rows = readCsv(["'a;b';2\n"], { delimiter: ";", quote: "'", headers: ["x", "y"] });
  assert.deepEqual(await all(rows), [{ x: "a;b", y: "2" }]);
  const plain = readCsv(['a\tb\n"1\t2"\n'], { delimiter: "\t", quote: null });
  assert.deepEqual(await all(plain), [{ a: '"1', b: '2"' }]);
});

Deno.test("rows of the wrong length are read, and counted", async () => {
  const problems = new Problems();
  const rows = await all(readCsv(["a,b\n1\n1,2,3\n1,2\n"], { problems }));
  assert.deepEqual(rows, [{ a: "1", b: "" }, { a: "1", b: "2" }, { a: "1", b: "2" }]);
  assert.deepEqual(problems.list().map(({ kind, count }) => [kind, count]), [["columns", 2]]);
});

Deno.test("columns of one name get two, and a column may be named __proto__", async () => {
  const problems = new Problems();
  const [row] = await all(readCsv(["a,a,__proto__\n1,2,3\n"], { problems }));
  assert.deepEqual(Object.entries(row!), [["a", "1"], ["a_2", "2"], ["__proto__", "3"]]);
  assert.equal(problems.list()[0]!.kind, "columns");
});

Deno.test("a quote that is never closed ends the reading at a bound; the rows before it are kept", async () => {
  const problems = new Problems();
  let pieces = 0;
  function* endless() {
    yield 'a,b\n1,2\n"';
    for (; pieces < 10_000; pieces++) yield "x,y\n".repeat(10_000);
  }
  const rows = await all(readCsv(endless(), { problems }));
  assert.deepEqual(rows, [{ a: "1", b: "2" }]);
  assert.deepEqual(problems.list().map(({ kind }) => kind), ["malformed"]);
  assert.ok(pieces < 200, `${pieces} pieces were read`);
});

Deno.test("a quote in the middle of a cell is a character", async () => {
  const rows = await all(readCsv(['size\n5" pipe\n']));
  assert.deepEqual(rows, [{ size: '5" pipe' }]);
});

Deno.test("leaving the rows early closes everything, and an empty text has none", async () => {
  for await (const row of readCsv(inPieces("a\n" + "1\n".repeat(100_000), 1000))) {
    assert.deepEqual(row, { a: "1" });
    break;
  }
  assert.deepEqual(await all(readCsv([])), []);
});

Deno.test("options that make no sense are errors", async () => {
  for (const options of [{ delimiter: "" }, { quote: "''" }, { headers: [] }]) {
    await assert.rejects(all(readCsv(["a\n"], options)), InvalidOptionError);
  }
});

Deno.test("what the source of the text throws comes out", async () => {
  function* broken() {
    yield "a\n1\n";
    throw new RangeError("source");
  }
  await assert.rejects(all(readCsv(broken())), { name: "RangeError", message: "source" });
});
