/** A crawl in a folder, stopped by a limit and resumed, with `node --test`. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { JsonlSink } from "@orbweaver/spider";
import { linksTo } from "../../_pages_session.ts";
import { TestSpider } from "../../_test_spider.ts";

test("a crawl in a folder goes on where it stopped", async () => {
  const folder = await mkdtemp(join(tmpdir(), "crawl-dir-"));
  try {
    const outcomes: string[] = [];
    for (const requests of [2, 4, 9]) {
      const spider = new TestSpider({ "/": linksTo("/1", "/2", "/3", "/4"), "*": "" });
      spider.limits = { requests };
      const sinks = [new JsonlSink(join(folder, "items.jsonl"))];
      const { outcome, items } = await spider.start({ crawlDir: join(folder, "crawl"), sinks });
      assert.equal(items.length, Math.min(requests, 5));
      outcomes.push(outcome);
    }
    assert.deepEqual(outcomes, ["limit", "limit", "completed"]);
    const lines = (await readFile(join(folder, "items.jsonl"), "utf8")).trim().split("\n");
    assert.equal(new Set(lines).size, 5);
    assert.equal(lines.length, 5);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
