import assert from "node:assert/strict";
import { InvalidArgumentError, InvalidPatternError, Selector } from "@orbweaver/selectors";

const PAGE = Selector.fromHtml(`<p>Price: 12 EUR, 15 USD</p><p>Price: 7 GBP</p>`);
const TEXTS = PAGE.css("p::text");

Deno.test("re() gives whole matches where the pattern has no groups", () => {
  assert.deepEqual(TEXTS.re(/\d+/), ["12", "15", "7"]);
  assert.deepEqual(TEXTS.re("\\d+"), ["12", "15", "7"]);
  assert.deepEqual(TEXTS.first?.re(/\d+/g), ["12", "15"]);
});

Deno.test("re() gives all groups in one flat list, named ones too", () => {
  assert.deepEqual(TEXTS.re(/(\d+) (?<currency>[A-Z]+)/), ["12", "EUR", "15", "USD", "7", "GBP"]);
  assert.deepEqual(TEXTS.re(/(?:12) ([A-Z]+)/), ["EUR"]);
});

Deno.test("re() gives an empty text for a group that took no part", () => {
  assert.deepEqual(TEXTS.first?.re(/(12)|(15)/), ["12", "", "", "15"]);
});

Deno.test("re() looks at an element's HTML", () => {
  assert.deepEqual(PAGE.css("p").re(/^<p>/), ["<p>", "<p>"]);
});

Deno.test("re() respects the flags of a RegExp and leaves its lastIndex alone", () => {
  const pattern = /price/gi;
  pattern.lastIndex = 3;
  assert.deepEqual(TEXTS.re(pattern), ["Price", "Price"]);
  assert.equal(TEXTS.reFirst(pattern), "Price");
  assert.equal(pattern.lastIndex, 3);
});

Deno.test("re() ends on a pattern that matches nothing", () => {
  assert.deepEqual(Selector.fromHtml("ab").css("body::text").re(/x*/), ["", "", ""]);
});

Deno.test("reFirst() gives the first match of all items or the default", () => {
  assert.equal(TEXTS.reFirst(/7|GBP/), "7");
  assert.equal(TEXTS.reFirst(/(\d+) (\w+)/), "12");
  assert.equal(TEXTS.reFirst(/none/), undefined);
  assert.equal(TEXTS.reFirst(/none/, "default"), "default");
  assert.equal(TEXTS.first?.reFirst(/none/, null), null);
  assert.equal(TEXTS.reFirst(/x*/, "default"), "", "an empty match is a match");
});

Deno.test("re() and reFirst() reject a string that is no regular expression", () => {
  for (const ask of [() => TEXTS.re("("), () => TEXTS.reFirst("(", "default")]) {
    assert.throws(ask, (error) => {
      assert.ok(error instanceof InvalidPatternError);
      assert.equal(error.pattern, "(");
      assert.ok(error.cause instanceof SyntaxError);
      return true;
    });
  }
  assert.throws(() => TEXTS.re(7 as unknown as string), InvalidArgumentError);
});
