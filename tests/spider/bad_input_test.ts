/** Hooks, callbacks, URLs and robots.txt files that are not what they should be. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MemoryFrontier, Request, type Response, type Sink } from "@orbweaver/spider";
import { linksTo } from "./_pages_session.ts";
import { crawlInVirtualTime, type Page, TestSpider } from "./_test_spider.ts";

const NEVER = new Promise<never>(() => {});

/** On /stuck, the callback waits for ever. */
class Stuck extends TestSpider {
  readonly reached = Promise.withResolvers<void>();
  override async *parse(response: Response): AsyncGenerator<Page | Request> {
    yield* super.parse(response);
    if (!response.url.endsWith("/stuck")) return;
    this.reached.resolve();
    await NEVER;
  }
}

Deno.test("a callback that never returns fails its page after callbackTimeoutMs, and nothing else", async () => {
  const spider = new Stuck({ "/": linksTo("/stuck", "/a"), "*": "" });
  const { outcome, items, failures } = await crawlInVirtualTime(spider);
  assert.equal(outcome, "completed");
  assert.deepEqual(items.map(({ url }) => new URL(url).pathname), ["/", "/a"]);
  assert.match(failures[0]!.reason, /did not end within 300000 ms on https:\/\/site.test\/stuck/);
});

Deno.test("a callback that never returns does not keep abort() and close() from their work", async () => {
  const spider = new Stuck({ "*": "" });
  spider.startUrls = ["https://site.test/stuck"];
  const crawl = await spider.open();
  const running = crawl.run();
  await spider.reached.promise;
  await crawl.close();
  const { outcome, failures } = await running;
  assert.equal(outcome, "paused");
  assert.deepEqual(failures, []);
  assert.equal(spider.session.state, "closed");
});

Deno.test("pause() waits for a callback that never returns no longer than callbackTimeoutMs", async () => {
  const spider = new Stuck({ "*": "" });
  spider.startUrls = ["https://site.test/stuck", "https://site.test/left"];
  spider.concurrentRequests = 1;
  spider.callbackTimeoutMs = 1_000;
  spider.reached.promise.then(() => spider.pause());
  const { outcome, stats } = await crawlInVirtualTime(spider);
  assert.equal(outcome, "paused");
  assert.equal(stats.errors[0]?.name, "CallbackTimeoutError");
});

Deno.test("hooks and sessions that never return end with abort, too", async () => {
  const stuck: ((spider: TestSpider, tell: () => void) => void)[] = [
    (spider, tell) => spider.isBlocked = () => (tell(), NEVER),
    (spider, tell) => spider.onScrapedItem = () => (tell(), NEVER),
    (spider, tell) => spider.onStart = () => (tell(), NEVER),
    (spider, tell) => spider.session.fetch = () => (tell(), NEVER),
    (spider, tell) => {
      spider.startRequests = async function* () {
        tell();
        yield await NEVER;
      };
    },
    (spider, tell) => {
      spider.startUrls = ["https://site.test/missing"];
      spider.maxNetworkRetries = 0;
      spider.onError = () => (tell(), NEVER);
    },
  ];
  for (const [index, arrange] of stuck.entries()) {
    const reached = Promise.withResolvers<void>();
    const spider = new TestSpider(index === stuck.length - 1 ? {} : { "*": "" });
    arrange(spider, reached.resolve);
    const controller = new AbortController();
    const running = spider.start({ signal: controller.signal });
    await reached.promise;
    controller.abort();
    const hasFailed = index === stuck.length - 1; // before it was given up
    assert.equal((await running).outcome, hasFailed ? "completed" : "paused", `${index}`);
    assert.equal(spider.session.state, "closed");
  }
});

Deno.test("an isBlocked that never returns fails its page after callbackTimeoutMs", async () => {
  const spider = new TestSpider();
  spider.isBlocked = () => NEVER;
  const { outcome, failures } = await crawlInVirtualTime(spider);
  assert.equal(outcome, "completed");
  assert.match(failures[0]!.reason, /did not end within 300000 ms/);
});

Deno.test("an onError that never returns is left to itself after callbackTimeoutMs", async () => {
  const spider = new TestSpider({});
  spider.maxNetworkRetries = 0;
  spider.onError = () => NEVER;
  const { outcome, failures } = await crawlInVirtualTime(spider);
  assert.equal(outcome, "completed");
  assert.equal(failures.length, 1);
});

Deno.test("a callback that yields ten million requests fails its page at maxYieldsPerPage", async () => {
  let yielded = 0;
  class Flood extends TestSpider {
    override maxYieldsPerPage = 20_000;
    override async *parse(response: Response): AsyncGenerator<Page | Request> {
      yield { url: response.url };
      if (response.url !== "https://site.test/") return;
      const request = response.follow("/next");
      for (; yielded < 10_000_000; yielded++) yield request;
    }
  }
  const spider = new Flood();
  spider.startUrls = ["https://site.test/", "https://site.test/other"];
  const { items, failures, stats } = await spider.start();
  assert.match(failures[0]!.reason, /A page may give 20000 items and requests/);
  assert.ok(yielded <= 20_001, `${yielded}`);
  assert.deepEqual(items, [{ url: "https://site.test/other" }]);
  assert.equal(stats.duplicateRequestsCount, 0);
});

Deno.test("a callback that yields without end lets timers and aborts have their turn", async () => {
  class Endless extends TestSpider {
    override maxYieldsPerPage = Number.MAX_SAFE_INTEGER;
    closed = false;
    override async *parse(): AsyncGenerator<Page | Request> {
      try {
        for (;;) yield null as never;
      } finally {
        this.closed = true;
      }
    }
  }
  const spider = new Endless();
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 10);
  const { outcome } = await spider.start({ signal: controller.signal });
  assert.equal(outcome, "paused");
  await new Promise((resolve) => setTimeout(resolve));
  assert.equal(spider.closed, true);
});

Deno.test("URLs: malformed, of other schemes and too long are errors; IDN and IPv6 are hosts", () => {
  const bad = [
    "http://[bad",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "//x",
    "",
    "http://h:99999",
  ];
  for (const url of [...bad, `https://site.test/${"a".repeat(100_000)}`]) {
    assert.throws(() => new Request(url), (error: Error) => {
      assert.equal(error.name, "InvalidUrlError");
      assert.ok(error.message.length < 500);
      return true;
    });
  }
  assert.equal(new Request("https://bücher.example:8443/ü").host, "xn--bcher-kva.example:8443");
  assert.equal(new Request("http://[2001:DB8::1]:80/").host, "[2001:db8::1]");
});

Deno.test("IDN and IPv6 hosts are crawled, in scope by either spelling", async () => {
  const spider = new TestSpider({
    "/": linksTo("http://[::1]:8080/x", "https://shop.bücher.test/"),
    "*": "",
  });
  spider.startUrls = ["https://bücher.test/"];
  spider.allowedDomains = ["bücher.test", "[::1]"];
  const { stats } = await spider.start();
  assert.equal(stats.requestsCount, 3);
  assert.deepEqual(Object.keys(stats.hosts).sort(), [
    "[::1]:8080",
    "shop.xn--bcher-kva.test",
    "xn--bcher-kva.test",
  ]);
});

Deno.test("a priority that is no number is an error where the request is made", () => {
  for (const priority of [NaN, Infinity, "high"]) {
    assert.throws(() => new Request("https://site.test/", { priority: priority as number }), {
      name: "InvalidOptionError",
    });
  }
});

Deno.test("members that make no sense are errors that name them, before anything is opened", async () => {
  const wrong: [Partial<TestSpider>, RegExp][] = [
    [{ concurrentRequestsPerDomain: -1 }, /concurrentRequestsPerDomain .* received -1/],
    [{ startUrls: "https://site.test/" as never }, /startUrls .* must be a list: received https/],
    [{ allowedDomains: "site.test" as never }, /allowedDomains .* must be a list/],
    [
      { logLevel: "loud" as never },
      /logLevel .* one of debug, info, warn, error, silent: received/,
    ],
    [{ robotsUserAgent: "4you" }, /robotsUserAgent .* such as "MyBot\/1.0": received "4you"/],
    [{ itemSchema: {} as never }, /itemSchema .* must be a Standard Schema/],
    [{ startRequests: (() => []) as never }, /startRequests .* must be an async generator/],
    [{ downloadDelayMs: NaN }, /downloadDelayMs .* received NaN/],
    [{ maxBlockedRetries: 1.5 }, /maxBlockedRetries .* received 1.5/],
    [{ allowedDomains: ["no domain"] }, /allowedDomains .* received "no domain"/],
    [{ limits: { requests: -1 } }, /limits.requests must be a number from 0 up: received -1/],
    [{ limits: { pages: 1 } as never }, /no limit 'pages'; there are: depth/],
    [{ autothrottle: { targetConcurrency: 0 } }, /targetConcurrency must be more than 0/],
    [
      { logFile: "/proc/none/log.txt" },
      /Log file '\/proc\/none\/log.txt' can't be written: ENOENT/,
    ],
  ];
  for (const [members, message] of wrong) {
    const spider = Object.assign(new TestSpider(), members);
    await assert.rejects(spider.start(), { message });
    assert.deepEqual(spider.session.asked, []);
  }
});

Deno.test("a robots.txt of 50 MB, or of binary, is read as far as it makes sense", async () => {
  const head = new TextEncoder().encode("User-agent: *\nDisallow: /private\n");
  const large = new Uint8Array(50 * 1024 * 1024).fill(0x61);
  large.set(head);
  const binary = crypto.getRandomValues(new Uint8Array(60_000));
  for (const [body, pages] of [[large, 1], [binary, 2]] as const) {
    const server = createServer((_, response) => response.end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const spider = new TestSpider();
    const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    spider.robotsTxtObey = true;
    spider.startUrls = [`${site}/private`, `${site}/public`];
    const { stats } = await spider.start({ handleSignals: false });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    assert.equal(stats.requestsCount, pages);
  }
});

interface BookSink extends Sink {
  items: unknown[];
  isClosed: boolean;
}

/** A sink in memory, of which some parts are otherwise. */
function sinkWith(parts: Partial<Sink>): BookSink {
  const sink: BookSink = {
    items: [],
    isClosed: false,
    open: () => Promise.resolve(),
    write: (item: unknown) => Promise.resolve(void sink.items.push(item)),
    close: () => Promise.resolve(void (sink.isClosed = true)),
    [Symbol.asyncDispose]: () => sink.close(),
    ...parts,
  };
  return sink;
}

Deno.test("a sink that never takes an item holds up an abort for five seconds, and no longer", async () => {
  const reached = Promise.withResolvers<void>();
  const stuck = sinkWith({ write: () => (reached.resolve(), NEVER) });
  const controller = new AbortController();
  reached.promise.then(() => controller.abort());
  const spider = new TestSpider();
  const crawling = crawlInVirtualTime(spider, { sinks: [stuck], signal: controller.signal });
  await assert.rejects(crawling, {
    name: "SinkError",
    message: "The output did not take an item within 5000 ms",
  });
  assert.equal(stuck.isClosed, true);
  assert.equal(spider.session.state, "closed");
});

Deno.test("an abort leaves a slow sink the time to take the items of finished pages", async () => {
  const reached = Promise.withResolvers<void>();
  let sleep = (_: number): Promise<void> => Promise.resolve();
  const slow = sinkWith({
    write: async (item) => {
      reached.resolve();
      await sleep(1_000);
      slow.items.push(item);
    },
  });
  const controller = new AbortController();
  reached.promise.then(() => controller.abort());
  const spider = new TestSpider();
  spider.parse = async function* () {
    for (const url of ["a", "b", "c"]) yield { url };
  };
  spider.open = (options) => {
    sleep = (ms) => options!.clock!.sleep(ms);
    return TestSpider.prototype.open.call(spider, options);
  };
  await crawlInVirtualTime(spider, { sinks: [slow], signal: controller.signal });
  assert.deepEqual(slow.items, [{ url: "a" }, { url: "b" }, { url: "c" }]);
});

Deno.test("a sink that never closes is given up, and said so; the sessions are closed all the same", async () => {
  const spider = new TestSpider();
  const options = { sinks: [sinkWith({ close: () => NEVER })], sinkCloseTimeoutMs: 20 };
  await assert.rejects(spider.start(options), {
    name: "SinkError",
    message: /An output did not close: Closing an output took longer than 20 ms/,
  });
  assert.equal(spider.session.state, "closed");
});

Deno.test("a sink that fails gets nothing more; the others and the crawl go on, and the end tells", async () => {
  let written = 0;
  const failing = sinkWith({
    write: () => ++written > 5 ? Promise.reject(new Error("disk full")) : Promise.resolve(),
  });
  const good = sinkWith({});
  const spider = new TestSpider({ "/": linksTo(...range(50)), "*": "" });
  const crawl = await spider.open({ sinks: [failing, good] });
  await assert.rejects(crawl.run(), { message: "disk full" });
  await crawl.close();
  assert.equal(crawl.outcome, "failed");
  assert.equal(good.items.length, 51);
  assert.ok(written <= 5 + spider.concurrentRequests, `${written}`);
  assert.equal(crawl.stats.itemsScraped, 51);
  assert.equal(crawl.stats.sinkErrorsCount, 1);
  assert.deepEqual([failing.isClosed, good.isClosed], [true, true]);
});

Deno.test("once no sink works, the crawl stops with what is in flight", async () => {
  const failing = () => sinkWith({ write: () => Promise.reject(new Error("disk full")) });
  const spider = new TestSpider({ "*": (url) => ({ html: linksTo(`${url.pathname}a`) }) });
  const crawl = await spider.open({ sinks: [failing(), failing()] });
  await assert.rejects(crawl.run(), { message: "disk full" });
  await crawl.close();
  assert.ok(spider.session.asked.length <= spider.concurrentRequests); // it has no end by itself
  assert.equal(crawl.stats.sinkErrorsCount, 2);
});

Deno.test("a log that throws costs its lines, and nothing else", async () => {
  const spider = new TestSpider({ "/": linksTo("/a", "/missing"), "/a": "" });
  spider.maxNetworkRetries = 0;
  const { outcome, items, stats } = await spider.start({
    log: () => {
      throw new Error("no one there");
    },
  });
  assert.equal(outcome, "completed");
  assert.equal(items.length, 2);
  assert.equal(stats.hookErrorsCount, 1);
});

Deno.test("hooks that give what they must not fail their page, and say what was expected", async () => {
  const item = new TestSpider();
  item.onScrapedItem = () => 5 as never;
  const [noItem] = (await item.start()).failures;
  assert.match(noItem!.reason, /Hook 'onScrapedItem' failed .* must give an item: received 5/);

  const again = new TestSpider({ "*": () => ({ html: "", status: 403 }) });
  again.retryBlockedRequest = () => undefined as never;
  const [noRequest] = (await again.start()).failures;
  assert.match(noRequest!.reason, /'retryBlockedRequest' failed .* a Request: received undefined/);
});

Deno.test("whatever is thrown has a message, and none is longer than 2000 characters", async () => {
  for (const thrown of [new Error("x".repeat(5_000_000)), Object.create(null), undefined, 5n]) {
    const spider = new TestSpider();
    spider.parse = () => {
      throw thrown;
    };
    const { failures, stats } = await spider.start();
    assert.equal(failures.length, 1);
    assert.ok(failures[0]!.reason.length <= 2_001);
    assert.ok(JSON.stringify(stats).length < 10_000);
  }
});

Deno.test("start requests that are none are counted failures, and the good ones are crawled", async () => {
  const spider = new TestSpider();
  spider.startRequests = async function* () {
    for (const wrong of [undefined, 5, {}, Object.create(null)]) yield wrong as never;
    yield "https://site.test/";
  };
  const { items, stats } = await spider.start();
  assert.equal(items.length, 1);
  assert.equal(stats.failedRequestsCount, 4);
});

Deno.test("a session that gives no response fails the request, and says so", async () => {
  const spider = new TestSpider();
  spider.session.fetch = () => Promise.resolve(undefined as never);
  const { failures } = await spider.start();
  assert.match(failures[0]!.reason, /'pages' .* must fetch a Response: received undefined/);
});

Deno.test("a frontier that fails ends the crawl with its error, once what is in flight is over", async () => {
  for (const method of ["lease", "bury", "extend"]) {
    using _ = failingFrontier(method);
    const spider = new TestSpider({ "/": linksTo("/missing", "/busy"), "/busy": busy });
    spider.callbackTimeoutMs = 4_000;
    await assert.rejects(crawlInVirtualTime(spider), { message: `${method}: disk full` }, method);
    assert.equal(spider.session.state, "closed");
  }
});

Deno.test("a page that the frontier can't commit is a failure, and its items go nowhere", async () => {
  using _ = failingFrontier("settle");
  const sink = sinkWith({});
  const { items, failures, outcome } = await new TestSpider().start({ sinks: [sink] });
  assert.deepEqual([items, sink.items, outcome], [[], [], "completed"]);
  assert.equal(failures[0]?.reason, "settle: disk full");
});

/** Every frontier fails in one of its methods, until this is disposed. */
function failingFrontier(method: string): Disposable {
  const { prototype } = MemoryFrontier as unknown as { prototype: Record<string, unknown> };
  const original = prototype[method];
  prototype[method] = () => Promise.reject(new Error(`${method}: disk full`));
  return { [Symbol.dispose]: () => prototype[method] = original };
}

/** Blocks, and asks to wait. */
function busy() {
  return { html: "", status: 429, headers: { "retry-after": "30" } };
}

function range(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `/${i}`);
}
