import assert from "node:assert/strict";
import { CookieJar, SessionManager } from "@orbweaver/session";
import { type LogEntry, MemoryFrontier, Request } from "@orbweaver/spider";
import { Escalator } from "../../spider/engine/escalator.ts";
import type { Challenge } from "../../spider/policy/challenge.ts";
import { type Course, Escalation } from "../../spider/policy/escalation.ts";
import { LruMap } from "../../spider/policy/lru_map.ts";
import { routeOf } from "../../spider/policy/route.ts";
import { newStats } from "../../spider/stats.ts";
import { StatsRecorder } from "../../spider/stats_recorder.ts";
import { BROWSER_IDENTITY, FakeBrowser, FakeHttp, WalledSite } from "./_walled_site.ts";
import { VirtualClock } from "./_virtual_clock.ts";

const ABOVE = ["browser"];
const WALL: Challenge = { reason: "status 403", needsJavaScript: false };

function policy(ladder = ["http", "browser"]): Escalation {
  return new Escalation({ ladder, defaultSid: "http", clock: new VirtualClock() });
}

/** A block, a scout that was let in, and the client that goes on. */
function clear(escalation: Escalation, url: string, proxy?: string): void {
  const request = new Request(url);
  const course = escalation.courseOf(request, ABOVE) as Course;
  assert.deepEqual(escalation.blocked(request, course, WALL, ABOVE), {
    kind: "up",
    sid: "browser",
  });
  const scout = { ...course, sid: "browser", role: "scout" } as const;
  const earned = { identity: BROWSER_IDENTITY, proxy, isEmpty: false };
  assert.equal(escalation.passed(request, scout, earned), "cleared");
}

/** A route on which the browser's pass is worth nothing. */
function learn(escalation: Escalation, url: string): void {
  clear(escalation, url);
  const request = new Request(url);
  const course = escalation.courseOf(request, ABOVE) as Course;
  assert.deepEqual(escalation.blocked(request, course, WALL, ABOVE), {
    kind: "up",
    sid: "browser",
  });
}

Deno.test("a route is a host and the shape of a path", () => {
  const routes: [string, string][] = [
    ["https://a.test/", "a.test/"],
    ["https://a.test:8443/about", "a.test:8443/about"],
    ["https://a.test/products/lamp", "a.test/products/*"],
    ["https://a.test/products/lamp?colour=red", "a.test/products/*"],
    ["https://a.test/products/42/reviews", "a.test/products/*/*"],
    ["https://a.test/products/", "a.test/products/"],
    ["https://a.test/p42", "a.test/*"],
    ["https://a.test/a/b/c/d/e/f/g/h", "a.test/a/b/c/d/e/f"],
  ];
  for (const [url, route] of routes) assert.equal(routeOf(url), route, url);
  assert.ok(routeOf(`https://a.test/${"x".repeat(30_000)}`).length <= 300);
});

Deno.test("what was learnt outlives the process, without passwords", () => {
  const first = policy();
  assert.equal(first.isChanged, false);
  clear(first, "https://cleared.test/p/1", "http://exit.test:8080");
  learn(first, "https://closed.test/p/1");
  assert.equal(first.isChanged, true);
  const bytes = first.save();
  assert.equal(first.isChanged, false);

  const second = policy();
  second.load(bytes);
  assert.deepEqual(second.report(), {
    "closed.test/p/*": { sid: "browser", reason: "status 403" },
  });
  const cleared = second.courseOf(new Request("https://cleared.test/p/2"), ABOVE) as Course;
  assert.equal(cleared.sid, "http");
  assert.deepEqual(cleared.pass, {
    sid: "browser",
    identity: BROWSER_IDENTITY,
    proxy: "http://exit.test:8080",
  });
  const closed = second.courseOf(new Request("https://closed.test/p/2"), ABOVE) as Course;
  assert.deepEqual([closed.sid, closed.role], ["browser", "plain"]);
});

Deno.test("what was learnt about sessions that are gone is left out", () => {
  const first = policy();
  learn(first, "https://closed.test/p/1");
  const second = policy(["http", "other"]);
  second.load(first.save());
  assert.deepEqual(second.report(), {});
});

Deno.test("bytes that are something else are refused, whatever they are", () => {
  const good = JSON.parse(new TextDecoder().decode(policy().save())) as Record<string, unknown>;
  const wrong: unknown[] = [
    [],
    null,
    { ...good, version: 2 },
    { ...good, routes: [{ route: "a", sid: 1, reason: "", probeAt: 0, probeWaitMs: 0 }] },
    { ...good, routes: [{ route: "a", sid: "b", reason: "", probeAt: -1, probeWaitMs: 0 }] },
    { ...good, passes: [{ host: "a", sid: "b", identity: 0 }] },
    { ...good, identities: [{ userAgent: "", acceptLanguage: "", headers: [["cookie", "a"]] }] },
  ];
  const texts = wrong.map((value) => new TextEncoder().encode(JSON.stringify(value)));
  for (const bytes of [...texts, new Uint8Array(), new Uint8Array([0xff, 0xfe])]) {
    const escalation = policy();
    assert.throws(() => escalation.load(bytes), { name: "EscalationFormatError" });
    assert.deepEqual(escalation.report(), {});
  }
});

Deno.test("memory is bounded, whatever the hosts and the paths", () => {
  const escalation = policy();
  for (let i = 0; i < 12_000; i++) learn(escalation, `https://host-${i}.test/p/1`);
  assert.equal(Object.keys(escalation.report()).length, 10_000);
  assert.ok("host-11999.test/p/*" in escalation.report());
  assert.ok(escalation.save().byteLength < 4_000_000);
});

Deno.test("an LruMap forgets what was not asked for longest", () => {
  const map = new LruMap<number>(2);
  map.set("a", 1);
  map.set("b", 2);
  assert.equal(map.get("a"), 1);
  map.set("c", 3);
  assert.deepEqual([...map.entries()], [["a", 1], ["c", 3]]);
  assert.equal(map.get("b"), undefined);
});

Deno.test("a scout that is not heard of for a minute is replaced", async () => {
  const clock = new VirtualClock();
  const escalation = new Escalation({ ladder: ["http", "browser"], defaultSid: "http", clock });
  const [first, second] = [1, 2].map((id) => new Request(`https://site.test/p/${id}`));
  const course = escalation.courseOf(first!, ABOVE) as Course;
  escalation.blocked(first!, course, WALL, ABOVE);
  assert.equal(escalation.courseOf(second!, ABOVE), "wait");
  assert.deepEqual(escalation.blocked(second!, course, WALL, ABOVE), { kind: "again" });
  await clock.advance(60_000);
  assert.deepEqual(escalation.courseOf(second!, ABOVE), course);
  assert.deepEqual(escalation.blocked(second!, course, WALL, ABOVE), {
    kind: "up",
    sid: "browser",
  });
});

Deno.test("a request is not sent round for ever", () => {
  const escalation = policy();
  const request = new Request("https://site.test/p/1");
  const course = escalation.courseOf(request, ABOVE) as Course;
  const tired = Object.assign(Object.create(Request.prototype), request, {
    retries: { network: 0, blocked: 0, escalated: 5 },
  }) as Request;
  assert.deepEqual(escalation.blocked(tired, course, WALL, ABOVE), { kind: "none" });
});

Deno.test("the engine keeps what was learnt in the frontier, and goes on without what can't be read", async () => {
  await using frontier = new MemoryFrontier<Request>();
  const log: LogEntry[] = [];
  const make = async () => {
    const site = new WalledSite(() => ({}));
    const sessions = new SessionManager()
      .add("http", new FakeHttp(site, { name: "http", jar: new CookieJar() }))
      .add("browser", new FakeBrowser(site, { name: "browser" }), { lazy: true });
    const recording = new StatsRecorder(newStats(0, {
      concurrentRequests: 1,
      concurrentRequestsPerDomain: 0,
      downloadDelayMs: 0,
      autothrottle: false,
    }));
    const escalator = new Escalator({
      ladder: ["http", "browser"],
      sessions,
      frontier,
      clock: new VirtualClock(),
      recording,
      log: (level, message) => log.push({ level, spider: "test", message }),
    });
    await escalator.restore();
    return { escalator, sessions, recording };
  };
  const request = new Request("https://site.test/p/1");
  {
    const { escalator, sessions } = await make();
    await using _ = sessions;
    await escalator.keep();
    assert.equal(await frontier.state.get("escalation"), undefined, "nothing was learnt");
    const passage = escalator.passageOf(request);
    assert.ok(passage !== "wait");
    const blocked = await sessions.fetch(request.url);
    const moved = escalator.blocked(request, passage, blocked, WALL)!;
    const scouting = escalator.passageOf(moved);
    assert.ok(scouting !== "wait");
    const page = await sessions.fetch(request.url, { sid: scouting.sid });
    await escalator.passed(moved, scouting, page);
    await escalator.keep();
  }
  {
    const { escalator, sessions } = await make();
    await using _ = sessions;
    const passage = escalator.passageOf(request);
    assert.ok(passage !== "wait");
    assert.deepEqual(passage.options.identity, {
      ...BROWSER_IDENTITY,
      headers: [...new Headers(BROWSER_IDENTITY.headers.map(([n, v]): [string, string] => [n, v]))],
    });
  }
  await frontier.state.set("escalation", new Uint8Array([1, 2, 3]));
  const { sessions } = await make();
  await sessions.close();
  assert.deepEqual(log.filter(({ level }) => level === "warn").length, 1);
  assert.match(log.at(-1)!.message, /not what escalation has learnt/);
});
