import assert from "node:assert/strict";
import { Socket } from "node:net";
import {
  COMPRESSED_TEXT,
  CREDENTIALS,
  ENCODED_TEXT,
  productAt,
  type Site,
  startSite,
} from "./mod.ts";

const get = (site: Site, path: string, init: RequestInit = {}) =>
  fetch(site.url + path, { redirect: "manual", ...init });
const text = async (site: Site, path: string) => await (await get(site, path)).text();
const links = (html: string, name: string) =>
  [...html.matchAll(new RegExp(`class="${name}"[^>]* href="([^"]*)"`, "g"))].map((hit) => hit[1]!);

Deno.test("the listing pages lead to every product once, whichever size they have", async () => {
  for (const [productCount, listingSize, pageCount] of [[200, 20, 10], [41, 20, 3], [0, 20, 1]]) {
    await using site = await startSite({ productCount, listingSize });
    for (const [listing, detail] of [["/products", "/product"], ["/plain", "/plain"]]) {
      const products: string[] = [];
      let pages = 0;
      for (let next: string | undefined = listing; next !== undefined; pages++) {
        const html = await text(site, next);
        products.push(...links(html, "product"));
        next = links(html, "next")[0];
      }
      assert.equal(pages, pageCount);
      assert.deepEqual(
        products,
        Array.from({ length: productCount! }, (_, index) => `${detail}/${index + 1}`),
      );
    }
  }
});

Deno.test("plain HTTP sees no name and no price on /product/ID, and both on /plain/ID", async () => {
  await using site = await startSite();
  for (const id of [1, 17, 200]) {
    const { name, price } = productAt(id);
    const scripted = await text(site, `/product/${id}`);
    assert.ok(!scripted.includes(name) && !scripted.includes(price) && !scripted.includes("<h1"));
    assert.ok(!/class="(price|loaded)"/.test(scripted));
    const plain = await text(site, `/plain/${id}`);
    assert.ok(plain.includes(`<h1>${name}</h1>`) && plain.includes(`class="price">${price}<`));
    assert.ok(scripted.length > 9_000 && plain.length < 12_000);
  }
  for (const [path, status] of [["/api/product/1", 403], ["/product/201", 404]] as const) {
    const response = await get(site, path);
    await response.body?.cancel();
    assert.equal(response.status, status);
  }
  assert.equal(new Set(Array.from({ length: 200 }, (_, id) => productAt(id + 1).name)).size, 200);
});

Deno.test("a request is recorded with its headers in wire order and case, and its body", async () => {
  await using site = await startSite();
  const { port } = new URL(site.url);
  const head = `POST /echo?a=1&a=2 HTTP/1.1\r\nX-Second: b\r\nhOsT: 127.0.0.1:${port}\r\n` +
    "X-First: a\r\nX-Second: c\r\nContent-Length: 5\r\nConnection: close\r\n\r\n";
  const answer = await exchange(Number(port), head + "h\xc3\xa9ll");
  const [request, ...others] = site.take();
  assert.equal(others.length, 0);
  assert.deepEqual(request?.rawHeaders, [
    ["X-Second", "b"],
    ["hOsT", `127.0.0.1:${port}`],
    ["X-First", "a"],
    ["X-Second", "c"],
    ["Content-Length", "5"],
    ["Connection", "close"],
  ]);
  assert.equal(request?.url, `${site.url}/echo?a=1&a=2`);
  assert.equal(request?.header("x-second"), "b, c");
  assert.equal(request?.body, "héll");
  assert.equal(await request?.ended, "answered");
  assert.ok(answer.includes('"body":"héll"'));
  assert.equal(site.requests.length, 0);
});

Deno.test("a redirect chain sets a cookie on every hop and ends in a page", async () => {
  await using site = await startSite();
  let path: string | null = "/redirect/chain/3?status=307";
  const seen: unknown[] = [];
  for (let hops = 0; path !== null && hops < 9; hops++) {
    const response = await get(site, path);
    await response.body?.cancel();
    seen.push([response.status, response.headers.getSetCookie()]);
    path = response.headers.get("location");
  }
  assert.deepEqual(seen, [
    [307, ["hop3=yes; Path=/"]],
    [307, ["hop2=yes; Path=/"]],
    [307, ["hop1=yes; Path=/"]],
    [200, []],
  ]);
});

Deno.test("redirects send to where they say, hostile places included", async () => {
  await using site = await startSite();
  const locations = {
    "/redirect/308": "/echo?from=308",
    "/redirect/file": "file:///etc/passwd",
    "/redirect/malformed": "http://[not-an-address/",
    "/redirect/relative": "../echo?from=relative",
    "/redirect/cross-origin": `${site.otherUrl}/echo?from=cross-origin`,
    "/redirect/loop": "/redirect/loop/back",
    "/redirect/loop/back": "/redirect/loop",
    "/redirect/endless/7": "/redirect/endless/8",
    "/redirect/no-location": null,
  };
  for (const [path, location] of Object.entries(locations)) {
    const response = await get(site, path);
    await response.body?.cancel();
    assert.equal(response.headers.get("location"), location, path);
  }
});

Deno.test("/account opens only with the session cookie that /login gives for the credentials", async () => {
  await using site = await startSite();
  const login = (password: string) =>
    get(site, "/login", {
      method: "POST",
      body: new URLSearchParams({ user: CREDENTIALS.user, password }),
    });
  const refused = await login("wrong");
  const accepted = await login(CREDENTIALS.password);
  const cookie = accepted.headers.get("set-cookie")!.split(";")[0]!;
  const without = await get(site, "/account");
  const withCookie = await get(site, "/account", { headers: { cookie } });
  assert.deepEqual(
    [refused.status, accepted.status, accepted.headers.get("location"), without.status],
    [401, 303, "/account", 401],
  );
  assert.equal(withCookie.status, 200);
  assert.ok((await withCookie.text()).includes("<h1>Hello, orb</h1>"));
  for (const response of [refused, accepted, without]) await response.body?.cancel();
});

Deno.test("/cookie-wall answers 403 until the cookie of its script comes along", async () => {
  await using site = await startSite();
  const blocked = await get(site, "/cookie-wall");
  assert.equal(blocked.status, 403);
  assert.ok(!(await blocked.text()).includes("x".repeat(12)));
  const open = await get(site, "/cookie-wall", { headers: { cookie: `wall=${"x".repeat(12)}` } });
  assert.equal(open.status, 200);
  assert.ok((await open.text()).includes("<h1>"));
});

Deno.test("broken answers break where they say", async () => {
  await using site = await startSite();
  for (const path of ["/broken/reset", "/broken/empty", "/broken/not-http"]) {
    await assert.rejects(get(site, path), Error, path);
  }
  for (const path of ["/broken/reset-in-body", "/broken/short-body", "/broken/chunk"]) {
    const response = await get(site, path);
    assert.equal(response.status, 200, path);
    await assert.rejects(response.text(), Error, path);
  }
});

Deno.test("/flaky/KEY fails as often as asked for each key, then answers", async () => {
  await using site = await startSite();
  const statuses: number[] = [];
  for (const key of ["a", "a", "b", "a", "b", "b"]) {
    const response = await get(site, `/flaky/${key}?status=502`);
    await response.body?.cancel();
    statuses.push(response.status);
  }
  assert.deepEqual(statuses, [502, 502, 502, 200, 502, 200]);
});

Deno.test("encoded pages hold the text in the encoding that they are named after", async () => {
  await using site = await startSite();
  const actual = {
    "latin-1": "latin1",
    "meta": "windows-1252",
    "http-equiv": "latin1",
    "utf-16": "utf-16le",
    "bom-over-header": "utf-8",
    "header-over-meta": "utf-8",
    "none": "utf-8",
    "unknown": "utf-8",
    "lying": "windows-1252",
  };
  for (const [name, encoding] of Object.entries(actual)) {
    const bytes = await (await get(site, `/encoding/${name}`)).arrayBuffer();
    const html = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    assert.ok(html.includes(`<h1>${ENCODED_TEXT}</h1>`), name);
  }
});

Deno.test("compressed pages come compressed", async () => {
  await using site = await startSite();
  for (const encoding of ["identity", "gzip", "br"]) {
    const response = await get(site, `/compressed/${encoding}`);
    assert.ok((await response.text()).includes(`<h1>${COMPRESSED_TEXT}</h1>`), encoding);
  }
  assert.equal((await text(site, "/big?bytes=100001&length=no")).length, 100_001);
});

Deno.test("the record tells of a client that leaves before its answer", async () => {
  await using site = await startSite();
  const leaving = new AbortController();
  const waiting = get(site, "/slow/forever", { signal: leaving.signal });
  const request = await site.arrival("/slow/forever");
  leaving.abort();
  await assert.rejects(waiting);
  assert.equal(await request.ended, "aborted");
});

Deno.test("close() ends idle, slow and hanging connections, and may be called twice", async () => {
  const site = await startSite();
  await text(site, "/"); // leaves an idle keep-alive connection behind
  const stalled = await get(site, "/slow/stall");
  const hanging = ["/slow/forever", "/slow/headers?ms=600000"].map((path) => get(site, path));
  const silent = new Socket();
  silent.connect(Number(new URL(site.url).port), "127.0.0.1");
  const silentClosed = new Promise((resolve) => silent.once("close", resolve));
  await new Promise((resolve) => silent.once("connect", resolve));
  await Promise.all([site.arrival("/slow/forever"), site.arrival("/slow/headers")]);
  // Listened to before the close: a rejection that nobody awaits yet would end the test run.
  const ended = [...hanging, stalled.text()].map((request) => assert.rejects(request));
  await Promise.all([site.close(), site.close()]);
  await Promise.all(ended);
  silent.resume();
  await silentClosed;
  await assert.rejects(get(site, "/"));
});

/** Sends bytes as they are, and reads until the server closes. */
async function exchange(port: number, wire: string): Promise<string> {
  const socket = new Socket();
  socket.connect(port, "127.0.0.1");
  socket.write(wire, "latin1");
  const chunks: Uint8Array[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return await new Blob(chunks as BlobPart[]).text();
}
