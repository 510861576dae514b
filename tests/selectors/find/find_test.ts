import assert from "node:assert/strict";
import { parseHtml } from "../../../selectors/document/parse_html.ts";
import { patternTest, textTest } from "../../../selectors/find/by_text.ts";
import { attributeTest, type ElementTest, tagTest } from "../../../selectors/find/filters.ts";
import { findElements } from "../../../selectors/find/search.ts";
import { findSimilar } from "../../../selectors/find/similar.ts";
import { listSimilarity, textSimilarity } from "../../../selectors/find/similarity.ts";

const PAGE = parseHtml(`
  <a id=1 class="next  button" href="/2" rel="next">Next  page</a>
  <a id=2 class="button" href="/1">previous page</a>
  <A id=3 HREF="mailto:a@b.example">Mail <b id=4>us</b> now</A>
  <script id=5>Next page</script><template><a id=6>Next page</a></template>
  <svg id=7 viewBox="0 0 1 1"></svg>`);

function ids(test: ElementTest, page = PAGE, limit?: number): string[] {
  return findElements(page, page.root, test, limit).map((node) => page.attribute(node, "id") ?? "");
}

Deno.test("find by tag ignores capitals in HTML and takes several tags", () => {
  assert.deepEqual(ids(tagTest(["A"])), ["1", "2", "3"]);
  assert.deepEqual(ids(tagTest(["b", "svg"])), ["4", "7"]);
  assert.deepEqual(ids(tagTest(["a"]), PAGE, 1), ["1"]);
});

Deno.test("find by attributes takes strings, patterns, lists and booleans", () => {
  assert.deepEqual(ids(attributeTest({ href: "/2" })), ["1"]);
  assert.deepEqual(ids(attributeTest({ href: /^\// })), ["1", "2"]);
  assert.deepEqual(ids(attributeTest({ href: ["/1", /^mailto:/] })), ["2", "3"]);
  assert.deepEqual(ids(attributeTest({ rel: true })), ["1"]);
  assert.deepEqual(ids(attributeTest({ href: true, rel: false })), ["2", "3"]);
  assert.deepEqual(ids(attributeTest({ ID: "7", viewbox: true })), ["7"]);
});

Deno.test("find by class asks for classes among others", () => {
  assert.deepEqual(ids(attributeTest({ class: "button" })), ["1", "2"]);
  assert.deepEqual(ids(attributeTest({ class: "button next" })), ["1"]);
  assert.deepEqual(ids(attributeTest({ class: /^n/ })), ["1"]);
  assert.deepEqual(ids(attributeTest({ class: "" })), []);
  assert.deepEqual(ids(attributeTest({ class: ["next", "none"] })), ["1"]);
});

Deno.test("find leaves the caller's RegExp alone", () => {
  const pattern = /\//g;
  pattern.lastIndex = 1;
  assert.deepEqual(ids(attributeTest({ href: pattern })), ["1", "2"]);
  assert.equal(pattern.lastIndex, 1);
});

Deno.test("find refuses filters of the wrong type", () => {
  assert.throws(() => attributeTest({ href: 1 as never }), { name: "InvalidArgumentError" });
  assert.throws(() => attributeTest({ href: [1] as never }), { name: "InvalidArgumentError" });
});

Deno.test("findByText compares an element's own text, cleaned, whatever the capitals", () => {
  assert.deepEqual(ids(textTest("next page")), ["1"]);
  assert.deepEqual(ids(textTest("Mail now")), ["3"]);
  assert.deepEqual(ids(textTest("next")), []);
  assert.deepEqual(ids(textTest("page", { partial: true })), ["1", "2"]);
  assert.deepEqual(ids(textTest("next page", { caseSensitive: true })), []);
  assert.deepEqual(ids(textTest("Next page", { clean: false })), []);
  assert.deepEqual(ids(textTest("Next  page", { clean: false })), ["1"]);
});

Deno.test("findByRegex ignores capitals unless told not to; a RegExp has its own flags", () => {
  assert.deepEqual(ids(patternTest("^(next|previous)")), ["1", "2"]);
  assert.deepEqual(ids(patternTest("^(next|previous)", { caseSensitive: true })), ["2"]);
  assert.deepEqual(ids(patternTest(/^previous/)), ["2"]);
  assert.deepEqual(ids(patternTest(/^PREVIOUS/)), []);
  assert.throws(() => patternTest("("), { name: "InvalidPatternError" });
});

const SHOP = parseHtml(`
  <div class=list>
    <div class="card product" id=1 data-id=1><a id=l1 href=/1>One</a></div>
    <div class="card product" id=2 data-id=2><a id=l2 href=/2>Two</a></div>
    <div class="card product sale" id=3 data-id=3><a id=l3 href=/3>Three</a></div>
    <div id=ad>Buy</div>
  </div>
  <div class="card product" id=4>elsewhere</div>`);

function similar(id: string, options?: Parameters<typeof findSimilar>[2]): string[] {
  const [node] = findElements(SHOP, SHOP.root, attributeTest({ id }));
  return findSimilar(SHOP, node as number, options)
    .map((found) => SHOP.attribute(found, "id") ?? "");
}

Deno.test("findSimilar finds what stands in the same place and has alike attributes", () => {
  assert.deepEqual(similar("1"), ["2", "3"]);
  assert.deepEqual(similar("l2"), ["l1", "l3"]);
});

Deno.test("findSimilar goes by the threshold, the ignored attributes and the text", () => {
  assert.deepEqual(similar("1", { similarity: 1 }), []);
  const ignoreAttributes = ["id", "data-id"];
  assert.deepEqual(similar("1", { similarity: 1, ignoreAttributes }), ["2"]);
  assert.deepEqual(similar("1", { similarity: 0 }), ["2", "3", "ad"]);
  const ignoreAll = { similarity: 1, ignoreAttributes: ["id", "href"] };
  assert.deepEqual(similar("l1", ignoreAll), ["l2", "l3"]);
  assert.deepEqual(similar("l1", { ...ignoreAll, matchText: true }), []);
});

Deno.test("Similarity is 1 for what is equal, 0 for what has nothing in common, and symmetric", () => {
  assert.equal(textSimilarity("abc", "abc"), 1);
  assert.equal(textSimilarity("abc", "xyz"), 0);
  assert.equal(textSimilarity("", ""), 1);
  assert.equal(textSimilarity("", "a"), 0);
  assert.equal(textSimilarity("abc", "abd"), textSimilarity("abd", "abc"));
  assert.ok(textSimilarity("price", "prices") > textSimilarity("price", "title"));
  assert.equal(listSimilarity(["a", "b"], ["a", "b"]), 1);
  assert.equal(listSimilarity([], []), 1);
});
