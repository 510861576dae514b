import {
  BrowserCrashedError,
  BrowserNotFoundError,
  BrowserStartError,
  DynamicSession,
  StealthSession,
  TabCrashedError,
} from "@orbweaver/browser-session";
import { SessionClosedError, TimeoutError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { startSite } from "../../site/mod.ts";
import { browserTest, Sandbox } from "./_browser.ts";

browserTest("fetches beyond maxPages wait, and the tabs are used again", async () => {
  await using site = await startSite();
  await using session = new DynamicSession({ maxPages: 2 });
  const tabs = new Set<string>();
  let active = 0;
  let most = 0;
  const pages = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      session.fetch(`${site.url}/plain/${i + 1}`, {
        pageSetup: async ({ cdp }) => {
          most = Math.max(most, ++active);
          type Info = { targetInfo: { targetId: string } };
          tabs.add((await cdp.send<Info>("Target.getTargetInfo")).targetInfo.targetId);
        },
        pageAction: () => void active--,
      })),
  );
  assert.deepEqual(pages.map((page) => page.css("h1").length), Array(8).fill(1));
  assert.ok(most <= 2, `${most} at a time`);
  assert.equal(tabs.size, 2);
});

browserTest("a page that never loads is given up in time, and the session goes on", async () => {
  await using site = await startSite();
  await using session = new DynamicSession({ maxPages: 1 });
  for (const path of ["/slow/forever", "/slow/stall"]) {
    await assert.rejects(session.fetch(`${site.url}${path}`, { timeoutMs: 700 }), (error) => {
      assert.ok(error instanceof TimeoutError);
      assert.deepEqual([error.timeoutMs, error.url], [700, `${site.url}${path}`]);
      assert.match(error.message, /^Loading the page took longer than 700 ms/);
      return true;
    });
  }
  assert.equal((await session.fetch(`${site.url}/plain/1`)).status, 200);
});

browserTest("an aborted fetch rejects with the signal's reason, also while it waits", async () => {
  await using site = await startSite();
  await using session = new DynamicSession({ maxPages: 1 });
  const reason = new Error("enough");
  const controller = new AbortController();
  const { signal } = controller;
  const aborted = Promise.allSettled([
    session.fetch(`${site.url}/slow/forever`, { signal }),
    session.fetch(`${site.url}/plain/1`, { signal }),
  ]);
  const other = session.fetch(`${site.url}/plain/2`);
  await site.arrival("/slow/forever");
  controller.abort(reason);
  assert.deepEqual(
    (await aborted).map((result) => result.status === "rejected" && result.reason),
    [reason, reason],
  );
  assert.equal((await other).status, 200);
  assert.equal(site.requestsTo("/plain/1").length, 0);
});

browserTest("a crashed tab fails its fetch and no other", async () => {
  await using site = await startSite();
  await using session = new DynamicSession({ maxPages: 2 });
  const other = session.fetch(`${site.url}/slow/headers?ms=1000`);
  await assert.rejects(
    session.fetch(`${site.url}/plain/1`, { pageAction: ({ cdp }) => cdp.send("Page.crash") }),
    TabCrashedError,
  );
  assert.equal((await other).status, 200);
  assert.equal((await session.fetch(`${site.url}/plain/1`)).status, 200);
});

browserTest(
  "a browser that is killed costs no request: what was in flight is tried again",
  async () => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();
    const session = new DynamicSession();
    const inFlight = Promise.all(
      [1, 2, 3].map((i) => session.fetch(`${site.url}/slow/headers?ms=1500&${i}`)),
    );
    await site.arrival("/slow/headers");
    process.kill(sandbox.mainProcess()!, "SIGKILL");
    const pages = await inFlight;
    assert.deepEqual(
      pages.map((page) => [page.status, page.meta.attempts]),
      Array(3).fill([200, 2]),
    );
    assert.equal(session.state, "open");
    assert.equal((await session.fetch(`${site.url}/plain/1`)).meta.attempts, 1);
    await session.close();
    assert.deepEqual(await sandbox.remains(), []);
  },
);

browserTest(
  "a browser that is killed every time fails the fetch after 'retries' tries",
  async () => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();
    const session = new DynamicSession({ retries: 2 });
    const pageSetup = () => void process.kill(sandbox.mainProcess()!, "SIGKILL");
    await assert.rejects(session.fetch(`${site.url}/plain/1`, { pageSetup }), (error) => {
      assert.ok(error instanceof BrowserCrashedError);
      assert.equal(error.attempts, 2);
      return true;
    });
    assert.equal((await session.fetch(`${site.url}/plain/1`)).status, 200);
    await session.close();
    assert.deepEqual(await sandbox.remains(), []);
  },
);

browserTest("kill() ends the browser at once, and its profile goes with it", async () => {
  await using sandbox = await Sandbox.open();
  const session = new DynamicSession();
  await session.start();
  session.kill();
  await session.close();
  assert.deepEqual(await sandbox.remains(), []);
});

for (const Session of [DynamicSession, StealthSession]) {
  browserTest(`${Session.name}.close() leaves no process and no profile`, async (t) => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();

    await t.step("after a fetch", async () => {
      const session = new Session();
      assert.equal((await session.fetch(`${site.url}/plain/1`)).status, 200);
      assert.equal((await sandbox.profiles()).length, 1);
      await Promise.all([session.close(), session.close()]);
      assert.equal(session.state, "closed");
      assert.deepEqual(await sandbox.remains(), []);
      await assert.rejects(session.fetch(`${site.url}/plain/1`), SessionClosedError);
      await assert.rejects(session.start(), SessionClosedError);
    });

    await t.step("during fetches, which it aborts", async () => {
      const session = new Session({ maxPages: 1 });
      const fetches = Promise.allSettled([
        session.fetch(`${site.url}/slow/forever`),
        session.fetch(`${site.url}/plain/1`),
      ]);
      await site.arrival("/slow/forever");
      await session.close();
      for (const result of await fetches) {
        assert.ok(result.status === "rejected" && result.reason instanceof SessionClosedError);
      }
      assert.deepEqual(await sandbox.remains(), []);
    });

    await t.step("during a pageAction that never ends", async () => {
      const session = new Session();
      const begun = Promise.withResolvers<void>();
      const fetching = session.fetch(`${site.url}/plain/1`, {
        pageAction: () => {
          begun.resolve();
          return new Promise(() => {});
        },
      });
      await begun.promise;
      await Promise.all([session.close(), assert.rejects(fetching, SessionClosedError)]);
      assert.deepEqual(await sandbox.remains(), []);
    });

    await t.step("during a start, at any moment of it", async () => {
      let cutShort = 0;
      for (const ms of [0, 20, 60, 120, 200, 300, 500]) {
        const session = new Session();
        const starting = session.start();
        starting.catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, ms));
        if (session.state === "starting" && sandbox.mainProcess() !== undefined) cutShort++;
        await session.close();
        await Promise.allSettled([starting]);
        assert.equal(session.state, "closed");
        assert.deepEqual(await sandbox.remains(), [], `after ${ms} ms`);
      }
      assert.ok(
        cutShort > 0 || process.platform !== "linux",
        "no start was cut short in the middle",
      );
    });

    await t.step("without a start", async () => {
      await using session = new Session();
      await session.close();
      assert.equal(session.state, "closed");
    });
  });
}

Deno.test("a browser that is not there is a BrowserNotFoundError that says what to do", async () => {
  await using session = new DynamicSession({ executablePath: "/nowhere/chromium" });
  await assert.rejects(session.fetch("http://127.0.0.1:9/"), (error) => {
    assert.ok(error instanceof BrowserNotFoundError);
    assert.deepEqual(error.searched, ["/nowhere/chromium"]);
    assert.ok(error.message.includes(error.installCommand));
    return true;
  });
  assert.equal(session.state, "idle");
});

Deno.test({
  name: "a file that is no browser, or one that does not start, is a BrowserStartError",
  ignore: process.platform === "win32",
  fn: async () => {
    await using sandbox = await Sandbox.open();
    const scripts = {
      "no version": "echo hello",
      "not runnable": undefined,
      "dies at once": `case "$1" in --version) echo Chromium 1.2.3.4;; *) exit 3;; esac`,
    };
    for (const [name, script] of Object.entries(scripts)) {
      const executablePath = join(sandbox.path, name);
      await writeFile(executablePath, `#!/bin/sh\n${script}\n`);
      if (script !== undefined) await chmod(executablePath, 0o755);
      await using session = new DynamicSession({ executablePath });
      await assert.rejects(session.start(), (error) => {
        assert.ok(error instanceof BrowserStartError, `${name}: ${error}`);
        assert.ok(error.message.includes(executablePath), error.message);
        return true;
      });
      assert.deepEqual(await sandbox.remains(), [], name);
    }
  },
});

Deno.test({
  name: "close() ends a browser that hangs at its start",
  ignore: process.platform !== "linux",
  fn: async () => {
    await using sandbox = await Sandbox.open();
    const executablePath = join(sandbox.path, "hanging");
    const script = `case "$1" in --version) echo Chromium 1.2.3.4;; *) sleep 60; true;; esac`;
    await writeFile(executablePath, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const session = new DynamicSession({ executablePath });
    const starting = assert.rejects(session.start(), SessionClosedError);
    for (let i = 0; i < 200 && sandbox.mainProcess() === undefined; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(sandbox.mainProcess() !== undefined);
    await session.close();
    await starting;
    assert.deepEqual(await sandbox.remains(), []);
  },
});
