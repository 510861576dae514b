import assert from "node:assert/strict";
import {
  InvalidArgumentError,
  Selector,
  type SelectorList,
  XmlSyntaxError,
  XPathEvaluationError,
  XPathSyntaxError,
} from "@orbweaver/selectors";

const PAGE = Selector.fromHtml(
  `<ul id="x"><li class="a">1</li><li class="a b">2<b>3</b></li></ul><!-- c -->`,
  { url: "https://a.example/" },
);

Deno.test("Selector.xpath() gives elements, texts, attributes and comments in document order", () => {
  assert.deepEqual(PAGE.xpath("//li[2]/text() | //ul/@id | //b").getAll(), ["x", "2", "<b>3</b>"]);
  assert.deepEqual(PAGE.xpath("//comment()").getAll(), ["<!-- c -->"]);
  assert.equal(PAGE.xpath("//li[has-class('b')]").attr("class"), "a b");
});

Deno.test("Selector.xpath() gives the document, which can be asked again", () => {
  const document = PAGE.xpath("/").first as Selector;
  assert.match(document.get(), /^<html>.*<\/html>$/);
  assert.equal(document.tag, undefined);
  assert.equal(document.css("li").length, 2);
  assert.equal(document.children.first?.tag, "html");
  assert.equal(document.descendants().length, 7);
});

Deno.test("Selector.xpath() gives a value that is no node as a text", () => {
  const value = (expression: string) => PAGE.xpath(expression).first as Selector;
  assert.equal(value("count(//li)").get(), "2");
  assert.equal(value("count(//li) div 4").get(), "0.5");
  assert.equal(value("string(//b)").get(), "3");
  assert.equal(value("//b = 3").get(), "true");
  assert.equal(value("1").url, "https://a.example/");
  assert.equal(value("1").parent, undefined);
});

Deno.test("Selector.xpath() takes the context from a text or an attribute as well", () => {
  assert.equal(PAGE.css("b::text").xpath("..").get(), "<b>3</b>");
  assert.equal(PAGE.css("::attr(id)").xpath("../li[1]").text(), "1");
});

Deno.test("Selector.xpath() knows variables, selectors among them", () => {
  const ask = (name: string | SelectorList | Selector) =>
    PAGE.xpath("//li[. = $name]", { variables: { name } }).attr("class");
  assert.equal(ask("23"), "a b");
  assert.equal(ask(PAGE.css("li:first-child")), "a");
  assert.equal(ask(PAGE.css("li").first as Selector), "a");
});

Deno.test("SelectorList.xpath() gives what several items find once", () => {
  const items = PAGE.css("ul, li");
  assert.deepEqual(items.xpath(".//b | ./@class").getAll(), ["a", "a b", "<b>3</b>"]);
  assert.deepEqual(items.xpath("count(*)").getAll(), ["2", "0", "1"]);
});

Deno.test("Selector.xpath() rejects what it can't answer", () => {
  assert.throws(() => PAGE.xpath("//li["), XPathSyntaxError);
  assert.throws(() => PAGE.xpath("//a:b"), XPathEvaluationError);
  assert.throws(() => PAGE.xpath(7 as unknown as string), InvalidArgumentError);
});

Deno.test("Selector.fromXml() parses with namespaces, and get() gives XML again", () => {
  const feed = Selector.fromXml(
    `<?xml version="1.0"?><feed xmlns="urn:a" xmlns:m="urn:m"><m:item Id="1"/><Item>a &amp; b</Item></feed>`,
    { url: "https://a.example/feed" },
  );
  const namespaces = { a: "urn:a", m: "urn:m" };
  assert.equal(feed.url, "https://a.example/feed");
  assert.equal(feed.xpath("m:item/@Id", { namespaces }).get(), "1");
  assert.equal(feed.css("Item").get(), "<Item>a &amp; b</Item>");
  assert.equal(feed.css("item").get(), `<m:item Id="1"/>`);
  assert.equal(feed.css("item").attr("id"), undefined);
});

Deno.test("Selector.fromXml() rejects what is not well-formed, or reads on", () => {
  assert.throws(() => Selector.fromXml("<a><b></a>"), XmlSyntaxError);
  assert.equal(Selector.fromXml("<a><b>x</a>", { recover: true }).css("b").text(), "x");
  assert.throws(() => Selector.fromXml(7 as unknown as string), InvalidArgumentError);
});
