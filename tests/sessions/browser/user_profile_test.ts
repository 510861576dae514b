import { BrowserStartError, DynamicSession, ProfileInUseError } from "@orbweaver/browser-session";
import { InvalidOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { startSite } from "../../site/mod.ts";
import { browserTest, Sandbox } from "./_browser.ts";

browserTest("what pages store in userDataDir outlives the session", async () => {
  await using sandbox = await Sandbox.open();
  await using site = await startSite();
  const userDataDir = join(sandbox.path, "a", "profile");
  for (const [before, after] of [["null", "1"], ["1", "11"]]) {
    const session = new DynamicSession({ userDataDir, recycleAfterPages: 1 });
    let stored = "";
    await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => void (stored = await page.evaluate(readAndStore)),
    });
    assert.equal(stored, before);
    // The next browser of the same session waits until the first has let go of the profile.
    await session.fetch(`${site.url}/plain/1`, {
      pageAction: async (page) => void (stored = await page.evaluate(read)),
    });
    assert.equal(stored, after);
    await session.close();
    assert.deepEqual(await sandbox.remains(), []);
  }
});

function readAndStore(): string {
  const former = localStorage.getItem("kept");
  localStorage.setItem("kept", `${former ?? ""}1`);
  return String(former);
}

function read(): string {
  return String(localStorage.getItem("kept"));
}

browserTest("a profile that another browser uses is a ProfileInUseError", async () => {
  await using sandbox = await Sandbox.open();
  const userDataDir = join(sandbox.path, "profile");
  const first = new DynamicSession({ userDataDir });
  await first.start();
  await using second = new DynamicSession({ userDataDir });
  await assert.rejects(second.start(), (error) => {
    assert.ok(error instanceof ProfileInUseError, String(error));
    assert.equal(error.folder, userDataDir);
    assert.match(error.message, new RegExp(`in use by .*-\\d+; close that browser`));
    return true;
  });
  await first.close();
  await second.start();
  await second.close();
  assert.deepEqual(await sandbox.remains(), []);
});

browserTest(
  "the mark of a browser that was killed is in nobody's way, another machine's is",
  async () => {
    await using sandbox = await Sandbox.open();
    const userDataDir = join(sandbox.path, "profile");
    await mkdir(userDataDir);
    await symlink(`${hostname()}-999999999`, join(userDataDir, "SingletonLock"));
    const session = new DynamicSession({ userDataDir });
    await session.start();
    await session.close();

    const shared = join(sandbox.path, "shared");
    await mkdir(shared);
    await symlink(`elsewhere-${process.pid}`, join(shared, "SingletonLock"));
    await using other = new DynamicSession({ userDataDir: shared });
    await assert.rejects(other.start(), ProfileInUseError);
  },
);

browserTest("a userDataDir that is no folder is a BrowserStartError that names it", async () => {
  await using sandbox = await Sandbox.open();
  const userDataDir = join(sandbox.path, "file");
  await writeFile(userDataDir, "");
  await using session = new DynamicSession({ userDataDir });
  await assert.rejects(session.start(), (error) => {
    assert.ok(error instanceof BrowserStartError);
    assert.ok(error.message.includes(userDataDir), error.message);
    return true;
  });
});

Deno.test("options that only a browser of one's own can have are refused with cdpUrl", () => {
  const cdpUrl = "ws://127.0.0.1:1/devtools/browser/x";
  for (const options of [{ userDataDir: "x" }, { headless: false }, { extraFlags: ["--x"] }]) {
    assert.throws(() => new DynamicSession({ cdpUrl, ...options }), InvalidOptionError);
  }
  for (const wrong of ["127.0.0.1:9222", "ftp://127.0.0.1", ""]) {
    assert.throws(() => new DynamicSession({ cdpUrl: wrong }), InvalidOptionError);
  }
});
