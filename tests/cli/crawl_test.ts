import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startShop } from "@orbweaver/cli/demo";
import { withFolder } from "./_folder.ts";
import { capture, runHere } from "./_run_here.ts";
import { type SpiderParts, writeSpider } from "./_spider_file.ts";

/** Runs a test with a spider file, a shop of 3 listing pages for it, and a place for its items. */
async function withSpider(
  parts: SpiderParts,
  test: (spider: string, output: string) => Promise<void>,
): Promise<void> {
  await using shop = await startShop({ productCount: 50 });
  await withFolder(async (folder) => {
    await test(await writeSpider(folder, shop.url, parts), join(folder, "new", "items.jsonl"));
  });
}

async function itemsIn(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, "utf8");
  assert.ok(text === "" || text.endsWith("\n"), "the last line is whole");
  return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** The escape sequences that move a cursor or hide it, as opposed to colours. */
// deno-lint-ignore no-control-regex -- escape sequences are what is looked for
const CURSOR = /\x1b\[\??\d*[A-HJKhl]/g;

Deno.test("crawl runs anyone's spider file, and says where the items are", async () => {
  await withSpider({}, async (spider, output) => {
    const { exitCode, stdout, stderr } = await runHere(["crawl", spider, "-o", output]);
    assert.equal(exitCode, 0);
    assert.equal(stdout, "");
    assert.match(stderr, /✔ listings completed after/);
    assert.match(stderr, /pages +3 {2}\(/);
    assert.ok(stderr.includes(`items     3  → ${output}\n`), stderr);
    assert.match(stderr, /sessions +default 3\n/);
    assert.ok(!stderr.includes("\x1b"), "no escape sequences on a pipe");
    assert.deepEqual((await itemsIn(output)).map((item) => item.products), [20, 20, 10]);
  });
});

Deno.test("-o chooses the format by the file's extension", async () => {
  await withSpider({}, async (spider, output) => {
    const csv = output.replace(".jsonl", ".csv");
    const { exitCode } = await runHere(["crawl", spider, "-o", csv]);
    assert.equal(exitCode, 0);
    const [header, ...rows] = (await readFile(csv, "utf8")).trimEnd().split(/\r?\n/);
    assert.match(header ?? "", /\bproducts\b/);
    assert.equal(rows.length, 3);
  });
});

Deno.test("-o - writes items, and nothing else, to standard output", async () => {
  await withSpider({}, async (spider) => {
    const { exitCode, stdout } = await runHere(["crawl", spider, "-o", "-"]);
    assert.equal(exitCode, 0);
    const products = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).products);
    assert.deepEqual(products, [20, 20, 10]);
  });
});

Deno.test("a reader of standard output that leaves ends the crawl: exit code 5", async () => {
  await withSpider({}, async (spider) => {
    let lines = 0;
    const stdout = {
      ...capture(),
      write: (_: string, written?: (error?: Error) => void) =>
        written?.(lines++ === 0 ? undefined : new Error("EPIPE")),
    };
    const { exitCode, stderr } = await runHere(["crawl", spider, "-o", "-"], { stdout });
    assert.equal(exitCode, 5);
    assert.match(stderr, /error: Standard output can't be written to any more: EPIPE/);
    assert.match(stderr, /✘ listings failed after/);
    assert.match(stderr, /items +1 /);
  });
});

Deno.test("an unwritable output is a mistake: exit code 2, before anything is fetched", async () => {
  const visits: unknown[] = [];
  await using shop = await startShop({ onVisit: (visit) => visits.push(visit) });
  await withFolder(async (folder) => {
    const spider = await writeSpider(folder, shop.url);
    const output = join(spider, "items.jsonl"); // a file is no folder
    const { exitCode, stdout, stderr } = await runHere(["crawl", spider, "-o", output]);
    assert.equal(exitCode, 2);
    assert.equal(stdout, "");
    assert.ok(stderr.startsWith(`error: Output '${output}' can't be written: `), stderr);
    assert.deepEqual(visits, []);
  });
});

Deno.test("an output that fails in mid-crawl: exit code 5", async () => {
  await withSpider({}, async (spider) => {
    const { exitCode, stderr } = await runHere(["crawl", spider, "-o", "/dev/full"]);
    assert.equal(exitCode, 5);
    assert.match(stderr, /error: Output '\/dev\/full' could not be written on/);
    assert.match(stderr, /✘ listings failed/);
    assert.equal(stderr.match(/could not be written on/g)?.length, 1);
  });
});

Deno.test("failed requests are grouped by cause with an example, and the crawl still completes", async () => {
  const members = `
  override async *startRequests() {
    yield* this.startUrls;
    for (const port of [1, 2, 3]) yield "http://127.0.0.1:" + port + "/";
    yield "no URL";
  }`;
  await withSpider({ members }, async (spider, output) => {
    const { exitCode, stderr } = await runHere(["crawl", spider, "-o", output]);
    assert.equal(exitCode, 0);
    assert.match(stderr, /✔ listings completed/);
    assert.match(stderr, /⚠ 4 requests failed:\n {2}3 × \w*Error: /);
    assert.match(stderr, /\n {2}1 × InvalidUrlError: .*"no URL"/);
    assert.equal((await itemsIn(output)).length, 3);
  });
});

Deno.test("a callback that throws is told with the line of the spider's file", async () => {
  const parse = `override async *parse(): AsyncGenerator<unknown> {
    throw new TypeError("no \\x1b[2J title");
  }`;
  await withSpider({ parse }, async (spider, output) => {
    const { exitCode, stderr } = await runHere(["crawl", spider, "-o", output]);
    assert.equal(exitCode, 0);
    assert.match(
      stderr,
      /error: Callback 'parse' failed on \S+: TypeError: no +\[2J title\n {6}at .*spider\.ts:8:\d+\)?\n/,
    );
    assert.ok(!stderr.includes("\x1b"), "what is crawled can't send escape sequences");
  });
});

Deno.test("a session that does not start: exit code 5, and what it failed with", async () => {
  const members = `
  override configureSessions(manager) {
    const fail = () => Promise.reject(new Error("no line"));
    manager.add("broken", {
      kind: "broken", state: "idle", start: fail, fetch: fail, close: async () => {},
      async [Symbol.asyncDispose]() {},
    });
  }`;
  await withSpider({ members }, async (spider, output) => {
    const { exitCode, stderr } = await runHere(["crawl", spider, "-o", output]);
    assert.equal(exitCode, 5);
    assert.match(
      stderr,
      /^error: Could not start session 'broken': no line\n {6}at .*spider\.ts:\d+/,
    );
  });
});

Deno.test("a hook that throws before the first page: exit code 5, and the line of the spider's file", async () => {
  const members = `override onStart() {
    throw new ReferenceError("no such table");
  }`;
  await withSpider({ members }, async (spider, output) => {
    const { exitCode, stderr } = await runHere(["crawl", spider, "-o", output]);
    assert.equal(exitCode, 5);
    assert.match(stderr, /^error: ReferenceError: no such table\n {6}at .*spider\.ts:\d+:\d+/);
    assert.match(stderr, /✘ listings failed after/);
  });
});

Deno.test("a spider without a name is a mistake: exit code 2", async () => {
  await withSpider({ name: "" }, async (spider, output) => {
    const { exitCode, stderr } = await runHere(["crawl", spider, "-o", output]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /^error: Spider Listings needs a name/);
  });
});

Deno.test("--quiet prints nothing about a crawl that goes well", async () => {
  await withSpider({}, async (spider, output) => {
    assert.deepEqual(await runHere(["crawl", spider, "-o", output, "--quiet"]), {
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    assert.equal((await itemsIn(output)).length, 3);
  });
});

Deno.test("--json writes one event a line: start, log, end with the statistics", async () => {
  const members = `
  override async *startRequests() {
    yield* this.startUrls;
    yield "no URL";
  }`;
  await withSpider({ members }, async (spider, output) => {
    const { exitCode, stdout, stderr } = await runHere(["crawl", spider, "-o", output, "--json"]);
    assert.equal(exitCode, 0);
    assert.equal(stderr, "");
    const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(events.map(({ event }) => event), ["start", "log", "end"]);
    const [start, log, end] = events;
    assert.equal(start.spider, "listings");
    assert.equal(start.output, output);
    assert.equal(log.level, "error");
    assert.equal(log.error.name, "InvalidUrlError");
    assert.equal(end.outcome, "completed");
    assert.equal(end.exitCode, 0);
    assert.equal(end.stats.requestsCount, 3);
    assert.equal(end.stats.itemsScraped, 3);
    assert.equal(end.stats.failedRequestsCount, 1);
  });
});

Deno.test("the spider's logLevel decides which log lines are shown", async () => {
  const members = `
  override logLevel = "silent" as const;
  override async *startRequests() {
    yield* this.startUrls;
    yield "no URL";
  }`;
  await withSpider({ members }, async (spider, output) => {
    const { stderr } = await runHere(["crawl", spider, "-o", output]);
    assert.ok(!stderr.includes("error:"), stderr);
    assert.match(stderr, /⚠ 1 request failed/);
  });
});

Deno.test("a terminal gets a live view, above which the spider's own lines stay", async () => {
  const members = `
  override onStart() {
    console.log("hello from", { a: "spider" });
  }`;
  await withSpider({ members }, async (spider, output) => {
    const { log } = console;
    const stderr = capture({ isTTY: true, columns: 120, rows: 40 });
    const stdout = capture({ isTTY: true });
    const ran = await runHere(["crawl", spider, "-o", output], { stdout, stderr });
    assert.equal(ran.exitCode, 0);
    assert.equal(ran.stdout, "");
    assert.match(ran.stderr, CURSOR);
    assert.match(ran.stderr, /waiting for the first page/);
    assert.ok(ran.stderr.includes("hello from { a: 'spider' }\n"));
    assert.ok(ran.stderr.includes("\x1b[32m"));
    assert.equal(console.log, log, "console is given back");
    const last = ran.stderr.slice(ran.stderr.lastIndexOf("\x1b[?2026l"));
    assert.match(last, /listings.* completed after/);
  });
});

Deno.test("--no-progress on a terminal: no cursor is moved, and the summary is there", async () => {
  await withSpider({}, async (spider, output) => {
    const stderr = capture({ isTTY: true, columns: 120, rows: 40 });
    const argv = ["crawl", spider, "-o", output, "--no-progress"];
    const ran = await runHere(argv, { stderr });
    assert.doesNotMatch(ran.stderr, CURSOR);
    assert.match(ran.stderr, /completed after/);
  });
});

Deno.test("NO_COLOR on a terminal: the live view has no colours", async () => {
  await withSpider({}, async (spider, output) => {
    const stderr = capture({ isTTY: true, columns: 120, rows: 40 });
    const ran = await runHere(["crawl", spider, "-o", output], { stderr, env: { NO_COLOR: "1" } });
    assert.match(ran.stderr, CURSOR);
    // deno-lint-ignore no-control-regex -- escape sequences are what is looked for
    assert.doesNotMatch(ran.stderr, /\x1b\[\d+m/);
  });
});

Deno.test("--crawl-dir goes on where a limit stopped it, adds to the output, and does a completed crawl once", async () => {
  await withSpider({ members: "override limits = { requests: 2 };" }, async (spider, output) => {
    const crawlDir = join(output, "..", "crawl");
    const args = ["crawl", spider, "-o", output, "--crawl-dir", crawlDir];
    assert.equal((await runHere(args)).exitCode, 4);
    assert.equal((await itemsIn(output)).length, 2);
    const source = await readFile(spider, "utf8");
    // A name of its own, since the module of the first is still loaded.
    const unlimited = spider.replace("spider.ts", "unlimited.ts");
    await writeFile(unlimited, source.replace("requests: 2", "requests: 9"));
    const rest = ["crawl", unlimited, ...args.slice(2)];
    const { exitCode, stderr } = await runHere(rest);
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual((await itemsIn(output)).map((item) => item.products), [20, 20, 10]);
    const again = await runHere(rest);
    assert.equal(again.exitCode, 0);
    assert.match(again.stderr, /is completed, and nothing is fetched/);
    assert.equal((await itemsIn(output)).length, 3);
  });
});

Deno.test("--crawl-dir of another spider is a mistake of usage, told in one line", async () => {
  await withSpider({}, async (spider, output) => {
    const crawlDir = join(output, "..", "crawl");
    const args = ["-o", output, "--crawl-dir", crawlDir];
    assert.equal((await runHere(["crawl", spider, ...args])).exitCode, 0);
    const other = spider.replace("spider.ts", "other.ts");
    await writeFile(other, (await readFile(spider, "utf8")).replace('"listings"', '"other"'));
    const { exitCode, stderr } = await runHere(["crawl", other, ...args]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /holds a crawl of spider 'listings', and this is spider 'other'/);
  });
});

Deno.test("status, failed and retry tell of a crawl in a folder, and bring back what failed for good", async () => {
  const members = `
  override maxNetworkRetries = 0;
  override async *startRequests() {
    yield* this.startUrls;
    yield "http://127.0.0.1:1/plain?again";
  }`;
  await withSpider({ members }, async (spider, output) => {
    const crawlDir = join(output, "..", "a folder");
    const place = ["--crawl-dir", crawlDir];
    const args = ["crawl", spider, "-o", output, ...place];
    const { exitCode, stderr } = await runHere(args);
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /1 × ConnectError: [^\n]*refused[^\n]*\n {2}list them: /);
    assert.ok(stderr.includes(`queue them again: orbweaver retry --crawl-dir "${crawlDir}"\n`));

    const status = await runHere(["status", ...place]);
    assert.equal(status.exitCode, 0);
    assert.match(status.stdout, /^listings\n {2}state +done\n {2}queued +0\n {2}pages +3\n/);
    assert.match(status.stdout, /dead letters +1\n$/);
    const failed = await runHere(["failed", ...place]);
    assert.match(
      failed.stdout,
      /^Could not connect for http:\/\/127\.0\.0\.1:1\/plain\?again: .*\n$/,
    );
    const { url, method, depth } = JSON.parse(
      (await runHere(["failed", ...place, "--json"])).stdout,
    );
    assert.deepEqual([url, method, depth], ["http://127.0.0.1:1/plain?again", "GET", 0]);

    const retry = await runHere(["retry", ...place]);
    assert.deepEqual([retry.exitCode, retry.stderr], [0, ""]);
    assert.equal(
      retry.stdout,
      "listings: 1 request queued again; run the spider again to fetch them\n",
    );
    assert.equal(
      (await runHere(["retry", ...place])).stdout,
      "listings: no request has failed for good\n",
    );
    const [{ spider: name, isCompleted, queued }] = JSON.parse(
      (await runHere(["status", ...place, "--json"])).stdout,
    );
    assert.deepEqual([name, isCompleted, queued], ["listings", false, 1]);
    assert.match((await runHere(["status", ...place])).stdout, /state +to go on\n/);

    const again = await runHere(args);
    assert.equal(again.exitCode, 0);
    assert.match(again.stderr, /⚠ 2 requests failed/); // tried once more, and nobody is there yet
    assert.equal((await itemsIn(output)).length, 3);
    const nowhere = await runHere(["status", "--crawl-dir", join(crawlDir, "none")]);
    assert.equal(nowhere.exitCode, 2);
    assert.match(nowhere.stderr, /^error: There is no crawl in '[^']*none'/);
  });
});
