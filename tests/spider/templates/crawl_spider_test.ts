import assert from "node:assert/strict";
import {
  type CallbackResult,
  CrawlSpider,
  type PageWarning,
  type Request,
  type Response,
  rule,
  type SessionManager,
  UnknownCallbackError,
} from "@orbweaver/spider";
import { linksTo } from "../_pages_session.ts";
import { FilesSession } from "./_files_session.ts";

interface Seen {
  by: string;
  path: string;
}

/** Says which method saw which page. */
abstract class Witness extends CrawlSpider<Seen> {
  override name = "witness";
  override logLevel = "silent" as const;
  override startUrls: readonly string[] = ["https://site.test/"];
  readonly session: FilesSession;
  readonly told: PageWarning[] = [];

  constructor(pages: Record<string, string>) {
    super();
    this.session = new FilesSession(pages);
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("files", this.session);
  }

  override async *parse(response: Response): AsyncGenerator<Seen | Request> {
    yield { by: "parse", path: new URL(response.url).pathname };
    yield* this.followRules(response);
  }

  async *parseProduct(response: Response): AsyncGenerator<Seen | Request> {
    yield { by: "parseProduct", path: new URL(response.url).pathname };
    for (const href of response.css("a.own::attr(href)").getAll()) yield response.follow(href);
  }

  override onWarning(warning: PageWarning): void {
    this.told.push(warning);
  }
}

const SHOP = {
  "/": linksTo("/category/1", "/about", "/product/1"),
  "/category/1": linksTo("/category/2", "/product/1", "/product/2"),
  "/category/2": linksTo("/", "/product/3"),
  "/product/1": linksTo("/product/9") + `<a class="own" href="/own">x</a>`,
  "/product/2": "",
  "/product/3": "",
  "/product/9": "",
  "/own": linksTo("/product/2"),
};

const sorted = (items: Seen[]) => items.map(({ by, path }) => `${by} ${path}`).sort();

Deno.test("rules say which links are followed and who handles them; without a callback it is parse", async () => {
  class Shop extends Witness {
    override rules = [
      rule({ allow: /\/product\// }, { callback: this.parseProduct }),
      rule({ allow: /\/category\// }),
    ];
  }
  const { items, failures } = await new Shop(SHOP).start();
  assert.deepEqual(failures, []);
  assert.deepEqual(sorted(items), [
    "parse /",
    "parse /category/1",
    "parse /category/2",
    "parseProduct /own",
    "parseProduct /product/1",
    "parseProduct /product/2",
    "parseProduct /product/3",
  ]);
});

Deno.test("D27: a rule without a callback goes to parse even from a page with another callback", async () => {
  class Shop extends Witness {
    override rules = [
      rule({ allow: /\/product\/1$/ }, { callback: "parseProduct", follow: true }),
      rule({ allow: /\/product\/9$/ }),
    ];
  }
  const spider = new Shop(SHOP);
  const { items } = await spider.start();
  assert.deepEqual(sorted(items), [
    "parse /",
    "parse /product/9",
    "parseProduct /own",
    "parseProduct /product/1",
  ]);
});

Deno.test("a rule with a callback and follow handles a page and applies the rules to it", async () => {
  class Shop extends Witness {
    override rules = [
      rule({ allow: /\/product\// }, { callback: this.parseProduct, follow: true }),
    ];
  }
  const { items, stats } = await new Shop(SHOP).start();
  assert.deepEqual(sorted(items), [
    "parse /",
    "parseProduct /own",
    "parseProduct /product/1",
    "parseProduct /product/2",
    "parseProduct /product/9",
  ]);
  assert.deepEqual(stats.callbacksRequestsCount, { parse: 1, parseAndFollow: 4 });
});

Deno.test("the first rule that matches a link takes it", async () => {
  class Shop extends Witness {
    override rules = [
      rule({ allow: /1$/ }, { callback: this.parseProduct }),
      rule({ allow: /product/ }),
    ];
  }
  const spider = new Shop({ "/": linksTo("/product/2", "/product/1"), "/product/1": "" });
  const { items } = await spider.start();
  assert.ok(sorted(items).includes("parseProduct /product/1"));
  assert.deepEqual(spider.session.paths.toSorted(), ["/", "/product/1", "/product/2"]);
});

Deno.test("priority, sid and processRequest shape a rule's requests", async () => {
  const handled: Request[] = [];
  class Shop extends Witness {
    override rules = [
      rule({ allow: /product/ }, {
        priority: 7,
        sid: "files",
        processRequest: (request, response) => {
          assert.equal(response.url, "https://site.test/");
          if (request.url.endsWith("/2")) return null;
          return request.with({ meta: { marked: true } });
        },
      }),
    ];
    override async *parse(response: Response): AsyncGenerator<Seen | Request> {
      handled.push(response.request);
      if (response.url === "https://site.test/") yield* this.followRules(response);
    }
  }
  const spider = new Shop({ "/": linksTo("/product/1", "/product/2"), "/product/1": "" });
  await spider.start();
  assert.deepEqual(spider.session.paths, ["/", "/product/1"]);
  assert.equal(handled[1]!.priority, 7);
  assert.equal(handled[1]!.sid, "files");
  assert.deepEqual(handled[1]!.meta, { marked: true });
});

Deno.test("bad links on a page are counted and told, and the good ones are followed", async () => {
  class Shop extends Witness {
    override rules = [rule({}), rule({ allow: /never/ })];
  }
  const html = linksTo("http://[bad", "http://site.test:99999/", "/own", "javascript:void(0)");
  const spider = new Shop({ "/": html, "/own": "" });
  const { stats, items } = await spider.start();
  assert.deepEqual(sorted(items), ["parse /", "parse /own"]);
  assert.deepEqual(stats.customStats.warnings, { badUrl: 2 });
  assert.deepEqual(spider.told.map(({ kind, count, url }) => [kind, count, url]), [
    ["badUrl", 2, "https://site.test/"],
  ]);
});

Deno.test("a rule whose callback is not the spider's method ends the crawl before it begins", async () => {
  class Shop extends Witness {
    override rules = [rule({}, { callback: "parseProdcut" })];
  }
  const spider = new Shop(SHOP);
  await assert.rejects(
    spider.start(),
    (error) => error instanceof UnknownCallbackError && error.callback === "parseProdcut",
  );
  assert.deepEqual(spider.session.paths, []);
});

Deno.test("a CrawlSpider without a parse of its own follows its rules, bad links or not", async () => {
  const session = new FilesSession({
    "/": linksTo("/a", "http://[bad"),
    "/a": linksTo("/b"),
    "/b": "",
  });
  class Plain extends CrawlSpider {
    override name = "plain";
    override startUrls = ["https://site.test/"];
    override logLevel = "silent" as const;
    override rules = [rule({})];
    override configureSessions(manager: SessionManager): void {
      manager.add("files", session);
    }
  }
  await new Plain().start();
  assert.deepEqual(session.paths, ["/", "/a", "/b"]);
});

Deno.test("a rule that makes no sense is an error where it is written", () => {
  assert.throws(() => rule({ allow: "(" }), { name: "InvalidOptionError" });
  assert.throws(() => rule({}, { callback: 1 as never }), { name: "InvalidOptionError" });
  assert.throws(() => rule({}, { processRequest: "x" as never }), { name: "InvalidOptionError" });
});

Deno.test("with a session map, a rule's sid that there is not does not compile", () => {
  class Typed extends CrawlSpider<Seen, { http: FilesSession; stealth: FilesSession }> {
    override name = "typed";
    override rules = [rule({}, { sid: "stealth" }), rule({})];
    override parse(): CallbackResult<Seen> {
      return [];
    }
  }
  class Wrong extends Typed {
    // @ts-expect-error -- "stealht" is none of the sessions
    override rules = [rule({}, { sid: "stealht" })];
  }
  assert.ok(new Typed() && new Wrong());
});
