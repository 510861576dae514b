import { FetchSession } from "@orbweaver/fetch-session";
import { CookieJar, identityOf, ProxyPool, type SessionIdentity } from "@orbweaver/session";
import assert from "node:assert/strict";
import { orderedHeaders } from "../../../sessions/fetch/profiles/headers.ts";
import { profilesOf } from "../../../sessions/fetch/profiles/names.ts";
import { startHttpProxy, startSite } from "../../site/mod.ts";
import { testBoth } from "./both_transports.ts";

const CHROMIUM: SessionIdentity = identityOf([
  ["sec-ch-ua", '"Chromium";v="156", "Not.A/Brand";v="8"'],
  ["sec-ch-ua-mobile", "?0"],
  ["sec-ch-ua-platform", '"Linux"'],
  ["user-agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0"],
  ["accept-language", "de-DE,de;q=0.9"],
]);

/** No Chromium, and so without client hints. */
const WITHOUT_HINTS: SessionIdentity = identityOf([
  ["User-Agent", "Plain/1"],
  ["Accept-Language", "fr"],
]);

testBoth("FetchSession is who its identity() says it is", {}, async (session, site) => {
  const identity = await session.identity();
  assert.match(identity.userAgent, /^Mozilla\/5\.0 .* Chrome\//);
  assert.equal(identity.acceptLanguage, "en-US,en;q=0.9");
  await session.fetch(`${site.url}/echo`);
  const [request] = site.take();
  for (const [name, value] of identity.headers) assert.equal(request?.header(name), value, name);
  assert.equal(identity.headers.length, 5);
});

testBoth("FetchSession takes over another identity, all of it", {}, async (session, site) => {
  await session.fetch(`${site.url}/echo`, { identity: CHROMIUM });
  await session.fetch(`${site.url}/echo`, { identity: WITHOUT_HINTS });
  await session.fetch(`${site.url}/echo`, {
    identity: CHROMIUM,
    headers: { "Accept-Language": "it" },
  });
  const [chromium, plain, own] = site.take();
  for (const [name, value] of CHROMIUM.headers) assert.equal(chromium?.header(name), value, name);
  assert.equal(plain?.header("user-agent"), "Plain/1");
  assert.equal(plain?.header("accept-language"), "fr");
  for (const name of ["sec-ch-ua", "sec-ch-ua-mobile", "sec-ch-ua-platform"]) {
    assert.equal(plain?.header(name), undefined, `${name} belongs to the browser it no longer is`);
  }
  assert.equal(own?.header("accept-language"), "it", "the user's own headers win");
  assert.equal(own?.header("user-agent"), CHROMIUM.userAgent);
});

Deno.test("an identity's headers stand where the browser's stand, and client hints need TLS", () => {
  const [profile] = profilesOf("chrome")!;
  const names = (wire: "tls" | "plain", identity?: SessionIdentity) =>
    orderedHeaders({ profile, mode: "navigate", wire, sender: "exact", identity }, {}, [])
      .map(([name]) => name.toLowerCase());
  assert.deepEqual(names("tls", CHROMIUM), names("tls"));
  assert.deepEqual(names("plain", CHROMIUM), names("plain"));
});

Deno.test("a session that is no browser tells its identity as it is", async () => {
  await using session = new FetchSession({ impersonate: false, stealthyHeaders: false });
  assert.deepEqual(await session.identity(), {
    userAgent: "Orbweaver",
    acceptLanguage: "",
    headers: [["user-agent", "Orbweaver"]],
  });
  await using named = new FetchSession({ headers: { "User-Agent": "Mine/1" } });
  assert.equal((await named.identity()).userAgent, "Mine/1");
});

Deno.test("an identity that is none is refused", async () => {
  await using session = new FetchSession({ impersonate: false });
  for (const headers of [undefined, [["cookie", "a=1"]], [["user-agent", "a\r\nb"]]]) {
    const identity = { userAgent: "", acceptLanguage: "", headers } as unknown as SessionIdentity;
    await assert.rejects(session.fetch("http://127.0.0.1:1/", { identity }), {
      name: "InvalidOptionError",
      message: /what a session's identity\(\) gives/,
    });
  }
});

Deno.test("identityOf() takes user agent, language and client hints, in any case and order", () => {
  const identity = identityOf([
    ["Accept", "text/html"],
    ["SEC-CH-UA-Full-Version-List", "a"],
    ["Accept-Language", "en"],
    ["sec-ch-uax", "no"],
    ["Cookie", "secret=1"],
  ]);
  assert.deepEqual(identity, {
    userAgent: "",
    acceptLanguage: "en",
    headers: [["SEC-CH-UA-Full-Version-List", "a"], ["Accept-Language", "en"]],
  });
  assert.deepEqual(identityOf(undefined).headers, []);
});

Deno.test("proxyUrl() gives the credentials of the session's own proxies, and of no other", async () => {
  await using fixed = new FetchSession({ proxy: "http://ada:secret@one.test:8080" });
  assert.equal(fixed.proxyUrl("http://one.test:8080"), "http://ada:secret@one.test:8080");
  assert.equal(fixed.proxyUrl("http://two.test:8080"), undefined);
  const proxyPool = new ProxyPool(["http://a:b@one.test:1", "http://c:d@two.test:2"]);
  await using pooled = new FetchSession({ proxyPool });
  assert.equal(pooled.proxyUrl("http://two.test:2"), "http://c:d@two.test:2");
  await using direct = new FetchSession();
  assert.equal(direct.proxyUrl("http://one.test:8080"), undefined);
});

Deno.test("a response names its proxy as proxyUrl() knows it", async () => {
  await using site = await startSite();
  await using proxy = await startHttpProxy({ auth: { username: "ada", password: "secret" } });
  const url = `http://ada:secret@${proxy.host}`;
  await using session = new FetchSession({ impersonate: false, proxy: url });
  const response = await session.fetch(`${site.url}/echo`);
  assert.ok(!response.proxy?.includes("secret"));
  assert.equal(session.proxyUrl(response.proxy!), url);
});

Deno.test("the jar that a session was made with is its jar", async () => {
  const jar = new CookieJar();
  await using session = new FetchSession({ jar });
  assert.equal(session.jar, jar);
});
