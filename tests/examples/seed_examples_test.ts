/**
 * The four examples that the project was asked for, run against the test site, which says what really
 * arrived: headers, bodies, user agents, TLS fingerprints.
 */
import assert from "node:assert/strict";
import { FetchSession } from "@orbweaver/fetch-session";
import type { SessionManager } from "@orbweaver/spider";
import DefaultSpider from "../../examples/default_session.ts";
import MobileSpider from "../../examples/mobile_impersonation.ts";
import StealthProductSpider from "../../examples/product_spider.ts";
import ArgumentsSpider from "../../examples/session_arguments.ts";
import TwoIdentitiesSpider from "../../examples/two_identities.ts";
import {
  productAt,
  type RecordedRequest,
  type Site,
  startSite,
  startTlsSite,
} from "../site/mod.ts";

/** The names and prices of the shop's first so many products, as a set of lines. */
function catalogue(count: number): string[] {
  return Array.from({ length: count }, (_, i) => productAt(i + 1))
    .map(({ name, price }) => `${name} ${price}`).sort();
}

function lines(items: readonly { name?: unknown; price?: unknown }[]): string[] {
  return items.map(({ name, price }) => `${name} ${price}`).sort();
}

/** The cipher part of JA4, which a resumed connection has in common with a new one. */
function ciphers(request: RecordedRequest | undefined): string | undefined {
  return request?.ja4?.split("_")[1];
}

const CHROME_CIPHERS = "8daaf6152771";
const FIREFOX_CIPHERS = "5b57614c22b0";

function requestsBelow(site: Site, prefix: string): RecordedRequest[] {
  return site.requests.filter(({ path }) => path.startsWith(prefix));
}

Deno.test("the seed's first example: a session that the spider adds itself", async () => {
  await using site = await startSite();
  const spider = new DefaultSpider();
  spider.startUrls = [site.url];
  const { items } = await spider.start();
  assert.equal(items.length, 1);
  assert.match(String(items[0]?.title), /\w/);
  assert.match(site.requests[0]?.header("user-agent") ?? "", /Chrome\/\d+/);
});

Deno.test("the seed's second example: listing pages by HTTP, product pages by a stealth browser", async () => {
  await using site = await startSite({ productCount: 24, listingSize: 8 });
  const spider = new StealthProductSpider();
  spider.startUrls = [`${site.url}/products`];
  const { items, stats, failures } = await spider.start();

  assert.deepEqual(failures, []);
  assert.deepEqual(lines(items), catalogue(24));
  assert.deepEqual(stats.sessionsRequestsCount, { http: 3, stealth: 24 });
  assert.equal(site.requestsTo("/products").length, 3, "each listing page once, by HTTP only");
  assert.equal(requestsBelow(site, "/product/").length, 24, "each product page once");
  assert.equal(requestsBelow(site, "/api/product/").length, 24, "its script ran in a browser");
  for (const request of requestsBelow(site, "/product")) {
    assert.doesNotMatch(request.header("user-agent") ?? "", /Headless/);
  }
});

Deno.test("the seed's third example: two sessions of one kind, each with its own identity", async () => {
  await using site = await startTlsSite({ productCount: 24, listingSize: 8 });
  class Trusting extends TwoIdentitiesSpider {
    override configureSessions(manager: SessionManager): void {
      manager.add("chrome", new FetchSession({ impersonate: "chrome", verify: false }));
      manager.add("firefox", new FetchSession({ impersonate: "firefox", verify: false }));
    }
  }
  const spider = new Trusting();
  spider.startUrls = [`${site.url}/plain`];
  const { items, stats } = await spider.start();

  assert.deepEqual(lines(items), catalogue(24));
  assert.deepEqual(stats.sessionsRequestsCount, { chrome: 9, firefox: 18 });
  const [first, second, third] = site.requestsTo("/plain");
  assert.match(first?.header("user-agent") ?? "", /Chrome\/\d+/);
  assert.equal(ciphers(first), CHROME_CIPHERS);
  for (const listing of [second, third]) {
    assert.match(listing?.header("user-agent") ?? "", /Firefox\/\d+/);
    assert.equal(ciphers(listing), FIREFOX_CIPHERS);
  }
  const products = requestsBelow(site, "/plain/");
  const byChrome = products.filter((request) => ciphers(request) === CHROME_CIPHERS);
  assert.equal(byChrome.length, 8, "products of the first listing come through its session");
  for (const request of byChrome) assert.match(request.header("user-agent") ?? "", /Chrome/);
});

Deno.test("the seed's fourth example: options of one request reach the session, and the server", async () => {
  await using site = await startSite();
  const spider = new ArgumentsSpider();
  spider.startUrls = [site.url];
  const { items, failures } = await spider.start();

  assert.deepEqual(failures, []);
  assert.deepEqual(items.toSorted((a, b) => a.what < b.what ? -1 : 1), [
    { what: "/echo/data", saw: "GET" },
    { what: "/echo/submit", saw: "POST field=value" },
    { what: "Seen by an action", saw: "Item 1, Item 2, Item 3" },
  ]);

  const [data] = site.requestsTo("/echo/data");
  assert.equal(data?.header("authorization"), "Bearer token123");
  assert.match(data?.header("user-agent") ?? "", /Chrome\/\d+/);

  const [submit] = site.requestsTo("/echo/submit");
  assert.equal(submit?.method, "POST");
  assert.equal(submit?.body, "field=value");
  assert.equal(submit?.header("content-type"), "application/x-www-form-urlencoded");
  assert.equal(submit?.header("authorization"), undefined);
  assert.match(submit?.header("user-agent") ?? "", /Firefox\/\d+/);

  const [dynamic] = site.requestsTo("/dynamic-page");
  assert.equal(dynamic?.header("x-campaign"), "autumn");
});

Deno.test("the seed's last example: one request impersonates another browser than its session", async () => {
  await using site = await startTlsSite({ productCount: 24, listingSize: 8 });
  class Trusting extends MobileSpider {
    override configureSessions(manager: SessionManager): void {
      manager.add("http", new FetchSession({ impersonate: "chrome", verify: false }));
    }
  }
  const spider = new Trusting();
  spider.startUrls = [`${site.url}/plain`];
  const { items } = await spider.start();

  assert.deepEqual(lines(items), catalogue(24));
  const products = requestsBelow(site, "/plain/");
  assert.equal(products.length, 24);
  for (const product of products) {
    assert.match(product.header("user-agent") ?? "", /Android.*Chrome\/131\..*Mobile/);
    assert.equal(product.header("sec-ch-ua-mobile"), "?1");
  }
  assert.ok(
    products.some(({ ja4 }) => ja4 === "t13d1516h2_8daaf6152771_02713d6af862"),
    "the TLS profile is that of Chrome 131",
  );
  for (const listing of site.requestsTo("/plain")) {
    assert.doesNotMatch(listing.header("user-agent") ?? "", /Android/);
    assert.equal(listing.header("sec-ch-ua-mobile"), "?0");
  }
});
