import assert from "node:assert/strict";
import { IGNORED_EXTENSIONS, InvalidOptionError, LinkExtractor } from "@orbweaver/spider";
import { page } from "./_pages.ts";

const links = (...hrefs: string[]) => hrefs.map((href) => `<a href="${href}">x</a>`).join("");

Deno.test("LinkExtractor gives absolute links in document order, each once", () => {
  const found = new LinkExtractor().extract(
    page(links("b", "/a", "https://other.test/c#x", "b#part", "") + `<area href="/map">`),
  );
  assert.deepEqual(found, [
    "https://site.test/shop/b",
    "https://site.test/a",
    "https://other.test/c",
    "https://site.test/shop/",
    "https://site.test/map",
  ]);
});

Deno.test("D19: one malformed href is skipped and counted, and costs no other link", () => {
  const { urls, skipped } = new LinkExtractor().find(
    page(links("/a", "http://[bad", "http://site.test:99999/", "http://", "/b")),
  );
  assert.deepEqual(urls, ["https://site.test/a", "https://site.test/b"]);
  assert.equal(skipped.malformed, 3);
});

Deno.test("D19: only http and https links are taken", () => {
  const { urls, skipped } = new LinkExtractor().find(
    page(links("file:///etc/passwd", "javascript:alert(1)", "mailto:a@b.test", "data:,x", "/a")),
  );
  assert.deepEqual(urls, ["https://site.test/a"]);
  assert.equal(skipped.scheme, 4);
});

Deno.test("D19: links are relative to <base href>, unless that is malformed", () => {
  const extractor = new LinkExtractor();
  const based = `<base href="/other/">${links("a")}`;
  assert.deepEqual(extractor.extract(page(based)), ["https://site.test/other/a"]);
  const malformed = `<base href="http://[bad">${links("a")}`;
  assert.deepEqual(extractor.extract(page(malformed)), ["https://site.test/shop/a"]);
});

Deno.test("D19: a restrictCss that finds nothing means no links", () => {
  const extractor = new LinkExtractor({ restrictCss: ".absent" });
  assert.deepEqual(extractor.extract(page(links("/a"))), []);
});

Deno.test("restrictCss takes links inside what it finds, and links that it finds themselves", () => {
  const html = `<a href="/no">x</a><nav><a href="/1">x</a><p><a href="/2">x</a></p></nav>
    <a class="more" href="/3">x</a>`;
  const extractor = new LinkExtractor({ restrictCss: ["nav", "nav p", "a.more"] });
  assert.deepEqual(extractor.extract(page(html)), [
    "https://site.test/1",
    "https://site.test/2",
    "https://site.test/3",
  ]);
});

Deno.test("restrictXpath without XPath in the selectors is an error that says so", () => {
  const hasXpath = "xpath" in page("").root;
  if (hasXpath) {
    const extractor = new LinkExtractor({ restrictXpath: "//nav" });
    const html = `${links("/no")}<nav>${links("/yes")}</nav>`;
    assert.deepEqual(extractor.extract(page(html)), ["https://site.test/yes"]);
  } else {
    assert.throws(
      () => new LinkExtractor({ restrictXpath: "//nav" }),
      (error) => error instanceof InvalidOptionError && error.option === "restrictXpath",
    );
  }
});

Deno.test("allow and deny take patterns and their sources; deny wins", () => {
  const hrefs = ["/product/1", "/product/2?print=1", "/about", "/product/3"];
  const extract = (options: ConstructorParameters<typeof LinkExtractor>[0]) =>
    new LinkExtractor(options).extract(page(links(...hrefs)))
      .map((url) => url.replace("https://site.test", ""));
  assert.deepEqual(extract({ allow: "/product/\\d+$" }), ["/product/1", "/product/3"]);
  assert.deepEqual(extract({ allow: [/product/, "about"], deny: /print/ }), [
    "/product/1",
    "/about",
    "/product/3",
  ]);
});

Deno.test("a global or sticky pattern finds every link, and is left as it was", () => {
  const pattern = /\/product\//g;
  const extractor = new LinkExtractor({ allow: pattern });
  assert.equal(extractor.extract(page(links("/product/1", "/product/2", "/product/3"))).length, 3);
  assert.equal(pattern.lastIndex, 0);
  assert.equal(
    new LinkExtractor({ allow: /product/y }).matches("https://site.test/product/"),
    true,
  );
});

Deno.test("domains mean the domain and its sub-hosts, on any port and in any script", () => {
  const extractor = new LinkExtractor({
    allowDomains: ["Site.test", "bücher.test"],
    denyDomains: "private.site.test",
  });
  assert.ok(extractor.matches("https://site.test:8080/"));
  assert.ok(extractor.matches("https://www.site.test/"));
  assert.ok(extractor.matches("https://www.xn--bcher-kva.test/"));
  assert.ok(!extractor.matches("https://notsite.test/"));
  assert.ok(!extractor.matches("https://a.private.site.test/"));
});

Deno.test("denyExtensions leaves out files by the whole of their extension", () => {
  const extractor = new LinkExtractor();
  assert.ok(!extractor.matches("https://site.test/a.PDF?page=1"));
  assert.ok(!extractor.matches("https://site.test/a.tar.gz"));
  assert.ok(extractor.matches("https://site.test/sitemap.xml.gz"));
  assert.ok(extractor.matches("https://site.test/pdf"));
  assert.ok(extractor.matches("https://site.pdf/"));
  assert.ok(new LinkExtractor({ denyExtensions: [] }).matches("https://site.test/a.pdf"));
  const own = new LinkExtractor({ denyExtensions: ".html" });
  assert.ok(!own.matches("https://site.test/a.html"));
  assert.ok(own.matches("https://site.test/a.pdf"));
  assert.equal(new Set(IGNORED_EXTENSIONS).size, IGNORED_EXTENSIONS.length);
});

Deno.test("canonicalize puts the query in order and leaves its parameters as written", () => {
  const html = links("/a?b=2&a=1", "/a?a=1&b=2#x", "/a?z&b=%20&b=1+2", "/a?");
  assert.deepEqual(new LinkExtractor().extract(page(html)), [
    "https://site.test/a?a=1&b=2",
    "https://site.test/a?b=%20&b=1+2&z",
    "https://site.test/a",
  ]);
  assert.deepEqual(new LinkExtractor({ canonicalize: false }).extract(page(html)).slice(0, 2), [
    "https://site.test/a?b=2&a=1",
    "https://site.test/a?a=1&b=2",
  ]);
  assert.deepEqual(
    new LinkExtractor({ keepFragment: true }).extract(page(links("/a#x", "/a#y"))),
    ["https://site.test/a#x", "https://site.test/a#y"],
  );
});

Deno.test("tags and attrs say what a link is", () => {
  const html = `<a href="/no">x</a><div data-url="/1"></div><link href="/2">`;
  const extractor = new LinkExtractor({ tags: ["div", "link"], attrs: ["data-url", "href"] });
  assert.deepEqual(extractor.extract(page(html)), ["https://site.test/1", "https://site.test/2"]);
});

Deno.test("process changes values, or leaves them out; strip comes first", () => {
  const seen: string[] = [];
  const process = (value: string) => {
    seen.push(value);
    return /go\('(.*)'\)/.exec(value)?.[1];
  };
  const html = links(" javascript:go('/a') ", "/b");
  const { urls, skipped } = new LinkExtractor({ process }).find(page(html));
  assert.deepEqual(urls, ["https://site.test/a"]);
  assert.equal(skipped.filtered, 1);
  assert.deepEqual(seen, ["javascript:go('/a')", "/b"]);
  seen.length = 0;
  new LinkExtractor({ process, strip: false }).extract(page(html));
  assert.equal(seen[0], " javascript:go('/a') ");
});

Deno.test("respectNofollow leaves out links, and pages, that say nofollow", () => {
  const html = `<a rel="external NoFollow" href="/1">x</a><a href="/2">x</a>`;
  assert.equal(new LinkExtractor().extract(page(html)).length, 2);
  const polite = new LinkExtractor({ respectNofollow: true });
  const { urls, skipped } = polite.find(page(html));
  assert.deepEqual(urls, ["https://site.test/2"]);
  assert.equal(skipped.nofollow, 1);
  assert.deepEqual(
    polite.extract(page(`<meta name="Robots" content="noindex,nofollow">${html}`)),
    [],
  );
  const headers = { "content-type": "text/html", "x-robots-tag": "nofollow" };
  assert.deepEqual(polite.extract(page(html, { headers })), []);
});

Deno.test("a URL that is too long is counted, and no pattern ever sees it", () => {
  const long = `/${"a".repeat(100_000)}!`;
  // On 100,000 letters this pattern would take as good as for ever.
  const { urls, skipped } = new LinkExtractor({ allow: /^.*(a|a)*b?c?$|x/ }).find(
    page(links(long, "/x")),
  );
  assert.equal(skipped.tooLong, 1);
  assert.deepEqual(urls, ["https://site.test/x"]);
  assert.ok(new LinkExtractor({ maxUrlLength: 200_000 }).matches(`https://site.test${long}`));
});

Deno.test("what is no markup has no links", () => {
  const image = page(links("/a"), { headers: { "content-type": "image/png" } });
  assert.deepEqual(new LinkExtractor().extract(image), []);
  const untyped = page(links("/a"), { headers: {} });
  assert.deepEqual(new LinkExtractor().extract(untyped), ["https://site.test/a"]);
});

Deno.test("options that make no sense are errors that name the option", () => {
  const wrong: [string, object][] = [
    ["allow", { allow: "(" }],
    ["deny", { deny: [/a/, 1] }],
    ["allowDomains", { allowDomains: "https://site.test/" }],
    ["denyDomains", { denyDomains: ["site.test/path"] }],
    ["allowDomains", { allowDomains: "site.test:80/" }],
    ["denyExtensions", { denyExtensions: [1] }],
    ["tags", { tags: "a, b" }],
    ["attrs", { attrs: ["x]y"] }],
    ["restrictCss", { restrictCss: " " }],
    ["maxUrlLength", { maxUrlLength: 0 }],
  ];
  for (const [option, options] of wrong) {
    assert.throws(
      () => new LinkExtractor(options),
      (error) => error instanceof InvalidOptionError && error.option === option,
      option,
    );
  }
  assert.throws(() => new LinkExtractor({ restrictCss: "a[" }), { name: "SelectorSyntaxError" });
});
