import assert from "node:assert/strict";
import { parse } from "parse5";
import { Selector } from "@orbweaver/selectors";
import { parseHtml } from "../../../selectors/document/parse_html.ts";
import { dumpDocument, dumpParse5 } from "./_tree_dump.ts";

/*
 * Each page is big enough that anything that takes quadratic time would not end: what is asserted is
 * the answer, and that there is one.
 */
const MILLION = 1_000_000;
const TEN_MILLION = 10 * MILLION;

const body = (html: string) => Selector.fromHtml(html).css("body").first as Selector;

Deno.test("fromHtml() takes 10 MB of `<` for a text", () => {
  assert.equal(body("<".repeat(TEN_MILLION)).text().length, TEN_MILLION);
});

Deno.test("fromHtml() takes 10 MB of text without any markup", () => {
  assert.equal(body("x".repeat(TEN_MILLION)).text().length, TEN_MILLION);
});

Deno.test("fromHtml() takes a million attributes on one element, twice the same included", () => {
  const names = Array.from({ length: MILLION }, (_, index) => `a${index}=${index}`).join(" ");
  const page = body(`<p ${names} a0=again A1=again>`);
  const paragraph = page.css("p").first as Selector;
  assert.equal(Object.keys(paragraph.attrs).length, MILLION);
  assert.deepEqual([paragraph.attr("a0"), paragraph.attr("A1")], ["0", "1"]);
  assert.equal(paragraph.attr(`a${MILLION - 1}`), `${MILLION - 1}`);
  assert.equal(page.css(`[a${MILLION - 1}='${MILLION - 1}']`).length, 1);
});

Deno.test("fromHtml() takes a million attributes that parse5's own states have to read", () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `ä${index}`).join(" ");
  const { attrs } = body(`<p ${names}>`).css("p").first as Selector;
  assert.equal(Object.keys(attrs).length, 100_000);
});

for (
  const [name, page] of [
    ["unclosed comments", "<!--a--!>".repeat(MILLION)],
    ["comments that begin like ends", "<!-->".repeat(MILLION)],
    ["end tags of nothing", "</a>".repeat(MILLION)],
    ["bogus comments", "</ ".repeat(MILLION)],
    ["unclosed quotes", `<a b="`.repeat(MILLION)],
    ["unclosed tags", "<a ".repeat(MILLION)],
    ["ampersands", "&".repeat(MILLION)],
    ["references that do not end", "&ampx&#1".repeat(MILLION / 4)],
    ["NULs", "\0".repeat(MILLION)],
    ["NULs between tags", "<b>\0</b>".repeat(MILLION / 10)],
    ["scripts that do not end", "<script><!--".repeat(MILLION / 4)],
    ["ends of scripts that are none", "<script></scripty></script ".repeat(MILLION / 10)],
    ["scripts that seem to end in a comment", `<script>${"</script x<!--".repeat(MILLION / 10)}`],
    ["titles", "<title></titl>".repeat(MILLION / 10)],
    ["lone surrogates", "\ud800<p>\udc00".repeat(MILLION / 10)],
    ["carriage returns", "\r\n\r".repeat(MILLION / 2)],
    ["open formatting", "<b><p>".repeat(MILLION / 100)],
    ["blocks in blocks", "<div>".repeat(MILLION)],
    ["lists in lists", "<ul><li>".repeat(MILLION / 2)],
    ["headings in blocks", "<div><h1>x</h1>".repeat(MILLION / 4)],
    ["paragraphs under open elements", `${"<span>".repeat(1_000)}${"<p>x".repeat(MILLION / 10)}`],
    ["text in tables", "<table>x".repeat(MILLION / 100)],
    ["templates", "<template>".repeat(MILLION / 100)],
    ["foreign elements", "<svg><a>".repeat(MILLION / 100)],
    ["selects", "<select><option>".repeat(MILLION / 100)],
  ] as const
) {
  Deno.test(`fromHtml() takes ${name} without end`, () => {
    const page_ = Selector.fromHtml(page);
    assert.equal(page_.tag, "html");
    assert.ok(page_.html().length > 0);
    assert.ok(page_.css("body").length <= 1);
  });
}

Deno.test("parseHtml() does as parse5 on all of them, at a size that a tree of objects can have", () => {
  for (
    const piece of [
      "<!--a--!>",
      "</ ",
      `<a b="`,
      "<a ",
      "&ampx&#1",
      "\0",
      "<b>\0</b>",
      "<script><!--",
      "<script></scripty></script ",
      "<title></titl>",
      "\ud800<p>\udc00",
      "\r\n\r",
      "<b><p>",
      "<div>",
      "<span><p>x",
      "<p><span>",
      "<ul><li>",
      "<dl><dt>a<dd>",
      "<div><h1>x</h1><h2>",
      "<button><p>",
      "<em><a href=x>",
      "<svg><desc><p>x",
      "<table>x",
      "<template>",
      "<svg><a>",
    ]
  ) {
    const page = piece.repeat(150); // deeper than where parse5 begins to index open elements
    const theirs = parse(page, { scriptingEnabled: false });
    assert.equal(dumpDocument(parseHtml(page)), dumpParse5(theirs), piece);
  }
});
