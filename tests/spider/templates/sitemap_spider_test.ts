import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import {
  LinkExtractor,
  type PageWarning,
  type Request,
  type Response,
  rule,
  type SessionManager,
  type SitemapEntry,
  SitemapSpider,
  SpiderOptionError,
} from "@orbweaver/spider";
import { type File, FilesSession } from "./_files_session.ts";

interface Seen {
  by: string;
  path: string;
}

class Walker extends SitemapSpider<Seen> {
  override name = "walker";
  override logLevel = "silent" as const;
  override sitemapUrls: readonly string[] = ["https://site.test/sitemap.xml"];
  readonly session: FilesSession;
  readonly told: PageWarning[] = [];
  readonly metas: Readonly<Record<string, unknown>>[] = [];

  constructor(files: Record<string, string | File>) {
    super();
    this.session = new FilesSession(files);
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("files", this.session);
  }

  override async *parse(response: Response): AsyncGenerator<Seen | Request> {
    this.metas.push(response.meta);
    yield { by: "parse", path: new URL(response.url).pathname };
  }

  async *parseProduct(response: Response): AsyncGenerator<Seen | Request> {
    yield { by: "parseProduct", path: new URL(response.url).pathname };
  }

  override onWarning(warning: PageWarning): void {
    this.told.push(warning);
  }
}

const urlset = (...paths: string[]) =>
  `<urlset>${paths.map((path) => `<url><loc>${path}</loc></url>`).join("")}</urlset>`;
const index = (...paths: string[]) =>
  `<sitemapindex>${
    paths.map((path) => `<sitemap><loc>${path}</loc></sitemap>`).join("")
  }</sitemapindex>`;
const seen = (items: Seen[]) => items.map(({ by, path }) => `${by} ${path}`).sort();
const kinds = (spider: Walker) => spider.told.map(({ kind }) => kind);

Deno.test("D27: a SitemapSpider without rules gives every page to parse", async () => {
  const spider = new Walker({ "/sitemap.xml": urlset("/a", "/b"), "/a": "", "/b": "" });
  const { items, stats } = await spider.start();
  assert.deepEqual(seen(items), ["parse /a", "parse /b"]);
  assert.deepEqual(stats.callbacksRequestsCount, { parseSitemap: 1, parse: 2 });
  assert.deepEqual(spider.told, []);
});

Deno.test("what the sitemap says of a page is in its meta", async () => {
  const spider = new Walker({
    "/sitemap.xml": `<urlset><url><loc>/a</loc><lastmod>2026-05-01</lastmod></url></urlset>`,
    "/a": "",
  });
  await spider.start();
  assert.deepEqual(spider.metas, [{
    sitemap: { kind: "page", url: "https://site.test/a", lastmod: "2026-05-01", alternates: [] },
  }]);
});

Deno.test("rules choose pages and callbacks; what no rule matches is left out", async () => {
  class Ruled extends Walker {
    override rules = [
      rule({ allow: /product\/1/ }, { callback: this.parseProduct }),
      rule({ allow: /product/ }),
    ];
  }
  const spider = new Ruled({ "/sitemap.xml": urlset("/product/1", "/product/2", "/about") });
  const { items } = await spider.start();
  assert.deepEqual(seen(items), ["parse /product/2", "parseProduct /product/1"]);
});

Deno.test("indexes are followed, sitemapFollow chooses, and loops end", async () => {
  const spider = new Walker({
    "/sitemap.xml": index("/sitemap.xml", "/other.xml", "/skipped.xml"),
    "/other.xml": index("/sitemap.xml", "/pages.xml"),
    "/pages.xml": urlset("/a"),
    "/skipped.xml": urlset("/never"),
    "/a": "",
  });
  spider.sitemapFollow = new LinkExtractor({ deny: /skipped/ });
  const { items } = await spider.start();
  assert.deepEqual(seen(items), ["parse /a"]);
  assert.deepEqual(spider.session.paths, ["/sitemap.xml", "/other.xml", "/pages.xml", "/a"]);
});

Deno.test("an index that names itself in ever new spellings ends at a depth", async () => {
  class Endless extends FilesSession {
    override async fetch(url: string | URL): Promise<Awaited<ReturnType<FilesSession["fetch"]>>> {
      const number = Number(new URL(url).searchParams.get("n"));
      await super.fetch(url);
      const page = new FilesSession({ [`/sitemap.xml?n=${number}`]: index(`?n=${number + 1}`) });
      await using _closing = page;
      return await page.fetch(`https://site.test/sitemap.xml?n=${number}`);
    }
  }
  const session = new Endless({});
  class Trapped extends Walker {
    override sitemapUrls = ["https://site.test/sitemap.xml?n=0"];
    override configureSessions(manager: SessionManager): void {
      manager.add("endless", session);
    }
  }
  const spider = new Trapped({});
  await spider.start();
  assert.equal(session.paths.length, 6);
  assert.deepEqual(kinds(spider), ["tooDeep"]);
});

Deno.test("robots.txt gives its Sitemap lines, and text sitemaps their lines", async () => {
  const spider = new Walker({
    "/robots.txt": {
      type: "text/plain",
      body:
        "User-agent: *\nDisallow: /x\n\n sitemap : /pages.txt\nSITEMAP: http://[bad\n#Sitemap: /no",
    },
    "/pages.txt": {
      type: "text/plain",
      body: "https://site.test/a\nnonsense\nhttps://site.test/b",
    },
  });
  spider.sitemapUrls = ["https://site.test/robots.txt"];
  const { items, stats } = await spider.start();
  assert.deepEqual(seen(items), ["parse /a", "parse /b"]);
  assert.deepEqual(stats.customStats.warnings, { badUrl: 2 });
});

Deno.test("since leaves out pages and sitemaps that did not change", async () => {
  const entry = (tag: string, loc: string, lastmod: string) =>
    `<${tag}><loc>${loc}</loc>${lastmod && `<lastmod>${lastmod}</lastmod>`}</${tag}>`;
  const spider = new Walker({
    "/sitemap.xml": `<sitemapindex>${entry("sitemap", "/old.xml", "2026-01-01")}${
      entry("sitemap", "/new.xml", "2026-06-01")
    }</sitemapindex>`,
    "/new.xml": `<urlset>${entry("url", "/old", "2026-01-01")}${
      entry("url", "/new", "2026-06-01")
    }${entry("url", "/unknown", "")}${entry("url", "/odd", "last week")}</urlset>`,
  });
  spider.since = "2026-05-01";
  const { items, stats } = await spider.start();
  assert.deepEqual(seen(items), ["parse /new", "parse /odd", "parse /unknown"]);
  assert.ok(!spider.session.paths.includes("/old.xml"));
  assert.deepEqual(stats.customStats.warnings, { badDate: 1 });
});

Deno.test("alternates are visited on request, and includeEntry has the last word", async () => {
  const sitemap = `<urlset xmlns:x="http://www.w3.org/1999/xhtml">
    <url><loc>/a</loc><x:link rel="alternate" hreflang="de" href="/de/a"/>
      <x:link rel="alternate" hreflang="en" href="/a"/></url>
    <url><loc>/b</loc></url></urlset>`;
  class Choosy extends Walker {
    override includeEntry({ url }: SitemapEntry): boolean {
      return !url.endsWith("/b");
    }
  }
  const without = await new Choosy({ "/sitemap.xml": sitemap }).start();
  assert.deepEqual(seen(without.items), ["parse /a"]);
  const spider = new Choosy({ "/sitemap.xml": sitemap });
  spider.sitemapAlternates = true;
  assert.deepEqual(seen((await spider.start()).items), ["parse /a", "parse /de/a"]);
});

Deno.test("broken, missing and foreign sitemaps are warnings; what is good of them is kept", async () => {
  const spider = new Walker({
    "/broken.xml": "<urlset><url><loc>/a</loc></url><url><loc>/b</url>",
    "/page.xml": "<html><body>Welcome</body></html>",
  });
  spider.sitemapUrls = ["broken.xml", "page.xml", "missing.xml"].map((name) =>
    `https://site.test/${name}`
  );
  const { items, outcome } = await spider.start();
  assert.equal(outcome, "completed");
  assert.deepEqual(seen(items), ["parse /a", "parse /b"]);
  assert.deepEqual(kinds(spider).sort(), ["malformed", "status", "unexpected"]);
});

Deno.test("a gzip bomb of a sitemap is read up to maxSitemapBytes", async () => {
  const start = Buffer.from("<urlset><url><loc>/a</loc></url>");
  const bomb = Uint8Array.from(gzipSync(Buffer.concat([start, Buffer.alloc(20_000_000, " ")])));
  const spider = new Walker({ "/sitemap.xml": { body: bomb, type: "application/gzip" } });
  spider.maxSitemapBytes = 1_000_000;
  const { items } = await spider.start();
  assert.deepEqual(seen(items), ["parse /a"]);
  assert.ok(kinds(spider).includes("tooLarge"));
});

Deno.test("a sitemap of more URLs than a page may give is cut there, and what fits is crawled", async () => {
  const spider = new Walker({
    "/sitemap.xml": urlset(...Array.from({ length: 50 }, (_, n) => `/${n}`)),
  });
  spider.maxYieldsPerPage = 20;
  const { items, failures } = await spider.start();
  assert.equal(items.length, 20);
  assert.deepEqual(failures, []);
  assert.deepEqual(kinds(spider), ["tooLarge"]);
});

Deno.test("a sitemap of 50 MB is read to its end", async () => {
  const filler = "x".repeat(900);
  const entries = Array.from(
    { length: 50_000 },
    (_, n) => `<url><loc>/p/${n % 10}</loc><note>${filler}</note></url>`,
  );
  const body = new TextEncoder().encode(`<urlset>${entries.join("\n")}</urlset>`);
  assert.ok(body.byteLength > 46_000_000);
  const spider = new Walker({ "/sitemap.xml": { body, type: "application/xml" } });
  const { items, stats } = await spider.start();
  assert.equal(items.length, 10);
  assert.equal(stats.duplicateRequestsCount, 49_990);
  assert.deepEqual(spider.told, []);
});

Deno.test("without sitemaps, or with a since that is no date, the crawl does not begin", async () => {
  const none = new Walker({});
  none.sitemapUrls = [];
  await assert.rejects(
    none.start(),
    (error) => error instanceof SpiderOptionError && error.message.includes("sitemapUrls"),
  );
  const undated = new Walker({});
  undated.since = "soon";
  await assert.rejects(undated.start(), SpiderOptionError);
  assert.deepEqual(undated.session.paths, []);
});

Deno.test("over HTTP: robots.txt, a .xml.gz and a Content-Encoding, by the default session", async () => {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    const answers: Record<string, [Record<string, string>, string | Uint8Array]> = {
      "/robots.txt": [{ "content-type": "text/plain" }, `Sitemap: ${origin}/all.xml.gz\n`],
      "/all.xml.gz": [
        { "content-type": "application/x-gzip" },
        gzipSync(index(`${origin}/pages.xml`)),
      ],
      "/pages.xml": [
        { "content-type": "application/xml", "content-encoding": "gzip" },
        gzipSync(urlset(`${origin}/a`)),
      ],
      "/a": [{ "content-type": "text/html" }, "<h1>A</h1>"],
    };
    const [headers, body] = answers[request.url!] ?? [{}, ""];
    response.writeHead(answers[request.url!] ? 200 : 404, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const { port } = server.address() as AddressInfo;
    class Local extends SitemapSpider<{ title: string }> {
      override name = "local";
      override sitemapUrls = [`http://127.0.0.1:${port}/robots.txt`];
      override async *parse(response: Response): AsyncGenerator<{ title: string }> {
        yield { title: response.css("h1::text").get("") };
      }
    }
    const { items } = await new Local().start();
    assert.deepEqual(items, [{ title: "A" }]);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});
