import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AdaptiveStore, MemoryAdaptiveStore, Selector } from "@orbweaver/selectors";
import { AdaptiveStoreError, SqliteAdaptiveStore } from "@orbweaver/selectors/sqlite";

const URL = "https://shop.example/tea";

const OLD = `<main><h1>Tea</h1><div class="products">
  <article class="product" id="p1"><h3>Green</h3><p class="price">12 EUR</p></article>
  <article class="product" id="p2"><h3>Black</h3><p class="price">9 EUR</p></article>
</div></main>`;

// The classes have other names, and there is an element more around each product.
const NEW = `<main><h1>Tea</h1><section class="catalogue"><div class="items">
  <div class="wrap"><article class="item" id="p1"><h3>Green</h3><p class="cost">12 EUR</p></article></div>
  <div class="wrap"><article class="item" id="p2"><h3>Black</h3><p class="cost">9 EUR</p></article></div>
</div></section></main>`;

function page(html: string, adaptiveStore: AdaptiveStore, url = URL): Selector {
  return Selector.fromHtml(html, { url, adaptiveStore });
}

Deno.test("css({ adaptive }) finds an element again after the page has changed", () => {
  const store = new MemoryAdaptiveStore();
  const before = page(OLD, store).css("#p1 .price", { adaptive: true });
  assert.deepEqual(before.map(({ relocated }) => relocated), [false]);
  const [price] = page(NEW, store).css("#p1 .price", { adaptive: true });
  assert.equal(price?.get(), `<p class="cost">12 EUR</p>`);
  assert.equal(price.relocated, true);
  assert.ok(price.relocationScore > 0.4 && price.relocationScore < 1);
});

Deno.test("css({ adaptive }) gives texts and attributes of what it found again", () => {
  const store = new MemoryAdaptiveStore();
  page(OLD, store).css("#p1 .price::text", { adaptive: true });
  page(OLD, store).css(".product::attr(id)", { adaptive: true });
  const [text] = page(NEW, store).css("#p1 .price::text", { adaptive: true });
  assert.equal(text?.get(), "12 EUR");
  assert.equal(text.relocated, true);
  assert.deepEqual(page(NEW, store).css(".product::attr(id)", { adaptive: true }).getAll(), ["p1"]);
});

Deno.test("css() without adaptive remembers and relocates nothing", () => {
  const store = new MemoryAdaptiveStore();
  page(OLD, store).css(".price");
  assert.equal(page(NEW, store).css(".price", { adaptive: true }).length, 0);
  page(OLD, store).css(".price", { adaptive: true });
  assert.equal(page(NEW, store).css(".price").length, 0);
});

Deno.test("An element is remembered for its host and under its id", () => {
  const store = new MemoryAdaptiveStore();
  page(OLD, store).css(".price", { adaptive: true, id: "price" });
  assert.equal(page(NEW, store).css(".gone", { adaptive: true }).length, 0);
  assert.equal(page(NEW, store).css(".gone", { adaptive: true, id: "price" }).length, 1);
  const elsewhere = page(NEW, store, "https://other.example/");
  assert.equal(elsewhere.css(".gone", { adaptive: true, id: "price" }).length, 0);
});

Deno.test("The threshold says how alike an element must be", () => {
  const store = new MemoryAdaptiveStore();
  page(OLD, store).css(".price").first?.save("price");
  const changed = page(NEW, store);
  assert.equal(changed.relocate("price", { threshold: 1 }).length, 0);
  assert.equal(changed.relocate("price", { threshold: 0.4 }).length, 1);
  assert.equal(changed.relocate("nothing").length, 0);
  assert.equal(page("<b></b>", store).relocate("price", { threshold: 0.9 }).length, 0);
  assert.throws(() => changed.relocate("price", { threshold: 40 }), {
    name: "InvalidArgumentError",
  });
});

Deno.test("Elements with the same score are all returned, in document order", () => {
  const store = new MemoryAdaptiveStore();
  page(`<ul><li class="a">x</li></ul>`, store).css("li").first?.save("item");
  const twins = page(`<ul><li class="b">x</li></ul><ul><li class="b">x</li></ul>`, store);
  const found = twins.relocate("item");
  assert.equal(found.length, 2);
  assert.equal(found[0]?.relocationScore, found[1]?.relocationScore);
});

Deno.test("An unchanged element has the score 1", () => {
  const store = new MemoryAdaptiveStore();
  const same = page(OLD, store);
  same.css("#p2").first?.save("p2");
  const [found] = same.relocate("p2");
  assert.equal(found?.attr("id"), "p2");
  assert.equal(found.relocationScore, 1);
});

Deno.test("Relocation takes linear time in a deep and in a wide page", () => {
  const store = new MemoryAdaptiveStore();
  page(`<p class="x">y</p>`, store).css("p").first?.save("p");
  const deep = `${"<b>".repeat(20_000)}<p class="x">y</p>`;
  const wide = `${"<b></b>".repeat(20_000)}<p class="x">y</p>`;
  assert.equal(page(deep, store).relocate("p").first?.tag, "p");
  assert.equal(page(wide, store).relocate("p").first?.tag, "p");
});

Deno.test("MemoryAdaptiveStore forgets what was not asked for the longest", () => {
  const store = new MemoryAdaptiveStore({ maxEntries: 2 });
  for (const id of ["a", "b"]) page(OLD, store).css("h1").first?.save(id);
  store.load("shop.example", "a");
  page(OLD, store).css("h1").first?.save("c");
  assert.notEqual(store.load("shop.example", "a"), undefined);
  assert.equal(store.load("shop.example", "b"), undefined);
});

Deno.test("SqliteAdaptiveStore remembers from one run to the next", () => {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-"));
  try {
    const path = join(folder, "adaptive.sqlite");
    const first = new SqliteAdaptiveStore(path);
    page(OLD, first).css(".price", { adaptive: true });
    first.close();
    first.close();
    const second = new SqliteAdaptiveStore(path);
    const [price] = page(NEW, second).css(".price", { adaptive: true });
    assert.equal(price?.attr("class"), "cost");
    second[Symbol.dispose]();
    assert.throws(() => second.load("a", "b"), AdaptiveStoreError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("SqliteAdaptiveStore says what it can't open", () => {
  const folder = mkdtempSync(join(tmpdir(), "orbweaver-"));
  try {
    const path = join(folder, "no.sqlite");
    writeFileSync(path, "this is not a database, but it is long enough to be looked at as one");
    assert.throws(() => new SqliteAdaptiveStore(path), { name: "AdaptiveStoreError", path });
    assert.throws(
      () => new SqliteAdaptiveStore(join(folder, "none", "x.sqlite")),
      AdaptiveStoreError,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

Deno.test("Attributes named like members of objects are told apart from them", () => {
  const store = new SqliteAdaptiveStore(":memory:");
  page(`<p __proto__="1" class="a">x</p>`, store).css("p").first?.save("p");
  const [found] = page(`<p constructor="2" toString="3" class="b">x</p>`, store).relocate("p");
  assert.equal(found?.attr("class"), "b");
  store.close();
});
