import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startShop } from "@orbweaver/cli/demo";
import { HAS_BROWSER, profilesIn } from "./_browser_traces.ts";
import { withFolder } from "./_folder.ts";
import { descendantsOf, HAS_PROC, waitUntilGone } from "./_processes.ts";
import { spawnCli } from "./_spawn_cli.ts";
import { writeSpider } from "./_spider_file.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `${signal} in mid-crawl: exit code 3, whole lines of items, no browser left`,
    ignore: !HAS_BROWSER || !HAS_PROC,
    fn: async () => {
      await withFolder(async (folder) => {
        const options = { cwd: folder, env: { TMPDIR: folder } };
        // A reader of standard output knows when items come; the file is there as in daily use.
        const cli = spawnCli(["crawl", "--json", "-o", "out.jsonl"], options);
        await until(cli.lines, (event) => event.event === "progress" && event.items > 0);
        const family = await descendantsOf(cli.pid);
        assert.ok(family.length > 2, "the browser runs");
        cli.kill(signal);
        const end = await until(cli.lines, ({ event }) => event === "end");
        const { exitCode, stderr } = await cli.ended();

        assert.equal(exitCode, 3);
        assert.equal(stderr, "");
        assert.equal(end.outcome, "paused");
        const items = (await readFile(join(folder, "out.jsonl"), "utf8")).split("\n");
        assert.equal(items.pop(), "");
        assert.equal(items.length, end.stats.itemsScraped);
        assert.ok(items.length < 200);
        for (const item of items) assert.match(JSON.parse(item).price, /^£\d+\.\d\d$/);
        assert.deepEqual(await waitUntilGone(family), []);
        assert.deepEqual(await profilesIn(folder), []);
      });
    },
  });
}

Deno.test({
  name: "Ctrl+C while the browser starts: exit code 3, no browser left",
  ignore: !HAS_BROWSER || !HAS_PROC,
  fn: async () => {
    await withFolder(async (folder) => {
      const spider = await writeSpider(folder, "http://127.0.0.1:1", {
        members: `override configureSessions(manager) {
          manager.add("stealth", new StealthSession());
        }`,
      });
      const source = await readFile(spider, "utf8");
      const line = 'import { StealthSession } from "@orbweaver/browser-session";\n';
      await Deno.writeTextFile(spider, line + source);
      const cli = spawnCli(["crawl", spider, "-o", "-"], { env: { TMPDIR: folder } });
      const family = await firstDescendants(cli.pid);
      cli.kill("SIGINT");
      const { done } = await cli.lines.next();
      const { exitCode, stderr } = await cli.ended();

      assert.equal(done, true, "there are no items");
      assert.equal(exitCode, 3, stderr);
      assert.match(stderr, /giving up the start; closing what was opened\n/);
      assert.match(stderr, /Stopped before the first page\.\n/);
      assert.deepEqual(await waitUntilGone(family), []);
      assert.deepEqual(await profilesIn(folder), []);
    });
  },
});

Deno.test("Ctrl+C twice gives up a callback that never ends", async () => {
  await using shop = await startShop({ productCount: 1 });
  await withFolder(async (folder) => {
    const spider = await writeSpider(folder, shop.url, {
      parse: `override async *parse(): AsyncGenerator<unknown> {
        console.log("stuck");
        await new Promise((resolve) => setTimeout(resolve, 1e9));
      }`,
    });
    const cli = spawnCli(["crawl", spider, "--json", "-o", join(folder, "items.jsonl")]);
    const tooLong = setTimeout(() => cli.kill("SIGKILL"), 20_000);
    await until(cli.lines, ({ event }) => event === "start");
    assert.equal((await cli.lines.next()).value, "stuck");
    cli.kill("SIGINT");
    await until(cli.lines, ({ message }) => message?.startsWith("finishing the pages in flight"));
    cli.kill("SIGINT");
    await until(cli.lines, ({ message }) => message === "stopping now");
    assert.equal((await cli.ended()).exitCode, 3);
    clearTimeout(tooLong);
  });
});

// deno-lint-ignore no-explicit-any -- an event is whatever the line says
type Event = any;

/** The first event that fits. */
async function until(
  lines: AsyncIterator<string>,
  fits: (event: Event) => boolean,
): Promise<Event> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error("The events ended before the one that was expected");
    const event = JSON.parse(value);
    if (fits(event)) return event;
  }
}

/** Waits, for a bounded time, until a process has children. */
async function firstDescendants(pid: number) {
  for (let waited = 0; waited < 20_000; waited += 20) {
    const family = await descendantsOf(pid);
    if (family.length > 0) return family;
    await delay(20);
  }
  throw new Error("No child process was started");
}
