import { DynamicSession, NavigationError } from "@orbweaver/browser-session";
import { InvalidUrlError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startSite, startTlsSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";
import { servePages } from "./_pages.ts";

browserTest("DynamicSession.fetch() gives the document that scripts made", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ retryDelayMs: 10 });

  await t.step("with the doctype, as UTF-8, whatever the server's encoding", async () => {
    const page = await session.fetch(`${site.url}/encoding/latin-1`);
    assert.match(page.text, /^<!DOCTYPE html>/i);
    assert.equal(page.encoding, "utf-8");
    assert.match(page.css("h1::text").get(""), /Crème brûlée/);
  });

  await t.step("after waiting for the network to be idle", async () => {
    const page = await session.fetch(`${site.url}/dynamic-page`, { networkIdle: true });
    assert.deepEqual(page.css("#items li::text").getAll(), ["Item 1", "Item 2", "Item 3"]);
  });

  await t.step("with the status of the document that replaced the first one", async () => {
    const page = await session.fetch(`${site.url}/cookie-wall`, { waitSelector: "h1" });
    assert.equal(page.css("h1::text").get(), "Behind the wall");
    assert.equal(page.status, 200);
    assert.deepEqual(page.history.map(({ status }) => status), [403]);
    assert.deepEqual(page.cookies.map(({ name }) => name), ["wall"]);
  });

  await t.step("with redirects as history, and the cookies that they set", async () => {
    const page = await session.fetch(`${site.url}/redirect/chain/2`);
    assert.equal(page.url, `${site.url}/redirect/chain/0`);
    assert.deepEqual(
      page.history.map(({ url, status }) => [url, status]),
      [[`${site.url}/redirect/chain/2`, 302], [`${site.url}/redirect/chain/1`, 302]],
    );
    assert.equal(page.history[0]?.headers.get("location"), "/redirect/chain/1");
    assert.equal(page.history[0]?.headers.getSetCookie().length, 1);
    const names = page.cookies.map(({ name }) => name);
    assert.ok(names.includes("hop1") && names.includes("hop2"), names.join());
  });

  await t.step("also when its status is an error", async () => {
    for (const status of [401, 404, 500]) {
      const page = await session.fetch(`${site.url}/status/${status}`);
      assert.deepEqual([page.status, page.ok], [status, false]);
      assert.equal(page.css("h1::text").get(), `Status ${status}`);
    }
  });

  await t.step("with facts about the fetch", async () => {
    const page = await session.fetch(`${site.url}/plain/1`);
    assert.match(String(page.meta.browserVersion), /^\d+\.\d+\.\d+\.\d+$/);
    assert.equal(page.meta.attempts, 1);
    assert.ok(page.timing !== undefined && page.timing.totalMs >= 0);
    assert.equal(page.requestHeaders.get("host"), new URL(site.url).host);
  });
});

browserTest("DynamicSession.fetch() gives what is no web page as the server sent it", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession();

  await t.step("JSON", async () => {
    const response = await session.fetch(`${site.url}/json`);
    assert.equal(response.json<{ name: string }>().name, "Orbweaver");
    assert.equal(response.text[0], "{");
  });

  await t.step("a download", async () => {
    const response = await session.fetch(`${site.url}/download`);
    assert.equal(response.status, 200);
    assert.equal(response.text, "name,legs\norbweaver,8\n");
  });

  await t.step("binary data, byte for byte", async () => {
    const response = await session.fetch(`${site.url}/binary`);
    assert.deepEqual(
      Buffer.from(response.body),
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
    );
  });

  await t.step("nothing at all", async () => {
    const response = await session.fetch(`${site.url}/status/204`);
    assert.deepEqual([response.status, response.body.length], [204, 0]);
  });
});

browserTest("DynamicSession.fetch() fails with the network's error", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ retries: 2, retryDelayMs: 1 });
  const codes: [path: string, code: string][] = [
    ["/broken/reset", "net::ERR_CONNECTION_RESET"],
    ["/broken/reset-in-body", "net::ERR_CONNECTION_RESET"],
    ["/broken/short-body", "net::ERR_CONTENT_LENGTH_MISMATCH"],
    ["/broken/gzip", "net::ERR_CONTENT_DECODING_FAILED"],
    ["/redirect/loop", "net::ERR_TOO_MANY_REDIRECTS"],
    ["/redirect/file", "net::ERR_UNSAFE_REDIRECT"],
  ];
  for (const [path, code] of codes) {
    await t.step(`${path}: ${code}`, async () => {
      const url = `${site.url}${path}`;
      await assert.rejects(session.fetch(url), (error) => {
        assert.ok(error instanceof NavigationError, String(error));
        assert.deepEqual([error.code, error.url], [code, url]);
        return true;
      });
    });
  }

  await t.step("after as many tries as 'retries' says, if it may pass", () => {
    assert.equal(site.requestsTo("/broken/short-body").length, 2);
    assert.equal(site.requestsTo("/broken/gzip").length, 1);
  });

  await t.step("and refuses what is not http or https", async () => {
    for (const url of ["file:///etc/passwd", "chrome://version", "data:text/html,x", "nonsense"]) {
      await assert.rejects(session.fetch(url), InvalidUrlError);
    }
  });

  await t.step("and stays away from files that a page leads to", async () => {
    const page = await session.fetch(`${site.url}/plain/1`, {
      pageAction: async ({ cdp }) => {
        await cdp.send("Runtime.evaluate", { expression: "location.href = 'file:///etc/passwd'" });
      },
    });
    assert.equal(page.url, `${site.url}/plain/1`);
    assert.doesNotMatch(page.text, /root:/);
  });
});

browserTest("DynamicSession.fetch() copes with odd answers", async (t) => {
  await using pages = await servePages({
    "/empty": { status: 503 },
    "/password": {
      status: 401,
      headers: { "www-authenticate": "Basic realm=x" },
      body: "<h1>Who are you?</h1>",
    },
    "/sized-password": {
      status: 401,
      headers: { "www-authenticate": "Basic realm=x", "content-length": "21" },
      body: "<h1>Who are you?</h1>",
    },
    "/attached": { headers: { "content-disposition": "attachment" }, body: "<h1>attached</h1>" },
    "/untyped": { headers: { "content-type": "" }, body: "<!doctype html><h1>sniffed</h1>" },
    "/feed": { headers: { "content-type": "application/rss+xml" }, body: "<rss><a/></rss>" },
    "/refresh": "<meta http-equiv=refresh content='0;url=/attached'><h1>still here</h1>",
  });
  await using session = new DynamicSession();
  const expected: [path: string, status: number, text: RegExp][] = [
    ["/empty", 503, /^$/],
    ["/password", 401, /<body><h1>Who are you/],
    ["/sized-password", 401, /<body><h1>Who are you/],
    ["/attached", 200, /^<h1>attached<\/h1>$/],
    ["/untyped", 200, /^<!DOCTYPE html><html><head><\/head><body><h1>sniffed/],
    ["/feed", 200, /^<rss><a\/><\/rss>$/],
    ["/refresh", 200, /still here/],
  ];
  for (const [path, status, text] of expected) {
    await t.step(path, async () => {
      const response = await session.fetch(pages.url + path);
      assert.equal(response.status, status);
      assert.match(response.text, text);
    });
  }
});

browserTest("DynamicSession.fetch() works over TLS and HTTP/2", async () => {
  await using site = await startTlsSite({ alpn: ["h2", "http/1.1"] });
  await using untrusting = new DynamicSession();
  await assert.rejects(untrusting.fetch(`${site.url}/json`), /ERR_CERT_AUTHORITY_INVALID/);
  await using session = new DynamicSession({ extraFlags: ["--ignore-certificate-errors"] });
  const page = await session.fetch(`${site.url}/redirect/chain/1`);
  assert.equal(page.css("h1::text").get(), "Arrived");
  assert.equal(site.requestsTo("/redirect/chain/1")[0]?.protocol, "HTTP/2");
  assert.equal(page.requestHeaders.has("user-agent"), true);
  assert.deepEqual(page.cookies.map(({ name }) => name), ["hop1"]);
});
