/** The twelve rules of the design, each in a whole crawl; README.md says where else they are tested. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  LinkExtractor,
  type LogEntry,
  type Outcome,
  Request,
  type Response,
} from "@orbweaver/spider";
import { linksTo, PagesSession } from "./_pages_session.ts";
import { crawlInVirtualTime, inTurn, type Page, type Started, TestSpider } from "./_test_spider.ts";

Deno.test("rule 1: a followed link inherits what is ambient, and nothing that is about one request", async () => {
  class Login extends TestSpider {
    override async *startRequests(): AsyncGenerator<Request> {
      yield new Request("https://site.test/login", {
        method: "POST",
        data: { user: "ada" },
        params: { step: 1 },
        headers: { Authorization: "Basic x", "X-Ambient": "yes", Range: "bytes=0-9" },
        dontFilter: true,
        priority: 4,
        meta: { trail: ["login"] },
      });
    }
    override async *parse(response: Response): AsyncGenerator<Page | Request> {
      if (!response.url.includes("login")) return;
      yield response.follow("account", { meta: { more: 1 } });
      yield response.follow("https://other.test/");
      yield response.follow("/all", { inherit: "all" });
      yield response.follow("/none", { inherit: "none" });
    }
  }
  const spider = new Login({ "*": '<base href="https://site.test/deep/">' });
  await spider.start();
  const asked = new Map(spider.session.asked.map(({ url, options }) => [url, options]));
  const own = asked.get("https://site.test/deep/account");
  assert.deepEqual(own?.headers, [["Authorization", "Basic x"], ["X-Ambient", "yes"]]);
  for (const name of ["method", "data", "params"]) assert.equal(own?.[name], undefined, name);
  assert.deepEqual(asked.get("https://other.test/")?.headers, [["X-Ambient", "yes"]]);
  assert.equal(asked.get("https://site.test/all")?.method, "POST");
  assert.equal(asked.get("https://site.test/none")?.headers, undefined);
});

Deno.test("rule 2: Referer is strict-origin-when-cross-origin, the user's own wins, false turns it off", async () => {
  class Referring extends TestSpider {
    override async *parse(response: Response): AsyncGenerator<Page | Request> {
      if (response.url !== "https://site.test/?q=1") return;
      yield response.follow("/same");
      yield response.follow("https://other.test/cross");
      yield response.follow("http://site.test/down");
      yield response.follow("/own", { referer: "https://search.test/" });
      yield response.follow("/off", { referer: false });
    }
  }
  const spider = new Referring();
  spider.startUrls = ["https://site.test/?q=1"];
  await spider.start();
  const referers = spider.session.asked.slice(1).map(({ url, options }) => [
    new URL(url).pathname,
    options.referer,
  ]);
  assert.deepEqual(
    new Map(referers as [string, unknown][]),
    new Map<string, unknown>([
      ["/same", "https://site.test/?q=1"],
      ["/cross", "https://site.test/"],
      ["/down", false],
      ["/own", "https://search.test/"],
      ["/off", false],
    ]),
  );
});

Deno.test("rule 3: a delay spaces the starts on a host, whatever the concurrency and the latency", async () => {
  const spider: TestSpider = new TestSpider({
    "*": () => ({ html: "", gate: latency(5_000) }),
  });
  let clock: { sleep(ms: number): Promise<void> } | undefined;
  const latency = (ms: number) => clock!.sleep(ms);
  spider.startUrls = [
    ...Array.from({ length: 6 }, (_, i) => `https://slow.test/${i}`),
    ...Array.from({ length: 3 }, (_, i) => `https://fast.test/${i}`),
  ];
  spider.downloadDelayMs = 1_000;
  const opening = spider.open.bind(spider);
  spider.open = (options) => {
    clock = options!.clock;
    return opening(options);
  };
  const { starts } = await crawlInVirtualTime(spider);
  assert.deepEqual(timesOf(starts, "slow.test"), [0, 1_000, 2_000, 3_000, 4_000, 5_000]);
  assert.deepEqual(timesOf(starts, "fast.test"), [0, 1_000, 2_000]);
});

Deno.test("rule 3: a host that never answers, or is closed for an hour, delays no other", async () => {
  class Slow extends TestSpider {
    override concurrentRequests = 4;
    override concurrentRequestsPerDomain = 2;
    override startUrls = [
      ...Array.from({ length: 50 }, (_, i) => `https://stuck.test/${i}`),
      ...Array.from({ length: 50 }, (_, i) => `https://closed.test/${i}`),
      ...Array.from({ length: 50 }, (_, i) => `https://good.test/${i}`),
    ];
    override async *parse(response: Response): AsyncGenerator<Page> {
      yield { url: response.url };
      if (response.url === "https://good.test/49") this.abortNow();
    }
    abortNow = () => {};
  }
  const spider = new Slow({
    "*": (url) => {
      if (url.host === "stuck.test") return { html: "", gate: new Promise(() => {}) };
      return { html: "", status: url.host === "closed.test" ? 429 : 200 };
    },
  });
  const controller = new AbortController();
  spider.abortNow = () => controller.abort();
  const { starts } = await crawlInVirtualTime(spider, { signal: controller.signal });
  assert.equal(timesOf(starts, "stuck.test").length, 2);
  assert.deepEqual(new Set(timesOf(starts, "good.test")), new Set([0]));
});

Deno.test("rule 3: randomizeDelay varies each delay from half to one and a half times", async () => {
  const spider = new TestSpider();
  spider.startUrls = Array.from({ length: 3 }, (_, i) => `https://site.test/${i}`);
  spider.downloadDelayMs = 1_000;
  spider.randomizeDelay = true;
  const numbers = [0, 1, 0.5];
  const { starts } = await crawlInVirtualTime(spider, { random: () => numbers.shift() ?? 0.5 });
  assert.deepEqual(timesOf(starts, "site.test"), [0, 500, 2_000]);
});

Deno.test("rule 4: the same request in another spelling is fetched once, through another session twice", async () => {
  class Spellings extends TestSpider {
    readonly other = new PagesSession({ "*": "" });
    override configureSessions(manager: Parameters<TestSpider["configureSessions"]>[0]): void {
      manager.add("pages", this.session).add("other", this.other);
    }
    override async *startRequests(): AsyncGenerator<Request> {
      yield new Request("https://site.test/?b=2&a=1#x", { method: "get" });
      yield new Request("https://SITE.test/?a=1", { params: { b: 2 }, headers: { x: "1" } });
      yield new Request("https://site.test/?a=1&b=2", { sid: "pages" });
      yield new Request("https://site.test/?a=1&b=2", { sid: "other" });
      yield new Request("https://site.test/?a=1&b=2", { method: "POST", json: { x: 1, y: 2 } });
      yield new Request("https://site.test/?a=1&b=2", { method: "POST", json: { y: 2, x: 1 } });
      yield new Request("https://site.test/?a=1&b=2", { method: "POST", json: { y: 2, x: 3 } });
    }
  }
  const spider = new Spellings();
  const { stats } = await spider.start();
  assert.equal(spider.session.asked.length, 3);
  assert.equal(spider.other.asked.length, 1);
  assert.equal(stats.duplicateRequestsCount, 3);
});

Deno.test("rule 4: fingerprint options tell apart what is the same by default", async () => {
  const same = ["https://site.test/#a", "https://site.test/#b"];
  const requests = [
    ...same.map((url) => new Request(url)),
    new Request(same[0]!, { headers: { Accept: "a", Language: "b" } }),
    new Request(same[0]!, { headers: [["language", "b"], ["accept", "a"]] }),
    new Request(same[0]!, { waitSelector: ".price" }),
  ];
  const fetched = async (fingerprint: TestSpider["fingerprint"]) => {
    const spider = new TestSpider();
    spider.fingerprint = fingerprint;
    spider.startRequests = async function* () {
      yield* requests;
    };
    return (await spider.start()).stats.requestsCount;
  };
  assert.equal(await fetched({}), 1);
  assert.equal(await fetched({ keepFragments: true }), 2);
  assert.equal(await fetched({ includeHeaders: true }), 2);
  assert.equal(await fetched({ includeOptions: true }), 2);
  assert.equal(
    await fetched({ keepFragments: true, includeHeaders: true, includeOptions: true }),
    4,
  );
});

Deno.test("rule 5: robots.txt is asked once, by a plain session of its own, and obeyed", async () => {
  await using site = await serve((request, response) => {
    if (request.url === "/robots.txt") response.end("User-agent: *\nDisallow: /private\n");
    else response.end();
  });
  class Browser extends TestSpider {
    override robotsTxtObey = true;
    override startUrls = ["/a", "/private/b", "/c", "/private?d"].map((path) => site.url + path);
  }
  const spider = new Browser({ "*": "" });
  const { stats } = await spider.start({ handleSignals: false });
  assert.deepEqual(spider.session.paths.sort(), ["/a", "/c"]);
  assert.equal(stats.robotsDisallowedCount, 2);
  assert.equal(stats.failedRequestsCount, 0);
  assert.deepEqual(site.asked.map((request) => request.url), ["/robots.txt"]);
  assert.equal(site.asked[0]?.headers["user-agent"], "Orbweaver");
});

Deno.test("rule 5: an own user-agent token; Crawl-delay and Request-rate are floors of the delay", async () => {
  await using site = await serve((_, response) => {
    response.end("User-agent: MyBot\nCrawl-delay: 2\nDisallow: /no\nUser-agent: *\nDisallow: /");
  });
  const spider = new TestSpider();
  spider.robotsTxtObey = true;
  spider.robotsUserAgent = "MyBot/1.0 (+https://site.test)";
  spider.downloadDelayMs = 500;
  // What is disallowed takes no turn: it costs no delay.
  spider.startUrls = ["/1", "/no1", "/no2", "/2", "/3"].map((path) => site.url + path);
  const { starts, stats } = await crawlInVirtualTime(spider);
  const [first, second, third] = starts.map(({ at }) => at);
  assert.deepEqual([second! - first!, third! - second!], [2_000, 2_000]);
  assert.equal(stats.robotsDisallowedCount, 2);
  assert.equal(site.asked[0]?.headers["user-agent"], "MyBot/1.0 (+https://site.test)");
});

Deno.test("rule 5: a robots.txt that can't be had forbids its host for good, and no other", async () => {
  await using broken = await serve((_, response) => response.writeHead(503).end());
  await using good = await serve((_, response) => response.writeHead(404).end());
  const spider = new TestSpider();
  spider.robotsTxtObey = true;
  spider.startUrls = [`${broken.url}/1`, `${broken.url}/2`, `${good.url}/3`];
  const { stats, failures } = await crawlInVirtualTime(spider);
  assert.deepEqual(spider.session.paths, ["/3"]);
  assert.equal(broken.asked.length, 3);
  assert.equal(stats.failedRequestsCount, 2);
  assert.match(failures[0]!.reason, /robots\.txt can't be had \(status 503\)/);
});

Deno.test("rule 5: a slow robots.txt holds one place, and delays no other host", async () => {
  const released = Promise.withResolvers<void>();
  await using slow = await serve(async (_, response) => {
    await released.promise;
    response.end();
  });
  await using good = await serve((_, response) => response.end());
  const spider = new TestSpider();
  spider.robotsTxtObey = true;
  spider.concurrentRequests = 2;
  spider.startUrls = [
    ...[1, 2, 3, 4, 5].map((id) => `${slow.url}/slow${id}`),
    ...[1, 2, 3].map((id) => `${good.url}/good${id}`),
  ];
  spider.onScrapedItem = (item) => {
    if (item.url.endsWith("/good3")) released.resolve(); // if it had to wait, this would never end
    return item;
  };
  const { stats } = await spider.start({ handleSignals: false });
  assert.equal(stats.requestsCount, 8);
  assert.equal(slow.asked.length, 1);
});

Deno.test("rule 10: a page that takes longer than its lease is fetched once, and counts once", async () => {
  let sleep = (_: number): Promise<void> => Promise.resolve();
  const spider = new TestSpider({ "*": () => ({ html: "", gate: sleep(10 * 60_000) }) });
  spider.open = (options) => {
    sleep = (ms) => options!.clock!.sleep(ms);
    return TestSpider.prototype.open.call(spider, options);
  };
  const { starts, items } = await crawlInVirtualTime(spider);
  assert.equal(starts.length, 1);
  assert.equal(items.length, 1);
});

Deno.test("rule 6: a blocked request is tried again, behind the others and without its proxy, then a dead letter", async () => {
  class Blocked extends TestSpider {
    override concurrentRequests = 1;
    readonly again: Request[] = [];
    readonly errors: unknown[] = [];
    override async *startRequests(): AsyncGenerator<Request> {
      for (const id of [0, 1, 2]) {
        yield new Request(`https://site.test/${id}`, { proxy: "http://p.test", priority: 5 });
      }
    }
    override retryBlockedRequest(request: Request): Request {
      this.again.push(request);
      return request;
    }
    override onError(request: Request, error: unknown): void {
      this.errors.push([request.url, error]);
    }
  }
  const spider = new Blocked({ "/0": () => ({ html: "", status: 403 }), "*": "" });
  const { stats, failures, items } = await crawlInVirtualTime(spider);
  assert.deepEqual(spider.session.paths, ["/0", "/1", "/2", "/0", "/0", "/0"]);
  assert.deepEqual(spider.again.map(({ priority }) => priority), [4, 3, 2]);
  assert.ok(spider.again.every((request) => request.dontFilter));
  const proxies = spider.session.asked.map(({ options }) => options.proxy);
  assert.deepEqual(proxies.slice(3), [undefined, undefined, undefined]);
  assert.equal(stats.blockedRequestsCount, 4);
  assert.deepEqual(stats.blockedReasonsCount, { "status 403": 4 });
  assert.equal(failures[0]?.reason, "Blocked (status 403) after 4 attempts: https://site.test/0");
  assert.deepEqual(failures[0]?.request.retries, { network: 0, blocked: 3 });
  assert.equal((spider.errors as [string, Error][])[0]?.[1].name, "BlockedError");
  assert.equal(items.length, 2);
});

Deno.test("rule 6: isBlocked gives the reason, the hook may choose another session, and can't begin anew", async () => {
  class Captcha extends TestSpider {
    readonly stealth = new PagesSession({ "*": "captcha" });
    override configureSessions(manager: Parameters<TestSpider["configureSessions"]>[0]): void {
      manager.add("pages", this.session).add("stealth", this.stealth);
    }
    override isBlocked(response: Response): false | string {
      return response.text.includes("captcha") && "captcha";
    }
    override retryBlockedRequest(request: Request): Request {
      return new Request(request.url, { sid: "stealth" });
    }
  }
  const spider = new Captcha({ "/": "captcha" });
  const { stats, failures } = await crawlInVirtualTime(spider);
  assert.equal(spider.session.asked.length, 1);
  assert.equal(spider.stealth.asked.length, 3);
  assert.deepEqual(stats.blockedReasonsCount, { captcha: 4 });
  assert.match(failures[0]!.reason, /Blocked \(captcha\) after 4 attempts/);
});

Deno.test("rule 6: Retry-After closes the host, and only it", async () => {
  const spider = new TestSpider({
    "/busy": retryAfter("30"),
    "*": "",
  });
  spider.concurrentRequests = 1;
  spider.startUrls = ["https://site.test/busy", "https://site.test/next", "https://other.test/"];
  const { starts } = await crawlInVirtualTime(spider);
  assert.deepEqual(timesOf(starts, "site.test"), [0, 30_000, 30_000]);
  assert.deepEqual(timesOf(starts, "other.test"), [0]);
});

Deno.test("rule 7: network failures are tried again with back-off, then a dead letter; bugs are not", async () => {
  const spider = new TestSpider({ "/": linksTo("/bug"), "/bug": "" });
  spider.startUrls = ["https://site.test/missing", "https://site.test/"];
  spider.parse = async function* (response: Response) {
    if (response.url.endsWith("/bug")) throw new TypeError("no price");
    yield response.follow("/bug");
  };
  const { starts, stats, failures } = await crawlInVirtualTime(spider);
  const missing = starts.filter(({ url }) => url.endsWith("/missing"));
  assert.deepEqual(missing.map(({ at }) => at), [0, 750, 2_250]); // 3/4 of 1 s, then of 2 s
  assert.equal(starts.filter(({ url }) => url.endsWith("/bug")).length, 1);
  assert.equal(stats.retriedRequestsCount, 2);
  assert.equal(stats.failedRequestsCount, 2);
  assert.deepEqual(failures.map(({ request }) => request.url).sort(), [
    "https://site.test/bug",
    "https://site.test/missing",
  ]);
});

Deno.test("rule 8: AutoThrottle paces each host by its own latency, and slows down on blocks", async () => {
  const spider = new TestSpider({ "*": inTurn({ status: 200 }, { status: 429 }, { status: 200 }) });
  spider.autothrottle = { startDelayMs: 1_000 };
  spider.concurrentRequests = 1;
  spider.startUrls = ["a", "b", "c", "d"].map((path) => `https://site.test/${path}`);
  const { starts } = await crawlInVirtualTime(spider);
  // The first answer halves the delay, the block doubles it, the next answers halve it again.
  assert.deepEqual(timesOf(starts, "site.test"), [0, 1_000, 1_500, 2_500, 3_000]);
});

Deno.test("rule 9: stream() waits for its consumer, and a break closes everything", async () => {
  const pages = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [`/${i}`, linksTo(`/${i + 1}`)]),
  );
  const spider = new TestSpider(pages);
  spider.startUrls = ["https://site.test/0"];
  for await (const item of spider.stream()) {
    if (item.url.endsWith("/3")) break;
  }
  assert.equal(spider.session.state, "closed");
  assert.ok(spider.session.asked.length < 200, `${spider.session.asked.length} pages`);
});

Deno.test("rule 9: Ctrl+C once finishes what is in flight, twice gives it up; both save and close", async () => {
  const outcomes: Outcome[] = [];
  for (const times of [1, 2]) {
    let release = () => {};
    const gate = new Promise<void>((resolve) => release = resolve);
    const reached = Promise.withResolvers<void>();
    const spider = new TestSpider({
      "*": () => {
        reached.resolve();
        return { html: linksTo("/next"), gate };
      },
    });
    const running = spider.start({ handleSignals: true });
    await reached.promise;
    for (let i = 0; i < times; i++) process.emit("SIGINT");
    if (times === 1) release();
    const { outcome, items } = await running;
    outcomes.push(outcome);
    assert.equal(items.length, times === 1 ? 1 : 0);
    assert.equal(spider.session.state, "closed");
  }
  assert.deepEqual(outcomes, ["paused", "paused"]);
});

Deno.test("rule 9: a limit ends a crawl with outcome 'limit', unless everything was done by then", async () => {
  const pages = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`/${i}`, linksTo(`/${i + 1}`, `/${i + 2}`)]),
  );
  const crawl = async (limits: TestSpider["limits"], more: Partial<TestSpider> = {}) => {
    const spider = Object.assign(new TestSpider({ ...pages, "/20": "", "/21": "" }), more, {
      limits,
    });
    spider.startUrls = ["https://site.test/0"];
    const { outcome, stats } = await crawlInVirtualTime(spider);
    return { outcome, pages: stats.requestsCount };
  };
  assert.deepEqual(await crawl({}), { outcome: "completed", pages: 22 });
  assert.deepEqual(await crawl({ requests: 5 }), { outcome: "limit", pages: 5 });
  assert.deepEqual(await crawl({ requests: 22 }), { outcome: "completed", pages: 22 });
  assert.deepEqual(await crawl({ requests: 0 }), { outcome: "limit", pages: 0 });
  assert.deepEqual(await crawl({ items: 3 }, { concurrentRequests: 1 }), {
    outcome: "limit",
    pages: 3,
  });
  assert.deepEqual(await crawl({ bytes: 1 }, { concurrentRequests: 1 }), {
    outcome: "limit",
    pages: 1,
  });
  assert.deepEqual(await crawl({ timeMs: 2_500 }, { downloadDelayMs: 1_000 }), {
    outcome: "limit",
    pages: 3,
  });
  assert.deepEqual(await crawl({ depth: 2 }), { outcome: "completed", pages: 5 });
  assert.deepEqual(await crawl({ perHost: 7 }), { outcome: "completed", pages: 7 });
});

Deno.test("rule 10: a page's items and follow-ups come together, or not at all", async () => {
  class HalfWay extends TestSpider {
    override async *parse(response: Response): AsyncGenerator<Page | Request> {
      yield { url: response.url };
      yield response.follow("/never");
      if (response.url === "https://site.test/") throw new Error("half way");
    }
  }
  const spider = new HalfWay();
  const { items, stats } = await spider.start();
  assert.deepEqual(items, []);
  assert.deepEqual(spider.session.paths, ["/"]);
  assert.equal(stats.itemsScraped, 0);
});

Deno.test("rule 11, D5: development mode answers from the record, never a block, with the request's own meta", async () => {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-test-"));
  try {
    class Recorded extends TestSpider {
      override developmentMode = true;
      override developmentCacheDir = folder;
      readonly metas: unknown[] = [];
      override async *startRequests(): AsyncGenerator<Request> {
        yield new Request("https://site.test/", { meta: { run: this.name } });
      }
      override async *parse(response: Response): AsyncGenerator<Page | Request> {
        this.metas.push(response.meta.run);
        yield { url: response.text };
      }
    }
    const first = new Recorded({ "*": inTurn({ status: 403, html: "block" }, { html: "page" }) });
    const run1 = await crawlInVirtualTime(first);
    assert.deepEqual(run1.items, [{ url: "page" }]);
    assert.deepEqual([run1.stats.cacheHits, run1.stats.cacheMisses], [0, 2]);

    const second = new Recorded({});
    second.name = "second";
    second.downloadDelayMs = 60_000;
    const run2 = await crawlInVirtualTime(second);
    assert.deepEqual(run2.items, [{ url: "page" }]);
    assert.deepEqual(second.metas, ["second"]);
    assert.deepEqual(second.session.asked, []);
    assert.deepEqual([run2.stats.cacheHits, run2.stats.cacheMisses], [1, 0]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("rule 12: one bad link costs no other, <base> counts, only http and https, an empty scope has none", async () => {
  class Extracting extends TestSpider {
    override async *parse(response: Response): AsyncGenerator<Page | Request> {
      if (!response.url.endsWith(".test/")) return;
      for (const url of new LinkExtractor().extract(response)) yield new Request(url);
      assert.deepEqual(new LinkExtractor({ restrictCss: ".none" }).extract(response), []);
    }
  }
  const spider = new Extracting({
    "/": '<base href="/deep/"><a href="http://[bad"><a href="one"><a href="file:///etc/passwd">' +
      '<a href="javascript:x()"><a href="http://h:99999/"><a href="two">',
    "*": "",
  });
  const { stats } = await spider.start();
  assert.deepEqual(spider.session.paths.sort(), ["/", "/deep/one", "/deep/two"]);
  assert.equal(stats.failedRequestsCount, 0);
});

Deno.test("start URLs outside allowedDomains are told in the log", async () => {
  const log: LogEntry[] = [];
  const spider = new TestSpider();
  spider.allowedDomains = ["elsewhere.test"];
  const { stats } = await spider.start({ log: (entry) => log.push(entry) });
  assert.equal(stats.offsiteRequestsCount, 1);
  assert.match(log[0]!.message, /outside allowedDomains: https:\/\/site\.test\//);
});

function timesOf(starts: readonly Started[], host: string): number[] {
  return starts.filter(({ url }) => new URL(url).host === host).map(({ at }) => Math.round(at));
}

/** Blocks once with a Retry-After. */
function retryAfter(value: string) {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > 1 ? { html: "" } : { html: "", status: 429, headers: { "retry-after": value } };
  };
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
