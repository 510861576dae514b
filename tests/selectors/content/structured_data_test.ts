import assert from "node:assert/strict";
import { Selector } from "@orbweaver/selectors";
import { structuredData } from "@orbweaver/selectors/content";

function read(html: string): ReturnType<typeof structuredData> {
  return structuredData(Selector.fromHtml(html, { url: "https://shop.example/a/" }));
}

/** Without prototypes, and with plain objects in place of items. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("JSON-LD is parsed, arrays apart, and what is no JSON is told", () => {
  const { jsonLd, invalidJsonLd } = read(`
    <script type="application/ld+json">{"@type": "Product"}</script>
    <script type="Application/LD+JSON; charset=utf-8">[{"a": 1}, {"b": 2}]</script>
    <script type="application/ld+json"><!-- {"c": 3} --></script>
    <script type="application/ld+json">/*<![CDATA[*/{"d": 4}/*]]>*/</script>
    <script type="application/ld+json">{oops}</script>
    <script>{"not": "it"}</script>`);
  assert.deepEqual(jsonLd, [{ "@type": "Product" }, { a: 1 }, { b: 2 }, { c: 3 }, { d: 4 }]);
  assert.deepEqual(invalidJsonLd, ["{oops}"]);
});

Deno.test("Microdata: nested items, several values, and the values of each kind of element", () => {
  const { microdata } = read(`
    <div itemscope itemtype="https://schema.org/Product" itemid="#tea">
      <h1 itemprop="name title"> Green tea </h1>
      <img itemprop="image" src="1.png"><img itemprop="image" src="/2.png">
      <a itemprop="url" href="tea">x</a><meta itemprop="sku" content="T1">
      <time itemprop="date" datetime="2026-01-01">soon</time><data itemprop="n" value="5">five</data>
      <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
        <span itemprop="price">12</span>
      </div>
      <div itemscope><b itemprop="apart">1</b></div>
      <b itemprop="after">2</b>
    </div>
    <b itemprop="nobody's">x</b>`);
  assert.deepEqual(plain(microdata), [
    {
      types: ["https://schema.org/Product"],
      id: "https://shop.example/a/#tea",
      properties: {
        name: ["Green tea"],
        title: ["Green tea"],
        image: ["https://shop.example/a/1.png", "https://shop.example/2.png"],
        url: ["https://shop.example/a/tea"],
        sku: ["T1"],
        date: ["2026-01-01"],
        n: ["5"],
        offers: [{ types: ["https://schema.org/Offer"], properties: { price: ["12"] } }],
        after: ["2"],
      },
    },
    { types: [], properties: { apart: ["1"] } },
  ]);
});

Deno.test("Microdata: itemref adds properties from elsewhere, and loops end", () => {
  const { microdata } = read(`
    <div itemscope id="a" itemref="b c a"><i itemprop="x">1</i></div>
    <p id="b"><i itemprop="y">2</i></p>
    <div id="c" itemprop="z" itemscope itemref="b"><i itemprop="w">3</i></div>`);
  assert.deepEqual(plain(microdata[0]), {
    types: [],
    properties: {
      x: ["1"],
      y: ["2"],
      z: [{ types: [], properties: { w: ["3"], y: ["2"] } }],
    },
  });
});

Deno.test("RDFa Lite: vocabularies, prefixes, nested items", () => {
  const { rdfa } = read(`
    <div vocab="https://schema.org/" typeof="Product" resource="#p">
      <span property="name">Tea</span><img property="image" src="1.png">
      <div property="offers" typeof="Offer"><b property="price" content="12.00">12</b></div>
      <div typeof="schema:Person"><b property="name">Mies</b></div>
      <b property="sku">T1</b><meta property="og:title" content="no">
    </div>`);
  assert.deepEqual(plain(rdfa), [
    {
      types: ["https://schema.org/Product"],
      id: "https://shop.example/a/#p",
      properties: {
        name: ["Tea"],
        image: ["https://shop.example/a/1.png"],
        offers: [{ types: ["https://schema.org/Offer"], properties: { price: ["12.00"] } }],
        sku: ["T1"],
      },
    },
    { types: ["http://schema.org/Person"], properties: { name: ["Mies"] } },
  ]);
});

Deno.test("Open Graph: all values, whatever attribute has the name", () => {
  const { openGraph } = read(`
    <meta property="og:title" content="Tea"><meta property="OG:image" content="/1.png">
    <meta property="og:image" content="/2.png"><meta name="twitter:card" content="summary">
    <meta name="description" content="no"><meta property="og:empty">`);
  assert.deepEqual(plain(openGraph), {
    "og:title": ["Tea"],
    "og:image": ["/1.png", "/2.png"],
    "twitter:card": ["summary"],
  });
});

Deno.test("Names such as __proto__ are names like others", () => {
  const { microdata, openGraph } = read(
    `<div itemscope><b itemprop="__proto__ constructor">1</b></div><meta name="og:a" content="1">`,
  );
  assert.deepEqual(Object.keys(microdata[0]?.properties ?? {}), ["__proto__", "constructor"]);
  assert.equal(Object.getPrototypeOf(openGraph), null);
});

Deno.test("Structured data takes linear time, however deep it nests", () => {
  const depth = 50_000;
  const items = read("<div itemscope itemprop=a>".repeat(depth)).microdata;
  assert.equal(items.length, 0);
  const deep = read(`<div itemscope>${"<div itemprop=a typeof=T property=p>x".repeat(depth)}`);
  assert.ok((deep.microdata[0]?.properties["a"]?.length ?? 0) <= 32);
  assert.equal(deep.rdfa.length, 1);
});
