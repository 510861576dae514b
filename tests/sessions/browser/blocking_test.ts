import { BlockedDomainError, DynamicSession } from "@orbweaver/browser-session";
import { InvalidOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { loadAdDomains } from "../../../sessions/browser/cdp/ad_domains.ts";
import { DomainFilter } from "../../../sessions/browser/cdp/domain_filter.ts";
import { type Site, startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

/** Every name leads to this machine. */
const EVERY_NAME = ["--host-resolver-rules=MAP * 127.0.0.1"];

Deno.test("DomainFilter matches a domain and its sub-domains, label by label", () => {
  const filter = new DomainFilter(["ads.example", "Bücher.example", ".dotted.example", "1.2.3.4"]);
  const hosts: [host: string, domain: string | undefined][] = [
    ["ads.example", "ads.example"],
    ["a.b.ads.example", "ads.example"],
    ["ads.example.", "ads.example"],
    ["badads.example", undefined],
    ["ads.example.com", undefined],
    ["example", undefined],
    ["www.xn--bcher-kva.example", "xn--bcher-kva.example"],
    ["x.dotted.example", "dotted.example"],
    ["1.2.3.4", "1.2.3.4"],
  ];
  for (const [host, domain] of hosts) assert.equal(filter.match(host), domain, host);
});

Deno.test("DomainFilter never matches by the last label alone", () => {
  const filter = new DomainFilter(["com", "localhost", "co.uk"]);
  assert.equal(filter.match("example.com"), undefined);
  assert.equal(filter.match("localhost"), "localhost");
  assert.equal(filter.match("shop.co.uk"), "co.uk");
});

Deno.test("the list of advertisers knows the large ones, and spares their own sites", async () => {
  const ads = await loadAdDomains();
  assert.equal(await loadAdDomains(), ads, "the list is read once");
  for (
    const host of [
      "googleads.g.doubleclick.net",
      "pagead2.googlesyndication.com",
      "www.google-analytics.com",
      "static.hotjar.com",
      "sb.scorecardresearch.com",
      "www.googletagmanager.com",
    ]
  ) assert.equal(ads.includes(host, "news.example"), true, host);
  for (const host of ["news.example", "fonts.googleapis.com", "cdn.jsdelivr.net", "net"]) {
    assert.equal(ads.includes(host, "news.example"), false, host);
  }
  assert.equal(ads.includes("s.yimg.com", "finance.yahoo.com"), false, "of the same owner");
  assert.equal(ads.includes("s.yimg.com", "news.example"), true);
});

/** What a page asks for, by host: itself, images, a script that is waited for, and a frame. */
async function hostsAsked(site: Site, session: DynamicSession, options: object) {
  const { port } = new URL(site.url);
  const hosts = ["ads.example", "x.ads.example", "badads.example", "sb.scorecardresearch.com"];
  const body =
    hosts.map((host) =>
      `<img src="http://${host}:${port}/echo/image"><script src="http://${host}:${port}/script">` +
      `</script>`
    ).join("") +
    `<iframe src="http://frame.example:${port}/html?body=${
      encodeURIComponent(`<img src="http://ads.example:${port}/echo/in-frame">`)
    }"></iframe>`;
  site.take();
  const url = `http://page.example:${port}/html?body=${encodeURIComponent(body)}`;
  const page = await session.fetch(url, { networkIdle: true, ...options });
  assert.equal(page.status, 200);
  const asked = site.take().filter(({ path }) => path !== "/favicon.ico");
  return new Set(asked.map(({ host, path }) => `${host.split(":")[0]}${path}`));
}

browserTest("blockedDomains and blockAds refuse what pages ask of them", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ extraFlags: EVERY_NAME });
  const all = await hostsAsked(site, session, {});
  assert.equal(all.size, 11, [...all].join());

  await t.step("blockedDomains: the domain, its sub-domains, and in frames of others", async () => {
    const asked = await hostsAsked(site, session, { blockedDomains: ["ads.example"] });
    const refused = [...all].filter((request) => !asked.has(request));
    assert.deepEqual(refused.sort(), [
      "ads.example/echo/image",
      "ads.example/echo/in-frame",
      "ads.example/script",
      "x.ads.example/echo/image",
      "x.ads.example/script",
    ]);
  });

  await t.step("blockedDomains: many of them, and a top-level domain that is none", async () => {
    const many = Array.from({ length: 200 }, (_, i) => `nowhere-${i}.example`);
    const blockedDomains = [...many, "example", "x.ads.example"];
    const asked = await hostsAsked(site, session, { blockedDomains });
    const refused = [...all].filter((request) => !asked.has(request));
    assert.deepEqual(refused.sort(), ["x.ads.example/echo/image", "x.ads.example/script"]);
  });

  await t.step("blockAds: advertisers and trackers", async () => {
    const asked = await hostsAsked(site, session, { blockAds: true });
    const refused = [...all].filter((request) => !asked.has(request));
    assert.deepEqual(refused.sort(), [
      "sb.scorecardresearch.com/echo/image",
      "sb.scorecardresearch.com/script",
    ]);
  });

  await t.step("blockAds: not an advertiser's page that is asked for", async () => {
    const { port } = new URL(site.url);
    const url = `http://sb.scorecardresearch.com:${port}/plain/1`;
    const page = await session.fetch(url, { blockAds: true });
    assert.equal(page.css("h1").length, 1);
  });

  await t.step("and none of it reaches the next fetch", async () => {
    assert.deepEqual(await hostsAsked(site, session, {}), all);
  });
});

browserTest("a page of a blocked domain is an error that names it", async (t) => {
  await using site = await startSite();
  const { port } = new URL(site.url);
  await using session = new DynamicSession({
    extraFlags: EVERY_NAME,
    blockedDomains: ["Ads.example"],
  });
  const ad = `http://www.ads.example:${port}/plain/1`;
  const isBlocked = (error: unknown) => {
    assert.ok(error instanceof BlockedDomainError, String(error));
    assert.deepEqual([error.domain, error.url], ["ads.example", ad]);
    return true;
  };

  await t.step("asked for", () => assert.rejects(session.fetch(ad), isBlocked));

  await t.step("redirected to", async () => {
    const url = `${site.url}/redirect/to?location=${encodeURIComponent(ad)}`;
    await assert.rejects(session.fetch(url), isBlocked);
  });

  await t.step("led to by a script, whatever step is being taken", async () => {
    const script = `<script>setTimeout(() => location = ${JSON.stringify(ad)}, 100)</script>`;
    const url = `${site.url}/html?body=${encodeURIComponent(script)}`;
    const pageAction = () => new Promise(() => {});
    await assert.rejects(session.fetch(url, { pageAction, onStepError: "ignore" }), isBlocked);
  });

  assert.equal(site.requests.filter(({ host }) => host.includes("ads.example")).length, 0);
});

Deno.test("blockedDomains takes domains and no URLs", () => {
  for (const domain of ["http://ads.example", "ads.example/x", "a b", ""]) {
    assert.throws(() => new DynamicSession({ blockedDomains: [domain] }), InvalidOptionError);
  }
});
