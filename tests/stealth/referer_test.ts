import { DynamicSession, NavigationError, StealthSession } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { startSite, startTlsSite } from "../site/mod.ts";
import { browserTest } from "../sessions/browser/_browser.ts";
import { servePages } from "../sessions/browser/_pages.ts";

const GOOGLE = "https://www.google.com/";

browserTest("StealthSession comes from a page as by a link on it", async (t) => {
  await using site = await startSite();
  // Nothing may be sent to where a visit pretends to come from: what is would arrive here.
  await using trap = await openTrap();
  await using session = new StealthSession({
    maxPages: 1,
    retries: 1,
    extraFlags: [`--host-resolver-rules=MAP * 127.0.0.1:${trap.port}, EXCLUDE 127.0.0.1`],
  });
  const sent = async (options: Parameters<typeof session.fetch>[1], path = "/echo") => {
    site.take();
    await session.fetch(`${site.url}${path}`, options);
    const request = site.requestsTo(path)[0]!;
    return ["referer", "sec-fetch-site", "sec-fetch-user", "sec-fetch-mode"]
      .map((name) => request.header(name));
  };

  await t.step("from Google's search page, unless told otherwise", async () => {
    assert.deepEqual(await sent({}), [GOOGLE, "cross-site", "?1", "navigate"]);
    assert.deepEqual(await sent({ googleSearch: false }), [undefined, "none", "?1", "navigate"]);
  });

  await t.step("from any other page that is told", async () => {
    const referer = "https://news.example/story?id=1";
    assert.deepEqual(await sent({ referer }), [referer, "cross-site", "?1", "navigate"]);
    const own = `${site.url}/plain/2`;
    assert.deepEqual(await sent({ referer: own }), [own, "same-origin", "?1", "navigate"]);
    assert.equal(site.requestsTo("/plain/2").length, 0);
  });

  await t.step("without a trace in history or response", async () => {
    const seen: unknown[] = [];
    const page = await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => {
        seen.push(await page.evaluate(() => [history.length, document.referrer]));
        await page.evaluate(() => history.back());
        seen.push(await page.evaluate(() => location.pathname));
      },
    });
    assert.deepEqual(seen, [[1, GOOGLE], "/plain/1"]);
    assert.deepEqual(page.history, []);
    assert.equal(page.url, `${site.url}/plain/1`);
  });

  await t.step("where cookies are kept from other sites, as if typed", async () => {
    const cookie = "/set-strict";
    await using pages = await servePages({
      [cookie]: { headers: { "set-cookie": "login=1; SameSite=Strict" }, body: "<p>in" },
      "/in": "<p>in",
    });
    await session.fetch(pages.url + cookie);
    const { requestHeaders } = await session.fetch(`${pages.url}/in`);
    assert.match(requestHeaders.get("cookie") ?? "", /login=1/);
    assert.equal(requestHeaders.get("sec-fetch-site"), "none");
  });

  await t.step("and nothing is sent to that page's server, not even a connection", async () => {
    const seen = session.fetch("https://seen.example/", { referer: false, timeoutMs: 10_000 });
    await assert.rejects(seen);
    assert.ok(trap.heard("seen.example"));
    assert.ok(!trap.heard("www.google.com"));
    assert.ok(!trap.heard("news.example"));
  });
});

browserTest("a StealthSession's answers are those of a DynamicSession, link or not", async () => {
  await using site = await startSite();
  await using tls = await startTlsSite();
  const options = { maxPages: 1, retries: 1, timeoutMs: 20_000 };
  await using stealth = new StealthSession(options);
  await using dynamic = new DynamicSession(options);
  const refused = await unusedPort();
  const urls = [
    "/plain/1",
    "/redirect/chain/2",
    "/redirect/loop",
    "/cookie-wall",
    "/status/204",
    "/status/401",
    "/status/404",
    "/status/500",
    "/json",
    "/download",
    "/binary",
    "/broken/reset",
    "/broken/empty",
    "/broken/short-body",
    "/broken/half-headers",
  ].map((path) => site.url + path);
  urls.push(`http://127.0.0.1:${refused}/`, "http://127.0.0.1:1/", `${tls.url}/plain/1`);
  for (const url of urls) {
    const expected = await outcome(dynamic, url);
    assert.deepEqual(await outcome(stealth, url), expected, url);
  }
});

/** All of an answer that must not depend on how the page was come to. */
async function outcome(session: DynamicSession | StealthSession, url: string): Promise<unknown> {
  try {
    const { status, url: at, body, history } = await session.fetch(url);
    const hops = history.map((hop) => [hop.url, hop.status]);
    return { status, at, hops, body: new TextDecoder().decode(body) };
  } catch (error) {
    assert.ok(error instanceof NavigationError, `${url}: ${error}`);
    return error.code;
  }
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A server that knows who was meant to be connected to, which a TLS client says in the clear. */
async function openTrap() {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (bytes) => {
      heard.push(bytes.toString("latin1"));
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    heard: (host: string) => heard.some((hello) => hello.includes(host)),
    [Symbol.asyncDispose]: async () => void await new Promise((resolve) => server.close(resolve)),
  };
}
