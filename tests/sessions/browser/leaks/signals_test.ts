import assert from "node:assert/strict";
import { type LeakCase, leakTest } from "./_leak_test.ts";
import { spawnWorker } from "./_spawn_worker.ts";
import type { Work } from "./_worker.ts";

leakTest("SIGINT and SIGTERM end a crawl in order and leave nothing", async (given) => {
  await Promise.all((["SIGINT", "SIGTERM"] as const).map(async (signal) => {
    const worker = await spawnWorker(workOf(given, "crawl"));
    await worker.ready();
    worker.kill(signal);
    const { code, stdout, stderr } = await worker.ended();
    assert.deepEqual([code, stdout], [0, "ready\npaused\n"], `${signal}: ${stderr}`);
  }));
});

leakTest("what SIGKILL or a throw leaves, the next start removes", async (given) => {
  const { site, sandbox } = given;
  const killed = await spawnWorker(workOf(given, "wait"));
  const thrower = await spawnWorker(workOf(given, "throw"));
  await killed.ready();
  await site.arrival("/slow/forever");
  killed.kill("SIGKILL");
  await Promise.all([killed.gone(), thrower.gone()]);
  assert.notEqual((await sandbox.profiles()).length, 0, "the dead can't clean up");
  await using session = given.newSession();
  await session.start();
  assert.equal((await sandbox.profiles()).length, 1);
  assert.equal((await session.fetch(`${site.url}/plain/1`)).status, 200);
  assert.equal((await killed.ended()).signal, "SIGKILL");
  assert.match((await thrower.ended()).stderr, /thrown on purpose/);
});

leakTest("a program that exits without closing its session leaves nothing", async (given) => {
  const { code, stderr } = await (await spawnWorker(workOf(given, "exit"))).ended();
  assert.equal(code, 7, stderr);
});

function workOf({ kind, engineName, site }: LeakCase, way: Work["way"]): Work {
  return { kind, engine: engineName, way, url: site.url };
}
