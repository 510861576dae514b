import assert from "node:assert/strict";
import { DocumentBuilder } from "../../selectors/document/builder.ts";
import { DOCUMENT_NODE, NodeKind } from "../../selectors/document/document.ts";
import { parseHtml, parseHtmlFragment } from "../../selectors/document/parse_html.ts";
import { innerHtml, outerHtml } from "../../selectors/document/serialize.ts";
import { dumpDocument } from "./html/_tree_dump.ts";

const element = (builder: DocumentBuilder, name: string) => builder.createElement(name, "", []);

Deno.test("DocumentBuilder numbers nodes in document order, whatever the order of their making", () => {
  const builder = new DocumentBuilder({ isXml: true });
  const [c, b, a, root] = ["c", "b", "a", "root"].map((name) => element(builder, name)) as [
    number,
    number,
    number,
    number,
  ];
  builder.append(root, b);
  builder.insertBefore(root, a, b);
  builder.append(DOCUMENT_NODE, root);
  builder.append(a, c);
  builder.detach(c);
  builder.append(b, c);
  const document = builder.finish();
  assert.equal(innerHtml(document, DOCUMENT_NODE), "<root><a/><b><c/></b></root>");
  assert.deepEqual([2, 3, 4, 5].map((node) => document.name(node)), ["root", "a", "b", "c"]);
  assert.deepEqual([1, 2, 3, 4, 5].map((node) => document.subtreeEnd(node)), [6, 6, 4, 6, 6]);
});

Deno.test("DocumentBuilder forgets nodes that are in no tree", () => {
  const builder = new DocumentBuilder({ isXml: true });
  element(builder, "lost");
  const root = element(builder, "root");
  builder.append(DOCUMENT_NODE, root);
  builder.append(element(builder, "lost"), element(builder, "too"));
  const detached = element(builder, "detached");
  builder.append(root, detached);
  builder.detach(detached);
  const document = builder.finish();
  assert.equal(document.size, 3);
  assert.equal(document.name(document.root), "root");
});

Deno.test("DocumentBuilder grows, and keeps namespaces apart beyond 256", () => {
  const builder = new DocumentBuilder({ isXml: true });
  let parent: number = DOCUMENT_NODE;
  for (let index = 0; index < 1_000; index++) {
    const attributes = [{ name: "n", value: `${index}`, prefix: "p", namespace: `urn:p${index}` }];
    const child = builder.createElement(`p:e${index}`, `urn:${index}`, attributes);
    builder.append(parent, child);
    parent = child;
  }
  const document = builder.finish();
  for (let index = 0; index < 1_000; index++) {
    const node = 2 + index;
    assert.equal(document.namespace(node), `urn:${index}`);
    assert.equal(document.localName(node), `e${index}`);
    const at = document.attributeStart(node);
    assert.equal(document.attributeNamespace(at), `urn:p${index}`);
    assert.equal(document.attributeLocalName(at), "n");
    assert.equal(document.attributeName(at), "p:n");
  }
});

Deno.test("Document.subtreeEnd() is the same near the surface and far below it", () => {
  const depth = 100;
  const document = parseHtml(`${"<div>".repeat(depth)}<b>x</b>${"</div>".repeat(depth)}<i></i>`);
  const ends = Array.from(
    { length: document.size - 1 },
    (_, node) => document.subtreeEnd(node + 1),
  );
  assert.deepEqual(ends, [...document.subtreeEnds.subarray(1)]);
});

Deno.test("Document keeps the content of a template apart, inside the range of its element", () => {
  const document = parseHtml("<p>a<template><b>in<template>x</template></b></template><i>b</i>");
  const template = document.attributeStart(1) + findNode(document, "template");
  const content = document.templateContent(template);
  assert.equal(content, template + 1);
  assert.equal(document.kinds[content], NodeKind.Fragment);
  assert.equal(document.parents[content], 0);
  assert.equal(document.firstChildren[template], 0);
  assert.equal(document.name(document.subtreeEnd(template)), "i");
  assert.equal(
    outerHtml(document, template),
    "<template><b>in<template>x</template></b></template>",
  );
  assert.equal(document.textContent(document.root), "ab");
});

function findNode(document: ReturnType<typeof parseHtml>, name: string): number {
  for (let node = 1; node < document.size; node++) {
    if (document.isElement(node) && document.name(node) === name) return node;
  }
  return 0;
}

Deno.test("Document has the doctype, comments and quirks of its page", () => {
  const document = parseHtml(`<!DOCTYPE html PUBLIC "a" "b"><!-- c --><p>`);
  assert.deepEqual(document.doctype(2), { name: "html", publicId: "a", systemId: "b" });
  assert.equal(document.data(3), " c ");
  assert.equal(document.doctype(3), undefined);
});

Deno.test("parseHtmlFragment() parses as the content of its context", () => {
  const inRow = { name: "tr", namespace: "http://www.w3.org/1999/xhtml", attributes: [] };
  assert.equal(
    dumpDocument(parseHtmlFragment("<td>a<td>b", inRow)),
    `| <td>\n|   "a"\n| <td>\n|   "b"`,
  );
  const anywhere = parseHtmlFragment("<td>a</td>");
  assert.equal(innerHtml(anywhere, DOCUMENT_NODE), "<td>a</td>");
  assert.equal(anywhere.name(anywhere.root), "td");
  assert.equal(parseHtmlFragment("only text").root, 0);
});
