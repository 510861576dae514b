import { DynamicSession, StealthSession } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";
import { browserTest, Sandbox } from "./_browser.ts";

const hasWebgl = "document.createElement('canvas').getContext('webgl') !== null";

browserTest("a fetch may ask for what takes another browser, and shares the cookies", async () => {
  await using sandbox = await Sandbox.open();
  await using site = await startSite();
  const session = new StealthSession();
  const probe = async (allowWebgl?: boolean) => {
    let webgl: unknown;
    const page = await session.fetch(`${site.url}/cookies`, {
      allowWebgl,
      pageSetup: async (page) => void (webgl = await page.evaluate(hasWebgl)),
    });
    return { webgl, cookies: page.json() };
  };
  await session.fetch(`${site.url}/cookies/set?a=1`);
  assert.deepEqual(await probe(), { webgl: true, cookies: { a: "1" } });
  assert.deepEqual(await probe(false), { webgl: false, cookies: { a: "1" } });
  assert.deepEqual(await probe(true), { webgl: true, cookies: { a: "1" } });
  assert.equal((await sandbox.profiles()).length, 2);
  await session.close();
  assert.deepEqual(await sandbox.remains(), []);
});

browserTest("initScript runs in every document, before its own scripts", async () => {
  await using site = await startSite();
  await using session = new DynamicSession({
    initScript: "globalThis.early = document.readyState; document.title = 'early';",
  });
  for (let i = 1; i <= 2; i++) {
    let seen: unknown;
    await session.fetch(`${site.url}/plain/${i}`, {
      pageAction: async (page) => {
        const native = await page.native();
        seen = await native.evaluate("globalThis.early");
      },
    });
    assert.equal(seen, "loading");
  }
});
