import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JsonlSink } from "@orbweaver/spider";
import TitlesSpider from "../../examples/resume.ts";
import { startSite } from "../site/mod.ts";

Deno.test("the example of a crawl that is resumed has every page once, however often it stopped", async () => {
  const folder = await mkdtemp(join(tmpdir(), "resume-"));
  await using site = await startSite({ productCount: 8, listingSize: 4 });
  try {
    const outcomes: string[] = [];
    const output = join(folder, "titles.jsonl");
    for (let requests = 3; outcomes.at(-1) !== "completed"; requests += 3) {
      const spider = new TitlesSpider(`${site.url}/plain`);
      spider.limits = { requests };
      const crawlDir = join(folder, "crawl");
      const sinks = [new JsonlSink(output)];
      outcomes.push((await spider.start({ crawlDir, sinks })).outcome);
      assert.ok(outcomes.length < 50, "it comes to an end");
    }
    assert.ok(outcomes.length > 2, `it was stopped: ${outcomes}`);
    const urls = (await readFile(output, "utf8")).trim().split("\n")
      .map((line) => JSON.parse(line).url as string);
    assert.equal(new Set(urls).size, urls.length);
    assert.ok(urls.length >= 10);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
