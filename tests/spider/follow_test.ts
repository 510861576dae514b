import assert from "node:assert/strict";
import fc from "fast-check";
import { InvalidUrlError, Response as SessionResponse } from "@orbweaver/session";
import {
  type AnyCallback,
  Callbacks,
  type FollowContext,
  Request,
  type RequestOptions,
  Response,
  UnknownCallbackError,
} from "@orbweaver/spider";
import { PagesSession } from "./_pages_session.ts";

class Handlers {
  async *parse(): AsyncGenerator<never> {}
  async *parseProduct(): AsyncGenerator<never> {}
}

const handlers = new Handlers();

/** A response as a callback gets it: what it was asked with, and what the page is. */
function answered(
  options: RequestOptions = {},
  page: { url?: string; html?: string; asked?: string } = {},
): Response {
  const url = page.url ?? "https://shop.test/list?page=1#top";
  const callbacks = new Callbacks(handlers, "handlers");
  const sessions: Record<string, PagesSession> = {
    http: new PagesSession({}, "fetch"),
    firefox: new PagesSession({}, "fetch"),
    stealth: new PagesSession({}, "stealth"),
  };
  const context: FollowContext = {
    defaultSid: "http",
    session: (sid) => sessions[sid],
    callbackName: (callback: AnyCallback | string) => callbacks.nameOf(callback),
  };
  const base = new SessionResponse({
    url,
    status: 200,
    headers: { "content-type": "text/html" },
    body: new TextEncoder().encode(page.html ?? ""),
  });
  return new Response(base, new Request(page.asked ?? url, options), context);
}

Deno.test("follow() resolves against the final URL, and against <base href>", () => {
  assert.equal(answered().follow("../p/1").url, "https://shop.test/p/1");
  assert.equal(answered().follow("?page=2").url, "https://shop.test/list?page=2");
  const based = answered({}, { html: '<base href="/deep/er/"><a href=x>' });
  assert.equal(based.follow("x").url, "https://shop.test/deep/er/x");
  const moved = answered({}, { url: "https://new.test/a/b", asked: "https://old.test/" });
  assert.equal(moved.follow("c").url, "https://new.test/a/c");
  assert.equal(moved.urlJoin("/x"), "https://new.test/x");
  const broken = answered({}, { html: '<base href="http://[">' });
  assert.equal(broken.follow("x").url, "https://shop.test/x");
});

Deno.test("follow() inherits session, callback, priority and meta, and what is given wins", () => {
  const parent = answered({
    sid: "firefox",
    callback: handlers.parseProduct,
    priority: 3,
    meta: { page: 1, list: "a" },
  });
  const child = parent.follow("/x", { meta: { page: 2 } });
  assert.equal(child.sid, "firefox");
  assert.equal(child.callback, "parseProduct");
  assert.equal(child.priority, 3);
  assert.deepEqual(child.meta, { page: 2, list: "a" });
  const other = parent.follow("/x", { sid: "stealth", callback: "parse", priority: -1 });
  assert.equal(other.sid, "stealth");
  assert.equal(other.callback, "parse");
  assert.equal(other.priority, -1);
});

Deno.test("follow() inherits ambient session options, and none that are about one request", () => {
  const parent = answered({
    method: "POST",
    data: { password: "secret" },
    json: { a: 1 },
    params: { q: "x" },
    dontFilter: true,
    impersonate: "firefox",
    timeoutMs: 5,
    headers: { "X-Api": "1", "Content-Type": "text/plain", Range: "bytes=0-1" },
  });
  const child = parent.follow("/x");
  assert.deepEqual(child.options, {
    referer: "https://shop.test/list?page=1",
    impersonate: "firefox",
    timeoutMs: 5,
    headers: [["X-Api", "1"]],
  });
  assert.equal(child.dontFilter, false);
});

Deno.test("follow() keeps credentials within the origin", () => {
  const parent = answered({
    auth: { username: "u", password: "p" },
    cookies: { a: "1" },
    headers: { Authorization: "Bearer t", COOKIE: "a=1", Accept: "text/html" },
  });
  assert.deepEqual(parent.follow("https://elsewhere.test/").options, {
    referer: "https://shop.test/",
    headers: [["Accept", "text/html"]],
  });
  assert.deepEqual(parent.follow("/x").options.headers, [
    ["Authorization", "Bearer t"],
    ["COOKIE", "a=1"],
    ["Accept", "text/html"],
  ]);
});

Deno.test("follow() to a session of another kind inherits the common options only", () => {
  const parent = answered({ impersonate: "firefox", timeoutMs: 5, headers: { a: "b" } });
  assert.deepEqual(parent.follow("/x", { sid: "stealth", waitSelector: "h1" }).options, {
    referer: "https://shop.test/list?page=1",
    timeoutMs: 5,
    headers: [["a", "b"]],
    waitSelector: "h1",
  });
  assert.equal(parent.follow("/x", { sid: "firefox" }).options.impersonate, "firefox");
});

Deno.test("follow() with inherit 'all' takes everything, with 'none' nothing", () => {
  const parent = answered({ method: "POST", data: { a: "1" } });
  assert.equal(parent.follow("/x", { inherit: "all" }).options.method, "POST");
  assert.deepEqual(parent.follow("/x", { inherit: "none" }).options, {
    referer: "https://shop.test/list?page=1",
  });
});

Deno.test("follow() sends a Referer by strict-origin-when-cross-origin", () => {
  const from = (url: string, to: string) => answered({}, { url }).follow(to).options.referer;
  assert.equal(from("https://u:p@a.test/x?y=1#z", "/b"), "https://a.test/x?y=1");
  assert.equal(from("https://a.test/x?y=1", "https://b.test/"), "https://a.test/");
  assert.equal(from("https://a.test/x", "http://a.test/"), false);
  assert.equal(from("http://a.test/x", "https://a.test/"), "http://a.test/");
});

Deno.test("follow(): the user's own referer wins, and `referer: false` is inherited", () => {
  const own = answered().follow("/x", { referer: "https://search.test/" });
  assert.equal(own.options.referer, "https://search.test/");
  assert.equal(answered({ referer: false }).follow("/x").options.referer, false);
  assert.equal(
    answered({ referer: "https://search.test/" }).follow("/x").options.referer,
    "https://shop.test/list?page=1",
  );
});

Deno.test("follow() refuses a callback that is not a method of the spider", () => {
  assert.throws(
    () => answered().follow("/x", { callback: async function* other() {} }),
    UnknownCallbackError,
  );
  assert.throws(() => answered().follow("/x", { callback: "parseprodukt" }), {
    message: /it has: parse, parseProduct/,
  });
  assert.throws(() => answered().follow("/x", { callback: "constructor" }), UnknownCallbackError);
  assert.throws(() => answered().follow("/x", { callback: "toString" }), UnknownCallbackError);
});

Deno.test("requests are immutable, and follow() changes neither the parent nor what it is given", () => {
  const headers = { Accept: "text/html" };
  const meta = { list: [1] };
  const parent = answered({ headers, meta });
  const given = { headers: { Accept: "application/json" }, meta: { list: [2] } };
  const child = parent.follow("/x", given);
  assert.deepEqual(headers, { Accept: "text/html" });
  assert.deepEqual(given, { headers: { Accept: "application/json" }, meta: { list: [2] } });
  headers.Accept = "changed";
  meta.list.push(9);
  assert.deepEqual(parent.request.options.headers, { Accept: "text/html" });
  assert.deepEqual(parent.request.meta, { list: [1] });
  assert.ok(Object.isFrozen(child) && Object.isFrozen(child.meta.list));
});

Deno.test("Request takes __proto__ as a name like any other", () => {
  const meta = JSON.parse('{"__proto__": {"polluted": true}}');
  const request = new Request("https://a.test/", { meta });
  assert.equal((request.meta as { polluted?: boolean }).polluted, undefined);
  assert.deepEqual(Object.keys(request.meta), ["__proto__"]);
  assert.equal(({} as { polluted?: boolean }).polluted, undefined);
});

Deno.test("a link leads where the URL standard says, however it is written", () => {
  const bases = [
    "https://shop.test/list?page=1#top",
    "http://user:word@shop.test:8080/a/b/",
    "https://shop.test",
    "https://shop.test?to=https://other.test/",
    "http:\\\\shop.test\\list",
  ];
  const pieces = [
    "/",
    "\\",
    "..",
    ".",
    "%2e",
    "a",
    "é",
    "?",
    "#",
    ":",
    "@",
    "\t",
    "\n",
    " ",
    "%",
    "http:",
  ];
  const link = fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((parts) =>
    parts.join("")
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...bases),
      fc.oneof(link, link.map((text) => `/${text}`)),
      (url, href) => {
        const page = answered({}, { url });
        const expected = URL.parse(href, url)?.href;
        if (expected === undefined) assert.throws(() => page.urlJoin(href), InvalidUrlError);
        else assert.equal(page.urlJoin(href), expected);
      },
    ),
    { numRuns: 2_000 },
  );
});
