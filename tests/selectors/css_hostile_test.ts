import assert from "node:assert/strict";
import { Selector, SelectorSyntaxError } from "@orbweaver/selectors";

/* Quadratic time would not end: what is asserted is the answer, and that there is one. */
const COUNT = 100_000;
const NESTED = Selector.fromHtml(`<div class="a b">`.repeat(COUNT) + "text");
const SIBLINGS = Selector.fromHtml("<p>a<b></b></p>".repeat(COUNT));

for (
  const [selector, count] of [
    ["body div div div div", COUNT - 3],
    [".none div", 0],
    [".none .none div", 0],
    ["div:not(.none div) > .b", COUNT - 1],
    ["div:has(p)", 0],
    ["div:has(div)", COUNT - 1],
    ["div:has(div p)", 0],
    ["div:has(> div > div)", COUNT - 2],
    ["div:has(div:has(p))", 0],
    ["div:contains(text)", COUNT],
    ["div:contains(nope)", 0],
    ["div:icontains(TEXT)", COUNT],
    ["div:lang(en)", 0],
    ["div:nth-child(1)", COUNT],
    ["div:empty", 0],
    ["div:is(.a .b, .c .d) .a", COUNT - 2],
  ] as const
) {
  Deno.test(`Selector.css() finds ${selector} among ${COUNT} nested elements`, () => {
    assert.equal(NESTED.css(selector).length, count);
  });
}

for (
  const [selector, count] of [
    ["p ~ p", COUNT - 1],
    ["b ~ p", 0],
    ["p:has(~ b)", 0],
    ["p:has(~ p)", COUNT - 1],
    ["p:has(~ p ~ p)", COUNT - 2],
    ["p:nth-child(2n)", COUNT / 2],
    ["p:nth-last-child(2n)", COUNT / 2],
    ["p:nth-of-type(2n)", COUNT / 2],
    ["p:nth-child(even of :not(.x))", COUNT / 2],
    ["p:first-of-type", 1],
    ["p:last-child", 1],
    ["p:not(:nth-last-of-type(3))", COUNT - 1],
  ] as const
) {
  Deno.test(`Selector.css() finds ${selector} among ${COUNT} siblings`, () => {
    assert.equal(SIBLINGS.css(selector).length, count);
  });
}

Deno.test(`SelectorList.css() asks ${COUNT} elements at once`, () => {
  assert.equal(SIBLINGS.css("p").css("b").length, COUNT);
  assert.equal(SIBLINGS.css("p").css(":scope > b:nth-child(1)").length, COUNT);
  assert.equal(NESTED.css("div").css("div div").length, COUNT - 1);
});

Deno.test("Selector.css() counts different names apart when each element has its own", () => {
  const names = Array.from({ length: 20_000 }, (_, index) => `<x-${index}></x-${index}>`);
  assert.equal(Selector.fromHtml(names.join("")).css("body > :first-of-type").length, 20_000);
});

for (
  const [name, selector] of [
    ["a compound", "div" + ".a".repeat(50_000)],
    ["a list", Array.from({ length: 12_000 }, (_, index) => `#id${index}`).join()],
    ["an attribute's value", `[a="${"x".repeat(100_000)}"]`],
    ["a name", "x".repeat(100_000)],
    ["escapes", "\\78 ".repeat(25_000)],
    ["whitespace", `div${" ".repeat(100_000)}div`],
  ] as const
) {
  Deno.test(`Selector.css() takes ${name} of 100 KB`, () => {
    const page = Selector.fromHtml("<div class=a><div></div></div>");
    assert.ok(page.css(selector).length <= 1);
  });
}

for (
  const [name, selector] of [
    ["combinators", "a ".repeat(50_000) + "a"],
    ["combinators inside :has()", `:has(${"> a ".repeat(25_000)})`],
    ["lists inside each other", ":is(".repeat(20_000) + "a" + ")".repeat(20_000)],
    ["lists that do not end", ":not(".repeat(20_000)],
    ["open brackets", "[".repeat(100_000)],
    ["open parentheses in a text", `:contains(${"(".repeat(100_000)}`],
  ] as const
) {
  Deno.test(`Selector.css() rejects ${name} of 100 KB`, () => {
    assert.throws(() => NESTED.css(selector), SelectorSyntaxError);
  });
}
