import { type EngineBrowser, findBrowser } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { browserTest, Sandbox } from "../_browser.ts";
import { ENGINE_NAMES, engineNamed } from "../_engines.ts";
import { spawnBrowser } from "../_like_astral.ts";

/** A browser that somebody else started, with a tab in it that is not ours. */
async function startForeignBrowser() {
  const sandbox = await Sandbox.open();
  const running = await spawnBrowser(findBrowser(), [
    `--user-data-dir=${sandbox.path}/profile`,
    "--headless=new",
    "data:text/html,<title>foreign</title>",
  ]);
  return {
    endpoint: running.endpoint,
    kill: running.end,
    [Symbol.asyncDispose]: async () => {
      await running.end();
      await sandbox.remains();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** The tabs of a browser, as it tells them to anyone. */
async function tabsOf(endpoint: string): Promise<string[]> {
  const answer = await fetch(`http://${new URL(endpoint).host}/json/list`);
  const targets = await answer.json() as { id: string; type: string }[];
  return targets.filter(({ type }) => type === "page").map(({ id }) => id).sort();
}

/** A closed tab is gone a moment after the command to close it was answered. */
async function assertTabs(endpoint: string, expected: readonly string[]): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 50) {
    if ((await tabsOf(endpoint)).length <= expected.length) break;
    await delay(50);
  }
  assert.deepEqual(await tabsOf(endpoint), expected);
}

async function useTab(browser: EngineBrowser<unknown>): Promise<void> {
  const tab = await browser.newTab();
  const session = await tab.attach();
  await session.send("Page.enable");
  await session.detach();
  await tab.close();
}

for (const name of ENGINE_NAMES) {
  browserTest(`${name}: connect() again and again leaves the browser as it was`, async () => {
    const engine = await engineNamed(name);
    await using foreign = await startForeignBrowser();
    const before = await tabsOf(foreign.endpoint);
    assert.equal(before.length, 1);
    for (let i = 0; i < 3; i++) {
      await using browser = await engine.connect(foreign.endpoint);
      assert.equal(browser.owned, false);
      await useTab(browser);
      await useTab(browser);
      await browser.close();
      await browser.closed;
    }
    await assertTabs(foreign.endpoint, before);
  });

  browserTest(
    `${name}: two connections to one browser don't see each other's tabs go`,
    async () => {
      const engine = await engineNamed(name);
      await using foreign = await startForeignBrowser();
      const before = await tabsOf(foreign.endpoint);
      await using first = await engine.connect(foreign.endpoint);
      const tab = await first.newTab();
      const second = await engine.connect(foreign.endpoint);
      await useTab(second);
      await second.close();
      const session = await tab.attach();
      await session.send("Page.enable");
      await tab.close();
      await assertTabs(foreign.endpoint, before);
    },
  );

  browserTest(`${name}: a browser that ends while connected ends the connection`, async () => {
    const engine = await engineNamed(name);
    await using foreign = await startForeignBrowser();
    const browser = await engine.connect(foreign.endpoint);
    const tab = await browser.newTab();
    const session = await tab.attach();
    const pending = assert.rejects(session.send("Page.captureScreenshot"));
    await foreign.kill();
    await browser.closed;
    await pending;
    await assert.rejects(browser.session.send("Browser.getVersion"));
    await browser.close();
  });

  Deno.test(`${name}: connect() to nothing rejects`, async () => {
    const engine = await engineNamed(name);
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(engine.connect(`ws://127.0.0.1:${port}/devtools/browser/none`));
  });
}
