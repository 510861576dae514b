import { DynamicSession } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

browserTest("DynamicSession.fetch() sends what the request asks for, and just there", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({
    maxPages: 1,
    headers: { "X-Session": "session" },
    cookies: [{ name: "first", value: "1", url: site.url }],
  });
  const sent = async (options: Parameters<typeof session.fetch>[1]) => {
    site.take();
    await session.fetch(`${site.url}/echo`, options);
    return site.requestsTo("/echo")[0]!;
  };

  await t.step("extraHeaders win over headers, and the request over the session", async () => {
    const request = await sent({
      headers: { "x-session": "request", "X-Both": "headers" },
      extraHeaders: { "X-Both": "extraHeaders" },
    });
    assert.equal(request.header("x-session"), "request");
    assert.equal(request.header("x-both"), "extraHeaders");
  });

  await t.step("headers of one request don't reach the next in the same tab", async () => {
    const request = await sent({});
    assert.equal(request.header("x-session"), "session");
    assert.equal(request.header("x-both"), undefined);
  });

  await t.step("the referer is Google's unless something else is said", async () => {
    const referer = async (options: Parameters<typeof session.fetch>[1]) =>
      (await sent(options)).header("referer");
    assert.equal(await referer({}), "https://www.google.com/");
    assert.equal(await referer({ googleSearch: false }), undefined);
    assert.equal(await referer({ referer: false }), undefined);
    assert.equal(await referer({ referer: "http://a.example/b" }), "http://a.example/b");
    assert.equal(
      await referer({ extraHeaders: { Referer: "http://c.example/" } }),
      "http://c.example/",
    );
  });

  await t.step("initial cookies, and those of earlier pages", async () => {
    await session.fetch(`${site.url}/cookies/set?second=2`);
    const response = await session.fetch(`${site.url}/cookies`);
    assert.deepEqual(response.json(), { first: "1", second: "2" });
  });

  await t.step("listeners, overrides and scripts of one request are gone in the next", async () => {
    let events = 0;
    let entries: number | undefined;
    await session.fetch(`${site.url}/ua`, {
      pageSetup: async ({ cdp }) => {
        cdp.on("Network.requestWillBeSent", () => events++);
        await cdp.send("Emulation.setTimezoneOverride", { timezoneId: "Asia/Tokyo" });
        await cdp.send("Network.setBlockedURLs", { urls: ["*/json"] });
        await cdp.send("Page.addScriptToEvaluateOnNewDocument", {
          source: "onload = () => document.documentElement.dataset.leak = 'yes'",
        });
      },
      pageAction: async (page) => {
        assert.equal(await page.evaluate(() => document.documentElement.dataset.leak), "yes");
        entries = await page.evaluate(() => history.length);
        await page.evaluate(() => {
          history.pushState({}, "", "#elsewhere");
          self.name = "left behind";
          sessionStorage.setItem("left", "behind");
        });
      },
    });
    const seen = events;
    assert.ok(seen > 0);
    const page = await session.fetch(`${site.url}/ua`, {
      waitSelector: "body.loaded",
      pageAction: async (page) => {
        assert.equal(await page.evaluate(() => document.documentElement.dataset.leak), undefined);
        assert.deepEqual(
          await page.evaluate(() => [self.name, sessionStorage.length, history.length]),
          ["", 0, entries],
        );
      },
    });
    assert.equal(events, seen);
    assert.doesNotMatch(page.text, /Tokyo/);
    assert.equal((await session.fetch(`${site.url}/json`)).status, 200);
  });

  await t.step("disableResources leaves out images and style sheets, but not data", async () => {
    const count = async (disableResources: boolean) => {
      site.take();
      await session.fetch(`${site.url}/dynamic-page`, {
        disableResources,
        pageSetup: () => {},
        pageAction: async (page) => {
          await page.evaluate(() => {
            document.body.append(Object.assign(new Image(), { src: "/echo/image" }));
          });
        },
        networkIdle: true,
      });
      return site.requests.map(({ path }) => path);
    };
    const all = await count(false);
    const few = await count(true);
    assert.ok(all.includes("/echo/image") && all.includes("/dynamic-page/data/3"), all.join());
    assert.ok(!few.includes("/echo/image") && few.includes("/dynamic-page/data/3"), few.join());
  });
});
