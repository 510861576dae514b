import assert from "node:assert/strict";
import {
  type CallbackResult,
  type LogEntry,
  NoStartRequestsError,
  Request,
  type Response,
  SessionConfigurationError,
  type SessionManager,
  Spider,
  SpiderOptionError,
} from "@orbweaver/spider";
import { linksTo, type PageAnswer, PagesSession } from "./_pages_session.ts";

/** Follows every link and yields every page's URL. */
class Walker extends Spider<{ url: string }> {
  override name = "walker";
  override startUrls: readonly string[] = ["https://site.test/"];
  override logLevel = "silent" as const;
  override maxNetworkRetries = 0;
  readonly session: PagesSession;

  constructor(pages: Readonly<Record<string, PageAnswer>>) {
    super();
    this.session = new PagesSession(pages);
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("pages", this.session);
  }

  override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
    yield { url: response.url };
    for (const href of response.css("a::attr(href)").getAll()) yield response.follow(href);
  }
}

Deno.test("a crawl fetches every reachable page once and gives an item of each", async () => {
  const spider = new Walker({
    "/": linksTo("/a", "/b", "/a#part", "/?"),
    "/a": linksTo("/b", "/c"),
    "/b": linksTo("/"),
    "/c": "",
  });
  const { items, outcome, stats, failures } = await spider.start();
  assert.deepEqual(items.map((item) => item.url).sort(), [
    "https://site.test/",
    "https://site.test/a",
    "https://site.test/b",
    "https://site.test/c",
  ]);
  assert.equal(outcome, "completed");
  assert.deepEqual(failures, []);
  assert.equal(stats.requestsCount, 4);
  assert.equal(stats.itemsScraped, 4);
  assert.equal(stats.duplicateRequestsCount, 4);
  assert.deepEqual(stats.responseStatusCount, { "200": 4 });
  assert.deepEqual(stats.sessionsRequestsCount, { pages: 4 });
  assert.deepEqual(stats.callbacksRequestsCount, { parse: 4 });
  assert.ok(stats.endTime !== undefined && stats.endTime >= stats.startTime);
  assert.equal(spider.session.state, "closed");
});

Deno.test("a crawl never has more requests in flight than concurrentRequests, and uses them all", async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => open = resolve);
  let waiting = 0;
  const held: PageAnswer = () => {
    waiting += 1;
    if (waiting === 3) open(); // opens once three are under way: fewer would hang
    return { html: "", gate };
  };
  const spider = new Walker({ "/": linksTo("/1", "/2", "/3", "/4", "/5", "/6"), "*": held });
  spider.concurrentRequests = 3;
  const { stats } = await spider.start();
  assert.equal(stats.requestsCount, 7);
  assert.equal(spider.session.peak, 3);
});

Deno.test("higher priorities go first, and within a priority the order is that of the yields", async () => {
  class Prioritised extends Walker {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      if (response.url !== "https://site.test/") return;
      for (const [path, priority] of [["/a", 0], ["/b", 5], ["/c", -1], ["/d", 5], ["/e", 0]]) {
        yield response.follow(String(path), { priority: Number(priority) });
      }
    }
  }
  const spider = new Prioritised({ "*": "" });
  spider.concurrentRequests = 1;
  await spider.start();
  assert.deepEqual(spider.session.paths, ["/", "/b", "/d", "/a", "/e", "/c"]);
});

Deno.test("dontFilter fetches a page again, and is not inherited", async () => {
  class Again extends Walker {
    #times = 0;
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      this.#times += 1;
      if (this.#times === 1) yield response.follow("/", { dontFilter: true });
      else yield response.follow("/");
    }
  }
  const spider = new Again({ "/": "" });
  const { stats } = await spider.start();
  assert.deepEqual(spider.session.paths, ["/", "/"]);
  assert.equal(stats.duplicateRequestsCount, 1);
});

Deno.test("a callback that throws loses its page, items and links included, and nothing else", async () => {
  class Fragile extends Walker {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield* super.parse(response);
      if (response.url.endsWith("/bad")) throw new TypeError("no price");
    }
  }
  const failed: string[] = [];
  const spider = new Fragile({
    "/": linksTo("/bad", "/good"),
    "/bad": linksTo("/never"),
    "/good": "",
  });
  spider.onError = (request, error) =>
    void failed.push(`${request.url} ${(error as Error).message}`);
  const { items, stats, failures, outcome } = await spider.start();
  assert.deepEqual(items.map((item) => item.url), ["https://site.test/", "https://site.test/good"]);
  assert.equal(stats.failedRequestsCount, 1);
  assert.equal(stats.requestsCount, 3);
  assert.equal(failures.length, 1);
  assert.equal(failures[0]?.request.url, "https://site.test/bad");
  assert.deepEqual(failed, [
    "https://site.test/bad Callback 'parse' failed on https://site.test/bad: TypeError: no price",
  ]);
  assert.equal(outcome, "completed");
});

Deno.test("a request that fails in the network is a counted failure, and the crawl goes on", async () => {
  const spider = new Walker({ "/": linksTo("/missing", "/here"), "/here": "" });
  const { stats, failures } = await spider.start();
  assert.equal(stats.failedRequestsCount, 1);
  assert.equal(stats.requestsCount, 2);
  assert.equal(stats.queued + stats.inFlight, 0);
  assert.match(failures[0]?.reason ?? "", /Connection reset: https:\/\/site.test\/missing/);
  assert.deepEqual(stats.errors, [{
    name: "NetworkError",
    message: "Connection reset: https://site.test/missing",
    url: "https://site.test/missing",
    count: 1,
  }]);
});

Deno.test("an unknown sid fails that request, naming the sessions there are", async () => {
  class Misrouted extends Walker {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield { url: response.url };
      if (response.url === "https://site.test/") yield response.follow("/a", { sid: "stealth" });
    }
  }
  const { stats, failures, items } = await new Misrouted({ "*": "" }).start();
  assert.equal(stats.failedRequestsCount, 1);
  assert.match(failures[0]?.reason ?? "", /'stealth' not found; available: pages/);
  assert.equal(items.length, 1);
});

Deno.test("a lazy session that does not start fails the requests that want it, and nothing else", async () => {
  class NoBrowser extends Walker {
    starts = 0;
    override configureSessions(manager: SessionManager): void {
      super.configureSessions(manager);
      const browser = new PagesSession({}, "browser");
      browser.start = () => {
        this.starts += 1;
        return Promise.reject(new Error("no browser; install one"));
      };
      manager.add("browser", browser, { lazy: true });
    }
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      const isFirst = response.url === "https://site.test/";
      if (!isFirst) yield { url: response.url };
      for (const path of isFirst ? ["/a", "/b", "/c"] : []) {
        yield response.follow(path);
        yield response.follow(path, { sid: "browser" });
      }
    }
  }
  const spider = new NoBrowser({ "*": "" });
  const { items, stats, failures, outcome } = await spider.start();
  assert.equal(outcome, "completed");
  assert.equal(items.length, 3);
  assert.equal(stats.failedRequestsCount, 3);
  assert.equal(spider.starts, 1, "not launched again by every request that is waiting for it");
  for (const { reason, request } of failures) {
    assert.equal(request.sid, "browser");
    assert.match(reason, /'browser' does not start: no browser; install one/);
  }
});

Deno.test("a malformed URL in follow fails that page, unless the callback catches it", async () => {
  class Careful extends Walker {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      for (const href of ["http://[bad", "javascript:alert(1)", "file:///etc/passwd", "/ok"]) {
        try {
          yield response.follow(href);
        } catch (error) {
          yield { url: `${(error as Error).name} ${href}` };
        }
      }
    }
  }
  const spider = new Careful({ "*": "" });
  const { items, stats } = await spider.start();
  assert.deepEqual(spider.session.paths, ["/", "/ok"]);
  assert.equal(stats.failedRequestsCount, 0);
  assert.equal(items.length, 6);
  assert.deepEqual(items.slice(0, 3).map((item) => item.url), [
    "InvalidUrlError http://[bad",
    "InvalidUrlError javascript:alert(1)",
    "InvalidUrlError file:///etc/passwd",
  ]);
});

Deno.test("malformed start URLs are reported, and the good ones are crawled", async () => {
  const spider = new Walker({ "*": "" });
  spider.startUrls = ["nonsense", "https://site.test/a", "ftp://site.test/"];
  const log: LogEntry[] = [];
  const { stats, items } = await spider.start({ log: (entry) => log.push(entry) });
  assert.deepEqual(items, [{ url: "https://site.test/a" }]);
  assert.equal(stats.failedRequestsCount, 2);
  assert.equal(log.filter((entry) => entry.level === "error").length, 2);
  assert.match(
    log[0]?.message ?? "",
    /^A request needs an absolute http: or https: URL: .*nonsense/,
  );
});

Deno.test("a callback that yields something else than items and requests fails its page", async () => {
  for (const wrong of ["text", 5, ["a"], true]) {
    class Wrong extends Walker {
      override async *parse(): AsyncGenerator<never> {
        yield wrong as never;
      }
    }
    const { stats, failures } = await new Wrong({ "*": "" }).start();
    assert.equal(stats.failedRequestsCount, 1);
    assert.match(failures[0]?.reason ?? "", /must yield items \(objects\) and Requests/);
  }
});

Deno.test("a callback that is no generator is explained", async () => {
  class NotGenerator extends Walker {
    override parse(): AsyncGenerator<never> {
      return Promise.resolve([]) as never;
    }
  }
  const { failures } = await new NotGenerator({ "*": "" }).start();
  assert.match(failures[0]?.reason ?? "", /write 'async \*' instead of 'async'/);
});

Deno.test("a callback that is not the spider's own method fails the page that yielded it", async () => {
  class Foreign extends Walker {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield new Request(new URL("/a", response.url), {
        callback: async function* elsewhere() {},
      });
    }
  }
  const { failures } = await new Foreign({ "*": "" }).start();
  assert.match(
    failures[0]?.reason ?? "",
    /Callback 'elsewhere' is not a method of spider 'walker'/,
  );
});

Deno.test("callbacks by reference and by name reach their methods, `this` included", async () => {
  class Named extends Walker {
    readonly #label = "named";
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield response.follow("/a", { callback: this.parseOne });
      yield response.follow("/b", { callback: "parseOne" });
    }
    *parseOne(response: Response): CallbackResult<{ url: string }> {
      yield { url: `${this.#label} ${response.url}` };
    }
  }
  const { items, stats } = await new Named({ "*": "" }).start();
  assert.deepEqual(items.map((item) => item.url).sort(), [
    "named https://site.test/a",
    "named https://site.test/b",
  ]);
  assert.deepEqual(stats.callbacksRequestsCount, { parse: 1, parseOne: 2 });
});

Deno.test("allowedDomains keeps links and redirects inside, ports and sub-hosts included", async () => {
  const spider = new Walker({
    "/": linksTo(
      "https://sub.site.test/x",
      "https://notsite.test/",
      "http://SITE.test:8080/y",
      "/gone",
    ),
    "/gone": () => ({ html: linksTo("/never"), url: "https://elsewhere.test/" }),
    "*": "",
  });
  spider.allowedDomains = ["site.test"];
  const { items, stats } = await spider.start();
  assert.deepEqual(items.map((item) => item.url).sort(), [
    "http://site.test:8080/y",
    "https://site.test/",
    "https://sub.site.test/x",
  ]);
  assert.equal(stats.offsiteRequestsCount, 2);
});

Deno.test("start requests are pulled as there is room, not all at once", async () => {
  let pulled = 0;
  let aheadMost = 0;
  class Many extends Walker {
    override async *startRequests(): AsyncGenerator<string> {
      for (let i = 0; i < 500; i++) {
        pulled += 1;
        aheadMost = Math.max(aheadMost, pulled - this.session.asked.length);
        yield `https://site.test/${i}`;
      }
    }
  }
  const spider = new Many({ "*": "" });
  spider.concurrentRequests = 4;
  const { stats } = await spider.start();
  assert.equal(stats.requestsCount, 500);
  assert.ok(aheadMost <= 12, `${aheadMost} start requests were waiting`);
});

Deno.test("startRequests that throws ends the crawl with its error, after what it gave was crawled", async () => {
  class Broken extends Walker {
    override async *startRequests(): AsyncGenerator<string> {
      yield "https://site.test/a";
      throw new Error("no list");
    }
  }
  const spider = new Broken({ "*": "" });
  await assert.rejects(spider.start(), { message: "no list" });
  assert.deepEqual(spider.session.paths, ["/a"]);
  assert.equal(spider.session.state, "closed");
});

Deno.test("a spider without a starting point, name or session says so", async () => {
  const nowhere = new Walker({});
  nowhere.startUrls = [];
  await assert.rejects(nowhere.start(), NoStartRequestsError);

  const nameless = new Walker({});
  nameless.name = "";
  await assert.rejects(nameless.start(), SpiderOptionError);

  const idle = new Walker({});
  idle.concurrentRequests = 0;
  await assert.rejects(idle.start(), { message: /concurrentRequests .* received 0/ });

  const empty = new Walker({});
  empty.configureSessions = () => {};
  await assert.rejects(empty.start(), SessionConfigurationError);

  const broken = new Walker({});
  broken.configureSessions = () => {
    throw new Error("oops");
  };
  await assert.rejects(broken.start(), { message: /configureSessions .* failed: oops/ });
});

Deno.test("onScrapedItem changes and drops items; an item without fields is an item", async () => {
  class Picky extends Spider<Record<string, unknown>> {
    override name = "picky";
    override logLevel = "silent" as const;
    override startUrls = ["https://site.test/"];
    override configureSessions(manager: SessionManager): void {
      manager.add("pages", new PagesSession({ "*": "" }));
    }
    override async *parse(): AsyncGenerator<Record<string, unknown>> {
      yield {};
      yield { drop: true };
      yield { keep: true };
    }
    override onScrapedItem(item: Record<string, unknown>): Record<string, unknown> | null {
      return item.drop ? null : { ...item, seen: 1 };
    }
  }
  const { items, stats } = await new Picky().start();
  assert.deepEqual(items, [{ seen: 1 }, { keep: true, seen: 1 }]);
  assert.equal(stats.itemsDropped, 1);
  assert.equal(stats.itemsScraped, 2);
});

Deno.test("hooks run in order, and one that throws is logged, counted and survived", async () => {
  const seen: string[] = [];
  class Hooked extends Walker {
    override onStart(): void {
      seen.push(`start ${this.session.state}`);
    }
    override onClose({ outcome }: { outcome: string }): void {
      seen.push(`close ${outcome} ${this.session.state}`);
      throw new Error("close hook");
    }
    override onError(): void {
      throw new Error("error hook");
    }
  }
  const log: LogEntry[] = [];
  const spider = new Hooked({ "/": linksTo("/missing", "/a"), "/a": "" });
  const { stats } = await spider.start({ log: (entry) => log.push(entry) });
  assert.deepEqual(seen, ["start open", "close completed open"]);
  assert.equal(stats.hookErrorsCount, 2);
  assert.ok(log.some((entry) => entry.message === "onError threw: error hook"));
  assert.ok(log.some((entry) => entry.message === "onClose threw: close hook"));
});
