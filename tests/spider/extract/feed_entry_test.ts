import assert from "node:assert/strict";
import { feedEntry, readXml } from "@orbweaver/spider";
import { all } from "./_pages.ts";

const entries = async (text: string) =>
  (await all(readXml([text], { tags: ["item", "entry"] }))).map(feedEntry);

Deno.test("feedEntry reads RSS 2.0", async () => {
  const [entry] = await entries(`<rss xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns:content="http://purl.org/rss/1.0/modules/content/"
      xmlns:atom="http://www.w3.org/2005/Atom"><channel><item>
    <atom:link href="https://feed.test/self"/>
    <title>Tea</title><link>https://site.test/tea</link><guid isPermaLink="false">id-1</guid>
    <pubDate>Fri, 01 May 2026 10:00:00 GMT</pubDate><description>Short</description>
    <content:encoded><![CDATA[<p>Long</p>]]></content:encoded><dc:creator>Ann</dc:creator>
    <category>Drinks</category><category/><enclosure url="/tea.mp3" type="audio/mpeg"/>
  </item></channel></rss>`);
  assert.deepEqual(entry, {
    title: "Tea",
    link: "https://site.test/tea",
    id: "id-1",
    published: "Fri, 01 May 2026 10:00:00 GMT",
    updated: "",
    summary: "Short",
    content: "<p>Long</p>",
    authors: ["Ann"],
    categories: ["Drinks"],
    enclosures: [{ url: "/tea.mp3", type: "audio/mpeg" }],
  });
});

Deno.test("feedEntry takes a permanent guid for the link of RSS, and rdf:about in RSS 1.0", async () => {
  const [rss] = await entries(`<rss><item><guid>https://site.test/1</guid></item></rss>`);
  assert.equal(rss!.link, "https://site.test/1");
  const [rdf] = await entries(`<rdf:RDF xmlns:rdf="urn:rdf" xmlns="urn:rss">
    <item rdf:about="https://site.test/2"><title>Two</title></item></rdf:RDF>`);
  assert.equal(rdf!.link, "https://site.test/2");
  assert.equal(rdf!.title, "Two");
});

Deno.test("feedEntry reads Atom", async () => {
  const [entry] = await entries(`<feed xmlns="http://www.w3.org/2005/Atom"><entry>
    <title>Tea</title><link rel="edit" href="/edit"/><link href="/tea"/>
    <link rel="enclosure" href="/tea.mp3" type="audio/mpeg"/><id>urn:1</id>
    <published>2026-05-01</published><updated>2026-05-02</updated><summary>Short</summary>
    <content type="html">&lt;p&gt;</content><author><name>Ann</name></author>
    <author><name>Bob</name></author><category term="drinks" label="Drinks"/>
  </entry></feed>`);
  assert.deepEqual(entry, {
    title: "Tea",
    link: "/tea",
    id: "urn:1",
    published: "2026-05-01",
    updated: "2026-05-02",
    summary: "Short",
    content: "<p>",
    authors: ["Ann", "Bob"],
    categories: ["Drinks"],
    enclosures: [{ url: "/tea.mp3", type: "audio/mpeg" }],
  });
});
