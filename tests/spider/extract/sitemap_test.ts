import assert from "node:assert/strict";
import { Problems, readSitemap } from "@orbweaver/spider";
import { changedSince } from "../../../spider/extract/sitemap.ts";
import { all, inPieces } from "./_pages.ts";

const url = "https://site.test/sitemap.xml";
const read = (text: string, problems = new Problems()) =>
  all(readSitemap(inPieces(text, 50), { url, problems }));

Deno.test("readSitemap gives what a sitemap says of each page", async () => {
  const entries = await read(`\uFEFF<?xml version="1.0"?>
    <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
      xmlns:xhtml="http://www.w3.org/1999/xhtml"
      xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
    <url>
      <loc> https://site.test/a?x=1&amp;y=2 </loc><lastmod>2026-05-01</lastmod>
      <changefreq>Daily</changefreq><priority>0.8</priority>
      <xhtml:link rel="alternate" hreflang="de" href="/de/a"/>
      <xhtml:link rel="alternate" hreflang="xx" href="javascript:x"/>
      <image:image><image:loc>https://site.test/a.png</image:loc></image:image>
    </url>
    <url><loc>/b</loc></url></urlset>`);
  assert.deepEqual(entries, [
    {
      kind: "page",
      url: "https://site.test/a?x=1&y=2",
      lastmod: "2026-05-01",
      changefreq: "daily",
      priority: 0.8,
      alternates: [{ url: "https://site.test/de/a", hreflang: "de" }],
    },
    { kind: "page", url: "https://site.test/b", alternates: [] },
  ]);
});

Deno.test("readSitemap reads indexes, text, RSS and Atom", async () => {
  const urls = async (text: string) =>
    (await read(text)).map((entry) => `${entry.kind} ${entry.url}`);
  assert.deepEqual(
    await urls(`<sitemapindex><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>`),
    ["sitemap https://site.test/a.xml"],
  );
  assert.deepEqual(await urls("\n https://site.test/1\r\nhttps://site.test/2"), [
    "page https://site.test/1",
    "page https://site.test/2",
  ]);
  assert.deepEqual(
    await urls(`<rss><channel><link>/</link><item><link>/news</link></item></channel></rss>`),
    ["page https://site.test/news"],
  );
  assert.deepEqual(
    await urls(`<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/><entry>
      <link rel="edit" href="/edit"/><link href="/post"/></entry></feed>`),
    ["page https://site.test/post"],
  );
});

Deno.test("bad URLs are counted, and the good ones are kept", async () => {
  const problems = new Problems();
  const entries = await read(
    `<urlset><url><loc>http://[bad</loc></url><url><loc>file:///etc/passwd</loc></url><url/>
     <url><loc>https://site.test/${"a".repeat(3000)}</loc></url><url><loc>/ok</loc></url></urlset>`,
    problems,
  );
  assert.deepEqual(entries.map((entry) => entry.url), ["https://site.test/ok"]);
  assert.deepEqual(problems.list().map(({ kind, count }) => [kind, count]), [["badUrl", 4]]);
});

Deno.test("a bare & in every URL costs none of them", async () => {
  const problems = new Problems();
  const text = Array.from({ length: 300 }, (_, n) => `<url><loc>/p?a=1&b=${n}</loc></url>`);
  const entries = await read(`<urlset>${text.join("")}</urlset>`, problems);
  assert.equal(entries.length, 300);
  assert.equal(entries[299]!.url, "https://site.test/p?a=1&b=299");
  assert.deepEqual(problems.list().map(({ kind }) => kind), ["malformed"]);
});

Deno.test("a sitemap that is cut off keeps its whole entries, and one that is none is said to be so", async () => {
  const cut = new Problems();
  const entries = await read("<urlset><url><loc>/a</loc></url><url><loc>/b</lo", cut);
  assert.deepEqual(entries.map((entry) => entry.url), ["https://site.test/a"]);
  assert.deepEqual(cut.list().map(({ kind }) => kind), ["malformed"]);

  const page = new Problems();
  assert.deepEqual(await read("<html><body>Not found</body></html>", page), []);
  assert.deepEqual(page.list().map(({ kind }) => kind), ["unexpected"]);
  assert.deepEqual(await read("", new Problems()), []);
});

Deno.test("changedSince counts a date as the whole of its day, month or year", () => {
  const since = new Date("2026-05-01T12:00:00Z");
  const cases: [string, boolean | undefined][] = [
    ["2026-05-01", true],
    ["2026-04-30", false],
    ["2026-05", true],
    ["2026-04", false],
    ["2026", true],
    ["2025", false],
    ["2026-05-01T12:00:00Z", true],
    ["2026-05-01T13:00:00+02:00", false],
    ["Fri, 01 May 2026 13:00:00 GMT", true],
    ["yesterday", undefined],
  ];
  for (const [lastmod, expected] of cases) {
    assert.equal(changedSince(lastmod, since), expected, lastmod);
  }
});
