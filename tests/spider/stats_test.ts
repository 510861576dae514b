import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Response as SessionResponse } from "@orbweaver/session";
import type { LogEntry, Request, Response, StandardSchema } from "@orbweaver/spider";
import { LatencyHistogram } from "../../spider/latency.ts";
import { newStats } from "../../spider/stats.ts";
import { StatsRecorder } from "../../spider/stats_recorder.ts";
import { linksTo } from "./_pages_session.ts";
import { crawlInVirtualTime, type Page, TestSpider } from "./_test_spider.ts";

const SETTINGS = {
  concurrentRequests: 1,
  concurrentRequestsPerDomain: 0,
  downloadDelayMs: 0,
  autothrottle: false,
};

Deno.test("statistics say what happened in all, and on each host", async () => {
  const spider = new TestSpider({
    "/": linksTo("/a", "/forbidden", "/missing", "https://other.test/b"),
    "/forbidden": () => ({ html: "no", status: 403 }),
    "/a": "aaaa",
    "/b": "b",
  });
  spider.maxBlockedRetries = 1;
  spider.maxNetworkRetries = 0;
  spider.downloadDelayMs = 100;
  const { stats } = await crawlInVirtualTime(spider);
  assert.equal(stats.requestsCount, 5);
  assert.equal(stats.blockedRequestsCount, 2);
  assert.equal(stats.failedRequestsCount, 2);
  const { "site.test": site, "other.test": other } = stats.hosts;
  assert.equal(site?.requestsCount, 4);
  assert.equal(site?.blockedRequestsCount, 2);
  assert.equal(site?.failedRequestsCount, 2);
  assert.deepEqual(other, {
    requestsCount: 1,
    responseBytes: 1,
    blockedRequestsCount: 0,
    failedRequestsCount: 0,
  });
  assert.equal(stats.domainsResponseBytes["site.test"], site?.responseBytes);
  assert.equal(stats.concurrentRequests, 16);
  assert.equal(stats.downloadDelayMs, 100);
  assert.deepEqual(stats.logLevelsCounter, { error: 2, info: 1 });
  assert.deepEqual(JSON.parse(JSON.stringify(stats)), stats); // plain data
});

/** `CrawlStats` of Scrapling 0.4.14; times are milliseconds here, and `proxies` are counted by name. */
const SCRAPLING = `requests_count concurrent_requests concurrent_requests_per_domain
  failed_requests_count offsite_requests_count robots_disallowed_count cache_hits cache_misses
  response_bytes items_scraped items_dropped start_time end_time download_delay_ms autothrottle_enabled
  blocked_requests_count autothrottle_delays custom_stats response_status_count
  domains_response_bytes sessions_requests_count proxies_requests_count log_levels_counter elapsed_ms
  requests_per_second`.split(/\s+/);

Deno.test("statistics have every counter that Scrapling has", async () => {
  const { stats } = await new TestSpider().start();
  for (const name of SCRAPLING) {
    const camelCase = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    assert.ok(camelCase in stats, camelCase);
  }
});

Deno.test("statistics tell the delays that AutoThrottle has come to", async () => {
  const spider = new TestSpider();
  spider.autothrottle = { startDelayMs: 1_000, maxDelayMs: 8_000 };
  spider.startUrls = ["https://slow.test/", "https://bad.test/"];
  spider.maxBlockedRetries = 1;
  spider.session.fetch = (url) =>
    Promise.resolve(
      new SessionResponse({
        url: String(url),
        status: String(url).includes("bad") ? 403 : 200,
        timing: { startedAt: 0, totalMs: 3_000 },
      }),
    );
  const { stats } = await crawlInVirtualTime(spider);
  assert.equal(stats.autothrottleEnabled, true);
  assert.deepEqual(stats.autothrottleDelays, { "slow.test": 3_000, "bad.test": 6_000 });
});

Deno.test("statistics of pages by callback, session and proxy, and what the spider counts itself", async () => {
  class Counting extends TestSpider {
    override async *parse(response: Response): AsyncGenerator<Request> {
      this.stats.customStats.seen = 1;
      yield response.follow("/a", { callback: "parseOther" });
      yield response.follow("/b", { callback: "parseOther" });
    }
    async *parseOther(): AsyncGenerator<Page> {}
  }
  const spider = new Counting();
  const fetch = spider.session.fetch.bind(spider.session);
  spider.session.fetch = async (url, options) => {
    const proxy = String(url).endsWith("/a") ? "http://a:b@one.test:1" : "http://two.test:2";
    return new SessionResponse({ ...(await fetch(url, options)).data, proxy });
  };
  const { stats } = await spider.start();
  assert.deepEqual(stats.callbacksRequestsCount, { parse: 1, parseOther: 2 });
  assert.deepEqual(stats.sessionsRequestsCount, { pages: 3 });
  assert.deepEqual(stats.proxiesRequestsCount, { "http://one.test:1": 1, "http://two.test:2": 2 });
  assert.deepEqual(stats.customStats, { seen: 1 });
});

Deno.test("statistics are bounded, whatever the hosts are called", () => {
  const recorder = new StatsRecorder(newStats(0, SETTINGS));
  const response = new SessionResponse({ url: "https://x.test/", status: 200 });
  const fetched = (host: string) =>
    recorder.fetched({ token: "1", host, sid: "a", response, latencyMs: 1 });
  fetched("__proto__");
  fetched("__proto__");
  fetched("constructor");
  for (let host = 0; host < 20_000; host++) fetched(`host-${host}.test`);
  const { hosts, domainsResponseBytes } = recorder.stats;
  assert.equal(Object.keys(hosts).length, 10_001);
  assert.equal(Object.keys(domainsResponseBytes).length, 10_001);
  assert.equal(Object.getOwnPropertyDescriptor(hosts, "__proto__")?.value.requestsCount, 2);
  assert.equal(Object.getOwnPropertyDescriptor(hosts, "constructor")?.value.requestsCount, 1);
  assert.equal(hosts["(other)"]?.requestsCount, 20_000 + 2 - 10_000);
  const sum = Object.values(hosts).reduce((total, host) => total + host.requestsCount, 0);
  assert.equal(sum, 20_003);
});

Deno.test("latency percentiles are right to within 5 %", () => {
  const histogram = new LatencyHistogram();
  assert.deepEqual(histogram.summary(), { meanMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, maxMs: 0 });
  for (let ms = 1; ms <= 10_000; ms++) histogram.add(ms);
  const { meanMs, p50Ms, p90Ms, p99Ms, maxMs } = histogram.summary();
  assert.equal(meanMs, 5_000.5);
  assert.equal(maxMs, 10_000);
  for (const [found, right] of [[p50Ms, 5_000], [p90Ms, 9_000], [p99Ms, 9_900]]) {
    assert.ok(Math.abs(found! / right! - 1) <= 0.05, `${found} for ${right}`);
  }
  histogram.add(1e12);
  histogram.add(0);
  assert.equal(histogram.summary().maxMs, 1e12);
});

/** A schema as a library would give it: the price becomes a number. */
const SCHEMA: StandardSchema<Page> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      const { url } = value as Page;
      if (url.endsWith("/throws")) throw new Error("broken schema");
      if (url.endsWith("/bad")) {
        return Promise.resolve({ issues: [{ message: "is bad", path: ["url", { key: 0 }] }] });
      }
      return { value: { url: url.toUpperCase() } };
    },
  },
};

Deno.test("items that do not fit the schema are set aside, counted and told; the others are transformed", async () => {
  const log: LogEntry[] = [];
  const spider = new TestSpider({ "/": linksTo("/bad", "/throws"), "*": "" });
  spider.itemSchema = SCHEMA;
  const { items, stats, quarantine, failures } = await spider.start({
    log: (entry) => log.push(entry),
  });
  assert.deepEqual(items, [{ url: "HTTPS://SITE.TEST/" }]);
  assert.equal(stats.itemsQuarantined, 1);
  assert.deepEqual(quarantine, [{
    item: { url: "https://site.test/bad" },
    url: "https://site.test/bad",
    issues: ["url.0: is bad"],
  }]);
  assert.ok(log.some(({ message }) => message.includes("does not fit the schema: url.0: is bad")));
  assert.match(failures[0]!.reason, /Hook 'itemSchema' failed .* broken schema/);
});

Deno.test("the quarantine is bounded, its count is not", async () => {
  const spider = new TestSpider();
  spider.itemSchema = SCHEMA;
  spider.parse = async function* () {
    for (let i = 0; i < 1_500; i++) yield { url: `${i}/bad` };
  };
  const { stats, quarantine } = await spider.start();
  assert.equal(stats.itemsQuarantined, 1_500);
  assert.equal(quarantine.length, 1_000);
});

Deno.test("logFile gets the log from logLevel up, a line an entry, appended", async () => {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-test-"));
  try {
    const path = join(folder, "new", "crawl.log");
    for (let run = 0; run < 2; run++) {
      const spider = new TestSpider();
      Object.assign(spider, { logFile: path, logLevel: "error" });
      spider.onScrapedItem = () => {
        throw new Error("first line\nforged line\u001b[2J");
      };
      await spider.start({ log: () => {} });
    }
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    assert.equal(lines.length, 2);
    assert.match(lines[0]!, /^\S+Z \[test\] error: .*first line forged line \[2J/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("a log file on a full disk is told once, and the crawl goes on", async () => {
  const log: LogEntry[] = [];
  const spider = new TestSpider();
  Object.assign(spider, { logFile: "/dev/full", logLevel: "debug" });
  spider.startUrls = ["https://site.test/a", "nonsense", "nonsense too"];
  const { items } = await spider.start({ log: (entry) => log.push(entry) });
  assert.equal(items.length, 1);
  assert.equal(log.filter(({ message }) => message.includes("can't be written")).length, 1);
});
