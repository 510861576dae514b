import assert from "node:assert/strict";
import { DOCUMENT_NODE } from "../../../selectors/document/document.ts";
import { parseHtml } from "../../../selectors/document/parse_html.ts";
import { parseXml } from "../../../selectors/document/xml.ts";
import { find, page, xpath } from "./_evaluate.ts";

const LIST = page(
  `<ul id="u"><li id="a" class="x y">1</li><li id="b" class=" y\\f\\nz ">2</li><li id="c">3</li></ul>`
    .replace("\\f", "\f").replace("\\n", "\n"),
);

Deno.test("has-class() finds elements that have every class", () => {
  assert.deepEqual(xpath(LIST, "//li[has-class('y')]"), ["li#a", "li#b"]);
  assert.deepEqual(xpath(LIST, "//li[has-class('y', 'z')]"), ["li#b"]);
  assert.deepEqual(xpath(LIST, "//li[has-class('x y')]"), []);
  assert.deepEqual(xpath(LIST, "//*[has-class('Y')]"), []);
});

Deno.test("re:test() searches, with EXSLT's flags", () => {
  assert.deepEqual(xpath(LIST, "//li[re:test(., '[23]')]"), ["li#b", "li#c"]);
  assert.deepEqual(xpath(LIST, "//li[re:test(@id, '^A$', 'i')]"), ["li#a"]);
  assert.equal(xpath(LIST, "re:test('aa', 'a', 'g')"), true);
  assert.equal(xpath(LIST, "re:test('aa', 'a', 'g')"), true);
});

Deno.test("re:test() compiles a pattern only when it is met, and says which one is none", () => {
  assert.deepEqual(xpath(LIST, "//nothing[re:test(., '(')]"), []);
  assert.throws(() => xpath(LIST, "//li[re:test(., '(')]"), {
    name: "InvalidPatternError",
    pattern: "(",
  });
});

Deno.test("re:replace() replaces the first match, or with the flag g all", () => {
  assert.equal(xpath(LIST, "re:replace('a-b-c', '-', '', '+')"), "a+b-c");
  assert.equal(xpath(LIST, "re:replace('a-b-c', '-', 'g', '+')"), "a+b+c");
});

Deno.test("A position counts along the axis, a filtered expression in document order", () => {
  assert.deepEqual(xpath(LIST, "//li[3]/preceding-sibling::li[1]"), ["li#b"]);
  assert.deepEqual(xpath(LIST, "(//li[3]/preceding-sibling::li)[1]"), ["li#a"]);
  assert.deepEqual(xpath(LIST, "//li[3]/preceding-sibling::li"), ["li#a", "li#b"]);
});

Deno.test("A predicate counts what the predicates before it let through", () => {
  assert.deepEqual(xpath(LIST, "//li[@class][2]"), ["li#b"]);
  assert.deepEqual(xpath(LIST, "//li[2][@class]"), ["li#b"]);
  assert.deepEqual(xpath(LIST, "//li[3][@class]"), []);
  assert.deepEqual(xpath(LIST, "//li[position() > 1][1]"), ["li#b"]);
  assert.deepEqual(xpath(LIST, "//li[last()][1]"), ["li#c"]);
});

Deno.test("// with a position counts in each parent", () => {
  const document = page(`<div id="1"><p id="2"></p><div id="3"><p id="4"></p></div></div>`);
  assert.deepEqual(xpath(document, "//p[1]"), ["p#2", "p#4"]);
  assert.deepEqual(xpath(document, "(//p)[1]"), ["p#2"]);
  assert.deepEqual(xpath(document, "/descendant::p[1]"), ["p#2"]);
  // Parents in document order are not their children in document order.
  assert.deepEqual(xpath(document, "//div//*[last()]"), ["div#3", "p#4"]);
});

Deno.test("Nodes found twice are there once, in document order", () => {
  assert.deepEqual(xpath(LIST, "//li | //ul | //li[1]"), ["ul#u", "li#a", "li#b", "li#c"]);
  assert.deepEqual(xpath(LIST, "//li/.."), ["ul#u"]);
  assert.deepEqual(xpath(LIST, "//li[1]/@class | //li[1] | //li[1]/@id"), [
    "li#a",
    "@id=a",
    "@class=x y",
  ]);
});

Deno.test("HTML's names are in lower case and compared as they are", () => {
  const document = parseHtml(`<DIV ID=a><svg viewBox="0"><linearGradient/></svg></DIV>`);
  assert.deepEqual(xpath(document, "//div"), ["div#a"]);
  assert.deepEqual(xpath(document, "//DIV"), []);
  assert.deepEqual(xpath(document, "//@ID"), []);
  assert.deepEqual(xpath(document, "//svg/@viewBox"), ["@viewBox=0"]);
  assert.deepEqual(xpath(document, "//linearGradient"), ["linearGradient"]);
});

Deno.test("In HTML a prefix finds SVG by its namespace", () => {
  const document = parseHtml(`<a id=1></a><svg><a id=2 xlink:href=x></a></svg>`);
  const namespaces = { s: "http://www.w3.org/2000/svg", l: "http://www.w3.org/1999/xlink" };
  assert.deepEqual(xpath(document, "//a"), ["a#1", "a#2"]);
  assert.deepEqual(xpath(document, "//s:a", { namespaces }), ["a#2"]);
  assert.deepEqual(xpath(document, "//s:*", { namespaces }), ["svg", "a#2"]);
  assert.deepEqual(xpath(document, "//@l:href", { namespaces }), ["@xlink:href=x"]);
  assert.deepEqual(xpath(document, "namespace-uri(//svg)"), "http://www.w3.org/2000/svg");
  assert.deepEqual(xpath(document, "namespace-uri(//a)"), "");
});

Deno.test("In XML the prefix '' may stand for the namespace of names without a prefix", () => {
  const document = parseXml(`<urlset xmlns="urn:s"><url><loc>/a</loc></url></urlset>`);
  assert.deepEqual(xpath(document, "//loc/text()"), []);
  assert.deepEqual(xpath(document, "//s:loc/text()", { namespaces: { s: "urn:s" } }), ["/a"]);
  assert.deepEqual(xpath(document, "//loc/text()", { namespaces: { "": "urn:s" } }), ["/a"]);
});

Deno.test("A namespace node is given as the declaration, once", () => {
  const document = parseXml(`<r xmlns="urn:d" xmlns:p="urn:p"><a/><a/></r>`);
  assert.deepEqual(xpath(document, "//namespace::*"), ["@xmlns=urn:d", "@xmlns:p=urn:p"]);
  assert.deepEqual(xpath(document, "//namespace::p"), ["@xmlns:p=urn:p"]);
  assert.equal(xpath(document, "count(//namespace::p)"), 3);
  assert.deepEqual(xpath(document, "//namespace::p/.."), ["r", "a", "a"]);
  assert.deepEqual(xpath(document, "//@*"), []);
});

Deno.test("lang() goes by lang in HTML and by xml:lang in XML", () => {
  const html = parseHtml(`<html lang=en-GB><p id=1>a<p id=2 lang=de>b`);
  assert.deepEqual(xpath(html, "//p[lang('EN')]"), ["p#1"]);
  assert.deepEqual(xpath(html, "//p[lang('de')]"), ["p#2"]);
  const xml = parseXml(`<r xml:lang="fr" lang="en"><a/></r>`);
  assert.deepEqual(xpath(xml, "//a[lang('fr')]"), ["a"]);
  assert.deepEqual(xpath(xml, "//a[lang('en')]"), []);
});

Deno.test("id() takes a list of ids, or nodes that list some", () => {
  const document = page(`<p id="a">b c</p><p id="b">b</p><p id="c">x</p><p id="b">again</p>`);
  assert.deepEqual(xpath(document, "id('c  a nothing')"), ["p#a", "p#c"]);
  assert.deepEqual(xpath(document, "id(//p)"), ["p#b", "p#c"]);
});

Deno.test("The content of a template is not below it", () => {
  const document = page(`<p id=1></p><template><p id=2></p><i></i></template><p id=3></p>`);
  assert.deepEqual(xpath(document, "//p"), ["p#1", "p#3"]);
  assert.deepEqual(xpath(document, "//p[2]/preceding::*"), ["head", "p#1", "template"]);
  assert.deepEqual(xpath(document, "//p[1]/following::*"), ["template", "p#3"]);
  assert.deepEqual(xpath(document, "//*[following::i]"), []);
  assert.equal(xpath(document, "string(//template)"), "");
});

Deno.test("A path inside the content of a template ends at that content", () => {
  const document = page(`<p id=1></p><template><p id=2><b></b></p><p id=3></p></template>`);
  const [template] = find(document, "//template");
  const context = { node: document.templateContent(template?.node as number) };
  assert.deepEqual(xpath(document, "//p", {}, context), ["p#2", "p#3"]);
  assert.deepEqual(xpath(document, "p[1]/following::*", {}, context), ["p#3"]);
  assert.deepEqual(xpath(document, "//p[preceding::b]", {}, context), ["p#3"]);
});

Deno.test("The context may be an attribute or the document", () => {
  const [id] = find(LIST, "//li[1]/@id");
  assert.deepEqual(xpath(LIST, "..", {}, id), ["li#a"]);
  assert.deepEqual(xpath(LIST, "string()", {}, id), "a");
  assert.deepEqual(xpath(LIST, "following::li", {}, id), ["li#b", "li#c"]);
  assert.deepEqual(xpath(LIST, "html/body/ul", {}, { node: DOCUMENT_NODE }), ["ul#u"]);
});

Deno.test("Variables are strings, numbers, booleans or nodes", () => {
  const items = find(LIST, "//li[position() > 1]").toReversed();
  const variables = { n: 2, s: "a", t: true, items };
  assert.deepEqual(xpath(LIST, "//li[$n]", { variables }), ["li#b"]);
  assert.deepEqual(xpath(LIST, "//li[position() = $n]", { variables }), ["li#b"]);
  assert.deepEqual(xpath(LIST, "//li[@id = $s]", { variables }), ["li#a"]);
  assert.deepEqual(xpath(LIST, "//li[$t][1]", { variables }), ["li#a"]);
  assert.deepEqual(xpath(LIST, "$items/@id", { variables }), ["@id=b", "@id=c"]);
  assert.deepEqual(xpath(LIST, "$items[1]", { variables }), ["li#b"]);
  assert.equal(xpath(LIST, "count($items)", { variables }), 2);
  assert.equal(xpath(LIST, "concat($s, $n, $t)", { variables }), "a2true");
  assert.equal(xpath(LIST, "$items = 3", { variables }), true);
});

Deno.test("A nested predicate has its own context", () => {
  assert.deepEqual(xpath(LIST, "//ul[li[position() = last()][@id = 'c']]"), ["ul#u"]);
  assert.deepEqual(xpath(LIST, "//li[count(../li[position() < last()]) = 2][last()]"), ["li#c"]);
});

Deno.test("Predicates that ask about relatives agree with paths that go there", () => {
  const document = page(
    `<div id=1><i></i><b id=2></b><div id=3><b id=4></b><u></u></div></div><b id=5></b>`.repeat(9),
  );
  for (const axis of ["ancestor", "ancestor-or-self", "descendant", "following", "preceding"]) {
    for (const name of ["div", "b", "u", "i", "none"]) {
      const counted = xpath(document, `//*[count(${axis}::${name}) > 0]`);
      assert.deepEqual(xpath(document, `//*[${axis}::${name}]`), counted, `${axis}::${name}`);
    }
  }
  for (const axis of ["following-sibling", "preceding-sibling"]) {
    for (const name of ["div", "b", "u", "i", "none"]) {
      const counted = xpath(document, `//*[count(${axis}::${name}) > 0]`);
      assert.deepEqual(xpath(document, `//*[${axis}::${name}]`), counted, `${axis}::${name}`);
    }
  }
});

Deno.test("//p[n] and //p[last()] find what counting the children of each parent finds", () => {
  const document = page(
    `<div><p></p>text<b></b><p class=x></p><div><p class=x></p><b></b></div><p></p></div>`.repeat(
      5,
    ),
  );
  for (const test of ["p", "*", "node()", "text()", "p[@class]", "*[self::p or self::b]"]) {
    for (const place of ["1", "2", "3", "8", "9", "last()"]) {
      const counted = xpath(document, `//${test}[position() = ${place}]`);
      assert.deepEqual(xpath(document, `//${test}[${place}]`), counted, `${test}[${place}]`);
      const below = xpath(document, `//div//${test}[position() = ${place}]`);
      assert.deepEqual(xpath(document, `//div//${test}[${place}]`), below, `${test}[${place}]`);
    }
  }
});
