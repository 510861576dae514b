import assert from "node:assert/strict";
import fc from "fast-check";
import { fingerprint, Request, type RequestOptions } from "@orbweaver/spider";

const of = (url: string, options: RequestOptions = {}) =>
  fingerprint(new Request(url, options), "http");

Deno.test("fingerprint: the same request in another spelling is the same", () => {
  const same: [string, string][] = [
    ["https://a.test", "HTTPS://A.test:443/"],
    ["https://a.test/?a=1&b=2", "https://a.test/?b=2&a=1"],
    ["https://a.test/x#one", "https://a.test/x#two"],
    ["https://a.test/%7euser/%2f", "https://a.test/~user/%2F"],
    ["https://a.test/a/../b", "https://a.test/b"],
    ["https://bücher.test/", "https://xn--bcher-kva.test/"],
  ];
  for (const [a, b] of same) assert.equal(of(a), of(b), `${a} and ${b}`);
});

Deno.test("fingerprint: another resource is another request", () => {
  const prints = [
    of("https://a.test/"),
    of("http://a.test/"),
    of("https://a.test:8443/"),
    of("https://a.test/?a=1"),
    of("https://a.test/?a=1&a=1"),
    of("https://a.test/%2F"),
    of("https://a.test//"),
    of("https://a.test/", { sid: "stealth" }),
    of("https://a.test/", { method: "POST" }),
    of("https://a.test/", { method: "POST", data: { a: "1" } }),
    of("https://a.test/", { method: "POST", json: { a: "1" } }),
    of("https://a.test/", { params: { b: "1" } }),
  ];
  assert.equal(new Set(prints).size, prints.length);
});

Deno.test("fingerprint: the default session, params in the URL, and the order of fields make no difference", () => {
  const url = "https://a.test/";
  assert.equal(of(url, { sid: "http" }), of(url));
  assert.equal(of(url, { params: { b: "2", a: "1" } }), of(`${url}?a=1&b=2`));
  assert.equal(of(url, { method: "post" }), of(url, { method: "POST" }));
  assert.equal(
    of(url, { json: { a: 1, b: { c: [1, 2], d: 2 } } }),
    of(url, { json: { b: { d: 2, c: [1, 2] }, a: 1 } }),
  );
  assert.equal(of(url, { data: { a: "1", b: "2" } }), of(url, { data: { b: "2", a: "1" } }));
  assert.equal(of(url, { headers: { a: "b" }, referer: "https://b.test/" }), of(url));
});

Deno.test("fingerprint: any order of any query is the same request, and another value is not", () => {
  const pair = fc.tuple(fc.string({ minLength: 1 }), fc.string());
  fc.assert(fc.property(fc.uniqueArray(pair, { selector: ([name]) => name }), (pairs) => {
    const url = (order: [string, string][]) => `https://a.test/?${new URLSearchParams(order)}`;
    assert.equal(of(url(pairs)), of(url([...pairs].reverse())));
    assert.notEqual(of(url(pairs)), of(url([...pairs, ["zz", "another"]])));
  }));
});
