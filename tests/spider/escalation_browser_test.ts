/** Escalation with a real browser: the test site's wall wants a cookie that only JavaScript sets. */
import assert from "node:assert/strict";
import { BrowserNotFoundError, DynamicSession, findBrowser } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { CookieJar } from "@orbweaver/session";
import { type Response, type SessionManager, Spider } from "@orbweaver/spider";
import { type Site, startHttpProxy, startSite } from "../site/mod.ts";

const PAGES = 30;

class Walled extends Spider<{ title: string; by: string | undefined }> {
  override name = "walled";
  override logLevel = "silent" as const;
  override escalate = ["http", "dynamic"];
  override concurrentRequests = 4;
  readonly #site: Site;
  readonly #jar: CookieJar | undefined;

  constructor(site: Site, jar?: CookieJar) {
    super();
    this.#site = site;
    this.#jar = jar;
  }

  override configureSessions(manager: SessionManager): void {
    const jar = this.#jar;
    manager
      .add("http", new FetchSession({ jar }))
      .add("dynamic", new DynamicSession({ jar }), { lazy: true });
  }

  override async *startRequests(): AsyncGenerator<string> {
    yield `${this.#site.url}/cookie-wall?page=1`;
  }

  override async *parse(response: Response) {
    yield { title: response.css("h1::text").get(""), by: response.sessionId };
    if (!response.url.endsWith("page=1")) return;
    for (let id = 2; id <= PAGES; id++) yield response.follow(`?page=${id}`);
  }
}

const ignore = !hasBrowser();

for (const jar of [new CookieJar(), undefined]) {
  const how = jar === undefined ? "each with its own jar" : "with one jar";
  Deno.test({
    name: `the proof: N pages behind a wall, one browser page, N-1 by HTTP, ${how}`,
    ignore,
    fn: async () => {
      await using site = await startSite();
      const { items, failures, stats } = await new Walled(site, jar).start({
        handleSignals: false,
      });
      assert.deepEqual(failures, []);
      assert.equal(items.length, PAGES);
      assert.ok(items.every(({ title }) => title === "Behind the wall"));
      assert.equal(items.filter(({ by }) => by === "dynamic").length, 1);
      assert.deepEqual(stats.sessionsRequestsCount, { http: PAGES, dynamic: 1 });
      assert.equal(stats.blockedRequestsCount, 1);
      assert.equal(stats.clearancesCount, 1);
      checkVisitor(site);
    },
  });
}

Deno.test({
  name:
    "the proof through a proxy that wants a password: browser and client come out of the same exit",
  ignore,
  fn: async () => {
    await using site = await startSite();
    await using proxy = await startHttpProxy({ auth: { username: "ada", password: "secret" } });
    class Proxied extends Walled {
      override configureSessions(manager: SessionManager): void {
        manager
          .add("http", new FetchSession({ proxy: `http://ada:secret@${proxy.host}` }))
          .add("dynamic", new DynamicSession(), { lazy: true });
      }
    }
    const { items, failures, stats } = await new Proxied(site).start({ handleSignals: false });
    assert.deepEqual(failures, []);
    assert.equal(items.length, PAGES);
    assert.deepEqual(stats.sessionsRequestsCount, { http: PAGES, dynamic: 1 });
    assert.deepEqual(stats.proxiesRequestsCount, { [`http://${proxy.host}`]: PAGES + 1 });
    // The browser asks once without the password.
    assert.equal(proxy.asks.length, site.requests.length + 1, "nobody went round it");
    checkVisitor(site);
  },
});

/** What went behind the wall is one and the same visitor, cookie and headers. */
function checkVisitor(site: Site): void {
  const [first, wall, behind, ...others] = site.requestsTo("/cookie-wall");
  assert.equal(others.length, PAGES - 1);
  assert.deepEqual([first, wall].map((request) => request?.cookies.size), [0, 0]);
  assert.notEqual(first?.header("user-agent"), behind?.header("user-agent"));
  for (const request of others) {
    assert.equal(request.cookies.get("wall"), behind?.cookies.get("wall"));
    for (const name of ["user-agent", "accept-language", "sec-ch-ua", "sec-ch-ua-platform"]) {
      assert.notEqual(request.header(name), undefined, name);
      assert.equal(request.header(name), behind?.header(name), name);
    }
  }
}

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch (error) {
    if (error instanceof BrowserNotFoundError) return false;
    throw error;
  }
}
