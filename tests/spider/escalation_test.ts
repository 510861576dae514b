/** Escalation in whole crawls over sites in memory, in virtual time. */
import assert from "node:assert/strict";
import { CookieJar, SessionStartError } from "@orbweaver/session";
import {
  type LogEntry,
  MemoryFrontier,
  Request,
  type Response,
  type SessionManager,
  Spider,
} from "@orbweaver/spider";
import {
  BROWSER_IDENTITY,
  FakeBrowser,
  FakeHttp,
  type FakeOptions,
  HTTP_IDENTITY,
  type SiteAnswer,
  type Visitor,
  WalledSite,
} from "./_walled_site.ts";
import { VirtualClock } from "./_virtual_clock.ts";

interface Item {
  url: string;
  text: string;
  by: string | undefined;
}

type Arrange = {
  http?: Partial<FakeOptions>;
  dynamic?: Partial<FakeOptions>;
  stealth?: Partial<FakeOptions>;
  takesProxy?: boolean;
};

/** A spider with an HTTP client and two browsers, all of them fakes. */
class Climber extends Spider<Item> {
  override name = "climber";
  override logLevel = "silent" as const;
  override startUrls: readonly string[] = ["https://shop.test/"];
  override escalate: readonly string[] = ["http", "dynamic", "stealth"];
  readonly site: WalledSite;
  readonly http: FakeHttp;
  readonly dynamic: FakeBrowser;
  readonly stealth: FakeBrowser;
  readonly log: LogEntry[] = [];

  constructor(answer: (visitor: Visitor) => SiteAnswer, arrange: Arrange = {}) {
    super();
    const jar = new CookieJar();
    const { takesProxy } = arrange;
    this.site = new WalledSite(answer);
    this.http = new FakeHttp(this.site, { name: "http", jar, ...arrange.http });
    this.dynamic = new FakeBrowser(
      this.site,
      { name: "dynamic", jar, identity: BROWSER_IDENTITY, ...arrange.dynamic },
      takesProxy,
    );
    this.stealth = new FakeBrowser(
      this.site,
      { name: "stealth", jar, identity: BROWSER_IDENTITY, ...arrange.stealth },
      takesProxy,
    );
  }

  override configureSessions(manager: SessionManager): void {
    manager
      .add("http", this.http)
      .add("dynamic", this.dynamic, { lazy: true })
      .add("stealth", this.stealth, { lazy: true });
  }

  override async *parse(response: Response): AsyncGenerator<Item | Request> {
    yield { url: response.url, text: response.css("h1::text").get(""), by: response.sessionId };
    for (const href of response.css("a::attr(href)").getAll()) yield response.follow(href);
  }

  crawl(clock = new VirtualClock()) {
    return clock.running(() =>
      this.start({
        handleSignals: false,
        clock,
        random: () => 0.5,
        log: (entry) => this.log.push(entry),
      })
    );
  }

  /** The URLs that a session was asked for, without their host. */
  askedOf(name: "http" | "dynamic" | "stealth"): string[] {
    return this[name].asked.map(({ url }) => url.replace("https://shop.test", ""));
  }

  logged(level: string): string[] {
    return this.log.filter((entry) => entry.level === level).map(({ message }) => message);
  }
}

const WALL: SiteAnswer = {
  status: 403,
  html: "<title>Just a moment...</title><script>/* sets a cookie */</script>",
  script: "clearance=yes; Path=/",
};

/** A site that wants a cookie which only a script sets. */
function wantsCookie({ cookies, url }: Visitor): SiteAnswer {
  return cookies.includes("clearance=yes") ? page(url) : WALL;
}

function page(url: URL, ...links: string[]): SiteAnswer {
  const anchors = links.map((href) => `<a href="${href}">x</a>`).join("");
  return { html: `<title>Page</title><h1>${url.pathname}</h1><p>Here it is.</p>${anchors}` };
}

function pages(count: number, path = "/p/"): string[] {
  return Array.from({ length: count }, (_, i) => `https://shop.test${path}${i + 1}`);
}

Deno.test("a cookie that only a browser gets: N pages, one browser page, N-1 by HTTP", async () => {
  const N = 50;
  const spider = new Climber((visitor) => {
    const answer = wantsCookie(visitor);
    return visitor.url.pathname === "/" && answer !== WALL
      ? page(visitor.url, ...pages(N - 1))
      : answer;
  });
  const { items, stats, outcome, failures } = await spider.crawl();
  assert.equal(outcome, "completed");
  assert.deepEqual(failures, []);
  assert.equal(items.length, N);
  assert.equal(spider.dynamic.asked.length, 1);
  assert.equal(spider.stealth.asked.length, 0);
  assert.equal(items.filter(({ by }) => by === "http").length, N - 1);
  assert.equal(spider.http.asked.length, N, "the first attempt, and all pages but one");
  assert.equal(stats.escalatedRequestsCount, 1);
  assert.equal(stats.clearancesCount, 1);
  assert.deepEqual(stats.sessionsRequestsCount, { http: N, dynamic: 1 });
  assert.deepEqual(stats.escalatedRoutes, {});
});

for (const concurrency of [1, 2, 16]) {
  Deno.test(`one browser page is enough, with ${concurrency} requests blocked at once`, async () => {
    const started = Promise.withResolvers<void>();
    let waiting = 0;
    const gate = () => {
      if (++waiting === concurrency) started.resolve();
      return started.promise;
    };
    const spider = new Climber(wantsCookie, { http: { gate } });
    spider.startUrls = pages(50);
    spider.concurrentRequests = concurrency;
    const { items, failures, stats } = await spider.crawl();
    assert.deepEqual(failures, []);
    assert.equal(new Set(items.map(({ url }) => url)).size, 50);
    assert.equal(items.length, 50);
    assert.equal(spider.dynamic.asked.length, 1);
    assert.equal(spider.http.asked.length, 49 + concurrency);
    assert.equal(stats.blockedRequestsCount, concurrency);
  });
}

Deno.test("cookies are handed over between jars, and from a session without one", async () => {
  const alone: Arrange[] = [
    { http: { jar: new CookieJar() }, dynamic: { jar: new CookieJar() } },
    { http: { jar: new CookieJar() }, dynamic: { jar: new CookieJar(), hasJar: false } },
  ];
  for (const arrange of alone) {
    const spider = new Climber(wantsCookie, arrange);
    spider.http.cookies.store("https://shop.test/", ["basket=3; Path=/"]);
    spider.http.cookies.store("https://other.test/", ["secret=1; Path=/"]);
    spider.startUrls = pages(10);
    const { items } = await spider.crawl();
    assert.equal(items.length, 10);
    assert.equal(spider.dynamic.asked.length, 1);
    assert.equal(spider.http.cookies.header("https://shop.test/"), "basket=3; clearance=yes");
    if (spider.dynamic.jar === undefined) continue;
    assert.equal(spider.dynamic.jar.header("https://shop.test/"), "basket=3; clearance=yes");
    assert.equal(
      spider.dynamic.jar.header("https://other.test/"),
      "",
      "no business of the browser",
    );
  }
});

Deno.test("the client that goes on with a browser's cookie says to be that browser", async () => {
  const wantsTheSame = (visitor: Visitor): SiteAnswer => {
    const isBrowser = visitor.headers.get("user-agent") === "Browser/156" &&
      visitor.headers.get("sec-ch-ua") === '"Chromium";v="156"' &&
      visitor.headers.get("accept-language") === "de";
    return isBrowser ? wantsCookie(visitor) : WALL;
  };
  for (const identity of [BROWSER_IDENTITY, undefined]) { // told, or seen in its requests
    const spider = new Climber(wantsTheSame, { dynamic: { identity } });
    spider.startUrls = pages(10);
    const { items } = await spider.crawl();
    assert.equal(items.length, 10);
    assert.equal(spider.dynamic.asked.length, 1);
    assert.equal(spider.site.visits[0]?.headers.get("user-agent"), HTTP_IDENTITY.userAgent);
  }
});

Deno.test("a client without the option 'identity' gets the headers, and the user's own win", async () => {
  class Plain extends FakeHttp {
    override readonly requestOptions = ["headers", "referer", "timeoutMs", "signal"];
  }
  const spider = new Climber(wantsCookie);
  const http = new Plain(spider.site, { name: "http", jar: spider.dynamic.jar });
  Object.assign(spider, { http });
  spider.concurrentRequests = 1;
  spider.startRequests = async function* () {
    for (const url of pages(3)) yield new Request(url, { headers: { "Accept-Language": "it" } });
  };
  await spider.crawl();
  assert.deepEqual(http.asked.at(-1)?.options.headers, [
    ["sec-ch-ua", '"Chromium";v="156"'],
    ["user-agent", "Browser/156"],
    ["Accept-Language", "it"],
  ]);
});

Deno.test("the proxy's exit goes along, up and down, with its credentials", async () => {
  const proxy = "http://ada:secret@exit.test:8080";
  const sameExit = (visitor: Visitor): SiteAnswer =>
    visitor.proxy === proxy ? wantsCookie(visitor) : WALL;
  const spider = new Climber(sameExit, { http: { proxy } });
  spider.startUrls = pages(10);
  const { items, stats } = await spider.crawl();
  assert.equal(items.length, 10);
  assert.equal(spider.dynamic.asked.length, 1);
  assert.equal(spider.dynamic.asked[0]?.options.proxy, proxy);
  assert.deepEqual(stats.proxiesRequestsCount, { "http://exit.test:8080": stats.requestsCount });

  const deaf = new Climber(wantsCookie, { http: { proxy }, takesProxy: false });
  deaf.startUrls = pages(3);
  await deaf.crawl();
  assert.equal("proxy" in deaf.dynamic.asked[0]!.options, false);
});

Deno.test("a clearance that is over is earned again, once", async () => {
  let served = 0;
  let valid = "clearance=0";
  const expires = (visitor: Visitor): SiteAnswer => {
    if (!visitor.cookies.includes(valid)) return { ...WALL, script: `${valid}; Path=/` };
    if (visitor.session === "http" && ++served % 10 === 0) valid = `clearance=${served}`;
    return page(visitor.url);
  };
  const spider = new Climber(expires);
  spider.startUrls = pages(45);
  spider.concurrentRequests = 4;
  const { items, failures, stats } = await spider.crawl();
  assert.deepEqual(failures, []);
  assert.equal(items.length, 45);
  assert.equal(spider.dynamic.asked.length, 5, "at the beginning, and after 10, 20, 30 and 40");
  assert.equal(stats.clearancesCount, 5);
  assert.deepEqual(stats.escalatedRoutes, {});
});

/** Turns plain clients away whatever they show, on /p/; a browser is let in. */
function wantsBrowser({ session, url }: Visitor): SiteAnswer {
  return session === "http" && url.pathname.startsWith("/p/")
    ? { status: 403, html: "<h1>Forbidden</h1>" }
    : page(url);
}

Deno.test("a route whose clearance is worth nothing elsewhere stays with the browser", async () => {
  const spider = new Climber(wantsBrowser);
  spider.startUrls = [...pages(20), ...pages(5, "/open/")];
  spider.concurrentRequests = 1;
  const { items, failures, stats } = await spider.crawl();
  assert.deepEqual(failures, []);
  assert.equal(items.length, 25);
  assert.deepEqual(stats.escalatedRoutes, {
    "shop.test/p/*": { sid: "dynamic", reason: "status 403" },
  });
  // The first attempt, the one that tried the browser's pass, and the five of the other route.
  assert.deepEqual(spider.askedOf("http"), [
    "/p/1",
    "/p/2",
    ...pages(5, "/open/").map((url) => url.replace("https://shop.test", "")),
  ]);
  assert.equal(spider.dynamic.asked.length, 20);
});

Deno.test("the cheap session is tried again now and then, and takes over once it is let in", async () => {
  let relents = false;
  const spider = new Climber((visitor) => relents ? page(visitor.url) : wantsBrowser(visitor));
  const clock = new VirtualClock();
  const begin = clock.now();
  const probes: number[] = [];
  spider.startUrls = pages(60);
  spider.concurrentRequests = 1;
  spider.downloadDelayMs = 10_000;
  const fetch = spider.http.fetch.bind(spider.http);
  spider.http.fetch = (url, options) => {
    const seconds = Math.round((clock.now() - begin) / 1_000);
    if (seconds > 20) probes.push(seconds);
    relents = seconds > 300;
    return fetch(url, options);
  };
  const { items, stats } = await spider.crawl(clock);
  assert.equal(items.length, 60);
  const [first, second, third, ...rest] = probes;
  assert.ok(first! >= 60 && first! < 90, `${first}`);
  assert.ok(second! - first! >= 120 && second! - first! < 140, `${second}`);
  assert.ok(third! - second! >= 240 && third! - second! < 260, `${third}`);
  assert.equal(spider.dynamic.asked.length, 60 - 1 - rest.length);
  assert.ok(rest.length > 0);
  assert.deepEqual(stats.escalatedRoutes, {});
});

/** Pages below /app/ are made by scripts. */
function needsScripts({ url }: Visitor): SiteAnswer {
  if (!url.pathname.startsWith("/app/")) return page(url);
  return {
    html: '<title>Shop</title><div id="root"></div><script src="/app.js"></script>',
    rendered: `<title>Shop</title><div id="root"><h1>${url.pathname}</h1><p>Text</p></div>`,
  };
}

Deno.test("a page that is empty without JavaScript goes to a browser, and so do the others of its route", async () => {
  const spider = new Climber(needsScripts);
  spider.startUrls = [...pages(10, "/app/"), ...pages(10)];
  spider.concurrentRequests = 1;
  const { items, stats } = await spider.crawl();
  assert.equal(items.length, 20);
  assert.ok(items.every(({ url, text }) => url.endsWith(text)));
  assert.equal(spider.dynamic.asked.length, 10);
  assert.equal(spider.http.asked.length, 11);
  assert.deepEqual(stats.blockedReasonsCount, { "empty without JavaScript": 1 });
  assert.deepEqual(stats.escalatedRoutes, {
    "shop.test/app/*": { sid: "dynamic", reason: "empty without JavaScript" },
  });
  assert.equal(stats.clearancesCount, 0);
});

Deno.test("a page that a browser shows just as empty is a page, and its route stays cheap", async () => {
  const spider = new Climber(() => ({ html: "<title>Nothing</title><script></script>" }));
  spider.startUrls = pages(10);
  spider.concurrentRequests = 1;
  const { items, failures } = await spider.crawl();
  assert.deepEqual(failures, []);
  assert.equal(items.length, 10);
  assert.deepEqual([spider.dynamic.asked.length, spider.stealth.asked.length], [1, 1]);
});

Deno.test("without `escalate`, what a page looks like is the spider's business", async () => {
  const spider = new Climber(() => ({ html: WALL.html! }));
  spider.escalate = [];
  spider.startUrls = pages(2);
  const { items, stats } = await spider.crawl();
  assert.equal(items.length, 2);
  assert.equal(stats.blockedRequestsCount, 0);
});

Deno.test("a challenge with status 200 moves up, however it is told", async () => {
  const challenges: SiteAnswer[] = [
    { html: WALL.html! },
    { html: "Hello", headers: { "cf-mitigated": "challenge" } },
    { html: '<body>Are you there?<div class="g-recaptcha"></div></body>' },
  ];
  for (const challenge of challenges) {
    const spider = new Climber(({ url, cookies }) =>
      cookies === "" ? { ...challenge, script: "clearance=yes" } : page(url)
    );
    spider.startUrls = pages(3);
    const { items } = await spider.crawl();
    assert.equal(items.length, 3);
    assert.equal(spider.dynamic.asked.length, 1);
  }
});

Deno.test("where one browser is turned away, the next one is asked, and remembered", async () => {
  const onlyStealth = (visitor: Visitor): SiteAnswer =>
    visitor.session === "dynamic" ? { status: 403, html: "no" } : wantsCookie(visitor);
  const spider = new Climber(onlyStealth);
  spider.startUrls = pages(20);
  const { items, failures, stats } = await spider.crawl();
  assert.deepEqual(failures, []);
  assert.equal(items.length, 20);
  assert.deepEqual([spider.dynamic.asked.length, spider.stealth.asked.length], [1, 1]);
  assert.equal(stats.escalatedRequestsCount, 2);
});

Deno.test("where nobody is let in, a few find it out, and the others fail as the blocks they are", async () => {
  const spider = new Climber(() => ({ status: 403, html: "no" }));
  spider.startUrls = pages(30);
  const { items, failures, outcome } = await spider.crawl();
  assert.equal(outcome, "completed");
  assert.equal(items.length, 0);
  assert.equal(failures.length, 30);
  assert.ok(failures.every(({ reason }) => reason.startsWith("Blocked (status 403) after 4")));
  assert.equal(spider.dynamic.asked.length, 1);
  assert.equal(spider.stealth.asked.length, 4);
});

Deno.test("a session that does not start is told once, and what it would fetch stays blocked", async () => {
  const startError = new Error("No browser found; install one with 'apt install chromium'");
  const spider = new Climber(wantsCookie, { dynamic: { startError }, stealth: { startError } });
  spider.startUrls = pages(20);
  const { items, failures, outcome } = await spider.crawl();
  assert.equal(outcome, "completed");
  assert.equal(items.length, 0);
  assert.equal(failures.length, 20);
  assert.ok(failures.every(({ reason }) => reason.startsWith("Blocked (status 403) after 4")));
  const warnings = spider.logged("warn");
  assert.equal(warnings.length, 2);
  assert.match(warnings[0]!, /'dynamic' does not start: .*install one with 'apt install chromium'/);
  assert.match(warnings[1]!, /'stealth' does not start/);
  assert.deepEqual([spider.dynamic.starts, spider.stealth.starts], [1, 1]);
});

Deno.test("a session that does not start is passed over for one that does", async () => {
  const startError = new SessionStartError("no display", []);
  const spider = new Climber(wantsCookie, { dynamic: { startError } });
  spider.startUrls = pages(20);
  const { items, failures } = await spider.crawl();
  assert.deepEqual(failures, []);
  assert.equal(items.length, 20);
  assert.equal(spider.stealth.asked.length, 1);
});

Deno.test("an empty shell without a browser is a failure that says why, not an empty item", async () => {
  const startError = new Error("no browser");
  const spider = new Climber(needsScripts, { dynamic: { startError }, stealth: { startError } });
  spider.startUrls = pages(5, "/app/");
  const { items, failures } = await spider.crawl();
  assert.deepEqual(items, []);
  assert.equal(failures.length, 5);
  assert.match(failures[0]!.reason, /^Blocked \(empty without JavaScript\) after 1 attempts/);
});

Deno.test("what a browser can't ask for does not go to one", async () => {
  const spider = new Climber(({ session, url }) =>
    session === "http" && url.searchParams.get("free") === null
      ? { status: 403, html: "no" }
      : page(url)
  );
  spider.maxBlockedRetries = 0;
  const impossible = [
    { method: "POST", data: { a: 1 } },
    { method: "HEAD" },
    { json: {} },
    { auth: { username: "a", password: "b" } },
    { cookies: { a: "1" } },
    { headers: { Authorization: "Bearer x" } },
  ];
  spider.startRequests = async function* () {
    for (const [i, options] of impossible.entries()) {
      yield new Request(`https://shop.test/no/${i}`, options);
    }
    yield new Request("https://shop.test/yes?a=1", {
      params: { b: [2, 3] },
      headers: { "User-Agent": "Mine/1", "X-Own": "1", "Accept-Language": "it" },
      timeoutMs: 5_000,
      proxy: "http://exit.test:1",
    });
  };
  const { failures } = await spider.crawl();
  assert.equal(failures.length, impossible.length);
  assert.deepEqual(
    spider.dynamic.asked.map(({ url, options }) => {
      const { signal: _, ...given } = options;
      return { url, given };
    }),
    [{
      url: "https://shop.test/yes?a=1&b=2&b=3",
      given: {
        headers: [["X-Own", "1"], ["Accept-Language", "it"]],
        timeoutMs: 5_000,
        proxy: "http://exit.test:1",
      },
    }],
  );
});

Deno.test("a request that names a session starts there; one of none of them is blocked as ever", async () => {
  const spider = new Climber(({ session, url }) =>
    session === "stealth" ? page(url) : { status: 403, html: "no" }
  );
  spider.escalate = ["dynamic", "stealth"];
  spider.maxBlockedRetries = 1;
  spider.startRequests = async function* () {
    yield new Request("https://shop.test/up", { sid: "dynamic" });
    yield new Request("https://shop.test/stays");
  };
  const { items, failures } = await spider.crawl();
  assert.deepEqual(items.map(({ by }) => by), ["stealth"]);
  assert.deepEqual(failures.map(({ request }) => request.url), ["https://shop.test/stays"]);
  assert.deepEqual(spider.askedOf("dynamic"), ["/up"]);
});

Deno.test("a link on a page that a browser fetched is asked for by the cheap session", async () => {
  const spider = new Climber((visitor) => {
    const answer = wantsCookie(visitor);
    return answer === WALL ? answer : page(visitor.url, "/next/1");
  });
  const { items } = await spider.crawl();
  assert.deepEqual(items.map(({ url, by }) => [url, by]), [
    ["https://shop.test/", "dynamic"],
    ["https://shop.test/next/1", "http"],
  ]);
});

Deno.test("credentials asked for, and a server in trouble, are no reason to climb", async () => {
  const statuses: Record<string, number[]> = {
    "/login": [401, 401],
    "/busy": [503, 200],
    "/down": [503, 503, 200],
  };
  const spider = new Climber(({ url }) => {
    const status = statuses[url.pathname]?.shift() ?? 200;
    return status === 200 ? page(url) : { status, html: "no" };
  });
  spider.maxBlockedRetries = 1;
  spider.startUrls = Object.keys(statuses).map((path) => `https://shop.test${path}`);
  const { items, failures } = await spider.crawl();
  assert.deepEqual(failures.map(({ request }) => new URL(request.url).pathname), ["/login"]);
  assert.deepEqual(items.map(({ url, by }) => [new URL(url).pathname, by]).sort(), [
    ["/busy", "http"],
    ["/down", "dynamic"],
  ]);
});

Deno.test("a reason of the spider's own moves up; retryBlockedRequest is for what can't", async () => {
  class Own extends Climber {
    readonly again: string[] = [];
    override isBlocked(response: Response): false | string {
      return response.text.includes("sold to robots") && "robot prices";
    }
    override retryBlockedRequest(request: Request): Request {
      this.again.push(request.url);
      return request;
    }
  }
  const spider = new Own(({ session, url }) =>
    session === "http" ? { html: "sold to robots" } : page(url)
  );
  spider.startUrls = pages(5);
  const { items, stats } = await spider.crawl();
  assert.equal(items.length, 5);
  assert.deepEqual(spider.again, []);
  assert.equal(stats.escalatedRoutes["shop.test/p/*"]?.reason, "robot prices");
});

Deno.test("delays hold between all starts on a host, whichever session it is", async () => {
  const clock = new VirtualClock();
  const starts: number[] = [];
  const spider = new Climber(wantsCookie);
  spider.startUrls = pages(6);
  spider.downloadDelayMs = 1_000;
  for (const session of [spider.http, spider.dynamic]) {
    const fetch = session.fetch.bind(session);
    session.fetch = (url, options) => {
      starts.push(clock.now());
      return fetch(url, options);
    };
  }
  const { items } = await spider.crawl(clock);
  assert.equal(items.length, 6);
  assert.equal(starts.length, 7);
  for (let i = 1; i < starts.length; i++) {
    assert.ok(starts[i]! - starts[i - 1]! >= 1_000, `${starts}`);
  }
});

Deno.test("while a browser is busy with one host, no other host waits, and that host is left alone", async () => {
  const released = Promise.withResolvers<void>();
  const spider = new Climber(
    (visitor) => visitor.url.host === "shop.test" ? wantsCookie(visitor) : page(visitor.url),
    { dynamic: { gate: () => released.promise } },
  );
  const others = Array.from({ length: 100 }, (_, i) => `https://other.test/${i}`);
  spider.startUrls = [...pages(100), ...others];
  spider.concurrentRequests = 4;
  spider.onScrapedItem = (item) => {
    if (item.url === others.at(-1)) { // if it had to wait, this would never end
      assert.ok(spider.http.asked.filter(({ url }) => url.includes("shop.test")).length <= 4);
      released.resolve();
    }
    return item;
  };
  const { items } = await spider.crawl();
  assert.equal(items.length, 200);
  assert.equal(spider.dynamic.asked.length, 1);
});

Deno.test("those who wait for a scout sleep: they are not looked at again and again", async () => {
  const clock = new VirtualClock();
  const spider = new Climber(wantsCookie, { dynamic: { gate: () => clock.sleep(50_000) } });
  spider.startUrls = pages(20);
  spider.concurrentRequests = 2;
  const { retry } = MemoryFrontier.prototype;
  let putBack = 0;
  MemoryFrontier.prototype.retry = function (...args) {
    putBack += 1;
    return retry.apply(this, args);
  };
  try {
    const { items } = await spider.crawl(clock);
    assert.equal(items.length, 20);
    assert.ok(putBack <= 10, `${putBack}`);
  } finally {
    MemoryFrontier.prototype.retry = retry;
  }
});

Deno.test("a scout that is lost on the way keeps nobody waiting", async () => {
  let failures = 0;
  const spider = new Climber(wantsCookie, {
    dynamic: {
      gate: () => ++failures <= 3 ? Promise.reject(new Error("tab is gone")) : Promise.resolve(),
    },
  });
  spider.startUrls = pages(20);
  spider.concurrentRequests = 1;
  const { items, failures: letters } = await spider.crawl();
  assert.equal(letters.length, 3);
  assert.equal(items.length, 17);
  assert.equal(spider.dynamic.asked.length, 4);
});

Deno.test("a crawl that is stopped while a scout is on its way ends at once", async () => {
  const reached = Promise.withResolvers<void>();
  const spider = new Climber(wantsCookie, {
    dynamic: { gate: () => (reached.resolve(), new Promise(() => {})) },
  });
  spider.startUrls = pages(20);
  const controller = new AbortController();
  const running = spider.start({ signal: controller.signal });
  await reached.promise;
  controller.abort();
  const { outcome, failures } = await running;
  assert.equal(outcome, "paused");
  assert.deepEqual(failures, []);
});

Deno.test("an `escalate` that makes no sense is an error before anything is fetched", async () => {
  const wrong: [string[], RegExp][] = [
    [["http", "nope"], /'nope' not found; available: http, dynamic, stealth/],
    [["http"], /must name two sessions or more, each once, .* received \["http"\]/],
    [["http", "http"], /each once/],
  ];
  for (const [escalate, message] of wrong) {
    const spider = new Climber(wantsCookie);
    spider.escalate = escalate;
    await assert.rejects(spider.crawl(), { message });
    assert.deepEqual(spider.http.asked, []);
    assert.equal(spider.http.state, "closed");
  }
});
