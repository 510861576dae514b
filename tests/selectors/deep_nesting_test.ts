import assert from "node:assert/strict";
import { Selector } from "@orbweaver/selectors";

for (const depth of [5_000, 100_000]) {
  for (const tag of ["div", "span"]) {
    Deno.test(`Selector does not overflow the stack on ${depth} nested <${tag}>`, () => {
      const page = Selector.fromHtml(`<${tag} class="item">`.repeat(depth) + "text");
      const items = page.css(".item");
      assert.equal(items.length, depth);
      assert.equal(page.css(`body ${tag} > ${tag}`).length, depth - 1);
      assert.equal(page.css(`:not(.other) ${tag}:last-child`).length, depth);
      assert.deepEqual(page.css(".item::text").getAll(), ["text"]);
      assert.deepEqual(items.css("::text").getAll(), ["text"]);
      assert.equal(page.text(), "text");
      assert.equal(page.html().split(`</${tag}>`).length, depth + 1);
      assert.equal(page.innerHtml().split(`<${tag} `).length, depth + 1);
      const { last } = items;
      assert.equal(last?.ancestors().length, depth + 1);
      assert.equal(last?.path.length, depth + 1);
      assert.equal(page.descendants().length, depth + 2);
      assert.equal(last?.closest("body")?.tag, "body");
    });
  }
}

Deno.test("Selector does not overflow the stack in :contains(), :has() and :empty", () => {
  const depth = 5_000;
  const page = Selector.fromHtml("<div>".repeat(depth) + "text");
  assert.equal(page.css("div:contains(text)").length, depth);
  assert.equal(page.css("div:has(p)").length, 0);
  assert.equal(page.css("div:has(> div)").length, depth - 1);
  assert.equal(page.css("div:empty").length, 0);
});

Deno.test("Selector does not overflow the stack on 100,000 siblings and attributes", () => {
  const count = 100_000;
  const attributes = Array.from({ length: count }, (_, index) => `a${index}`).join(" ");
  const page = Selector.fromHtml(`<main ${attributes}>${"<p>x".repeat(count)}</main>`);
  assert.equal(page.css("p + p::text").length, count - 1);
  assert.equal(page.css("p ~ p").length, count - 1);
  assert.equal(Object.keys(page.css("main").first?.attrs ?? {}).length, count);
  assert.equal(page.css("main").text()?.length, count);
});
