/**
 * URL cases in our own words and data, after what the Web Platform Tests (`url/`, and
 * `fetch/api/redirect/`) check: what a browser makes of an address, told by what arrives.
 *
 * @module
 */
import { FetchSession } from "@orbweaver/fetch-session";
import { InvalidUrlError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { type Site, startSite } from "../site/mod.ts";

/** [name, what follows the origin, what arrives as target]. */
const TARGETS: readonly (readonly [name: string, address: string, target: string])[] = [
  ["nothing at all", "", "/"],
  ["only a query", "?a=1", "/?a=1"],
  ["an empty query", "/echo/a?", "/echo/a?"],
  ["a fragment stays at home", "/echo/a?b#c?d", "/echo/a?b"],
  ["white space around", "/echo/a \t\n", "/echo/a"],
  ["tabs and line breaks within", "/ec\tho/\r\na", "/echo/a"],
  ["a space in the path", "/echo/a b", "/echo/a%20b"],
  ["a space in the query", "/echo/?a b", "/echo/?a%20b"],
  ["a plus is a plus", "/echo/a+b?c+d", "/echo/a+b?c+d"],
  ["letters beyond ASCII", "/echo/caf\u00e9?th\u00e9", "/echo/caf%C3%A9?th%C3%A9"],
  ["beyond the basic plane", "/echo/\u{1f577}", "/echo/%F0%9F%95%B7"],
  ["what is encoded stays as it is", "/echo/%41%e9%2f?%41", "/echo/%41%e9%2f?%41"],
  ["a percent sign that means nothing", "/echo/100%?50%", "/echo/100%?50%"],
  ["dots", "/echo/./a/../b/./c", "/echo/b/c"],
  ["encoded dots", "/echo/%2e/a/%2E%2e/b", "/echo/b"],
  ["more dots than folders", "/../../echo/a", "/echo/a"],
  ["dots at the end", "/echo/a/b/..", "/echo/a/"],
  ["dots in the query are text", "/echo/a?../b", "/echo/a?../b"],
  ["backslashes", "/echo\\a\\..\\b", "/echo/b"],
  ["a backslash in the query", "/echo/a?b\\c", "/echo/a?b\\c"],
  ["two slashes", "/echo//a", "/echo//a"],
  ["quotes and angles", '/echo/"<>`?"<>\'', "/echo/%22%3C%3E%60?%22%3C%3E%27"],
  ["brackets, braces, bars", "/echo/[]|{}?[]|{}", "/echo/[]|%7B%7D?[]|{}"],
];

/** [name, the Location, what is asked for next]; the redirecting page is /redirect/to. */
const LOCATIONS: readonly (readonly [name: string, location: string, target: string])[] = [
  ["a path", "/echo/a", "/echo/a"],
  ["a name beside the page", "chain/0", "/redirect/chain/0"],
  ["up and down", "../echo/a", "/echo/a"],
  ["a query", "?location=/echo/b&status=302", "/echo/b"],
  ["a space", "/echo/a b", "/echo/a%20b"],
  ["bytes of UTF-8", "/echo/caf%C3%A9", "/echo/caf%C3%A9"],
  ["a backslash", "\\echo\\a", "/echo/a"],
];

for (const impersonate of ["chrome", false] as const) {
  const how = impersonate === false ? "native" : "impersonating";
  const testSite = (name: string, body: (session: FetchSession, site: Site) => Promise<void>) =>
    Deno.test(`${name} (${how})`, async () => {
      await using site = await startSite();
      await using session = new FetchSession({ impersonate, retries: 1 });
      await body(session, site);
    });

  testSite("an address arrives as a browser would send it", async (session, site) => {
    const wrong: unknown[] = [];
    for (const [name, address, target] of TARGETS) {
      await session.fetch(`${site.url}${address}`);
      const arrived = site.take().map((request) => request.target);
      if (arrived.join() !== target) wrong.push({ name, address, target, arrived });
    }
    assert.deepEqual(wrong, []);
  });

  testSite("a Location is resolved as a browser would", async (session, site) => {
    const wrong: unknown[] = [];
    for (const [name, location, target] of LOCATIONS) {
      await session.fetch(`${site.url}/redirect/to?location=${encodeURIComponent(location)}`);
      const arrived = site.take().at(-1)?.target;
      if (arrived !== target) wrong.push({ name, location, target, arrived });
    }
    assert.deepEqual(wrong, []);
  });

  testSite("a host's spelling does not matter", async (session, site) => {
    const { port } = new URL(site.url);
    for (
      const host of ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "127。0。0。1", "%31%32%37.1"]
    ) {
      const page = await session.fetch(`http://${host}:${port}/echo/a`);
      assert.equal(page.url, `http://127.0.0.1:${port}/echo/a`, host);
    }
    for (const scheme of ["HTTP://", "http:\\\\", "http:", "http:/", "http:///"]) {
      const page = await session.fetch(`${scheme}127.0.0.1:${port}/echo/a`);
      assert.equal(page.url, `http://127.0.0.1:${port}/echo/a`, scheme);
    }
  });

  testSite("credentials in an address become a header", async (session, site) => {
    const address = site.url.replace("://", "://ad%40a:p:w%2f@");
    const page = await session.fetch(`${address}/echo/a`);
    assert.equal(page.url, `${site.url}/echo/a`);
    const sent = site.requestsTo("/echo/a")[0]?.header("authorization");
    assert.equal(sent, `Basic ${btoa("ad@a:p:w/")}`);
  });
}

Deno.test("an address that no browser could open is refused", async () => {
  await using session = new FetchSession({ impersonate: false });
  for (
    const address of [
      "http://",
      "http://:80/",
      "http://a b/",
      "http://a<b/",
      "http://%zz/",
      "http://1.2.3.256/",
      "http://1.2.3.4.5/",
      "http://[::1",
      "http://[::g]/",
      "http://host:65536/",
      "http://host:8o/",
      "http://xn--/",
      "//host/",
      "host:80",
      "data:text/html,a",
      "blob:http://host/1",
      "about:blank",
      "ftp://host/",
      "ws://host/",
    ]
  ) {
    await assert.rejects(session.fetch(address), InvalidUrlError, address);
  }
});
