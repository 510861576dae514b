/** Escalation with a real browser: the test site's wall wants a cookie that only JavaScript sets. */
import assert from "node:assert/strict";
import { BrowserNotFoundError, DynamicSession, findBrowser } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { CookieJar } from "@orbweaver/session";
import { type Response, type SessionManager, Spider } from "@orbweaver/spider";
import { type Site, startSite } from "../site/mod.ts";

const PAGES = 30;

class Walled extends Spider<{ title: string; by: string | undefined }> {
  override name = "walled";
  override logLevel = "silent" as const;
  override escalate = ["http", "dynamic"];
  override concurrentRequests = 4;
  readonly jar = new CookieJar();
  readonly #site: Site;

  constructor(site: Site) {
    super();
    this.#site = site;
  }

  override configureSessions(manager: SessionManager): void {
    manager
      .add("http", new FetchSession({ jar: this.jar }))
      .add("dynamic", new DynamicSession(), { lazy: true });
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

Deno.test({
  name:
    "the proof: N pages behind a wall, one browser page, N-1 by HTTP, as one and the same visitor",
  ignore: !hasBrowser(),
  fn: async () => {
    await using site = await startSite();
    const { items, failures, stats } = await new Walled(site).start({ handleSignals: false });
    assert.deepEqual(failures, []);
    assert.equal(items.length, PAGES);
    assert.ok(items.every(({ title }) => title === "Behind the wall"));
    assert.equal(items.filter(({ by }) => by === "dynamic").length, 1);
    assert.deepEqual(stats.sessionsRequestsCount, { http: PAGES, dynamic: 1 });
    assert.equal(stats.blockedRequestsCount, 1);
    assert.equal(stats.clearancesCount, 1);

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
  },
});

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch (error) {
    if (error instanceof BrowserNotFoundError) return false;
    throw error;
  }
}
