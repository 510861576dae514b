import assert from "node:assert/strict";
import { JsonError, Response } from "@orbweaver/session";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("Response decodes by its charset header, else by its meta tag, else as windows-1252", () => {
  const latin1 = new Uint8Array([0x3c, 0x70, 0x3e, 0xe9]); // <p>é
  const text = (headers: Record<string, string>, body: Uint8Array) => {
    const response = new Response({ url: "https://example.com/", status: 200, headers, body });
    return [response.text, response.encoding];
  };
  assert.deepEqual(text({ "content-type": "text/html; charset=iso-8859-1" }, latin1), [
    "<p>é",
    "windows-1252",
  ]);
  assert.deepEqual(text({ "content-type": "text/html" }, bytes("<meta charset=utf-8>é")), [
    "<meta charset=utf-8>é",
    "utf-8",
  ]);
  assert.deepEqual(text({ "content-type": "text/html" }, latin1), ["<p>é", "windows-1252"]);
  assert.deepEqual(text({ "content-type": "application/json" }, bytes('"é"')), ['"é"', "utf-8"]);
  assert.deepEqual(text({ "content-type": "text/plain; charset=none-such" }, bytes("é")), [
    "é",
    "utf-8",
  ]);
});

Deno.test("Response.encoding that the session knows for certain beats the header", () => {
  const response = new Response({
    url: "https://example.com/",
    status: 200,
    headers: { "content-type": "text/html; charset=iso-8859-1" },
    encoding: "utf-8",
    body: bytes("é"),
  });
  assert.equal(response.text, "é");
});

Deno.test("Response.headers keeps every Set-Cookie", () => {
  const headers: [string, string][] = [["Set-Cookie", "a=1"], ["set-cookie", "b=2"], ["X", "y"]];
  const response = new Response({ url: "https://example.com/", status: 200, headers });
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2"]);
  assert.equal(response.headers.get("x"), "y");
});

Deno.test("Response.reason falls back to the standard phrase", () => {
  const reason = (status: number) => new Response({ url: "https://e.com/", status }).reason;
  assert.equal(reason(404), "Not Found");
  assert.equal(reason(799), "Unknown Status Code");
});

Deno.test("Response.json() of something else says what came instead", () => {
  const response = new Response({
    url: "https://example.com/api",
    status: 502,
    headers: { "content-type": "text/html" },
    body: bytes("<h1>Bad gateway</h1>"),
  });
  assert.throws(() => response.json(), (error: unknown) => {
    assert.ok(error instanceof JsonError);
    assert.match(error.message, /https:\/\/example.com\/api .*502.*text\/html.*Bad gateway/);
    return true;
  });
});

Deno.test("Response answers queries on itself", () => {
  const response = new Response({
    url: "https://example.com/",
    status: 200,
    body: bytes("<a href=/1>one</a><a href=/2>two</a>"),
  });
  assert.deepEqual(response.css("a::attr(href)").getAll(), ["/1", "/2"]);
  assert.equal(response.reFirst(/>(t\w+)</), "two");
  assert.equal(response.reFirst(/none/, "-"), "-");
  assert.equal(response.root, response.root, "parsed once");
});

Deno.test("Response parses XML as XML, and keeps the good part of what is broken", () => {
  const feed = (body: string) =>
    new Response({
      url: "https://example.com/feed",
      status: 200,
      headers: { "content-type": "application/rss+xml; charset=utf-8" },
      body: bytes(body),
    });
  const links = "<rss><item><link>/1</link></item><item><link>/2</link></item>";
  assert.deepEqual(feed(`${links}</rss>`).css("link::text").getAll(), ["/1", "/2"]);
  assert.deepEqual(feed(`${links}</rss>`).xpath("//item/link/text()").getAll(), ["/1", "/2"]);
  assert.deepEqual(feed(links).css("link::text").getAll(), ["/1", "/2"]);
});

Deno.test("Response has the query members of its root", () => {
  const page = new Response({
    url: "https://example.com/",
    status: 200,
    body: bytes('<p class=a>One</p><p class="a b">Two 2</p>'),
  });
  assert.deepEqual(page.xpath("//p[has-class('b')]/text()").getAll(), ["Two 2"]);
  assert.equal(page.find("p", { class: "b" })?.text(), "Two 2");
  assert.equal(page.findAll("p").length, 2);
  assert.equal(page.findByText("one")?.tag, "p");
  assert.equal(page.findByRegex(/\d/)?.text(), "Two 2");
});
