import assert from "node:assert/strict";
import { Selector } from "@orbweaver/selectors";

const PAGE = Selector.fromHtml(`
  <div id="outer" class="box Wide"><p class="x">one<b>bold</b>two</p><p data-x="::text, p">three</p>
    <div id="inner" class="box"><p>four</p></div>
  </div>
  <input type="TEXT" name="q"><option value="a,b">o</option>
`);

const ids = (query: string, page: Selector = PAGE) => page.css(query).map((one) => one.attr("id"));
const all = (query: string, page: Selector = PAGE) => page.css(query).getAll();

Deno.test("Selector.css() selects by tag, class, id, attribute and combinator", () => {
  assert.deepEqual(ids("div.box"), ["outer", "inner"]);
  assert.deepEqual(ids("#outer > div"), ["inner"]);
  assert.deepEqual(ids("p + p ~ div"), ["inner"]);
  assert.deepEqual(ids(".wide"), [], "classes are case-sensitive");
  assert.equal(PAGE.css("input[type=text]").length, 1, "HTML's type attribute is not");
  assert.equal(PAGE.css("INPUT[NAME='q']").length, 1);
});

Deno.test("Selector.css() knows the pseudo-classes of Selectors level 4", () => {
  assert.deepEqual(all("p:has(> b)::text"), ["one", "two"]);
  assert.deepEqual(all("p:has(+ p)::text"), ["one", "two"]);
  assert.deepEqual(all("p:nth-child(1 of :not(.x))::text"), ["three", "four"]);
  assert.deepEqual(all("p:not(.x, #inner *)::text"), ["three"]);
  assert.deepEqual(all(":is(#inner, b) > p::text"), ["four"]);
  assert.deepEqual(all("p:contains('three')::text"), ["three"]);
  assert.deepEqual(ids("div:root, :root > body > div"), ["outer"]);
});

Deno.test("Selector.css() finds the element itself too, as Parsel does", () => {
  const inner = PAGE.css("#inner").first as Selector;
  assert.deepEqual(ids("div", inner), ["inner"]);
  assert.deepEqual(all("::attr(class)", inner), ["box"]);
});

Deno.test("Selector.css() does not look outside of the element for any part of a selector", () => {
  const inner = PAGE.css("#inner").first as Selector;
  assert.deepEqual(all("#outer p::text", inner), []);
  assert.deepEqual(all("p + div p::text", inner), []);
  assert.deepEqual(all("div p::text", inner), ["four"]);
});

Deno.test("Selector.css() takes :scope for the element that is asked, also when cached", () => {
  const [outer, inner] = PAGE.css("div.box");
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(all(":scope > p::text", outer), ["one", "two", "three"]);
    assert.deepEqual(all(":scope > p::text", inner), ["four"]);
    assert.deepEqual(all("> p::text", inner), ["four"]);
    assert.deepEqual(all("p:not(:scope > p)::text", outer), ["four"]);
    assert.deepEqual(all("p:not(:scope > p)::text", inner), []);
  }
});

Deno.test("Selector.css() takes :scope inside :has() for the element that has it, as css-select does", () => {
  assert.deepEqual(ids("div:has(:scope > .x)"), ["outer"]);
});

Deno.test("Selector.css() finds escaped parentheses and quotes in :contains()", () => {
  const page = Selector.fromHtml(`<p>a) b</p><p>(c)</p><p>"d"</p>`);
  assert.deepEqual(all("p:contains(a\\) b)::text", page), ["a) b"]);
  assert.deepEqual(all("p:contains((c))::text", page), ["(c)"]);
  assert.deepEqual(all(`p:contains('"d"')::text`, page), ['"d"']);
});

Deno.test("Selector.css() reads ::text as the texts directly in an element", () => {
  assert.deepEqual(all("p.x::text"), ["one", "two"]);
  assert.deepEqual(all("p > ::text"), ["bold"]);
});

Deno.test("Selector.css() reads `p ::text` and `p *::text` as all texts in a p, as Parsel does", () => {
  assert.deepEqual(all("p.x ::text"), ["one", "bold", "two"]);
  assert.deepEqual(all("p.x *::text"), ["one", "bold", "two"]);
  assert.deepEqual(all("div #inner ::attr(id)"), ["inner"]);
});

Deno.test("Selector.css() merges the entries of a list in document order, each node once", () => {
  assert.deepEqual(all("b::text, p.x::text, p::attr(class), p.x ::text"), [
    "x",
    "one",
    "bold",
    "two",
  ]);
  assert.deepEqual(all("#inner::attr(class), #inner::attr(id), div::attr(id)"), [
    "outer",
    "inner",
    "box",
  ]);
});

Deno.test("Selector.css() leaves :: and commas in attribute values and brackets alone", () => {
  assert.deepEqual(all(`p[data-x="::text, p"]::text`), ["three"]);
  assert.deepEqual(all(`[value="a,b"]::attr( "value" )`), ["a,b"]);
  assert.deepEqual(all(`:is(p.x, b)::text`), ["one", "bold", "two"]);
});

Deno.test("Selector.css() finds attributes of SVG in either spelling", () => {
  const page = Selector.fromHtml(
    `<svg viewBox="0 0 9 9"><use href="#a" xlink:href="#b"/><linearGradient id="g"/></svg>`,
  );
  assert.deepEqual(all("svg::attr(viewbox), svg::attr(viewBox)", page), ["0 0 9 9"]);
  assert.deepEqual(all("use::attr(href)", page), ["#a"]);
  assert.deepEqual(all("use::attr(xlink:href)", page), ["#b"]);
  assert.deepEqual(ids("linearGradient", page), ["g"]);
});

Deno.test("Selector.css() looks into noscript, as scripting is off, and not into templates", () => {
  const page = Selector.fromHtml("<noscript><p>no</p></noscript><template><p>t</p></template>");
  assert.deepEqual(all("p::text", page), ["no"]);
  assert.equal(page.css("template").first?.innerHtml(), "<p>t</p>");
  assert.equal(page.css("template:empty").length, 1);
  assert.equal(page.css("template:has(p), head:contains(t)").length, 0);
  assert.equal(page.css("template").first?.children.length, 0);
  assert.equal(page.text(), "no");
});

Deno.test("Selector.css() on a text or an attribute finds nothing", () => {
  assert.equal(PAGE.css("p::text, p::attr(class)").css("*").length, 0);
});
