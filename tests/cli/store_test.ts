import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { startSite } from "../site/mod.ts";
import { freePort } from "../spider/redis/_redis_server.ts";
import { redisTest } from "../spider/redis/_redis_cases.ts";
import { withFolder } from "./_folder.ts";
import { runHere } from "./_run_here.ts";
import { spawnCli } from "./_spawn_cli.ts";
import { writeSpider } from "./_spider_file.ts";

redisTest(
  "crawl --store shares a crawl; status, pause, resume and clear act on the whole of it",
  async ({ url }) => {
    await withFolder(async (folder) => {
      await using site = await startSite();
      const spider = await writeSpider(folder, site.url, { name: "shared listings" });
      const output = join(folder, "items.jsonl");
      const args = ["crawl", spider, "-o", output, "--store", url, "--no-progress"];

      assert.equal((await runHere(["status", "--store", url])).stdout, "no crawls\n");
      const [one, two] = await Promise.all([1, 2].map(async () => {
        const cli = spawnCli(args, { cwd: folder });
        return await cli.ended();
      }));
      assert.deepEqual([one!.exitCode, two!.exitCode], [0, 0], one!.stderr + two!.stderr);
      const lines = (await readFile(output, "utf8")).trim().split("\n");
      const pages = lines.map((line) => JSON.parse(line).page);
      assert.equal(new Set(pages).size, pages.length);
      assert.ok(pages.length > 1);

      const { stdout, exitCode } = await runHere(["status", "shared listings", "--store", url]);
      assert.equal(exitCode, 0);
      assert.match(stdout, /^shared listings\n {2}state +done\n/);
      assert.match(stdout, new RegExp(`items +${pages.length}\\n`));
      const told = await runHere(["status", "--store", url, "--json"]);
      assert.equal(JSON.parse(told.stdout)[0].items, pages.length);

      for (const [command, state] of [["pause", /paused/], ["resume", /done/]] as const) {
        assert.equal((await runHere([command, "shared listings", "--store", url])).exitCode, 0);
        assert.match((await runHere(["status", "--store", url])).stdout, state);
      }
      assert.equal((await runHere(["clear", "shared listings", "--store", url])).exitCode, 0);
      assert.equal((await runHere(["status", "--store", url])).stdout, "no crawls\n");
      const gone = await runHere(["pause", "shared listings", "--store", url]);
      assert.equal(gone.exitCode, 5);
      assert.match(gone.stderr, /There is no crawl 'shared listings'/);
    });
  },
);

Deno.test("a store that is none is a usage error, and one that is away fails in time, without its password", async () => {
  await withFolder(async (folder) => {
    const spider = await writeSpider(folder, "http://127.0.0.1:9");
    const output = join(folder, "items.jsonl");
    const wrong = await runHere(["crawl", spider, "-o", output, "--store", "mongodb://:secret@h/"]);
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /redis:\/\//);
    assert.doesNotMatch(wrong.stderr, /secret/);
    const away = `redis://:secret@127.0.0.1:${await freePort()}`;
    const none = await runHere(["status", "--store", away]);
    assert.equal(none.exitCode, 5);
    assert.match(none.stderr, /No Redis answers/);
    assert.doesNotMatch(none.stderr, /secret/);
  });
});

redisTest(
  "failed and retry bring back what failed for good in a crawl that is shared",
  async ({ url }) => {
    await withFolder(async (folder) => {
      const members = `
  override maxBlockedRetries = 1;
  override logLevel = "silent";`;
      await using site = await startSite();
      const spider = await writeSpider(folder, `${site.url}/status/503?`, {
        name: "down",
        members,
      });
      const output = join(folder, "items.jsonl");
      const args = ["crawl", spider, "-o", output, "--store", url, "--no-progress"];
      const { exitCode, stderr } = await runHere(args);
      assert.equal(exitCode, 0);
      assert.match(stderr, /queue them again: orbweaver retry down --store …\n/);
      assert.equal(site.take().length, 2);

      const failed = await runHere(["failed", "down", "--store", url]);
      assert.match(failed.stdout, /^[^\n]*status 503[^\n]*\/status\/503\?\/plain\n$/);
      const retry = await runHere(["retry", "down", "--store", url]);
      assert.equal(retry.exitCode, 0, retry.stderr);
      assert.match(retry.stdout, /^down: 1 request queued again/);
      assert.match((await runHere(["status", "--store", url])).stdout, /dead letters +0\n/);
      assert.equal((await runHere(args)).exitCode, 0);
      assert.equal(site.take().length, 2, "all tries are before it again");
      assert.match((await runHere(["status", "--store", url])).stdout, /dead letters +1\n/);
    });
  },
);
