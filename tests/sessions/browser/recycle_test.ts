import { DynamicSession } from "@orbweaver/browser-session";
import { InvalidOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";
import { browserTest, Sandbox } from "./_browser.ts";

browserTest(
  "a browser is replaced after recycleAfterPages, and what it had begun is finished",
  async () => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();
    const session = new DynamicSession({ maxPages: 2, recycleAfterPages: 3 });
    const browsers = new Set<number | undefined>();
    const pageAction = () => void browsers.add(sandbox.mainProcess());
    const slow = session.fetch(`${site.url}/slow/headers?ms=2500`);
    await site.arrival("/slow/headers");
    for (let i = 1; i <= 4; i++) {
      const page = await session.fetch(`${site.url}/plain/${i}`, { pageAction });
      assert.deepEqual([page.status, page.meta.attempts], [200, 1]);
    }
    const late = await slow;
    assert.deepEqual([late.status, late.meta.attempts], [200, 1]);
    await session.fetch(`${site.url}/plain/5`, { pageAction });
    for (let i = 0; i < 100 && (await sandbox.profiles()).length > 1; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal((await sandbox.profiles()).length, 1, "the first browser is gone");
    assert.ok(browsers.size >= 2, `${browsers.size} browsers`);
    await session.close();
    assert.deepEqual(await sandbox.remains(), []);
  },
);

browserTest("a browser that has grown beyond maxBrowserMemoryBytes is replaced", async () => {
  await using sandbox = await Sandbox.open();
  await using site = await startSite();
  const session = new DynamicSession({ maxBrowserMemoryBytes: 1 });
  await session.fetch(`${site.url}/plain/1`);
  for (let i = 0; i < 100 && (await sandbox.profiles()).length > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.deepEqual(await sandbox.profiles(), []);
  assert.equal((await session.fetch(`${site.url}/plain/2`)).status, 200);
  await session.close();
  assert.deepEqual(await sandbox.remains(), []);

  await using roomy = new DynamicSession({ maxBrowserMemoryBytes: 64 * 1024 ** 3 });
  await roomy.fetch(`${site.url}/plain/1`);
  const [profile] = await sandbox.profiles();
  await roomy.fetch(`${site.url}/plain/2`);
  assert.deepEqual(await sandbox.profiles(), [profile]);
});

Deno.test("limits that make no sense are refused", () => {
  for (const options of [{ recycleAfterPages: -1 }, { maxBrowserMemoryBytes: 0.5 }]) {
    assert.throws(() => new DynamicSession(options), InvalidOptionError);
  }
});
