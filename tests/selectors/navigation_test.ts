import assert from "node:assert/strict";
import { Selector, SelectorSyntaxError } from "@orbweaver/selectors";

const PAGE = Selector.fromHtml(
  `<main><ul class="list">text<li id="1">a<b>b</b></li><!-- c --><li id="2" class="now">c</li>` +
    `<li id="3">d</li></ul></main>`,
);
const one = (query: string) => PAGE.css(query).first as Selector;
const ids = (list: Iterable<Selector>) => [...list].map((item) => item.attr("id"));
const tags = (list: Iterable<Selector>) => [...list].map((item) => item.tag);

Deno.test("Selector.children and siblings are elements in document order", () => {
  assert.deepEqual(ids(one("ul").children), ["1", "2", "3"]);
  assert.deepEqual(ids(one(".now").siblings), ["1", "3"]);
  assert.deepEqual(ids(PAGE.siblings), []);
});

Deno.test("Selector.next and previous skip texts and comments", () => {
  assert.equal(one("[id='1']").next?.attr("id"), "2");
  assert.equal(one("[id='2']").previous?.attr("id"), "1");
  assert.equal(one("[id='1']").previous, undefined);
  assert.equal(one("[id='3']").next, undefined);
});

Deno.test("Selector.ancestors() goes up, path goes down, both without the element", () => {
  assert.deepEqual(tags(one("b").ancestors()), ["li", "ul", "main", "body", "html"]);
  assert.deepEqual(tags(one("b").path), ["html", "body", "main", "ul", "li"]);
  assert.deepEqual(tags(PAGE.ancestors()), []);
});

Deno.test("Selector.descendants() are the elements below, in document order", () => {
  assert.deepEqual(tags(one("main").descendants()), ["ul", "li", "b", "li", "li"]);
});

Deno.test("Selector.closest() is the element itself or the nearest ancestor that matches", () => {
  assert.equal(one("b").closest("li")?.attr("id"), "1");
  assert.equal(one(".now").closest("li, ul")?.attr("id"), "2");
  assert.equal(one("b").closest("main > ul")?.attr("class"), "list");
  assert.equal(one("b").closest("li + li"), undefined);
  assert.equal(one("b").closest(":not(:scope)")?.tag, "li");
});

Deno.test("Selector.closest() rejects a pseudo-element, which no element can be", () => {
  assert.throws(() => one("b").closest("li, p::text"), (error) => {
    assert.ok(error instanceof SelectorSyntaxError);
    assert.equal(error.offset, 5);
    return true;
  });
});

Deno.test("Selector of an attribute or a text starts from the element that has it", () => {
  const attribute = one("li.now::attr(class)");
  assert.equal(attribute.parent?.attr("id"), "2");
  assert.deepEqual(tags(attribute.ancestors()), ["li", "ul", "main", "body", "html"]);
  assert.equal(attribute.closest("li")?.attr("id"), "2");
  assert.equal(attribute.next, undefined);
  const text = one("ul::text");
  assert.equal(text.parent?.tag, "ul");
  assert.equal(text.next?.attr("id"), "1");
  assert.equal(text.previous, undefined);
  assert.deepEqual(ids(text.siblings), ["1", "2", "3"]);
  for (const selector of [attribute, text]) {
    assert.equal(selector.children.length, 0);
    assert.equal(selector.descendants().length, 0);
  }
});
