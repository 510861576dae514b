import fc from "fast-check";
import assert from "node:assert/strict";
import { select } from "../../../selectors/css/select.ts";
import type { Document } from "../../../selectors/document/document.ts";
import { parseHtml } from "../../../selectors/document/parse_html.ts";
import { parseXml } from "../../../selectors/document/xml.ts";
import { toCssSelector, toXPath } from "../../../selectors/find/generate.ts";
import { findElements } from "../../../selectors/find/search.ts";
import { evaluateXPath } from "../../../selectors/xpath/evaluate.ts";

function elements(document: Document): number[] {
  return findElements(document, document.root, () => true);
}

function elementWithClass(document: Document, name: string): number {
  const [found] = select(document, [document.root], `.${name}`).nodes;
  assert.ok(found !== undefined);
  return found;
}

function assertFindsItAgain(document: Document, node: number): void {
  for (const full of [false, true]) {
    const css = toCssSelector(document, node, { full });
    assert.deepEqual([...select(document, [document.root], css).nodes], [node], css);
    const xpath = toXPath(document, node, { full });
    const found = evaluateXPath(document, { node: document.root }, xpath);
    assert.ok(found.type === "nodes");
    assert.deepEqual([...found.nodes], [node], xpath);
  }
}

Deno.test("A generated selector begins at the nearest unique id", () => {
  const document = parseHtml(`<div id="a"><ul><li>1<li class="x">2</ul></div>`);
  const node = elementWithClass(document, "x");
  assert.equal(toCssSelector(document, node), "#a > ul > li:nth-child(2)");
  assert.equal(toXPath(document, node), "//*[@id='a']/ul/li[2]");
});

Deno.test("A full generated selector begins at the root", () => {
  const document = parseHtml(`<div id="a"><ul><li>1<li class="x">2</ul></div>`);
  const node = elementWithClass(document, "x");
  assert.equal(
    toCssSelector(document, node, { full: true }),
    ":root > body > div > ul > li:nth-child(2)",
  );
  assert.equal(toXPath(document, node, { full: true }), "/html/body/div/ul/li[2]");
});

Deno.test("A generated selector passes over ids that are there twice or can't be written", () => {
  const document = parseHtml(`<p id="a"></p><p id="a" class="x"></p><p id="" class="y"></p>`);
  assert.equal(
    toCssSelector(document, elementWithClass(document, "x")),
    ":root > body > p:nth-child(2)",
  );
  assert.equal(toXPath(document, elementWithClass(document, "y")), "/html/body/p[3]");
});

Deno.test("Generated selectors escape what ids may contain", () => {
  for (
    const id of ["1", "-1", "-", "a.b", "a:b", "a'b", `a'b"c`, "a\\\\b", "ü", "😀", "a\tb", "--"]
  ) {
    const document = parseHtml(`<p></p><p class="x" id="${id.replaceAll('"', "&quot;")}"></p>`);
    assertFindsItAgain(document, elementWithClass(document, "x"));
  }
});

Deno.test("Generated selectors find elements with odd names", () => {
  const document = parseHtml(
    "<o:p><a$b></a$b><A></A><svg><a></a><linearGradient/><linearGradient/></svg></o:p><o:p></o:p>",
  );
  for (const node of elements(document)) assertFindsItAgain(document, node);
});

Deno.test("Generated selectors find elements with namespaces", () => {
  const document = parseXml(
    `<a xmlns:p="urn:p"><p:b/><b/><p:b/><b/><A/><c xmlns="urn:c"><b/><b xmlns=""/></c><a><a/></a></a>`,
  );
  for (const node of elements(document)) assertFindsItAgain(document, node);
});

const NAMES = [
  "div",
  "p",
  "ul",
  "li",
  "table",
  "td",
  "a",
  "b",
  "svg",
  "math",
  "x-y",
  "o:p",
  "select",
];
const IDS = ["a", "b", "1", "-", "a b", "a'b", 'a"b', "", "é", "a.b"];

const html: fc.Arbitrary<string> = fc.letrec<{ node: string; nodes: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom("text", "", " ", "<!-- c -->"),
    fc.record({
      name: fc.constantFrom(...NAMES),
      id: fc.option(fc.constantFrom(...IDS), { nil: undefined }),
      content: tie("nodes"),
      isClosed: fc.boolean(),
    }).map(({ name, id, content, isClosed }) => {
      const attribute = id === undefined ? "" : ` id="${id.replaceAll('"', "&quot;")}"`;
      return `<${name}${attribute}>${content}${isClosed ? `</${name}>` : ""}`;
    }),
  ),
  nodes: fc.array(tie("node"), { maxLength: 5 }).map((nodes) => nodes.join("")),
})).nodes;

Deno.test("A generated selector finds exactly its element again in any page", () => {
  fc.assert(
    fc.property(html, (source) => {
      const document = parseHtml(source);
      for (const node of elements(document)) assertFindsItAgain(document, node);
    }),
    { numRuns: 500 },
  );
});

Deno.test("A selector is generated for an element under 100,000 others", () => {
  const document = parseXml(`${"<b>".repeat(100_000)}${"</b>".repeat(100_000)}`);
  const deepest = document.size - 1;
  const found = evaluateXPath(document, { node: document.root }, toXPath(document, deepest));
  assert.ok(found.type === "nodes");
  assert.deepEqual([...found.nodes], [deepest]);
  assert.equal(toCssSelector(document, deepest).split(" > ").length, 100_000);
});
