import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { JsonSink, type Response, type SessionManager, Spider } from "@orbweaver/spider";
import { linksTo, PagesSession } from "../_pages_session.ts";
import { temporaryFolder } from "./_folder.ts";

async function written(items: unknown[], indent?: number): Promise<string> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "items.json");
  {
    await using sink = new JsonSink(path, { indent });
    await sink.open();
    for (const item of items) await sink.write(item);
  }
  return await readFile(path, "utf8");
}

Deno.test("JsonSink writes an array, one item a line, or indented", async () => {
  assert.equal(await written([]), "[]\n");
  assert.equal(
    await written([{ a: 1 }, { b: [2, "é\u2028"] }]),
    '[\n{"a":1},\n{"b":[2,"é\u2028"]}\n]\n',
  );
  assert.deepEqual(JSON.parse(await written([{ a: { b: 1 } }, {}], 2)), [{ a: { b: 1 } }, {}]);
});

Deno.test("the array is valid after a crawl that was paused or aborted", async () => {
  class Endless extends Spider<{ path: string }> {
    override name = "endless";
    override startUrls = ["https://site.test/0"];
    override logLevel = "silent" as const;
    readonly #end: (spider: Endless) => void;
    constructor(end: (spider: Endless) => void) {
      super();
      this.#end = end;
    }
    override configureSessions(manager: SessionManager): void {
      manager.add(
        "pages",
        new PagesSession({ "*": ({ pathname }) => ({ html: linksTo(pathname + "0") }) }),
      );
    }
    override async *parse(response: Response) {
      yield { path: new URL(response.url).pathname };
      if (response.url.length > 30) this.#end(this);
      for (const href of response.css("a::attr(href)").getAll()) yield response.follow(href);
    }
  }
  const controller = new AbortController();
  const ends: ((spider: Endless) => void)[] = [
    (spider) => spider.pause(),
    () => controller.abort(new Error("enough")),
  ];
  for (const end of ends) {
    await using folder = await temporaryFolder();
    const path = join(folder.path, "items.json");
    await new Endless(end).start({ sinks: [new JsonSink(path)], signal: controller.signal })
      .catch(() => {});
    const items = JSON.parse(await readFile(path, "utf8"));
    assert.ok(items.length >= 8, `${items.length} items`);
    assert.equal(items[0].path, "/0");
  }
});
