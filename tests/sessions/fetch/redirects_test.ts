import {
  FetchSession,
  InvalidRedirectError,
  TooManyRedirectsError,
  UnsafeRedirectError,
} from "@orbweaver/fetch-session";
import assert from "node:assert/strict";
import { type Echo, startSite } from "../../site/mod.ts";
import { testBoth } from "./both_transports.ts";

testBoth(
  "FetchSession follows redirects and keeps the cookies of every hop",
  {},
  async (session, site) => {
    const page = await session.fetch(`${site.url}/redirect/chain/3`);
    assert.equal(page.css("h1::text").get(), "Arrived");
    assert.deepEqual(page.history.map(({ status }) => status), [302, 302, 302]);
    assert.equal(page.history[0]?.url, `${site.url}/redirect/chain/3`);
    assert.deepEqual(page.cookies.map(({ name }) => name).sort(), ["hop1", "hop2", "hop3"]);
    const sent = site.take().at(-1)?.cookies;
    assert.deepEqual([...sent?.keys() ?? []].sort(), ["hop1", "hop2", "hop3"]);
  },
);

testBoth(
  "FetchSession changes method and body as the Fetch standard says",
  {},
  async (session, site) => {
    const after: Record<string, [method: string, body: string]> = {};
    for (const status of [301, 302, 303, 307, 308]) {
      const page = await session.post(`${site.url}/redirect/${status}`, { data: { a: "1" } });
      const echo = page.json<Echo>();
      after[status] = [echo.method, echo.body];
      const type = site.take().at(-1)?.header("content-type");
      assert.equal(type === undefined, echo.body === "", `content-type after ${status}`);
    }
    assert.deepEqual(after, {
      301: ["GET", ""],
      302: ["GET", ""],
      303: ["GET", ""],
      307: ["POST", "a=1"],
      308: ["POST", "a=1"],
    });
    const put = await session.put(`${site.url}/redirect/302`, { data: "x" });
    assert.deepEqual([put.json<Echo>().method, put.json<Echo>().body], ["PUT", "x"]);
    const head = await session.head(`${site.url}/redirect/303`);
    assert.equal(head.method, "HEAD");
  },
);

testBoth(
  "FetchSession drops what was meant for the first origin when a redirect leaves it",
  { followRedirects: true, referer: "http://127.0.0.1/private?token=1" },
  async (session, site) => {
    const options = {
      headers: { "Authorization": "Bearer secret", "Cookie": "own=secret", "X-Kept": "yes" },
      cookies: { own2: "secret" },
    };
    await session.get(`${site.url}/redirect/cross-origin`, options);
    const [first, second] = site.take();
    assert.equal(first?.header("authorization"), "Bearer secret");
    assert.equal(first?.header("cookie"), "own=secret");
    assert.equal(second?.host, new URL(site.otherUrl).host);
    assert.equal(second?.header("authorization"), undefined);
    assert.equal(second?.header("cookie"), undefined);
    assert.equal(second?.header("x-kept"), "yes");
    assert.equal(second?.header("referer"), "http://127.0.0.1/");
  },
);

testBoth(
  "FetchSession keeps authorization when a redirect stays",
  { auth: { username: "a", password: "b" } },
  async (session, site) => {
    await session.get(`${site.url}/redirect/302`);
    assert.deepEqual(
      site.take().map((request) => request.header("authorization")),
      Array(2).fill(`Basic ${btoa("a:b")}`),
    );
  },
);

testBoth(
  "FetchSession gives the redirect itself with followRedirects: false",
  {},
  async (session, site) => {
    const response = await session.get(`${site.url}/redirect/302`, { followRedirects: false });
    assert.equal(response.status, 302);
    assert.ok(response.headers.get("location")?.includes("/echo"));
    assert.equal(site.take().length, 1);
  },
);

testBoth("FetchSession resolves every form of Location", {}, async (session, site) => {
  for (const form of ["relative", "query-only", "scheme-relative", "fragment"]) {
    const page = await session.get(`${site.url}/redirect/${form}`, { maxRedirects: 1 })
      .catch((error) => error);
    assert.equal(site.take().length, 2, `${form}: ${page}`);
  }
});

testBoth("FetchSession refuses redirects that lead to no page", {}, async (session, site) => {
  await assert.rejects(session.get(`${site.url}/redirect/file`), InvalidRedirectError);
  await assert.rejects(session.get(`${site.url}/redirect/malformed`), InvalidRedirectError);
  for (const location of ["data:text/html,x", "javascript:alert(1)", "ftp://127.0.0.1/"]) {
    const url = `${site.url}/redirect/to?location=${encodeURIComponent(location)}`;
    await assert.rejects(
      session.get(url, { followRedirects: true }),
      (error: unknown) => error instanceof InvalidRedirectError && error.location === location,
    );
  }
  assert.equal(site.take().length, 5);
});

testBoth(
  "FetchSession takes a redirect without Location for the answer",
  {},
  async (session, site) => {
    const response = await session.get(`${site.url}/redirect/no-location`);
    assert.equal(response.ok, false);
    assert.deepEqual(response.history, []);
  },
);

testBoth("FetchSession ends a loop of redirects", { maxRedirects: 4 }, async (session, site) => {
  for (const path of ["loop", "self", "endless/1"]) {
    await assert.rejects(session.get(`${site.url}/redirect/${path}`), TooManyRedirectsError);
    assert.equal(site.take().length, 5, path);
  }
});

testBoth(
  "FetchSession refuses an unsafe redirect and does not send it",
  {},
  async (session, site) => {
    for (
      const target of [
        `${site.otherUrl}/echo`,
        "http://169.254.169.254/latest/meta-data/",
        "http://167772161/",
        "http://0xa.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://metadata.localhost/",
      ]
    ) {
      const url = `${site.url}/redirect/to?location=${encodeURIComponent(target)}`;
      await assert.rejects(session.get(url), UnsafeRedirectError, target);
      assert.equal(site.take().length, 1);
    }
  },
);

Deno.test("FetchSession follows redirects within a private host, which it was sent to in the first place", async () => {
  await using site = await startSite();
  await using other = await startSite();
  await using session = new FetchSession({ impersonate: false });
  const url = `${site.url}/redirect/to?location=${encodeURIComponent(`${other.url}/echo`)}`;
  assert.equal((await session.get(url)).status, 200);
  assert.equal(other.take().length, 1);
});

Deno.test("FetchSession does not wait for the body of a redirect", async () => {
  await using site = await startSite();
  await using session = new FetchSession({ timeoutMs: 60_000 });
  const { createServer } = await import("node:http");
  const server = createServer((_, response) => {
    response.writeHead(302, { location: `${site.url}/echo` });
    response.write("never ends");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    const page = await session.get(`http://127.0.0.1:${port}/`);
    assert.equal(page.status, 200);
    assert.equal(page.history[0]?.body.byteLength, 0);
  } finally {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
});
