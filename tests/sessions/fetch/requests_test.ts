import { Fetcher, FetchSession } from "@orbweaver/fetch-session";
import {
  CookieJar,
  InvalidOptionError,
  InvalidUrlError,
  UnsupportedOptionError,
} from "@orbweaver/session";
import assert from "node:assert/strict";
import { COMPRESSED_TEXT, type Echo, startSite } from "../../site/mod.ts";
import { testBoth } from "./both_transports.ts";

testBoth("FetchSession sends a record as a URL-encoded form", {}, async (session, site) => {
  const data = { name: "Ada & Co", n: 1, tags: ["a", "b"] };
  const echo = (await session.post(`${site.url}/echo`, { data })).json<Echo>();
  assert.equal(echo.method, "POST");
  assert.equal(echo.body, "name=Ada+%26+Co&n=1&tags=a&tags=b");
  const [request] = site.take();
  assert.equal(request?.header("content-type"), "application/x-www-form-urlencoded");
  assert.equal(request?.header("content-length"), "33");
});

testBoth("FetchSession sends JSON", {}, async (session, site) => {
  const response = await session.fetch(`${site.url}/echo`, { method: "put", json: { é: [1] } });
  assert.equal(response.method, "PUT");
  assert.equal(response.json<Echo>().body, '{"é":[1]}');
  assert.equal(site.take()[0]?.header("content-type"), "application/json");
});

testBoth("FetchSession sends text, bytes and multipart forms", {}, async (session, site) => {
  await session.post(`${site.url}/echo`, { data: "plain" });
  await session.post(`${site.url}/echo`, { data: new Uint8Array([104, 105]) });
  const form = new FormData();
  form.set("field", "value");
  await session.post(`${site.url}/echo`, { data: form });
  const [text, bytes, multipart] = site.take();
  assert.deepEqual([text?.body, text?.header("content-type")], [
    "plain",
    "text/plain;charset=UTF-8",
  ]);
  assert.deepEqual([bytes?.body, bytes?.header("content-type")], ["hi", undefined]);
  assert.match(multipart?.header("content-type") ?? "", /^multipart\/form-data; ?boundary=/);
  assert.match(multipart?.body ?? "", /name="field"\r\n\r\nvalue\r\n/);
});

testBoth(
  "FetchSession lets the user's content type win over the body's",
  {},
  async (session, site) => {
    await session.post(`${site.url}/echo`, {
      json: {},
      headers: { "Content-Type": "application/ld+json" },
    });
    assert.equal(site.take()[0]?.header("content-type"), "application/ld+json");
  },
);

testBoth(
  "FetchSession appends params and leaves the query as it was",
  {},
  async (session, site) => {
    const url = `${site.url}/echo?x=%7E&y#fragment`;
    const response = await session.get(url, { params: { q: "a b", list: [1, 2] } });
    assert.equal(site.take()[0]?.target, "/echo?x=%7E&y&q=a+b&list=1&list=2");
    assert.equal(response.url, `${site.url}/echo?x=%7E&y&q=a+b&list=1&list=2`);
    await session.get(`${site.url}/echo`, { params: new URLSearchParams({ q: "1" }) });
    assert.equal(site.take()[0]?.target, "/echo?q=1");
  },
);

testBoth("FetchSession sends every method", {}, async (session, site) => {
  await session.get(`${site.url}/echo`);
  await session.post(`${site.url}/echo`);
  await session.put(`${site.url}/echo`, { data: "x" });
  await session.delete(`${site.url}/echo`);
  await session.patch(`${site.url}/echo`, { data: "x" });
  const head = await session.head(`${site.url}/echo`);
  await session.fetch(`${site.url}/echo`, { method: "OPTIONS" });
  assert.deepEqual(site.take().map((request) => request.method), [
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
  ]);
  assert.equal(head.status, 200);
  assert.equal(head.body.byteLength, 0);
});

testBoth(
  "FetchSession sends Basic authentication from auth or the URL",
  {},
  async (session, site) => {
    await session.get(`${site.url}/echo`, { auth: { username: "ada", password: "é" } });
    const inUrl = site.url.replace("http://", "http://ada:p%40ss@");
    const response = await session.get(`${inUrl}/echo`);
    const [option, url] = site.take();
    assert.equal(option?.header("authorization"), `Basic ${btoa("ada:Ã©")}`);
    assert.equal(url?.header("authorization"), `Basic ${btoa("ada:p@ss")}`);
    assert.equal(response.url, `${site.url}/echo`);
  },
);

testBoth(
  "FetchSession keeps cookies, and sends the user's beside them",
  {},
  async (session, site) => {
    await session.get(`${site.url}/cookies/set?a=1&b=2`);
    const sent = await session.get(`${site.url}/cookies`, { cookies: { b: "mine", c: "3" } });
    assert.deepEqual(sent.json(), { a: "1", b: "mine", c: "3" });
    assert.deepEqual((await session.get(`${site.url}/cookies`)).json(), { a: "1", b: "2" });
  },
);

testBoth("FetchSession gives every Set-Cookie of an answer", {}, async (session, site) => {
  const response = await session.get(`${site.url}/cookies/many?count=5`, {
    followRedirects: false,
  });
  assert.equal(response.headers.getSetCookie().length, 5);
  assert.equal(response.cookies.length, 5);
});

testBoth("FetchSession describes what was sent and what came", {}, async (session, site) => {
  const before = Date.now();
  const response = await session.get(`${site.url}/status/404`, { headers: { "x-a": "1" } });
  assert.equal(response.status, 404);
  assert.equal(response.reason, "Not Found");
  assert.equal(response.ok, false);
  assert.equal(response.method, "GET");
  assert.equal(response.requestHeaders.get("x-a"), "1");
  assert.equal(response.requestHeaders.get("referer"), "https://www.google.com/");
  assert.ok((response.timing?.startedAt ?? 0) >= before);
  assert.ok((response.timing?.totalMs ?? -1) >= 0);
  assert.deepEqual(response.history, []);
});

for (const encoding of ["identity", "gzip", "br", "deflate"]) {
  testBoth(`FetchSession decodes ${encoding}`, {}, async (session, site) => {
    const page = await session.get(`${site.url}/compressed/${encoding}`);
    assert.equal(page.css("h1::text").get(), COMPRESSED_TEXT);
  });
}

Deno.test("FetchSession decodes zstd when impersonating", async () => {
  await using site = await startSite();
  await using session = new FetchSession();
  const page = await session.get(`${site.url}/compressed/zstd`);
  assert.equal(page.css("h1::text").get(), COMPRESSED_TEXT);
});

Deno.test("FetchSession decodes deflate without its header when not impersonating", async () => {
  await using site = await startSite();
  await using session = new FetchSession({ impersonate: false });
  const page = await session.get(`${site.url}/compressed/raw-deflate`);
  assert.equal(page.css("h1::text").get(), COMPRESSED_TEXT);
});

testBoth("FetchSession uses one connection for requests in a row", {}, async (session, site) => {
  for (let i = 0; i < 5; i++) await session.get(`${site.url}/echo`);
  assert.equal(new Set(site.take().map((request) => request.connection)).size, 1);
});

Deno.test("FetchSession shares a jar with another session", async () => {
  await using site = await startSite();
  const jar = new CookieJar();
  await using one = new FetchSession({ jar });
  await using other = new FetchSession({ jar, impersonate: false });
  await one.get(`${site.url}/cookies/set?shared=yes`);
  assert.deepEqual((await other.get(`${site.url}/cookies`)).json(), { shared: "yes" });
});

Deno.test("Fetcher opens and closes a session for one page", async () => {
  await using site = await startSite();
  const page = await Fetcher.post(`${site.url}/echo`, { data: { a: "1" }, impersonate: "firefox" });
  assert.equal(page.json<Echo>().body, "a=1");
  assert.match(site.take()[0]?.header("user-agent") ?? "", /Firefox/);
});

Deno.test("FetchSession refuses what is no http or https URL, without a request", async () => {
  await using session = new FetchSession({ impersonate: false });
  for (const url of ["", "/relative", "file:///etc/passwd", "data:,x", "javascript:1", "http://"]) {
    await assert.rejects(session.fetch(url), InvalidUrlError, url);
  }
  assert.equal(session.state, "idle");
});

Deno.test("FetchSession refuses options that do not exist, in its constructor and in fetch", async () => {
  const unknown = { waitSelector: "h1" } as object;
  assert.throws(() => new FetchSession(unknown), UnsupportedOptionError);
  await using session = new FetchSession({ impersonate: false });
  await assert.rejects(
    session.fetch("http://127.0.0.1:1/", unknown),
    (error: unknown) => error instanceof UnsupportedOptionError && error.option === "waitSelector",
  );
});

Deno.test("FetchSession refuses values that make no sense", async () => {
  const refused: Record<string, unknown>[] = [
    { timeoutMs: 0 },
    { timeoutMs: Infinity },
    { retries: 0 },
    { retries: 1.5 },
    { maxRedirects: -1 },
    { maxBytes: "10" },
    { method: "TRACE" },
    { method: "GET /\r\n" },
    { followRedirects: "always" },
    { proxy: "ftp://proxy" },
    { headers: { "a\r\nb": "x" } },
    { headers: { a: "x\r\nInjected: yes" } },
    { headers: { a: "日本" } },
    { referer: "x\r\ny" },
    { cookies: { a: "1; Domain=evil" } },
    { auth: { username: "a:b", password: "" } },
    { data: "x" },
    { json: {} },
    { method: "POST", data: "x", json: {} },
    { method: "POST", data: 7 },
    { method: "POST", json: 1n },
    { impersonate: 7 },
  ];
  await using session = new FetchSession({ impersonate: false });
  for (const options of refused) {
    await assert.rejects(
      session.fetch("http://127.0.0.1:1/", options),
      InvalidOptionError,
      JSON.stringify(options, (_, value) => typeof value === "bigint" ? "bigint" : value),
    );
  }
});

Deno.test("FetchSession never names the proxy's password in an error", () => {
  assert.throws(
    () => new FetchSession({ proxy: "gopher://user:secret@proxy" }),
    (error: unknown) => error instanceof InvalidOptionError && !error.message.includes("secret"),
  );
});

Deno.test("FetchSession does not change the options it is given", async () => {
  await using site = await startSite();
  await using session = new FetchSession({ impersonate: false, headers: { a: "1" } });
  const options = Object.freeze({
    headers: Object.freeze({ b: "2" }),
    params: Object.freeze({ q: 1 }),
    cookies: Object.freeze({ c: "3" }),
  });
  const url = new URL(`${site.url}/echo`);
  await session.fetch(url, options);
  assert.equal(url.href, `${site.url}/echo`);
});
