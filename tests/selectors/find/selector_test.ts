import assert from "node:assert/strict";
import { Selector } from "@orbweaver/selectors";

const PAGE = Selector.fromHtml(
  `<ul id="list"><li class="card">A<li class="card" title="t">B<!--c-->C
  <li>Ad</ul>`,
);

Deno.test("find() and findAll() combine tags, attributes and predicates", () => {
  assert.equal(PAGE.findAll("li").length, 3);
  assert.equal(PAGE.findAll(["ul", "li"], { class: false }).length, 2);
  assert.equal(
    PAGE.find("li", (element) => element.ownText === "Ad")?.toXPath(),
    "//*[@id='list']/li[3]",
  );
  assert.equal(PAGE.find({ title: /^t$/ })?.ownText.trim(), "BC");
  assert.equal(PAGE.find("nothing"), undefined);
  assert.equal(PAGE.css("#list").first?.find("ul")?.attr("id"), "list");
});

Deno.test("find() refuses to look for nothing in particular", () => {
  assert.throws(() => PAGE.find(), { name: "InvalidArgumentError" });
  assert.throws(() => PAGE.find(1 as never), { name: "InvalidArgumentError" });
  assert.throws(() => PAGE.find([1] as never), { name: "InvalidArgumentError" });
  assert.throws(() => PAGE.find(null as never), { name: "InvalidArgumentError" });
});

Deno.test("findByText() and findByRegex() give the first or all", () => {
  assert.equal(PAGE.findByText("a")?.ownText, "A");
  assert.equal(PAGE.findByText("a", { partial: true, first: false }).length, 2);
  assert.equal(PAGE.findByRegex(/^[AB]/, { first: false }).length, 3);
  assert.equal(PAGE.findByText("none"), undefined);
});

Deno.test("Texts, attributes and comments have selectors too", () => {
  for (
    const found of [
      ...PAGE.xpath("//li/text()"),
      ...PAGE.xpath("//@*"),
      ...PAGE.xpath("//comment()"),
    ]
  ) {
    const again = PAGE.xpath(found.toXPath());
    assert.equal(again.length, 1);
    assert.equal(again.first?.get(), found.get());
    assert.equal(again.first?.toXPath(), found.toXPath());
  }
  const [title] = PAGE.css("li::attr(title)");
  assert.equal(title?.toCssSelector(), "#list > li:nth-child(2)::attr(title)");
  assert.deepEqual(PAGE.css(title.toCssSelector()).getAll(), ["t"]);
  assert.equal(PAGE.css("li::text").first?.toCssSelector(), "#list > li:nth-child(1)::text");
});

Deno.test("findSimilar() of an attribute or a text finds nothing", () => {
  assert.equal(PAGE.css("li::text").first?.findSimilar().length, 0);
  assert.equal(PAGE.css(".card").first?.findSimilar({ similarity: 0.5 }).length, 1);
});
