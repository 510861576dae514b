import assert from "node:assert/strict";
import { InvalidArgumentError, InvalidJsonError, Selector } from "@orbweaver/selectors";

const one = (html: string, query: string): Selector => {
  const { first } = Selector.fromHtml(html).css(query);
  assert.ok(first !== undefined, `${query} finds something`);
  return first;
};

Deno.test("Selector.fromHtml() gives the html element, whatever the text", () => {
  for (const html of ["", "plain", "\0", "<", "</p>", "<!doctype html>", "\ud800"]) {
    const page = Selector.fromHtml(html);
    assert.equal(page.tag, "html");
    assert.equal(page.parent, undefined);
    assert.equal(page.css("body").length, 1);
  }
});

Deno.test("Selector.fromHtml() rejects what is no string", () => {
  for (const html of [undefined, null, 7, new Uint8Array(), {}]) {
    assert.throws(() => Selector.fromHtml(html as unknown as string), (error) => {
      assert.ok(error instanceof InvalidArgumentError);
      assert.equal(error.argument, "html");
      return true;
    });
  }
});

Deno.test("Selector.get() is an element's outer HTML and an attribute's or a text's value", () => {
  const html = `<p title="a &amp; b">x &lt; y</p>`;
  assert.equal(one(html, "p").get(), html);
  assert.deepEqual(one(html, "p").getAll(), [html]);
  assert.equal(one(html, "p::attr(title)").get(), "a & b");
  assert.equal(one(html, "p::text").get(), "x < y");
});

Deno.test("Selector.html() serialises as the HTML standard says", () => {
  const body = (html: string) => Selector.fromHtml(html).css("body").first?.innerHtml();
  assert.equal(body(`<br><img src=a><hr/>`), `<br><img src="a"><hr>`);
  assert.equal(
    body(`<p a='"&<>\u00a0'>&amp;&lt;&gt;&nbsp;"`),
    `<p a="&quot;&amp;&lt;&gt;&nbsp;">` +
      `&amp;&lt;&gt;&nbsp;"</p>`,
  );
  assert.equal(
    body(`<p><script>a < b && c</script><style>a>b</style>`),
    `<p><script>a < b && c</script><style>a>b</style></p>`,
  );
  assert.equal(
    body(`<p><noscript>&lt;<b></b></noscript>`),
    `<p><noscript>&lt;<b></b></noscript></p>`,
  );
  assert.equal(
    body(`<p><template><p>in</template><!-- c -->`),
    `<p><template><p>in</p></template><!-- c --></p>`,
  );
  assert.equal(
    body(`<svg viewbox="0"><use xlink:href="#a" href="#b"/></svg>`),
    `<svg viewBox="0"><use xlink:href="#a" href="#b"></use></svg>`,
  );
  assert.equal(body(`<td>no table`), "no table");
});

Deno.test("Selector.html() keeps attributes in source order, also those named like numbers", () => {
  assert.equal(one("<p b=1 2=x a=3 1=y>", "p").html(), `<p b="1" 2="x" a="3" 1="y"></p>`);
});

Deno.test("Selector.html() keeps the attributes of a second <html> and <body>", () => {
  const page = Selector.fromHtml("<html lang=en><body class=a><html lang=de dir=ltr><body id=b>");
  assert.equal(
    page.html(),
    `<html lang="en" dir="ltr"><head></head><body class="a" id="b">` +
      `</body></html>`,
  );
  assert.deepEqual({ ...page.attrs }, { lang: "en", dir: "ltr" });
});

Deno.test("Selector.attr() finds HTML attributes in any case and nothing else", () => {
  const link = one(`<a HREF="/x" data-Item="1">x</a>`, "a");
  assert.equal(link.attr("href"), "/x");
  assert.equal(link.attr("HREF"), "/x");
  assert.equal(link.attr("data-item"), "1");
  for (const name of ["constructor", "toString", "__proto__", "hasOwnProperty", ""]) {
    assert.equal(link.attr(name), undefined);
  }
});

Deno.test("Selector.attrs is a frozen record without a prototype, __proto__ included", () => {
  const element = one(`<p __proto__="x" constructor="y" toString="z" a>`, "p");
  const { attrs } = element;
  assert.equal(Object.getPrototypeOf(attrs), null);
  assert.deepEqual(Object.entries(attrs), [
    ["__proto__", "x"],
    ["constructor", "y"],
    ["tostring", "z"],
    ["a", ""],
  ]);
  assert.ok(Object.isFrozen(attrs));
  assert.equal(element.attr("__proto__"), "x");
  assert.deepEqual(element.css("::attr(__proto__)").getAll(), ["x"]);
  assert.deepEqual(element.css("[__proto__=x][constructor]").length, 1);
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

Deno.test("Selector.text() joins all texts below an element", () => {
  const html = "<div> a <p>b<b> c</b></p>\n<script>s</script><style>t</style><i>d</i></div>";
  const element = one(html, "div");
  assert.equal(element.text(), " a b c\nd");
  assert.equal(element.text({ strip: true }), "abcd");
  assert.equal(element.text({ separator: ", ", strip: true }), "a, b, c, d");
  assert.equal(element.text({ separator: "|" }), " a |b| c|\n|d");
  assert.equal(element.text({ ignore: ["P", "script"], strip: true }), "atd");
  assert.equal(element.text({ ignore: [], strip: true }), "abcstd");
});

Deno.test("Selector.text() of a script that is asked itself is its code", () => {
  assert.equal(one("<script>let a;</script>", "script").text(), "let a;");
});

Deno.test("Selector.ownText is the text without that of children", () => {
  const element = one("<p>a<b>b</b>c</p>", "p");
  assert.equal(element.ownText, "ac");
  assert.equal(element.css("b::text").first?.ownText, "b");
});

Deno.test("Selector of a text or an attribute gives its value everywhere, and no tag", () => {
  for (const [query, value] of [["p::text", " v "], ["p::attr(a)", " w "]] as const) {
    const selector = one(`<p a=" w "> v </p>`, query);
    assert.equal(selector.get(), value);
    assert.equal(selector.html(), value);
    assert.equal(selector.innerHtml(), value);
    assert.equal(selector.text(), value);
    assert.equal(selector.text({ strip: true }), value.trim());
    assert.equal(selector.ownText, value);
    assert.equal(selector.tag, undefined);
    assert.equal(selector.attr("a"), undefined);
    assert.deepEqual(Object.keys(selector.attrs), []);
    assert.equal(selector.hasClass("a"), false);
  }
});

Deno.test("Selector.hasClass() compares whole classes", () => {
  const element = one(`<p class="a-b\tc\nConstructor">`, "p");
  assert.deepEqual(["a-b", "c", "Constructor"].map((name) => element.hasClass(name)), [
    true,
    true,
    true,
  ]);
  assert.deepEqual(
    ["a", "b", "C", "", "c Constructor", "constructor"].some((name) => element.hasClass(name)),
    false,
  );
});

Deno.test("Selector.json() reads texts, attributes and scripts", () => {
  const html = `<script type="application/ld+json">{"a": "<b>"}</script><p data-x="[1, 2]">3</p>`;
  assert.deepEqual(one(html, "script").json(), { a: "<b>" });
  assert.deepEqual(one(html, "p::attr(data-x)").json<number[]>(), [1, 2]);
  assert.equal(one(html, "p::text").json(), 3);
});

Deno.test("Selector.json() rejects what is no JSON, with the text and the cause", () => {
  assert.throws(() => one("<p>{oops</p>", "p").json(), (error) => {
    assert.ok(error instanceof InvalidJsonError);
    assert.equal(error.text, "{oops");
    assert.ok(error.cause instanceof SyntaxError);
    return true;
  });
});

Deno.test("Selector.url is where the page came from, on every selector of it", () => {
  const page = Selector.fromHtml("<p>a", { url: "https://a.example/" });
  assert.equal(page.css("p::text").first?.url, "https://a.example/");
  assert.equal(Selector.fromHtml("").url, undefined);
});
