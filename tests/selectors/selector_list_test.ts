import assert from "node:assert/strict";
import { InvalidArgumentError, Selector, SelectorList } from "@orbweaver/selectors";

const PAGE = Selector.fromHtml(`<ul><li a="1">x</li><li a="2">y</li><li a="3">z</li></ul>`);
const ITEMS = PAGE.css("li");
const NONE = PAGE.css("none");

Deno.test("SelectorList is array-like and iterable", () => {
  assert.equal(ITEMS.length, 3);
  assert.equal(ITEMS[1]?.text(), "y");
  assert.equal(ITEMS[3], undefined);
  assert.deepEqual([...ITEMS].map((item) => item.text()), ["x", "y", "z"]);
  assert.deepEqual(Array.from(ITEMS, (item) => item.attr("a")), ["1", "2", "3"]);
});

Deno.test("SelectorList.first, last and at() give items or undefined", () => {
  assert.equal(ITEMS.first?.text(), "x");
  assert.equal(ITEMS.last?.text(), "z");
  assert.deepEqual([0, 2, -1, -3, 1.9, NaN].map((index) => ITEMS.at(index)?.text()), [
    "x",
    "z",
    "z",
    "x",
    "y",
    "x",
  ]);
  assert.deepEqual([3, -4, Infinity].map((index) => ITEMS.at(index)), [
    undefined,
    undefined,
    undefined,
  ]);
  assert.equal(NONE.first, undefined);
  assert.equal(NONE.last, undefined);
  assert.equal(NONE.at(-1), undefined);
});

Deno.test("SelectorList.filter() gives a list, map() an array, search() one item", () => {
  const odd = ITEMS.filter((_, index) => index % 2 === 0);
  assert.ok(odd instanceof SelectorList);
  assert.deepEqual(odd.getAll(), [`<li a="1">x</li>`, `<li a="3">z</li>`]);
  assert.deepEqual(ITEMS.map((item, index) => item.text() + index), ["x0", "y1", "z2"]);
  assert.equal(ITEMS.search((item) => item.text() > "x")?.text(), "y");
  assert.equal(ITEMS.search(() => false), undefined);
});

Deno.test("SelectorList.get() gives the first value or the default", () => {
  assert.equal(PAGE.css("li::text").get(), "x");
  assert.equal(PAGE.css("li::text").get("default"), "x");
  assert.equal(NONE.get(), undefined);
  assert.equal(NONE.get(""), "");
  assert.equal(NONE.get(null), null);
  assert.deepEqual(NONE.getAll(), []);
});

Deno.test("SelectorList.get() has the type of its value and its default", () => {
  const withDefault: string = ITEMS.get("");
  const orNull: string | null = ITEMS.get(null);
  const reWithDefault: string = ITEMS.reFirst(/x/, "");
  // @ts-expect-error Without a default, there may be no value.
  const withoutDefault: string = NONE.get();
  // @ts-expect-error Without a default, there may be no match.
  const reWithoutDefault: string = NONE.reFirst(/x/);
  assert.deepEqual([withDefault, orNull, reWithDefault, withoutDefault, reWithoutDefault], [
    `<li a="1">x</li>`,
    `<li a="1">x</li>`,
    "x",
    undefined,
    undefined,
  ]);
});

Deno.test("SelectorList's attr(), text(), html() and json() answer for the first item", () => {
  assert.equal(ITEMS.attr("a"), "1");
  assert.equal(ITEMS.text(), "x");
  assert.equal(ITEMS.html(), `<li a="1">x</li>`);
  assert.equal(PAGE.css("li::attr(a)").json(), 1);
  assert.deepEqual([NONE.attr("a"), NONE.text(), NONE.html(), NONE.json()], [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("SelectorList.css() queries each item", () => {
  assert.deepEqual(ITEMS.css("::attr(a)").getAll(), ["1", "2", "3"]);
  assert.equal(NONE.css("*").length, 0);
});

Deno.test("SelectorList can be made of selectors and of nothing else", () => {
  assert.deepEqual(new SelectorList(ITEMS).getAll(), ITEMS.getAll());
  assert.equal(new SelectorList().length, 0);
  assert.throws(
    () => new SelectorList(["li"] as unknown as Selector[]),
    (error) => error instanceof InvalidArgumentError && error.argument === "selectors[0]",
  );
});
