import assert from "node:assert/strict";
import { DOCUMENT_NODE, NodeKind } from "../../../selectors/document/document.ts";
import { parseXml } from "../../../selectors/document/xml.ts";
import { Selector } from "@orbweaver/selectors";

Deno.test("XML keeps names, namespaces, CDATA, comments and instructions", () => {
  const document = parseXml(
    `<?xml version="1.0"?><!DOCTYPE r PUBLIC "p" 's'><!--c--><r xmlns="urn:d" xmlns:p="urn:p">` +
      `<p:A p:x="1" y="2">a<![CDATA[<b>]]>&lt;&#65;</p:A><?t d?></r>`,
  );
  const [A] = [document.nextElement(document.firstChildren[document.root] as number)];
  assert.ok(A !== undefined);
  assert.equal(document.namespace(document.root), "urn:d");
  assert.equal(document.name(A), "p:A");
  assert.equal(document.localName(A), "A");
  assert.equal(document.namespace(A), "urn:p");
  assert.equal(document.textContent(A), "a<b><A");
  assert.equal(document.attribute(A, "p:x"), "1");
  const attribute = document.findAttributeNamed(A, "p:x");
  assert.equal(document.attributeNamespace(attribute), "urn:p");
  const kinds = Array.from(document.kinds.subarray(DOCUMENT_NODE, document.size));
  assert.deepEqual(kinds, [
    NodeKind.Document,
    NodeKind.Doctype,
    NodeKind.Comment,
    NodeKind.Element,
    NodeKind.Element,
    NodeKind.Text,
    NodeKind.ProcessingInstruction,
  ]);
  assert.deepEqual(document.doctype(2), { name: "r", publicId: "p", systemId: "s" });
});

Deno.test("A prefix means what the nearest element around it says", () => {
  const document = parseXml(
    `<a xmlns:p="urn:1"><p:b/><c xmlns:p="urn:2"><p:b/></c><p:b/><d xmlns="urn:3"><e xmlns=""/></d></a>`,
  );
  const namespaces: string[] = [];
  for (let node = DOCUMENT_NODE; node < document.size; node++) {
    if (document.isElement(node)) namespaces.push(document.namespace(node));
  }
  assert.deepEqual(namespaces, ["", "urn:1", "", "urn:2", "urn:1", "urn:3", ""]);
});

const MALFORMED: Readonly<Record<string, RegExp>> = {
  "": /root element/,
  "text": /outside of root/,
  "<a>": /unclosed tag: a/,
  "<a><b></a></b>": /unexpected close tag/,
  "<a/><b/>": /only one root/,
  "<a b=1/>": /unquoted/,
  '<a b="1" b="2"/>': /duplicate attribute/,
  "<a>&nbsp;</a>": /undefined entity/,
  "<p:a/>": /unbound namespace prefix: p/,
  "<a p:b='1'/>": /unbound namespace prefix: p/,
  "<a:b:c xmlns:a='urn:a'/>": /malformed name/,
  "<a>\u0001</a>": /disallowed character/,
  "<a>]]></a>": /disallowed/,
};

for (const [source, problem] of Object.entries(MALFORMED)) {
  Deno.test(`XML ${JSON.stringify(source)} is refused`, () => {
    assert.throws(() => parseXml(source), { name: "XmlSyntaxError", problem });
  });
}

Deno.test("XmlSyntaxError tells line and column", () => {
  assert.throws(() => parseXml("<a>\n  <b></c>\n</a>"), { line: 2, column: 9 });
});

Deno.test("recover: true reads on after mistakes", () => {
  const document = parseXml("\n<?xml version='1.0'?><a>1&nbsp;2<b>x</a> <c/>", { recover: true });
  assert.equal(document.textContent(DOCUMENT_NODE).replace(/\s+/g, ""), "1&nbsp;2x");
  assert.equal(document.name(document.root), "a");
});

Deno.test("Entities of the document are neither loaded nor expanded", () => {
  const bomb = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">` +
    `<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&b;&x;</r>`;
  assert.throws(() => parseXml(bomb), { name: "XmlSyntaxError", problem: /undefined entity/ });
  const document = parseXml(bomb, { recover: true });
  assert.equal(document.textContent(DOCUMENT_NODE), "&b;&x;");
});

Deno.test("XML takes linear time, however deep or wide", () => {
  const depth = 100_000;
  const deep = parseXml(`<r xmlns:p="urn:p">${"<p:b>".repeat(depth)}${"</p:b>".repeat(depth)}</r>`);
  assert.equal(deep.size, depth + 3);
  const names = Array.from({ length: depth }, (_, index) => `a${index}="1"`).join(" ");
  const wide = parseXml(`<r ${names}/>`);
  assert.equal(wide.attributeEnd(wide.root) - wide.attributeStart(wide.root), depth);
  assert.equal(parseXml("<".repeat(1_000_000), { recover: true }).root, 0);
});

Deno.test("Names such as __proto__ are names like others", () => {
  const document = parseXml(`<__proto__ __proto__="1" constructor="2"/>`);
  assert.equal(document.attribute(document.root, "__proto__"), "1");
  assert.equal(document.attribute(document.root, "constructor"), "2");
});

Deno.test("Feeds and sitemaps are queried with CSS and XPath", () => {
  const feed = Selector.fromXml(
    `<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><title>A</title>` +
      `<link>/a</link><dc:creator>B</dc:creator></item></channel></rss>`,
  );
  const namespaces = { dc: "http://purl.org/dc/elements/1.1/" };
  assert.deepEqual(feed.css("item > link::text").getAll(), ["/a"]);
  assert.deepEqual(feed.xpath("//item/dc:creator/text()", { namespaces }).getAll(), ["B"]);
});
