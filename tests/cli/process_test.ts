import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { productAt, startShop } from "@orbweaver/cli/demo";
import { HAS_BROWSER, profilesIn } from "./_browser_traces.ts";
import { withFolder } from "./_folder.ts";
import type { Ran } from "./_run_here.ts";
import { runCli } from "./_spawn_cli.ts";
import { writeSpider } from "./_spider_file.ts";

interface Item {
  id: number;
  name: string;
  price: string;
  url: string;
}

const PRODUCTS = Array.from({ length: 200 }, (_, index) => productAt(index + 1));

/** Checks the items of the demo against the shop's own books. */
async function assertWholeShop(file: string): Promise<void> {
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  const items: Item[] = lines.map((line) => JSON.parse(line));
  assert.equal(items.length, 200);
  assert.equal(new Set(items.map((item) => item.id)).size, 200);
  assert.equal(sum(items), sum(PRODUCTS));
  for (const { id, name, price } of items) {
    assert.deepEqual({ name, price }, { name: productAt(id).name, price: productAt(id).price });
  }
}

function sum(priced: readonly { price: string }[]): number {
  return priced.reduce((pence, { price }) => pence + Math.round(Number(price.slice(1)) * 100), 0);
}

function assertCompleted({ exitCode, stdout, stderr }: Ran): void {
  assert.equal(exitCode, 0, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, /No spider file given: crawling the demo shop at http:\/\/127\.0\.0\.1:\d+/);
  assert.match(stderr, /✔ products completed after/);
  assert.match(stderr, /items +200 {2}→ items\.jsonl\n/);
  assert.ok(!stderr.includes("still open"), "the process ends by itself");
}

Deno.test({
  name: "crawl without a file: the whole demo shop, its products through a real stealth browser",
  ignore: !HAS_BROWSER,
  fn: async () => {
    await withFolder(async (folder) => {
      const ran = await runCli(["crawl"], { cwd: folder, env: { TMPDIR: folder } });
      assertCompleted(ran);
      assert.match(ran.stderr, /sessions +http 10, stealth 200\n/);
      await assertWholeShop(join(folder, "items.jsonl"));
      assert.deepEqual(await profilesIn(folder), []);
    });
  },
});

Deno.test("crawl without a file and without a browser says so, and reads the plain pages", async () => {
  await withFolder(async (folder) => {
    const env = { PATH: "", CHROME_PATH: "/nowhere/chromium" };
    const ran = await runCli(["crawl"], { cwd: folder, env });
    assertCompleted(ran);
    assert.match(ran.stderr, /No browser found at \/nowhere\/chromium; install one with '[^']+'/);
    assert.match(ran.stderr, /sessions +http 210\n/);
    await assertWholeShop(join(folder, "items.jsonl"));
  });
});

Deno.test("the demo with an unwritable output: exit code 2, and nothing keeps the process", async () => {
  const { exitCode, stdout, stderr } = await runCli(["crawl", "-o", "/proc/none/x"]);
  assert.equal(exitCode, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /error: Output '\/proc\/none\/x' can't be written: /);
  assert.ok(!stderr.includes("still open"), stderr);
});

Deno.test("what a spider's file left open does not keep the process", async () => {
  await using shop = await startShop({ productCount: 1 });
  await withFolder(async (folder) => {
    const members = "readonly forgotten = setInterval(() => {}, 1e9);";
    const spider = await writeSpider(folder, shop.url, { members });
    const { exitCode, stderr } = await runCli(["crawl", spider], { cwd: folder });
    assert.equal(exitCode, 0);
    assert.match(stderr, /✔ listings completed[^]*is still open; leaving\n$/);
  });
});
