import assert from "node:assert/strict";
import { startSite } from "../../../site/mod.ts";
import { browserTest, Sandbox } from "../_browser.ts";
import { assertNothingLeft } from "./_leak_test.ts";
import { type SpawnedWorker, spawnWorker } from "./_spawn_worker.ts";
import type { Work } from "./_worker.ts";

browserTest("in Node, SIGINT, SIGTERM and a throw leave nothing", async () => {
  await using sandbox = await Sandbox.open();
  await using site = await startSite();
  const spawn = (way: Work["way"]) =>
    spawnWorker({ kind: "StealthSession", engine: "puppeteer", way, url: site.url }, "Node");
  const [thrown, ...stopped] = await Promise.all([
    spawn("throw").then((worker) => worker.ended()),
    spawn("crawl").then((worker) => killed(worker, "SIGINT")),
    spawn("crawl").then((worker) => killed(worker, "SIGTERM")),
  ]);
  assert.match(thrown.stderr, /thrown on purpose/);
  for (const { code, stdout, stderr } of stopped) {
    assert.deepEqual([code, stdout], [0, "ready\npaused\n"], stderr);
  }
  await assertNothingLeft(sandbox);
});

for (const engine of ["puppeteer", "a stand-in for Astral"]) {
  browserTest(`in Node, over ${engine}: the next start removes what SIGKILL left`, async () => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();
    const spawn = (way: Work["way"]) =>
      spawnWorker({ kind: "DynamicSession", engine, way, url: site.url }, "Node");
    await killed(await spawn("wait"), "SIGKILL");
    assert.equal((await sandbox.profiles()).length, 1);
    assert.equal((await (await spawn("exit")).ended()).code, 7);
    await assertNothingLeft(sandbox);
  });
}

async function killed(worker: SpawnedWorker, signal: "SIGINT" | "SIGTERM" | "SIGKILL") {
  await worker.ready();
  worker.kill(signal);
  return await worker.ended();
}
