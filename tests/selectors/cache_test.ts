import assert from "node:assert/strict";
import { LruCache } from "../../selectors/css/cache.ts";
import { compileSelector } from "../../selectors/css/compile.ts";

Deno.test("LruCache forgets the entry that was not asked for the longest", () => {
  const cache = new LruCache<string, number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  assert.equal(cache.get("a"), 1);
  cache.set("c", 3);
  assert.equal(cache.get("b"), undefined);
  assert.equal(cache.get("a"), 1);
  assert.equal(cache.get("c"), 3);
  assert.equal(cache.size, 2);
});

Deno.test("LruCache replaces an entry without growing", () => {
  const cache = new LruCache<string, number>(1);
  cache.set("a", 1);
  cache.set("a", 2);
  assert.equal(cache.get("a"), 2);
  assert.equal(cache.size, 1);
});

Deno.test("compileSelector() compiles a selector once", () => {
  for (
    const selector of [
      "p.once",
      ":scope > p",
      "p:not(.a) b::text",
      "p:contains(x)",
      "p:has(b)",
      "option:checked",
      "p:not(:scope *)",
      "p:nth-child(1 of :has(b))",
    ]
  ) {
    assert.equal(compileSelector(selector), compileSelector(selector), selector);
  }
});

Deno.test("compileSelector() keeps no very long selector", () => {
  const selector = `p${".long".repeat(1_000)}`;
  assert.notEqual(compileSelector(selector), compileSelector(selector));
});

Deno.test("compileSelector() forgets selectors when there are too many", () => {
  const first = compileSelector("p.forgotten");
  for (let index = 0; index < 2_000; index++) compileSelector(`p.c${index}`);
  assert.notEqual(compileSelector("p.forgotten"), first);
});
