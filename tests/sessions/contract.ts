import {
  InvalidOptionError,
  InvalidUrlError,
  Response,
  type Session,
  SessionClosedError,
  SessionManager,
  TimeoutError,
  UnsupportedOptionError,
} from "@orbweaver/session";
import assert from "node:assert/strict";
import { type Site, startSite } from "../site/mod.ts";

/** What a session under test may ask of its surroundings. */
export interface ContractOptions {
  /** Starts the site to fetch from. Default: the plain test site. */
  openSite?: () => Promise<Site>;
  /** Skips the tests, as where there is no browser. Default false. */
  ignore?: boolean;
}

/**
 * The tests that every session has to pass, ours and a user's.
 *
 * @param name What to call the session in the names of the tests.
 * @param makeSession Makes a session that was not started.
 * @param options The site, and whether to skip.
 */
export function sessionContract(
  name: string,
  makeSession: () => Session,
  { openSite = startSite, ignore = false }: ContractOptions = {},
): void {
  const test = (behaviour: string, body: (session: Session, site: Site) => Promise<void>) =>
    Deno.test({
      name: `${name}: ${behaviour}`,
      ignore,
      fn: async () => {
        await using site = await openSite();
        await using session = makeSession();
        await body(session, site);
      },
    });

  test("a session that was made holds nothing yet, and says what it is", (session) => {
    assert.equal(session.state, "idle");
    assert.match(session.kind, /^\w+$/);
    return Promise.resolve();
  });

  test("start() is idempotent, and one for all who call it at once", async (session) => {
    const starting = [session.start(), session.start(), session.start()];
    assert.ok(["starting", "open"].includes(session.state), session.state);
    await Promise.all(starting);
    assert.equal(session.state, "open");
    await session.start();
    assert.equal(session.state, "open");
  });

  test("fetch() starts the session", async (session, site) => {
    const pages = await Promise.all([1, 2].map((id) => session.fetch(`${site.url}/plain/${id}`)));
    assert.deepEqual(pages.map((page) => page.status), [200, 200]);
    assert.equal(session.state, "open");
  });

  test("close() is idempotent, and closed stays closed", async (session, site) => {
    await session.fetch(new URL(`${site.url}/plain/1`));
    const closing = [session.close(), session.close()];
    assert.equal(session.state, "closing");
    await Promise.all(closing);
    await session.close();
    assert.equal(session.state, "closed");
    await assert.rejects(session.start(), SessionClosedError);
    await assert.rejects(session.fetch(`${site.url}/plain/1`), SessionClosedError);
    assert.equal(session.state, "closed");
    assert.equal(site.requestsTo("/plain/1").length, 1);
  });

  test("close() before start() closes for good", async (session, site) => {
    await session.close();
    assert.equal(session.state, "closed");
    await assert.rejects(session.fetch(`${site.url}/plain/1`), SessionClosedError);
    assert.deepEqual(site.requestsTo("/plain/1"), []);
  });

  test("close() during start() ends it", async (session) => {
    const starting = Promise.allSettled([session.start()]);
    await session.close();
    assert.equal(session.state, "closed");
    const [outcome] = await starting;
    if (outcome.status === "rejected") assert.ok(outcome.reason instanceof SessionClosedError);
    assert.equal(session.state, "closed");
  });

  test("close() during fetch() rejects it and lets go of the server", async (session, site) => {
    const fetching = assert.rejects(
      session.fetch(`${site.url}/slow/forever`),
      SessionClosedError,
    );
    const request = await site.arrival("/slow/forever");
    await session.close();
    await fetching;
    assert.equal(await request.ended, "aborted");
    assert.equal(session.state, "closed");
  });

  test("`await using` closes it", async (session) => {
    {
      await using used = session;
      await used.start();
    }
    assert.equal(session.state, "closed");
  });

  test(
    "an aborted fetch rejects with the signal's reason, and the session goes on",
    async (session, site) => {
      const reason = new Error("the user has enough");
      const url = `${site.url}/slow/forever`;
      await assert.rejects(session.fetch(url, { signal: AbortSignal.abort(reason) }), reason);
      assert.deepEqual(site.requestsTo("/slow/forever"), []);

      const controller = new AbortController();
      const fetching = assert.rejects(session.fetch(url, { signal: controller.signal }), reason);
      const request = await site.arrival("/slow/forever");
      controller.abort(reason);
      await fetching;
      assert.equal(await request.ended, "aborted");
      assert.equal((await session.fetch(`${site.url}/plain/1`)).status, 200);
    },
  );

  test(
    "a fetch over its time limit rejects with a TimeoutError, and the session goes on",
    async (session, site) => {
      await session.start();
      const url = `${site.url}/slow/stall`;
      await assert.rejects(session.fetch(url, { timeoutMs: 400 }), (error: unknown) => {
        assert.ok(error instanceof TimeoutError, String(error));
        assert.deepEqual([error.timeoutMs, error.url], [400, url]);
        return true;
      });
      assert.equal((await session.fetch(`${site.url}/plain/1`)).status, 200);
    },
  );

  test(
    "an option that it does not have is refused before anything is sent",
    async (session, site) => {
      const options = { noSuchOption: 1, headers: {} };
      await assert.rejects(session.fetch(`${site.url}/plain/1`, options), (error: unknown) => {
        assert.ok(error instanceof UnsupportedOptionError, String(error));
        assert.deepEqual([error.option, error.kind], ["noSuchOption", session.kind]);
        return true;
      });
      await session.fetch(`${site.url}/plain/2`, { timeoutMs: undefined });
      assert.deepEqual(site.requestsTo("/plain/1"), []);
      assert.ok(
        session.requestOptions === undefined || session.requestOptions.includes("timeoutMs"),
      );
    },
  );

  test("an option whose value makes no sense is refused", async (session, site) => {
    for (const timeoutMs of [-1, NaN, "1000" as unknown as number]) {
      await assert.rejects(session.fetch(`${site.url}/plain/1`, { timeoutMs }), InvalidOptionError);
    }
    assert.deepEqual(site.requestsTo("/plain/1"), []);
  });

  test("what is no URL, or not of the web, is refused", async (session) => {
    const invalid = [
      "",
      "example.com",
      "/relative",
      "file:///etc/passwd",
      "javascript:1",
      "http://",
    ];
    for (const url of invalid) {
      await assert.rejects(session.fetch(url), InvalidUrlError, url);
    }
  });

  test("what it is given is left as it is", async (session, site) => {
    const headers = Object.freeze({ "X-Mine": "1" });
    await session.fetch(`${site.url}/echo/mine`, Object.freeze({ headers }));
    assert.equal(site.requestsTo("/echo/mine")[0]?.header("x-mine"), "1");
  });

  test("concurrent fetches each get their own page", async (session, site) => {
    const ids = [1, 2, 3, 4, 5, 6, 7, 8];
    const pages = await Promise.all(ids.map((id) => session.fetch(`${site.url}/plain/${id}`)));
    assert.deepEqual(pages.map((page) => page.url), ids.map((id) => `${site.url}/plain/${id}`));
    assert.equal(new Set(pages.map((page) => page.css("h1").get())).size, ids.length);
  });

  test("a failed fetch leaves the others alone", async (session, site) => {
    const [good, bad] = await Promise.allSettled([
      session.fetch(`${site.url}/plain/1`),
      session.fetch(`${site.url}/slow/forever`, { timeoutMs: 300 }),
    ]);
    assert.deepEqual([good.status, bad.status], ["fulfilled", "rejected"]);
  });

  test("a Response tells what came, whatever its status", async (session, site) => {
    for (const [path, status] of [["/plain/1", 200], ["/status/404", 404]] as const) {
      const page = await session.fetch(`${site.url}${path}`);
      checkResponse(page);
      assert.deepEqual([page.url, page.status], [`${site.url}${path}`, status]);
      assert.equal(page.css("h1").length, 1);
      assert.deepEqual(page.history, []);
      const stored: unknown = JSON.parse(JSON.stringify(page));
      const again = Response.fromJSON(stored);
      assert.deepEqual(again.toJSON(), stored, "nothing is lost in JSON");
      assert.deepEqual(
        [again.text, again.status, again.url, again.encoding],
        [page.text, page.status, page.url, page.encoding],
      );
    }
  });

  test("its jar, where it has one, is what it sends and keeps", async (session, site) => {
    const { jar } = session;
    if (jar === undefined) return;
    jar.set(site.url, { name: "given", value: "1" });
    const page = await session.fetch(`${site.url}/cookies/set?earned=2`);
    assert.equal(page.status, 200);
    assert.equal(site.requestsTo("/cookies/set")[0]?.cookies.get("given"), "1");
    const kept = jar.cookies(site.url).map(({ name, value }) => `${name}=${value}`).sort();
    assert.deepEqual(kept, ["earned=2", "given=1"]);
  });

  test("it is who its identity(), where it has one, says it is", async (session, site) => {
    const identity = await session.identity?.();
    if (identity === undefined) return;
    assert.notEqual(identity.userAgent, "");
    await session.fetch(`${site.url}/plain/1`);
    const [request] = site.requestsTo("/plain/1");
    assert.equal(request?.header("user-agent"), identity.userAgent);
    assert.equal(request?.header("accept-language") ?? "", identity.acceptLanguage);
    for (const [name, value] of identity.headers) assert.equal(request?.header(name), value, name);
  });

  test("a SessionManager drives it", async (session, site) => {
    await using sessions = new SessionManager().add("mine", session, { lazy: true });
    const page = await sessions.fetch(`${site.url}/plain/1`);
    assert.equal(page.sessionId, "mine");
    await sessions.close();
    assert.equal(session.state, "closed");
  });
}

function checkResponse(page: Response): void {
  assert.ok(page instanceof Response);
  assert.ok(page.body instanceof Uint8Array && page.body.byteLength > 0);
  assert.equal(page.ok, page.status >= 200 && page.status < 300);
  assert.notEqual(page.reason, "");
  assert.equal(page.method, "GET");
  assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
  assert.ok(page.requestHeaders instanceof Headers);
  assert.equal(page.encoding, "utf-8");
  assert.ok(page.text.includes("<h1"));
  assert.ok(Array.isArray(page.cookies));
  const { startedAt, totalMs } = page.timing ?? { startedAt: NaN, totalMs: NaN };
  assert.ok(startedAt > Date.UTC(2020, 0) && startedAt + totalMs <= Date.now() + 1, "wall clock");
  assert.ok(totalMs >= 0);
}
