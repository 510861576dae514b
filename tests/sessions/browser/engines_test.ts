import { DynamicSession, findBrowser } from "@orbweaver/browser-session";
import { astral } from "@orbweaver/browser-session/astral";
import { puppeteer } from "@orbweaver/browser-session/puppeteer";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";
import { connectLikeAstral, launchLikeAstral, spawnBrowser } from "./_like_astral.ts";
import { browserTest, Sandbox } from "./_browser.ts";

browserTest(
  "astral() makes a session work over the socket of a browser like Astral's",
  async () => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();
    const session = new DynamicSession({
      engine: astral({ launch: launchLikeAstral, connect: connectLikeAstral }),
      retries: 1,
    });
    try {
      const page = await session.fetch(`${site.url}/dynamic-page`, {
        waitSelector: "div.loaded",
        pageAction: async (page) => {
          assert.equal(await page.evaluate("1 + 1"), 2);
          await assert.rejects(page.cdp.send("No.suchCommand"), /No\.suchCommand failed/);
          const native = await page.native();
          assert.equal(native.enabled, 3);
        },
      });
      assert.equal(page.css("div.loaded::text").get(), "Loaded");
      const other = await session.fetch(`${site.url}/redirect/chain/1`);
      assert.deepEqual([other.status, other.history.length], [200, 1]);
      await assert.rejects(session.fetch(`${site.url}/broken/reset`), /ERR_CONNECTION_RESET/);
    } finally {
      await session.close();
    }
    assert.deepEqual(await sandbox.remains(), []);
  },
);

for (
  const [name, engine] of [
    ["puppeteer", puppeteer()],
    ["astral", astral({ launch: launchLikeAstral, connect: connectLikeAstral })],
  ] as const
) {
  browserTest(`${name}: connect() leaves the browser running when it disconnects`, async () => {
    await using sandbox = await Sandbox.open();
    const args = [`--user-data-dir=${sandbox.path}/profile`, "--headless=new", "about:blank"];
    const running = await spawnBrowser(findBrowser(), args);
    try {
      for (let i = 0; i < 2; i++) {
        const browser = await engine.connect(running.endpoint);
        assert.equal(browser.owned, false);
        const tab = await browser.newTab();
        const session = await tab.attach();
        const info = await session.send<{ targetInfo: { targetId: string } }>(
          "Target.getTargetInfo",
        );
        assert.equal(info.targetInfo.targetId, tab.targetId);
        await session.detach();
        await assert.rejects(session.send("Page.enable"));
        await tab.close();
        await browser.close();
        await browser.closed;
      }
    } finally {
      await running.end();
      await sandbox.remains();
    }
  });
}
