import { DynamicSession } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { reapOrphans } from "../../../../sessions/browser/lifecycle/reaper.ts";
import { profilePrefix } from "../../../../sessions/browser/lifecycle/owner.ts";
import { browserTest, Sandbox } from "../_browser.ts";

const LINUX = process.platform === "linux";
const UID = process.getuid?.() ?? 0;

/** A test with an empty folder, where the owners of profiles can be told. */
function reaperTest(name: string, fn: (folder: string) => Promise<void>): void {
  Deno.test({
    name: `the reaper ${name}`,
    ignore: !LINUX,
    fn: async () => {
      const folder = await mkdtemp(join(tmpdir(), "orbweaver-test-"));
      try {
        await fn(folder);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  });
}

/** The parts of a profile's name: whose it is. */
function ownName() {
  const [, pid, startTime, host] = /^orbweaver-browser-(\d+)-(\d+)-(\w+)-$/.exec(profilePrefix())!;
  return { pid: Number(pid), startTime: Number(startTime), host: host! };
}

/** Makes a profile with something in it. */
async function makeProfile(
  folder: string,
  owner: { pid: number; startTime: number; host: string },
  suffix = "abc123",
): Promise<string> {
  const name = `orbweaver-browser-${owner.pid}-${owner.startTime}-${owner.host}-${suffix}`;
  await mkdir(join(folder, name, "Default"), { recursive: true });
  await writeFile(join(folder, name, "Default", "Cookies"), "1");
  return name;
}

/** The id of a process that has just ended. */
async function endedPid(): Promise<number> {
  const child = spawn("true");
  await once(child, "exit");
  return child.pid!;
}

reaperTest("removes the profile of a process that has ended", async (folder) => {
  await makeProfile(folder, { ...ownName(), pid: await endedPid() });
  await reapOrphans(folder, UID);
  assert.deepEqual(await readdir(folder), []);
});

reaperTest("removes a profile whose owner's id now belongs to another process", async (folder) => {
  const { startTime, ...own } = ownName();
  await makeProfile(folder, { ...own, startTime: startTime - 1 });
  await reapOrphans(folder, UID);
  assert.deepEqual(await readdir(folder), []);
});

reaperTest(
  "leaves alone what lives, what is elsewhere and what is something else",
  async (folder) => {
    const own = ownName();
    const pid = await endedPid();
    const kept = [
      await makeProfile(folder, own),
      await makeProfile(folder, { ...own, pid, host: "00000000" }),
      "orbweaver-browser-abc123",
      "orbweaver-browser-mine",
      `orbweaver-browser-${pid}-1-${own.host}`,
      `my-orbweaver-browser-${pid}-1-${own.host}-abc123`,
      "org.chromium.Chromium.abc123",
      "puppeteer_dev_chrome_profile-abc123",
    ];
    for (const name of kept) await mkdir(join(folder, name), { recursive: true });
    for (const name of kept) await utimes(join(folder, name), 0, 0);
    await reapOrphans(folder, UID);
    assert.deepEqual((await readdir(folder)).sort(), kept.sort());
  },
);

reaperTest("leaves alone what belongs to another user", async (folder) => {
  const name = await makeProfile(folder, { ...ownName(), pid: await endedPid() });
  await reapOrphans(folder, UID + 1);
  assert.deepEqual(await readdir(folder), [name]);
});

reaperTest(
  "removes the sockets that a profile leads to, and follows no other link",
  async (folder) => {
    const own = { ...ownName(), pid: await endedPid() };
    const targets = ["org.chromium.Chromium.abc123", "com.google.Chrome.abc123", "precious"];
    for (const [at, target] of targets.entries()) {
      const profile = await makeProfile(folder, own, `abc12${at}`);
      await mkdir(join(folder, target));
      await writeFile(join(folder, target, "SingletonSocket"), "");
      const socket = join(folder, target, "SingletonSocket");
      await symlink(socket, join(folder, profile, "SingletonSocket"));
    }
    const link = `orbweaver-browser-${own.pid}-1-${own.host}-link00`;
    await symlink(join(folder, "precious"), join(folder, link));
    await reapOrphans(folder, UID);
    assert.deepEqual((await readdir(folder)).sort(), [link, "precious"].sort());
    assert.deepEqual(await readdir(join(folder, "precious")), ["SingletonSocket"]);
  },
);

reaperTest("kills who uses an orphaned profile, and nobody else", async (folder) => {
  const orphan = await makeProfile(folder, { ...ownName(), pid: await endedPid() });
  const living = await makeProfile(folder, ownName());
  const sleepers = [orphan, `${orphan}-2`, living].map((name) =>
    spawn("sh", ["-c", "echo up; read line; true", `--user-data-dir=${join(folder, name)}`], {
      stdio: ["pipe", "pipe", "ignore"],
    })
  );
  await Promise.all(sleepers.map(({ stdout }) => once(stdout!, "data")));
  const [killed, ...others] = sleepers.map((child) => once(child, "exit"));
  await reapOrphans(folder, UID);
  assert.deepEqual(await killed, [null, "SIGKILL"]);
  for (const { stdin } of sleepers.slice(1)) stdin!.end();
  assert.deepEqual(await Promise.all(others), [[0, null], [0, null]]);
  assert.deepEqual(await readdir(folder), [living]);
});

reaperTest("may run several times at once", async (folder) => {
  const own = { ...ownName(), pid: await endedPid() };
  for (let i = 0; i < 10; i++) await makeProfile(folder, own, `abc12${i}`);
  await Promise.all(Array.from({ length: 4 }, () => reapOrphans(folder, UID)));
  assert.deepEqual(await readdir(folder), []);
});

browserTest(
  "starting sessions don't take each other's browsers, nor fail for orphans",
  async () => {
    await using sandbox = await Sandbox.open();
    if (LINUX) {
      const own = { ...ownName(), pid: await endedPid() };
      await Promise.all([1, 2, 3].map((i) => makeProfile(sandbox.path, own, `abc12${i}`)));
    }
    const sessions = [1, 2].map(() => new DynamicSession());
    try {
      await Promise.all(sessions.map((session) => session.start()));
      assert.equal((await sandbox.profiles()).length, 2);
    } finally {
      await Promise.all(sessions.map((session) => session.close()));
    }
    assert.deepEqual(await sandbox.remains(), []);
  },
);
