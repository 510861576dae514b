import { DynamicSession } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { CookieJar } from "@orbweaver/session";
import assert from "node:assert/strict";
import { type Site, startHttpProxy, startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

/** The cookies that a page load sends. */
async function sentBy(session: DynamicSession | FetchSession, site: Site, options: object = {}) {
  return (await session.fetch(`${site.url}/cookies`, options)).json<Record<string, string>>();
}

browserTest("a jar is shared with FetchSession, both ways", async () => {
  await using site = await startSite();
  const jar = new CookieJar();
  await using http = new FetchSession({ jar });
  await using browser = new DynamicSession({ jar });

  await http.fetch(`${site.url}/cookies/set?http=1`);
  assert.deepEqual(await sentBy(browser, site), { http: "1" });

  await browser.fetch(`${site.url}/cookies/set?browser=2`);
  assert.deepEqual(await sentBy(http, site), { http: "1", browser: "2" });

  await browser.fetch(`${site.url}/plain/1`, {
    pageAction: (page) => page.evaluate("document.cookie = 'script=3; path=/'"),
  });
  assert.deepEqual(await sentBy(http, site), { http: "1", browser: "2", script: "3" });
});

browserTest("what one side deletes or changes, the other side loses or gets", async () => {
  await using site = await startSite();
  const jar = new CookieJar();
  await using http = new FetchSession({ jar });
  await using browser = new DynamicSession({ jar });
  await http.fetch(`${site.url}/cookies/set?a=1&b=1&c=1`);
  assert.deepEqual(await sentBy(browser, site), { a: "1", b: "1", c: "1" });

  await http.fetch(`${site.url}/cookies/delete?a`);
  await http.fetch(`${site.url}/cookies/set?b=2`);
  assert.deepEqual(await sentBy(browser, site), { b: "2", c: "1" });

  await browser.fetch(`${site.url}/cookies/delete?b`);
  await browser.fetch(`${site.url}/cookies/set?c=3`);
  assert.deepEqual(await sentBy(http, site), { c: "3" });

  jar.clear();
  assert.deepEqual(await sentBy(browser, site), {});
});

browserTest("a cookie that the browser does not take stays in the jar", async () => {
  await using site = await startSite();
  const jar = new CookieJar();
  jar.set(site.url, { name: "fine", value: "1" });
  const [cookie] = jar.cookies();
  const odd = [
    { ...cookie!, name: "odd", domain: "no such host" },
    { ...cookie!, name: "wide", path: "/" + "x".repeat(2_000) },
  ];
  assert.equal(jar.add(odd).length, 2);
  await using browser = new DynamicSession({ jar });
  assert.deepEqual(await sentBy(browser, site), { fine: "1" });
  assert.deepEqual(jar.cookies().map(({ name }) => name).sort(), ["fine", "odd", "wide"]);
});

browserTest("attributes survive the way through the browser", async () => {
  await using site = await startSite();
  await using browser = new DynamicSession();
  await browser.fetch(`${site.url}/cookies/attributes`);
  const jar = new CookieJar();
  await using http = new FetchSession({ jar });
  await http.fetch(`${site.url}/cookies/attributes`);
  const told = (from: CookieJar) =>
    from.cookies().map(({ expires, ...cookie }) => ({ ...cookie, lasts: expires !== undefined }))
      .sort((a, b) => a.name.localeCompare(b.name));
  assert.deepEqual(told(browser.jar), told(jar));
});

browserTest("cookies outlive the browser that got them", async () => {
  await using site = await startSite();
  await using browser = new DynamicSession({ recycleAfterPages: 1 });
  await browser.fetch(`${site.url}/cookies/set?kept=1`);
  assert.deepEqual(await sentBy(browser, site), { kept: "1" });
});

browserTest("each proxy has cookies of its own, unless there is a jar for all", async () => {
  await using site = await startSite();
  await using proxy = await startHttpProxy();
  const through = { proxy: `http://${proxy.host}` };
  const cookies = [{ name: "first", value: "0", url: site.url }];

  await using apart = new DynamicSession({ cookies });
  await apart.fetch(`${site.url}/cookies/set?a=1`, through);
  assert.deepEqual(await sentBy(apart, site), { first: "0" });
  assert.deepEqual(await sentBy(apart, site, through), { first: "0", a: "1" });
  assert.deepEqual(apart.jar.cookies().map(({ name }) => name), ["first"]);

  await using together = new DynamicSession({ cookies, jar: new CookieJar() });
  await together.fetch(`${site.url}/cookies/set?a=1`, through);
  assert.deepEqual(await sentBy(together, site), { first: "0", a: "1" });
});

browserTest("a large jar brings the page's own cookies, and loses none", async () => {
  await using site = await startSite();
  const jar = new CookieJar();
  for (let i = 0; i < 2_500; i++) jar.set(`http://host${i}.example/`, { name: "c", value: `${i}` });
  jar.set(site.url, { name: "own", value: "1" });
  await using browser = new DynamicSession({ jar });
  assert.deepEqual(await sentBy(browser, site), { own: "1" });
  await browser.fetch(`${site.url}/cookies/set?new=2`);
  assert.equal(jar.size, 2_502);
});
