import assert from "node:assert/strict";
import { Problems, readJsonItems } from "@orbweaver/spider";
import { all, inPieces } from "./_pages.ts";

Deno.test("readJsonItems finds the items of arrays, JSON Feeds, paths and single objects", async () => {
  const read = (value: unknown, path?: string | string[]) =>
    all(readJsonItems(inPieces(JSON.stringify(value), 5), { path }));
  assert.deepEqual(await read([1, { a: 2 }]), [1, { a: 2 }]);
  assert.deepEqual(await read({ version: "https://jsonfeed.org/version/1.1", items: [1] }), [1]);
  assert.deepEqual(await read({ a: { b: [1, 2] } }, "a.b"), [1, 2]);
  assert.deepEqual(await read({ "a.b": [{ c: 3 }] }, ["a.b", "0", "c"]), [3]);
  assert.deepEqual(await read({ name: "Lamp" }), [{ name: "Lamp" }]);
});

Deno.test("JSON lines are told from JSON; a broken line costs no other", async () => {
  const problems = new Problems();
  const text = '{"a":1}\r\n\n{broken\n{"a":2}';
  assert.deepEqual(await all(readJsonItems([text], { problems })), [{ a: 1 }, { a: 2 }]);
  assert.deepEqual(problems.list().map(({ kind, count }) => [kind, count]), [["malformed", 1]]);
  assert.deepEqual(await all(readJsonItems(["[1]\n[2]\n"], { format: "lines" })), [[1], [2]]);
});

Deno.test("broken JSON, a missing path, and inherited names give no items and a problem", async () => {
  const kinds = async (text: string, path?: string) => {
    const problems = new Problems();
    assert.deepEqual(await all(readJsonItems([text], { path, problems })), []);
    return problems.list().map(({ kind }) => kind);
  };
  assert.deepEqual(await kinds('[{"a":1},'), ["malformed"]);
  assert.deepEqual(await kinds(""), ["malformed"]);
  assert.deepEqual(await kinds("{}", "data.items"), ["unexpected"]);
  assert.deepEqual(await kinds("{}", "constructor"), ["unexpected"]);
});

Deno.test("JSON nested a million levels deep is only data", async () => {
  const depth = 1_000_000;
  const text = "[".repeat(depth) + "]".repeat(depth);
  const problems = new Problems();
  const items = await all(readJsonItems([text], { problems }));
  assert.ok(items.length === 1 || problems.list()[0]?.kind === "malformed");
});
