/**
 * What was measured in Scrapling (D1 to D28), the other way round. README.md says where those are
 * tested that belong to sessions, links and feeds.
 */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FetchSession } from "@orbweaver/fetch-session";
import {
  type FrontierItem,
  MemoryFrontier,
  Request,
  type Response,
  type SessionManager,
  Spider,
} from "@orbweaver/spider";
import { linksTo, PagesSession } from "./_pages_session.ts";
import { crawlInVirtualTime, type Page, TestSpider } from "./_test_spider.ts";

Deno.test("D1: a link on the answer to a POST is a GET without the credentials", async () => {
  class Login extends TestSpider {
    override async *startRequests(): AsyncGenerator<Request> {
      const data = { user: "ada", password: "secret" };
      yield new Request("https://site.test/login", { method: "POST", data });
    }
  }
  const spider = new Login({ "/login": linksTo("/dashboard"), "/dashboard": "" });
  await spider.start();
  const [, dashboard] = spider.session.asked;
  assert.equal(new URL(dashboard!.url).pathname, "/dashboard");
  assert.equal(dashboard?.options.method, undefined);
  assert.ok(!JSON.stringify(dashboard).includes("secret"));
});

Deno.test("D2: credentials and the full Referer stay on their origin", async () => {
  class Secret extends TestSpider {
    override async *startRequests(): AsyncGenerator<Request> {
      const headers = { authorization: "Bearer x", Cookie: "a=1", "Proxy-Authorization": "y" };
      yield new Request("https://site.test/?token=1", { headers });
    }
  }
  const spider = new Secret({ "/": linksTo("https://other.test/x"), "/x": "" });
  await spider.start();
  const { options } = spider.session.asked[1]!;
  assert.deepEqual(options.headers, []);
  assert.equal(options.referer, "https://site.test/");
});

Deno.test("D3: follow changes neither what the user passed in nor the parent", async () => {
  const headers = { "X-Shared": "1" };
  const meta = { list: [1] };
  class Shared extends TestSpider {
    override async *startRequests(): AsyncGenerator<Request> {
      yield new Request("https://site.test/", { headers, meta });
    }
    override async *parse(response: Response): AsyncGenerator<Page | Request> {
      if (response.request.depth > 0) return;
      const given = { headers: { "X-Own": "2" } };
      yield response.follow("/a", given);
      assert.deepEqual(given, { headers: { "X-Own": "2" } });
      assert.throws(() => (response.request.options.headers as Record<string, string>).x = "y");
    }
  }
  const spider = new Shared();
  const { failures } = await spider.start();
  assert.deepEqual(failures, []);
  assert.deepEqual(headers, { "X-Shared": "1" });
  assert.deepEqual(meta, { list: [1] });
});

Deno.test("D4: the user's Referer header goes out once, instead of the page's", async () => {
  const referers: string[][] = [];
  const server = createServer((request, response) => {
    const { rawHeaders } = request;
    referers.push(rawHeaders.filter((_, i) => rawHeaders[i - 1]?.toLowerCase() === "referer"));
    response.end(linksTo("/next"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  class Referring extends Spider<Page> {
    override name = "referring";
    override logLevel = "silent" as const;
    override startUrls = [`http://127.0.0.1:${(server.address() as AddressInfo).port}/`];
    override configureSessions(manager: SessionManager): void {
      manager.add("http", new FetchSession({ impersonate: false }));
    }
    override async *parse(response: Response): AsyncGenerator<Request> {
      yield response.follow("/own", { headers: { REFERER: "https://search.test/" } });
    }
  }
  await new Referring().start({ handleSignals: false });
  await new Promise((resolve) => server.close(resolve));
  assert.deepEqual(referers[1], ["https://search.test/"]);
});

Deno.test("D6: a hook that throws fails its request; the crawl goes on and ends in order", async () => {
  class Throwing extends TestSpider {
    override isBlocked(response: Response): false {
      if (response.url.endsWith("/blocked")) throw new Error("in isBlocked");
      return false;
    }
    override onScrapedItem(item: Page): Page {
      if (item.url.endsWith("/item")) throw new Error("in onScrapedItem");
      return item;
    }
    override retryBlockedRequest(): never {
      throw new Error("in retryBlockedRequest");
    }
    override onError(): void {
      throw new Error("in onError");
    }
  }
  const spider = new Throwing({ "/": linksTo("/blocked", "/item", "/good"), "*": "" });
  const { outcome, items, failures, stats } = await spider.start();
  assert.equal(outcome, "completed");
  assert.deepEqual(items.map(({ url }) => new URL(url).pathname), ["/", "/good"]);
  assert.deepEqual(failures.map(({ reason }) => reason).sort(), [
    "Hook 'isBlocked' failed on https://site.test/blocked: Error: in isBlocked",
    "Hook 'onScrapedItem' failed on https://site.test/item: Error: in onScrapedItem",
  ]);
  assert.equal(stats.hookErrorsCount, 2);
  assert.equal(stats.queued + stats.inFlight, 0);

  const blocked = new Throwing();
  blocked.isBlocked = () => "always" as never;
  assert.match((await blocked.start()).failures[0]!.reason, /Hook 'retryBlockedRequest' failed/);
});

Deno.test("D7: delay 0.5 s with concurrency 4 is one start every 0.5 s", async () => {
  const spider = new TestSpider();
  spider.downloadDelayMs = 500;
  spider.concurrentRequests = 4;
  spider.startUrls = Array.from({ length: 8 }, (_, i) => `https://site.test/${i}`);
  const { starts } = await crawlInVirtualTime(spider);
  assert.deepEqual(starts.map(({ at }) => at), [0, 500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500]);
});

Deno.test("D11: allowedDomains goes by host name, for start URLs, links and redirects", async () => {
  const spider = new TestSpider({
    "/": linksTo("https://evil-localhost/", "http://localhost:9999/port", "/away"),
    "/away": () => ({ html: "", url: "https://elsewhere.test/" }),
    "*": "",
  });
  spider.allowedDomains = ["localhost"];
  spider.startUrls = ["http://localhost:8080/", "https://elsewhere.test/"];
  const { items, stats } = await spider.start();
  assert.deepEqual(items.map(({ url }) => url).sort(), [
    "http://localhost:8080/",
    "http://localhost:9999/port",
  ]);
  assert.equal(stats.offsiteRequestsCount, 3);
});

Deno.test("D12: a paused crawl says so, with work left", async () => {
  const spider = new TestSpider({ "/": linksTo("/a", "/b"), "*": "" });
  spider.onScrapedItem = (item) => {
    spider.pause();
    return item;
  };
  const { outcome, stats } = await spider.start();
  assert.equal(outcome, "paused");
  assert.equal(stats.queued, 2);
});

Deno.test("D13: an option that the session does not have fails that request, and says which there are", async () => {
  class Wrong extends Spider<Page> {
    override name = "wrong";
    override logLevel = "silent" as const;
    override async *startRequests(): AsyncGenerator<Request> {
      yield new Request("http://127.0.0.1:1/", { waitSelector: ".price" });
    }
    override async *parse(): AsyncGenerator<Page> {}
  }
  const { failures } = await new Wrong().start({ handleSignals: false });
  assert.match(failures[0]!.reason, /Option 'waitSelector' is not supported by session 'default'/);
});

Deno.test("D14: requests that differ in params only are two", async () => {
  class Params extends TestSpider {
    override async *startRequests(): AsyncGenerator<Request> {
      for (const page of [1, 2]) yield new Request("https://site.test/", { params: { page } });
    }
  }
  assert.equal((await new Params().start()).stats.requestsCount, 2);
});

Deno.test("D15: the order of keys, in JSON, forms and headers, makes no other request", async () => {
  class Orders extends TestSpider {
    override async *startRequests(): AsyncGenerator<Request> {
      const method = "POST";
      yield new Request("https://site.test/j", { method, json: { a: { x: 1, y: 2 }, b: 1 } });
      yield new Request("https://site.test/j", { method, json: { b: 1, a: { y: 2, x: 1 } } });
      yield new Request("https://site.test/f", { method, data: { a: "1", b: "2" } });
      yield new Request("https://site.test/f", { method, data: { b: "2", a: "1" } });
      yield new Request("https://site.test/h", { headers: { a: "1", b: "2" } });
      yield new Request("https://site.test/h", { headers: { B: "2", A: "1" } });
    }
  }
  const spider = new Orders();
  spider.fingerprint = { includeHeaders: true };
  assert.deepEqual((await spider.start()).stats.requestsCount, 3);
});

Deno.test("D16: one slow host does not stand in the way of the others", async () => {
  const spider = new TestSpider();
  spider.concurrentRequests = 2;
  spider.downloadDelayMs = 60_000;
  spider.startUrls = [
    ...Array.from({ length: 10 }, (_, i) => `https://slow.test/${i}`),
    ...Array.from({ length: 10 }, (_, i) => `https://host-${i}.test/`),
  ];
  const { starts } = await crawlInVirtualTime(spider);
  const others = starts.filter(({ url }) => !url.includes("slow.test"));
  assert.deepEqual(others.map(({ at }) => at), Array(10).fill(0));
});

Deno.test("D18: leaving the loop over stream() closes every session before it goes on", async () => {
  const spider = new TestSpider({ "/": linksTo("/a"), "*": "" });
  for await (const _ of spider.stream()) break;
  assert.equal(spider.session.state, "closed");
});

Deno.test("D21: an object without fields is an item; a list and a text fail their page", async () => {
  const yields = (value: unknown) => {
    const spider = new TestSpider();
    spider.parse = async function* () {
      yield value as Page;
    };
    return spider.start();
  };
  assert.deepEqual((await yields({})).items, [{}]);
  for (const wrong of [[], "text", 5]) {
    const { items, failures } = await yields(wrong);
    assert.equal(items.length, 0);
    assert.match(failures[0]!.reason, /must yield items \(objects\) and Requests/);
  }
});

Deno.test("D22: items and counters belong to the frontier, not to who settles the page", async () => {
  await using frontier = new MemoryFrontier<string>();
  const page = (n: number): FrontierItem<string> => ({
    fingerprint: `${n}`.padStart(32, "0"),
    key: "a.test",
    priority: 0,
    payload: `${n}`,
  });
  await frontier.push([page(1), page(2)]);
  for (const worker of ["first run", "second run"]) {
    const [lease] = await frontier.lease({ max: 1, worker });
    await frontier.settle(lease!, { items: [{ by: worker }], counters: { requests: 1 } });
  }
  const items = await Array.fromAsync(frontier.items(), ({ item }) => item);
  assert.deepEqual(items, [{ by: "first run" }, { by: "second run" }]);
  assert.deepEqual((await frontier.stats()).counters, { requests: 2 });
});

Deno.test("D23: a callback that is not there is an error where it is named, never parse", async () => {
  class Renamed extends TestSpider {
    override async *startRequests(): AsyncGenerator<Request> {
      yield new Request("https://site.test/", { callback: "parseProdukt" });
    }
  }
  const spider = new Renamed();
  const { items, stats } = await spider.start();
  assert.deepEqual(items, []);
  assert.deepEqual(spider.session.asked, []);
  assert.equal(stats.errors[0]?.name, "UnknownCallbackError");
});

Deno.test("D24: a failed request is tried again, then kept as a dead letter that can be revived", async () => {
  const { failures, starts } = await crawlInVirtualTime(new TestSpider({}));
  assert.equal(starts.length, 3);
  assert.equal(failures.length, 1);

  await using frontier = new MemoryFrontier<string>();
  await frontier.push([{ fingerprint: "0".repeat(32), key: "a", priority: 0, payload: "a" }]);
  await frontier.bury((await frontier.lease({ max: 1 }))[0]!, "reset");
  assert.equal(await frontier.revive(), 1);
  assert.equal((await frontier.lease({ max: 1 }))[0]?.payload, "a");
});

Deno.test("D26: startTime is wall time, and proxies are counted, without their passwords", async () => {
  const spider = new TestSpider();
  spider.startUrls = ["https://site.test/a", "https://site.test/b"];
  const fetch = spider.session.fetch.bind(spider.session);
  spider.session.fetch = async (url, options) => {
    const { Response } = await import("@orbweaver/session");
    const response = await fetch(url, options);
    return new Response({ ...response.data, proxy: "http://ada:secret@proxy.test:8080" });
  };
  const before = Date.now();
  const { stats } = await spider.start();
  assert.ok(stats.startTime >= before && stats.startTime <= Date.now());
  assert.deepEqual(stats.proxiesRequestsCount, { "http://proxy.test:8080": 2 });
});

Deno.test("D28: a lazy session that does not start is not launched again by every request", async () => {
  let launches = 0;
  class Broken extends PagesSession {
    override start(): Promise<void> {
      launches += 1;
      return Promise.reject(new Error("no browser"));
    }
  }
  class Lazy extends TestSpider {
    override maxNetworkRetries = 0;
    override startUrls = Array.from({ length: 5 }, (_, i) => `https://site.test/${i}`);
    override configureSessions(manager: SessionManager): void {
      manager.add("browser", new Broken({ "*": "" }), { lazy: true });
    }
  }
  const { stats } = await new Lazy().start();
  assert.equal(stats.failedRequestsCount, 5);
  assert.equal(stats.errors.length, 1);
  assert.equal(launches, 1);
});
