import assert from "node:assert/strict";
import { ConnectError, TlsError } from "@orbweaver/fetch-session";
import { NetworkError, TimeoutError } from "@orbweaver/session";
import fc from "fast-check";
import { decidingRule, parseRobots } from "../../spider/policy/robots_txt.ts";
import { Robots, type RobotsAnswer } from "../../spider/policy/robots.ts";
import { RetryPolicy } from "../../spider/policy/retry.ts";
import { retryAfterMs } from "../../spider/policy/retry_after.ts";
import { AutoThrottle, MOST_HOSTS } from "../../spider/policy/throttle.ts";
import { VirtualClock } from "./_virtual_clock.ts";

function allows(text: string, path: string, agent = "Orbweaver"): boolean {
  const rules = parseRobots(new TextEncoder().encode(text), agent);
  return decidingRule(rules, `https://site.test${path}`)?.allow ?? true;
}

const ALL = "User-agent: *\n";

Deno.test("rule 5: robots.txt, the longest match decides, and of equals Allow (RFC 9309, 2.2.2)", () => {
  const cases: [rules: string, path: string, allowed: boolean][] = [
    ["Disallow: /a\nAllow: /a/b", "/a/b/c", true],
    ["Allow: /a/b\nDisallow: /a", "/a/c", false],
    ["Disallow: /a\nAllow: /a", "/a", true],
    ["Disallow:", "/a", true],
    ["Disallow: /", "/robots.txt", true],
    ["Disallow: /", "/", false],
    ["Disallow: /fish", "/Fish", true],
    ["Disallow: /fish", "/fishheads/yummy.html", false],
    ["Disallow: /fish/", "/fish", true],
    ["Allow: /p\nDisallow: /", "/page", true],
    ["Allow: /page\nDisallow: /*.htm", "/page.htm", false],
    ["Allow: /$\nDisallow: /", "/", true],
    ["Allow: /$\nDisallow: /", "/page.htm", false],
  ];
  for (const [rules, path, allowed] of cases) {
    assert.equal(allows(ALL + rules, path), allowed, rules);
  }
});

Deno.test("rule 5: robots.txt, * and $ are wildcards, and %2A and %24 are not (RFC 9309, 2.2.3)", () => {
  const cases: [rules: string, path: string, allowed: boolean][] = [
    ["Disallow: /*.php", "/folder/filename.php?parameters", false],
    ["Disallow: /*.php$", "/filename.php?parameters", true],
    ["Disallow: /*.php$", "/filename.php", false],
    ["Disallow: /fish*.php", "/fishheads/catfish.php?id=1", false],
    ["Disallow: *hook", "/a/hook", false],
    ["Disallow: /a*a$", "/a", true],
    ["Disallow: /a*b*c", "/acb", true],
    ["Disallow: /file-%2A", "/file-*", false],
    ["Disallow: /file-%2A", "/file-x", true],
    ["Disallow: /price$5", "/price$5", false],
    ["Disallow: /price%24", "/price$", false],
    ["Disallow: /price%24", "/price", true],
  ];
  for (const [rules, path, allowed] of cases) {
    assert.equal(allows(ALL + rules, path), allowed, rules);
  }
});

Deno.test("rule 5: robots.txt, escapes are compared in one spelling (RFC 9309, 2.2.2)", () => {
  const cases: [rules: string, path: string, allowed: boolean][] = [
    ["Disallow: /%7Ejoe", "/~joe", false],
    ["Disallow: /~joe", "/%7ejoe", false],
    ["Disallow: /a%2fb", "/a%2Fb", false],
    ["Disallow: /a%2fb", "/a/b", true],
    ["Disallow: /ツ", "/%E3%83%84", false],
    ["Disallow: /%E3%83%84", "/ツ", false],
    ["Disallow: /foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", false],
  ];
  for (const [rules, path, allowed] of cases) {
    assert.equal(allows(ALL + rules, path), allowed, rules);
  }
});

Deno.test("rule 5: robots.txt, groups are chosen by product token and merged (RFC 9309, 2.2.1)", () => {
  const text = [
    "\uFEFFuser-agent: a",
    "USER-AGENT : OrbWeaver/2.0 # that is us",
    "Sitemap: https://site.test/map.xml",
    "Disallow: /ours",
    "",
    "User-agent: *",
    "Disallow: /everyone",
    "",
    "User-agent: orbweaver",
    "Disallow: /more",
    "User-agent: orbweaver-news",
    "Disallow: /news",
  ].join("\r\n");
  assert.equal(allows(text, "/ours"), false);
  assert.equal(allows(text, "/more"), false);
  assert.equal(allows(text, "/everyone"), true);
  assert.equal(allows(text, "/news"), true);
  assert.equal(allows(text, "/everyone", "Other/1.0"), false);
  assert.equal(allows(text, "/ours", "Orbweaver/9 (+https://site.test)"), false);
});

Deno.test("rule 5: Crawl-delay and Request-rate are read, and nonsense in their place is not", () => {
  const delay = (rules: string) => parseRobots(new TextEncoder().encode(ALL + rules), "x").delayMs;
  assert.equal(delay("Crawl-delay: 2.5"), 2_500);
  assert.equal(delay("Request-rate: 1/5"), 5_000);
  assert.equal(delay("Request-rate: 30/1m 0800-1300"), 2_000);
  assert.equal(delay("Crawl-delay: 1\nRequest-rate: 1/10s"), 10_000);
  assert.equal(delay("Crawl-delay: 1e12"), 3_600_000);
  for (const nonsense of ["-1", "soon", "", "NaN"]) {
    assert.equal(
      delay(`Crawl-delay: ${nonsense}\nRequest-rate: ${nonsense}\nRequest-rate: 0/0`),
      0,
    );
  }
});

Deno.test("robots.txt: anything can be read, only 500 KiB of it, in one pass whatever the pattern", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.webPath(), (bytes, path) => {
    const rules = parseRobots(bytes, "Orbweaver");
    decidingRule(rules, `https://site.test${path}`);
  }));
  const filler = "#".repeat(500 * 1024 - ALL.length - 1) + "\n";
  assert.equal(allows(`${ALL}${filler}Disallow: /`, "/a"), true);
  assert.equal(allows(`${ALL}Disallow: /\n${"x".repeat(50 * 1024 * 1024)}`, "/a"), false);
  // With backtracking, this would not end.
  assert.equal(allows(`${ALL}Disallow: /${"*a".repeat(5_000)}b$`, `/${"a".repeat(20_000)}`), true);
});

class RobotsSite {
  readonly asked: string[] = [];
  readonly clock = new VirtualClock();
  readonly robots: Robots;

  constructor(answer: (asked: number) => RobotsAnswer | Promise<RobotsAnswer>) {
    this.robots = new Robots({
      fetch: async (url) => {
        this.asked.push(url);
        return await answer(this.asked.length);
      },
      agent: "Orbweaver",
      clock: this.clock,
      retry: new RetryPolicy({ random: () => 1 }),
      signal: new AbortController().signal,
    });
  }

  async kindOf(url: string): Promise<string> {
    if (this.robots.verdict(url) === undefined) await this.robots.learn(url);
    return this.robots.verdict(url)!.kind;
  }
}

const body = (text: string) => new TextEncoder().encode(text);
const URL_A = "https://a.test/page";

Deno.test("D8: robots.txt is fetched once for all who ask at once, for each origin", async () => {
  const site = new RobotsSite(() => ({
    status: 200,
    body: body("User-agent: *\nDisallow: /page"),
  }));
  const urls = [...Array(10).fill(URL_A), "http://a.test/page", "https://a.test:8443/page"];
  const kinds = await Promise.all(urls.map((url) => site.kindOf(url)));
  assert.deepEqual([...new Set(kinds)], ["disallowed"]);
  assert.deepEqual(site.asked.sort(), [
    "http://a.test/robots.txt",
    "https://a.test/robots.txt",
    "https://a.test:8443/robots.txt",
  ]);
});

Deno.test("D9: robots.txt, 4xx allows everything; 5xx and unreachable forbid it, and are tried again", async () => {
  for (const status of [400, 401, 403, 404, 410, 429]) {
    const site = new RobotsSite(() => ({ status, body: body("User-agent: *\nDisallow: /") }));
    assert.equal(await site.kindOf(URL_A), "allowed", `${status}`);
  }
  const failures: (() => RobotsAnswer)[] = [
    () => ({ status: 503, body: body("") }),
    () => {
      throw new NetworkError("reset");
    },
  ];
  for (const fail of failures) {
    const recovers = new RobotsSite((n) => n < 3 ? fail() : { status: 404, body: body("") });
    assert.equal(await recovers.kindOf(URL_A), "later");
    await recovers.clock.advance(60_000);
    assert.equal(await recovers.kindOf(URL_A), "later");
    await recovers.clock.advance(60_000);
    assert.equal(await recovers.kindOf(URL_A), "allowed");

    const stays = new RobotsSite(fail);
    for (let i = 0; i < 3; i++) {
      await stays.kindOf(URL_A);
      await stays.clock.advance(60_000);
    }
    assert.equal(await stays.kindOf(URL_A), "unreachable");
    assert.equal(stays.asked.length, 3);
  }
});

Deno.test("rule 5: robots.txt is kept for 24 hours", async () => {
  const site = new RobotsSite((n) => ({
    status: 200,
    body: body(n === 1 ? "" : "User-agent: *\nDisallow: /"),
  }));
  assert.equal(await site.kindOf(URL_A), "allowed");
  await site.clock.advance(24 * 3_600_000 - 1);
  assert.equal(await site.kindOf(URL_A), "allowed");
  await site.clock.advance(1);
  assert.equal(await site.kindOf(URL_A), "disallowed");
  assert.equal(site.asked.length, 2);
});

Deno.test("rule 8: AutoThrottle follows Scrapling's formula", () => {
  const options = { startDelayMs: 1_000, maxDelayMs: 10_000, targetConcurrency: 2 };
  const throttle = new AutoThrottle(options);
  const record = (latencyMs: number, ok = true, retryAfterMs?: number, floor = 0) =>
    throttle.record("a.test", { latencyMs, ok, retryAfterMs }, floor);
  assert.equal(throttle.delayMs("a.test", 0), 1_000);
  assert.equal(throttle.delayMs("a.test", 3_000), 3_000); // the floor is higher
  assert.equal(record(1_000), 750); // (1000 + 1000/2) / 2
  assert.equal(record(4_000), 2_000); // never below the target, 4000/2
  assert.equal(record(0, false), 4_000); // a block doubles
  assert.equal(record(0, false), 8_000);
  assert.equal(record(0, false), 10_000); // up to the maximum
  assert.equal(record(0), 5_000);
  assert.equal(record(0, false, 7_000), 7_000); // Retry-After instead of the doubling
  assert.equal(record(0, false, 100), 7_000); // a block never shortens the delay
  assert.equal(record(0, true, undefined, 6_000), 6_000); // the floor
  const gentle = new AutoThrottle({ ...options, blockBackoff: false });
  assert.equal(gentle.record("a.test", { latencyMs: 0, ok: false, retryAfterMs: 9_000 }, 0), 1_000);
  assert.equal(new AutoThrottle(options).record("a", { latencyMs: 100, ok: true }, 0), 525);
  assert.equal(new AutoThrottle({}, 4).record("a", { latencyMs: 40_000, ok: true }, 0), 10_000);
});

Deno.test("AutoThrottle remembers the hosts asked last, however many there are", () => {
  const throttle = new AutoThrottle({ startDelayMs: 1_000 });
  const sample = { latencyMs: 0, ok: true };
  for (let host = 0; host < 2 * MOST_HOSTS; host++) throttle.record(`${host}.test`, sample, 0);
  assert.equal(throttle.delays().length, MOST_HOSTS);
  assert.equal(throttle.delayMs("0.test", 0), 1_000);
  assert.equal(throttle.delayMs(`${2 * MOST_HOSTS - 1}.test`, 0), 500);
});

Deno.test("AutoThrottle refuses options that make no sense", () => {
  assert.throws(() => new AutoThrottle({ targetConcurrency: 0 }), { name: "SpiderOptionError" });
  assert.throws(() => new AutoThrottle({ startDelayMs: 9, maxDelayMs: 8 }), {
    name: "SpiderOptionError",
  });
});

Deno.test("Retry-After: seconds and dates; the past is now, garbage is none, for ever is ten minutes", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  const cases: [string | null, number | undefined][] = [
    ["120", 120_000],
    [" 1.5 ", 1_500],
    ["-5", 0],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["99999999", 600_000],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ];
  for (const [value, expected] of cases) {
    assert.equal(retryAfterMs(value, now), expected, `${value}`);
  }
});

Deno.test("rule 7: network failures are tried again by class, and what was not idempotent only if nothing was sent", () => {
  const retry = new RetryPolicy();
  const coded = Object.assign(new Error("reset"), { code: "ECONNRESET" });
  const crashed = Object.assign(new Error("gone"), { name: "TabCrashedError" });
  const passing = [new NetworkError("reset"), new TimeoutError(5, "The page"), coded, crashed];
  for (const error of passing) {
    assert.equal(retry.mayRetry(error, "get"), true, String(error));
    assert.equal(retry.mayRetry(error, "POST"), false, String(error));
  }
  assert.equal(retry.mayRetry(new ConnectError("refused"), "POST"), true);
  for (const lasting of [new TlsError("expired"), new TypeError("a bug"), "text", null]) {
    assert.equal(retry.mayRetry(lasting, "GET"), false, String(lasting));
  }
});

Deno.test("rule 7: back-off doubles, has jitter and a bound", () => {
  const delays = (random: number) => {
    const retry = new RetryPolicy({
      firstDelayMs: 1_000,
      longestDelayMs: 5_000,
      random: () => random,
    });
    return [0, 1, 2, 3, 1_000].map((retries) => retry.delayMs(retries));
  };
  assert.deepEqual(delays(1), [1_000, 2_000, 4_000, 5_000, 5_000]);
  assert.deepEqual(delays(0), [500, 1_000, 2_000, 2_500, 2_500]);
});
