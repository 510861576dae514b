import assert from "node:assert/strict";
import { denoDom } from "../../../selectors/deno_dom.ts";
import { Selector } from "@orbweaver/selectors";
import { DOMParser } from "./_dom_parser.ts";

const HTML = `<!doctype html><title>T</title>
  <div id=a class="x y">1<b>2</b><p>3<p>4<!--c--></div>
  <svg viewBox="0"><linearGradient id=g></linearGradient><foreignObject><p>h</p></foreignObject></svg>
  <math><mi>x</mi></math><template><i>t</i></template><table><tr><td>1</table>`;

const parser = denoDom(DOMParser);

Deno.test("A page that another library parsed is the page that we parse", () => {
  const theirs = Selector.fromHtml(HTML, { parser, url: "https://example.com/" });
  const ours = Selector.fromHtml(HTML);
  assert.equal(theirs.get(), ours.get());
  assert.equal(theirs.url, "https://example.com/");
});

Deno.test("Queries work on what another library parsed", () => {
  const page = Selector.fromHtml(HTML, { parser });
  assert.deepEqual(page.css("#a > p::text").getAll(), ["3", "4"]);
  assert.deepEqual(page.css("linearGradient::attr(id)").getAll(), ["g"]);
  assert.deepEqual(page.xpath("//div[has-class('y')]/@id").getAll(), ["a"]);
  assert.deepEqual(page.css("i").getAll(), []);
  const namespaces = { svg: "http://www.w3.org/2000/svg" };
  assert.equal(page.xpath("count(//svg:*)", { namespaces }).get(), "3");
});

Deno.test("A tree of 100,000 nested elements is copied without overflowing the stack", () => {
  let tree = { nodeType: 1, localName: "b", childNodes: [] as unknown[] };
  for (let depth = 1; depth < 100_000; depth++) {
    tree = { nodeType: 1, localName: "b", childNodes: [tree] };
  }
  const document = { nodeType: 9, childNodes: [tree] } as never;
  const page = Selector.fromHtml("", { parser: { parse: () => document } });
  assert.equal(page.xpath("count(//b)").get(), "100000");
});

Deno.test("What goes wrong in another library is told with its error", () => {
  const cause = new RangeError("Maximum call stack size exceeded");
  const failing = {
    parse: () => {
      throw cause;
    },
  };
  assert.throws(() => Selector.fromHtml("", { parser: failing }), {
    name: "PageParserError",
    cause,
  });
  const empty = { parse: () => ({ nodeType: 1, childNodes: [] }) };
  assert.throws(() => Selector.fromHtml("", { parser: empty }), { name: "PageParserError" });
});

Deno.test("A DOMParser that gives null is told apart from an empty page", () => {
  class Null {
    parseFromString(): null {
      return null;
    }
  }
  assert.throws(() => Selector.fromHtml("", { parser: denoDom(Null) }), {
    name: "PageParserError",
  });
});
