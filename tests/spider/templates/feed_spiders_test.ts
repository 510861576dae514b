import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import {
  type CallbackResult,
  CsvFeedSpider,
  type CsvRow,
  feedEntry,
  JsonFeedSpider,
  type PageWarning,
  type Response,
  type SessionManager,
  XmlFeedSpider,
  type XmlNode,
} from "@orbweaver/spider";
import { type File, FilesSession } from "./_files_session.ts";

type Item = Record<string, unknown>;

class Xml extends XmlFeedSpider {
  override name = "xml";
  override startUrls = ["https://site.test/feed"];
  override logLevel = "silent" as const;
  readonly told: PageWarning[] = [];
  readonly #file: string | File;

  constructor(file: string | File) {
    super();
    this.#file = file;
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("files", new FilesSession({ "/feed": this.#file }));
  }

  override *parseNode(response: Response, node: XmlNode): Generator<Item> {
    const { title, link } = feedEntry(node);
    yield { title, url: response.urlJoin(link) };
  }

  override onWarning(warning: PageWarning): void {
    this.told.push(warning);
  }
}

Deno.test("XmlFeedSpider reads RSS and Atom, compressed or not", async () => {
  const rss = `<?xml version="1.0"?><rss><channel><item><title>A</title><link>/a</link></item>
    </channel></rss>`;
  const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>B</title><link href="b"/>
    </entry></feed>`;
  assert.deepEqual((await new Xml(rss).start()).items, [{
    title: "A",
    url: "https://site.test/a",
  }]);
  const packed = { body: Uint8Array.from(gzipSync(atom)), type: "application/gzip" };
  assert.deepEqual((await new Xml(packed).start()).items, [
    { title: "B", url: "https://site.test/b" },
  ]);
});

Deno.test("itertag and namespaces choose the items; an undeclared prefix fails the page", async () => {
  const body = `<r xmlns:p="urn:shop"><p:product><p:id>7</p:id></p:product><product/></r>`;
  class Products extends Xml {
    override itertag: string | string[] = "shop:product";
    override namespaces: Record<string, string> = { shop: "urn:shop" };
    override *parseNode(_response: Response, node: XmlNode): Generator<Item> {
      yield { id: node.textOf("shop:id") };
    }
  }
  assert.deepEqual((await new Products({ body, type: "text/xml" }).start()).items, [{ id: "7" }]);
  class Undeclared extends Products {
    override namespaces = {};
  }
  const { failures } = await new Undeclared(body).start();
  assert.match(failures[0]!.reason, /prefix 'shop'/);
});

Deno.test("a broken feed, and a missing one, are warnings; the good items are kept", async () => {
  const broken = new Xml("<rss><item><title>A</title><link>/a</link></item><item><title>B");
  const { items, stats, outcome } = await broken.start();
  assert.deepEqual(items.map(({ title }) => title), ["A"]);
  assert.equal(outcome, "completed");
  assert.deepEqual(Object.keys(stats.customStats.warnings as object), ["malformed"]);
  const missing = new Xml({ body: "<rss/>", status: 410 });
  assert.deepEqual((await missing.start()).items, []);
  assert.deepEqual(missing.told.map(({ kind }) => kind), ["status"]);
});

Deno.test("CsvFeedSpider reads rows in any encoding and shape", async () => {
  class Csv extends CsvFeedSpider {
    override name = "csv";
    override startUrls = ["https://site.test/file"];
    override logLevel = "silent" as const;
    override delimiter = ";";
    override configureSessions(manager: SessionManager): void {
      const body = Uint8Array.from([..."n\xe4me;price\n'T\xe9;a';1\n"].map((c) => c.charCodeAt(0)));
      manager.add("files", new FilesSession({ "/file": { body, type: "text/csv" } }));
    }
    override quote: string | null = "'";
    override encoding: string | undefined = "windows-1252";
    override parseRow(_response: Response, row: CsvRow): CallbackResult<Item> {
      return [row];
    }
  }
  assert.deepEqual((await new Csv().start()).items, [{ "näme": "Té;a", price: "1" }]);
});

Deno.test("JsonFeedSpider finds the entries, and reads JSON lines with a broken one", async () => {
  class Json extends JsonFeedSpider {
    override name = "json";
    override startUrls: readonly string[] = ["https://site.test/a", "https://site.test/b"];
    override logLevel = "silent" as const;
    override async *parseEntry(_response: Response, entry: unknown): AsyncGenerator<Item> {
      yield entry as Item;
    }
    override configureSessions(manager: SessionManager): void {
      manager.add(
        "files",
        new FilesSession({
          "/a": { body: '{"items": [{"id": 1}]}', type: "application/feed+json" },
          "/b": { body: '{"id": 2}\n{"id": \n{"id": 3}\n', type: "application/x-ndjson" },
        }),
      );
    }
  }
  const { items, stats } = await new Json().start();
  assert.deepEqual(items.map(({ id }) => id).sort(), [1, 2, 3]);
  assert.deepEqual(stats.customStats.warnings, { malformed: 1 });
});

Deno.test("the ready-made spiders' methods can be called by hand, without a crawl", async () => {
  const spider = new Xml("");
  const items: unknown[] = [];
  const { page } = await import("../extract/_pages.ts");
  const response = page("<rss><item><title>A</title></item><item>") as Response;
  spider.parseNode = function* (_response, node) {
    yield { title: node.textOf("title") };
  };
  for await (const item of spider.parse(response)) items.push(item);
  assert.deepEqual(items, [{ title: "A" }]);
  assert.deepEqual(spider.told.map(({ kind }) => kind), ["malformed"]);
});
