import { CookieJar } from "@orbweaver/session";
import assert from "node:assert/strict";
import { COOKIE_CASES } from "./cookie_cases.ts";

const NOW = Date.UTC(2026, 5, 1, 12);

for (const [about, cases] of Object.entries(COOKIE_CASES)) {
  Deno.test(`cookies are taken and sent by RFC 6265bis: ${about}`, async (t) => {
    for (const { name, set, at = "https://shop.example.com/", ask = at, sent } of cases) {
      await t.step(name, () => {
        const jar = new CookieJar({ now: () => NOW });
        for (const header of set) jar.store(at, [header]);
        assert.equal(jar.header(ask), sent);
      });
    }
  });
}

const SITE = "http://shop.example.com";
const TLS = "https://shop.example.com";

for (
  const [name, former, attempt, sent] of [
    ["the same cookie", "a=tls; Secure", "a=plain", "a=tls"],
    ["a shadow for the whole domain", "a=tls; Secure", "a=plain; Domain=example.com", "a=tls"],
    ["a shadow below its path", "a=tls; Secure; Path=/", "a=plain; Path=/b", "a=tls"],
    [
      "one above its path is no shadow",
      "a=tls; Secure; Path=/b",
      "a=plain; Path=/",
      "a=tls; a=plain",
    ],
    ["another name", "a=tls; Secure", "b=plain", "a=tls; b=plain"],
    ["a cookie that is not secure", "a=tls", "a=plain", "a=plain"],
    ["ending it", "a=tls; Secure", "a=; Max-Age=0", "a=tls"],
  ] as const
) {
  Deno.test(`a page without TLS leaves secure cookies alone: ${name}`, () => {
    const jar = new CookieJar();
    jar.store(`${TLS}/`, [former]);
    jar.store(`${SITE}/`, [attempt]);
    assert.equal(jar.header(`${TLS}/b`), sent);
  });
}

Deno.test("a page without TLS on a sister host can't shadow a secure cookie of the domain", () => {
  const jar = new CookieJar();
  jar.store("https://example.com/", ["a=tls; Secure; Domain=example.com"]);
  assert.deepEqual(jar.store("http://evil.example.com/", ["a=plain"]), []);
  assert.deepEqual(jar.store("http://evil.example.com/", ["a=plain; Domain=example.com"]), []);
});

Deno.test("cookies end when their time has come, and after 400 days at the latest", () => {
  let now = NOW;
  const jar = new CookieJar({ now: () => now });
  jar.store(TLS, ["a=1; Max-Age=10", "b=2; Max-Age=99999999", "c=3"]);
  now += 9_999;
  assert.equal(jar.header(TLS), "a=1; b=2; c=3");
  now += 1;
  assert.equal(jar.header(TLS), "b=2; c=3");
  now = NOW + 400 * 24 * 3600 * 1000;
  assert.equal(jar.header(TLS), "c=3");
});
