import assert from "node:assert/strict";
import fc from "fast-check";
import {
  InvalidArgumentError,
  OrbweaverError,
  Selector,
  SelectorSyntaxError,
} from "@orbweaver/selectors";

const PAGE = Selector.fromHtml("<p>text</p>");

const REJECTED: [selector: string, offset: number, expected: RegExp][] = [
  ["", 0, /a selector/],
  ["  ", 2, /a selector/],
  [",p", 0, /a selector/],
  ["p,", 2, /a selector/],
  ["p >", 3, /a selector/],
  ["p > > b", 4, /a selector/],
  ["+ p", 0, /a selector/],
  ["p)", 1, /combinator/],
  ["p$b", 1, /combinator/],
  ["p 2", 2, /a selector/],
  ["p !", 2, /a selector/],
  ["p.", 2, /a name/],
  ["p.x.", 4, /a name/],
  ["p\\", 1, /combinator/],
  ["p|b", 1, /namespace/],
  ["*|b", 1, /namespace/],
  ["p /* note */", 2, /a selector/],
  ["[", 1, /attribute's name/],
  ["[a", 2, /`\]`/],
  ["[a~b]", 2, /`\]`/],
  ["[a=", 3, /attribute's value/],
  ["[a=b c]", 5, /`\]`/],
  ["[a='b", 5, /closing '/],
  ["p:", 2, /pseudo-class's name/],
  ["p:unknown", 1, /supported pseudo-class/],
  ["p:constructor", 1, /supported pseudo-class/],
  ["p:__proto__", 1, /supported pseudo-class/],
  ["p:before", 1, /supported pseudo-class/],
  ["p:host(b)", 1, /supported pseudo-class/],
  ["p:is(a, :nope)", 8, /supported pseudo-class/],
  ["p:root(x)", 6, /without an argument/],
  ["p:not", 5, /`\(`/],
  ["p:not()", 6, /a selector/],
  ["p:not(a", 7, /`\)`/],
  ["p:not(> a)", 6, /a selector/],
  ["p:contains", 10, /`\(`/],
  ["p:contains()", 11, /an argument/],
  ["p:contains( 'x')", 11, /space around the quotes/],
  ["p:nth-child(x)", 12, /even, odd or an\+b/],
  ["p:nth-child(1 of)", 14, /`\)`/],
  ["p:nth-child(1 of :scope)", 17, /no :scope/],
  ["p:nth-child(1 of .a\\:b)", 19, /no escape/],
  ["p:nth-of-type(1 of a)", 16, /`\)`/],
  ["p::before", 1, /::text or ::attr/],
  ["p::text(x)", 7, /after a pseudo-element/],
  ["p::text.x", 7, /after a pseudo-element/],
  ["p::text b", 8, /after a pseudo-element/],
  ["p::text::text", 7, /after a pseudo-element/],
  ["p::attr", 7, /`\(`/],
  ["p::attr()", 8, /attribute's name/],
  ["p::attr(a", 9, /`\)`/],
  ["p:not(::text)", 6, /no pseudo-element/],
];

for (const [selector, offset, expected] of REJECTED) {
  Deno.test(`Selector.css() rejects ${JSON.stringify(selector)} at offset ${offset}`, () => {
    assert.throws(() => PAGE.css(selector), (error) => {
      assert.ok(error instanceof SelectorSyntaxError);
      assert.ok(error instanceof OrbweaverError);
      assert.equal(error.name, "SelectorSyntaxError");
      assert.equal(error.selector, selector);
      assert.equal(error.offset, offset);
      assert.match(error.expected, expected);
      assert.ok(error.message.includes(error.expected));
      return true;
    });
  });
}

Deno.test("Selector.css() rejects a selector again after it was rejected once", () => {
  for (let round = 0; round < 2; round++) {
    assert.throws(() => PAGE.css("p:nope"), SelectorSyntaxError);
  }
});

Deno.test("Selector.css() rejects pseudo-classes that are nested too deeply", () => {
  const depth = 50_000;
  assert.throws(
    () => PAGE.css(":not(".repeat(depth) + "p" + ")".repeat(depth)),
    SelectorSyntaxError,
  );
});

Deno.test("Selector.css() takes a list of 20,000 entries", () => {
  const entries = Array.from({ length: 20_000 }, (_, index) => `#id${index}`);
  assert.deepEqual(PAGE.css([...entries, "p"].join()).getAll(), ["<p>text</p>"]);
});

Deno.test("Selector.css() rejects what is no string", () => {
  for (const query of [undefined, null, 7, {}, ["p"]]) {
    assert.throws(() => PAGE.css(query as unknown as string), InvalidArgumentError);
  }
});

Deno.test("Selector.css() answers or throws SelectorSyntaxError, whatever the selector", () => {
  const part = fc.constantFrom(
    ..."p,.x,#i,*,>,+,~, ,\\,,::text,::attr(a),::attr(,:not(,:is(,:has(,:nth-child(,2n+1, of ,),[a,=,'b',\",],:root,\\,/*,|,<,é,💥"
      .split(","),
    ",",
  );
  const selector = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(selector, (selector) => {
      try {
        PAGE.css(selector);
      } catch (error) {
        assert.ok(error instanceof SelectorSyntaxError, `${error}`);
        assert.ok(error.offset >= 0 && error.offset <= selector.length);
        assert.equal(error.cause, undefined, "our own check sees it, not a library");
      }
    }),
    { numRuns: 3_000 },
  );
});
