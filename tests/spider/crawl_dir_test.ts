import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CookieJar,
  CrawlDir,
  CrawlDirError,
  CsvSink,
  FetchSession,
  FrontierStoreError,
  JsonlSink,
  JsonSink,
  Request,
  type Response,
  type SessionManager,
  type Sink,
  SqliteFrontier,
  SqliteSink,
  XmlSink,
} from "@orbweaver/orbweaver";
import { linksTo, type PageAnswer, PagesSession } from "./_pages_session.ts";
import { crawlInVirtualTime, TestSpider } from "./_test_spider.ts";

/** A folder for a test; it goes with it. */
async function temporaryFolder(): Promise<AsyncDisposable & { path: string; crawlDir: string }> {
  const path = await mkdtemp(join(tmpdir(), "crawl-dir-"));
  return {
    path,
    crawlDir: join(path, "crawl"),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A chain of pages, 0 to 9. */
function chain(): Record<string, PageAnswer> {
  const pages: Record<string, PageAnswer> = { "/": linksTo("/0") };
  for (let i = 0; i < 10; i++) pages[`/${i}`] = i < 9 ? linksTo(`/${i + 1}`) : "";
  return pages;
}

/** Pauses its crawl when it reads a page. */
class Pausing extends TestSpider {
  readonly begun: boolean[] = [];
  readonly #at: string;

  constructor(pages: Record<string, PageAnswer>, at = "") {
    super(pages);
    this.#at = at;
  }

  override onStart({ resuming }: { resuming: boolean }): void {
    this.begun.push(resuming);
  }

  override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
    if (new URL(response.url).pathname === this.#at) this.pause();
    yield* super.parse(response);
  }
}

const PATHS = ["/", ...Array.from({ length: 10 }, (_, i) => `/${i}`)];
const URLS = PATHS.map((path) => `https://site.test${path}`);

Deno.test("a paused crawl goes on where it stopped: D22, with the items and figures of the whole crawl", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  const first = new Pausing(chain(), "/4");
  const paused = await first.start({ crawlDir });
  assert.equal(paused.outcome, "paused");
  assert.deepEqual(paused.items.map(({ url }) => url), URLS.slice(0, 6));
  const second = new Pausing(chain());
  const { outcome, items, stats } = await second.start({ crawlDir });
  assert.equal(outcome, "completed");
  assert.deepEqual(items.map(({ url }) => url), URLS);
  assert.deepEqual([...first.session.paths, ...second.session.paths], PATHS);
  assert.equal(stats.requestsCount, 11);
  assert.equal(stats.itemsScraped, 11);
  assert.deepEqual(stats.responseStatusCount, { "200": 11 });
  assert.deepEqual(stats.callbacksRequestsCount, { parse: 11 });
  assert.equal(stats.hosts["site.test"]?.requestsCount, 11);
  assert.ok(stats.latency.maxMs >= paused.stats.latency.maxMs);
  assert.ok(stats.elapsedBeforeMs > 0 && stats.elapsedMs >= stats.elapsedBeforeMs);
  assert.deepEqual([first.begun, second.begun], [[false], [true]]);
});

Deno.test("a completed crawl that is run again fetches nothing, says so, and gives its items", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  await new Pausing(chain()).start({ crawlDir });
  const again = new Pausing(chain());
  const lines: string[] = [];
  const output = join(folder.path, "items.jsonl");
  const { outcome, items, stats } = await again.start({
    crawlDir,
    sinks: [new JsonlSink(output)],
    log: ({ message }) => lines.push(message),
  });
  assert.equal(outcome, "completed");
  assert.equal(items.length, 11);
  assert.equal(stats.requestsCount, 11);
  assert.deepEqual(again.session.asked, []);
  assert.deepEqual(again.begun, []);
  assert.equal(again.session.state, "closed");
  assert.match(lines.join(), /is completed.*delete the folder to begin anew/);
  assert.equal((await readFile(output, "utf8")).trim().split("\n").length, 11);
});

Deno.test("every sink goes on after a pause without a hole or a duplicate, and is rewritten if it is gone", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir, path } = folder;
  const sinks = (prefix: string): Sink[] => [
    new JsonlSink(join(path, `${prefix}.jsonl`)),
    new JsonSink(join(path, `${prefix}.json`)),
    new CsvSink(join(path, `${prefix}.csv`)),
    new XmlSink(join(path, `${prefix}.xml`)),
    new SqliteSink(join(path, `${prefix}.sqlite`)),
  ];
  const formats = ["jsonl", "json", "csv", "xml"];
  await new Pausing(chain()).start({ sinks: sinks("whole") });
  await new Pausing(chain(), "/2").start({ crawlDir, sinks: sinks("part") });
  await new Pausing(chain(), "/5").start({ crawlDir, sinks: sinks("part") });
  for (const format of formats) {
    await writeFile(join(path, `part.${format}`), "torn", { flag: "a" });
  }
  await rm(join(path, "part.csv"));
  await new Pausing(chain()).start({ crawlDir, sinks: sinks("part") });
  for (const format of formats) {
    assert.equal(
      await readFile(join(path, `part.${format}`), "utf8"),
      await readFile(join(path, `whole.${format}`), "utf8"),
    );
  }
  const { DatabaseSync } = await import("node:sqlite");
  using database = new DatabaseSync(join(path, "part.sqlite"));
  const rows = database.prepare("select url from items order by rowid").all();
  assert.deepEqual(rows.map(({ url }) => url), URLS);
});

Deno.test("a sink that came later gets every item, and one that can't resume what is new", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir, path } = folder;
  class ListSink implements Sink {
    readonly items: unknown[] = [];
    open = () => Promise.resolve();
    write = (item: unknown) => Promise.resolve(void this.items.push(item));
    close = () => Promise.resolve();
    [Symbol.asyncDispose] = () => Promise.resolve();
  }
  const list = new ListSink();
  await new Pausing(chain(), "/2").start({ crawlDir, sinks: [list] });
  const next = new ListSink();
  const later = new JsonlSink(join(path, "later.jsonl"));
  await new Pausing(chain()).start({ crawlDir, sinks: [next, later] });
  assert.equal(list.items.length + next.items.length, 11);
  assert.equal((await readFile(later.path, "utf8")).trim().split("\n").length, 11);
});

Deno.test("a stream of a resumed crawl gives all items from an offset on, each once", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  const seen: unknown[] = [];
  for await (const { url } of new Pausing(chain()).stream({ crawlDir })) {
    seen.push(url);
    if (seen.length === 3) break;
  }
  for await (const { url } of new Pausing(chain()).stream({ crawlDir, itemsFrom: 3 })) {
    seen.push(url);
  }
  assert.deepEqual(seen, URLS);
});

Deno.test("start requests are queued once, those with dontFilter too, though the crawl stopped amid them", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  class Starts extends Pausing {
    override concurrentRequests = 1;
    pulled = 0;
    override async *startRequests(): AsyncIterable<Request> {
      for (let i = 0; i < 10; i++) {
        this.pulled += 1;
        yield new Request(`https://site.test/start/${i}`, { dontFilter: i % 2 === 0 });
      }
    }
  }
  const first = new Starts({ "*": "" }, "/start/3");
  assert.equal((await first.start({ crawlDir })).outcome, "paused");
  assert.ok(first.pulled > 3 && first.pulled < 10, `${first.pulled} were pulled`);
  const second = new Starts({ "*": "" }, "/start/7");
  await second.start({ crawlDir });
  const third = new Starts({ "*": "" });
  const { outcome, stats } = await third.start({ crawlDir });
  assert.equal(outcome, "completed");
  const asked = [first, second, third].flatMap(({ session }) => session.paths);
  assert.deepEqual(asked, Array.from({ length: 10 }, (_, i) => `/start/${i}`));
  assert.equal(stats.duplicateRequestsCount, 0);
  assert.equal(stats.requestsCount, 10);
});

Deno.test("limits are those of the whole crawl", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  const limited = (requests: number) =>
    Object.assign(new Pausing(chain()), { limits: { requests } });
  assert.equal((await limited(4).start({ crawlDir })).outcome, "limit");
  const same = limited(4);
  assert.equal((await same.start({ crawlDir })).outcome, "limit");
  assert.deepEqual(same.session.asked, []);
  const more = limited(6);
  assert.equal((await more.start({ crawlDir })).outcome, "limit");
  assert.equal(more.session.asked.length, 2);
});

Deno.test("failures stay failures of the crawl, and their figures and causes add up", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  const pages = {
    ...chain(),
    "/0": linksTo("/1", "/bad"),
    "/bad": () => ({ html: "", status: 403 }),
  };
  const stubborn = (at: string) => Object.assign(new Pausing(pages, at), { maxBlockedRetries: 0 });
  await stubborn("/4").start({ crawlDir });
  const { failures, stats } = await stubborn("").start({ crawlDir });
  assert.deepEqual(failures.map(({ request }) => request.url), ["https://site.test/bad"]);
  assert.equal(stats.failedRequestsCount, 1);
  assert.equal(stats.blockedRequestsCount, 1);
  assert.deepEqual(stats.errors.map(({ name, count }) => [name, count]), [["BlockedError", 1]]);
});

Deno.test("dead letters that are revived are fetched by the next run, all tries before them, into the same outputs", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir, path } = folder;
  let isUp = false;
  const flaky: PageAnswer = () => isUp ? { html: linksTo("/new") } : { html: "", status: 403 };
  const pages = { "/": linksTo("/good", "/bad", "/worse"), "/good": "", "/new": "" };
  const formats = ["jsonl", "json", "csv", "xml"];
  const sinks = (prefix: string): Sink[] => [
    new JsonlSink(join(path, `${prefix}.jsonl`)),
    new JsonSink(join(path, `${prefix}.json`)),
    new CsvSink(join(path, `${prefix}.csv`)),
    new XmlSink(join(path, `${prefix}.xml`)),
    new SqliteSink(join(path, `${prefix}.sqlite`)),
  ];
  const run = async () => {
    const spider = new TestSpider({ ...pages, "/bad": flaky, "/worse": flaky });
    spider.maxBlockedRetries = 1;
    const result = await spider.start({ crawlDir, sinks: sinks("revived") });
    return { ...result, asked: spider.session.paths };
  };
  const revive = async () => {
    await using crawl = await CrawlDir.open(crawlDir);
    const letters = await Array.fromAsync(crawl.deadLetters());
    assert.equal(letters.length, 2);
    for (const { payload, reason } of letters) {
      assert.match(payload.url, /bad|worse/);
      assert.deepEqual(payload.retries, { network: 0, blocked: 1 });
      assert.match(reason, /403/);
    }
    assert.equal((await crawl.status()).isCompleted, true);
    assert.equal(await crawl.revive(), 2);
    const { spider, isCompleted, queued, dead } = await crawl.status();
    assert.deepEqual([spider, isCompleted, queued, dead], ["test", false, 2, 0]);
  };
  const first = await run();
  assert.deepEqual(first.asked.toSorted(), ["/", "/bad", "/bad", "/good", "/worse", "/worse"]);
  assert.equal(first.failures.length, 2);
  await revive();

  const second = await run();
  assert.deepEqual(second.asked.toSorted(), ["/bad", "/bad", "/worse", "/worse"]);
  assert.deepEqual([second.outcome, second.failures.length], ["completed", 2]);
  assert.equal(second.stats.failedRequestsCount, 4);
  await revive();

  isUp = true;
  const third = await run();
  assert.deepEqual(third.asked.toSorted(), ["/bad", "/new", "/worse"]);
  assert.deepEqual([third.outcome, third.failures.length], ["completed", 0]);
  assert.deepEqual(
    third.items.map(({ url }) => new URL(url).pathname).toSorted(),
    ["/", "/bad", "/good", "/new", "/worse"],
  );
  await new TestSpider({ ...pages, "/bad": flaky, "/worse": flaky }).start({
    crawlDir: join(path, "whole"),
    sinks: sinks("whole"),
  });
  for (const format of formats) {
    const lines = async (prefix: string) =>
      (await readFile(join(path, `${prefix}.${format}`), "utf8")).split("\n")
        .map((line) => line.replace(/,$/, "")).toSorted();
    assert.deepEqual(await lines("revived"), await lines("whole"));
  }
  const { DatabaseSync } = await import("node:sqlite");
  using database = new DatabaseSync(join(path, "revived.sqlite"));
  const rows = database.prepare("select url from items order by rowid").all();
  assert.deepEqual(rows.map(({ url }) => url), third.items.map(({ url }) => url));
  assert.deepEqual((await run()).asked, []);
});

Deno.test("CrawlDir.open() refuses a folder without a crawl, makes none, and waits its turn", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir, path } = folder;
  await writeFile(join(path, "file"), "");
  for (const dir of [crawlDir, path, join(path, "file")]) {
    await assert.rejects(CrawlDir.open(dir), (error) => {
      assert.ok(error instanceof CrawlDirError, String(error));
      assert.equal(error.dir, dir);
      assert.match(error.message, /no crawl in .*'--crawl-dir'/);
      return true;
    });
  }
  await SqliteFrontier.open(join(crawlDir, "crawl.sqlite")).then((store) => store.close());
  await assert.rejects(CrawlDir.open(crawlDir), CrawlDirError); // no spider ever came
  assert.deepEqual((await readdir(path)).toSorted(), ["crawl", "file"]);

  let refusal: unknown;
  class Looking extends TestSpider {
    override async *parse(): AsyncGenerator<never> {
      refusal = await CrawlDir.open(crawlDir).catch((error) => error);
      yield* [];
    }
  }
  await new Looking().start({ crawlDir });
  assert.ok(refusal instanceof FrontierStoreError, String(refusal));
  assert.equal(refusal.problem, "locked");
  await using crawl = await CrawlDir.open(crawlDir);
  assert.deepEqual(await crawl.status(), {
    spider: "test",
    isCompleted: true,
    queued: 0,
    leased: 0,
    seen: 1,
    dead: 0,
    items: 0,
    counters: (await crawl.status()).counters,
  });
});

Deno.test("cookies of sessions with a jar, and delays that were learnt, are there again", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  class Jarred extends PagesSession {
    readonly jar: CookieJar = new FetchSession().jar;
  }
  class WithJar extends Pausing {
    override autothrottle = { startDelayMs: 1, maxDelayMs: 5 };
    readonly jarred = new Jarred(chain());
    override configureSessions(manager: SessionManager): void {
      manager.add("jarred", this.jarred);
    }
  }
  const first = new WithJar(chain(), "/3");
  first.jarred.jar.set("https://site.test/", { name: "login", value: "1" });
  await first.start({ crawlDir });
  const second = new WithJar(chain());
  await second.start({ crawlDir });
  assert.equal(second.jarred.jar.header("https://site.test/"), "login=1");

  await using store = await SqliteFrontier.open(join(crawlDir, "crawl.sqlite"));
  const throttle = new TextDecoder().decode(await store.state.get("throttle"));
  assert.match(throttle, /^\[\["site.test",[\d.]+\]\]$/);
});

Deno.test("another spider's folder, and one with requests for renamed callbacks, are refused before the start", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  class Old extends Pausing {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield response.follow("/1", { callback: this.parseProduct });
      this.pause();
    }
    async *parseProduct(): AsyncGenerator<Request> {}
  }
  await new Old(chain()).start({ crawlDir });

  const other = Object.assign(new Pausing(chain()), { name: "other" });
  await assert.rejects(other.start({ crawlDir }), {
    name: "CrawlDirError",
    message: /holds a crawl of spider 'test', and this is spider 'other'; choose another folder/,
    dir: crawlDir,
  });
  const renamed = new Pausing(chain());
  await assert.rejects(renamed.start({ crawlDir }), {
    name: "CrawlDirError",
    message:
      /'parseProduct' \(1, such as https:\/\/site.test\/1\); give these methods their old names/,
    callbacks: ["parseProduct"],
  });
  assert.deepEqual([...other.session.asked, ...renamed.session.asked], []);
  assert.equal((await new Old(chain()).start({ crawlDir })).outcome, "completed");
});

Deno.test("a callback that is gone is no error once nothing is queued for it", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  class Old extends Pausing {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield response.follow("/0", { callback: this.parseList });
    }
    async *parseList(response: Response): AsyncGenerator<Request> {
      this.pause();
      yield response.follow("/1", { callback: this.parse });
    }
  }
  assert.equal((await new Old(chain()).start({ crawlDir })).outcome, "paused");
  assert.equal((await new Pausing(chain()).start({ crawlDir })).outcome, "completed");
});

Deno.test("a request that can't be stored fails the page that yielded it, and says why", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  class Live extends Pausing {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield { url: response.url };
      yield response.follow("/1", { pageAction: () => {} });
    }
  }
  const { items, failures, outcome } = await new Live(chain()).start({ crawlDir });
  assert.equal(outcome, "completed");
  assert.deepEqual(items, []);
  assert.match(failures[0]!.reason, /'options.pageAction'.*give it to the session/);
});

Deno.test("a wrong durability is an error, and 'full' crawls like 'normal'", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  const wrong = { crawlDir, durability: "fsync" as "full" };
  await assert.rejects(new Pausing(chain()).start(wrong), { name: "SpiderOptionError" });
  const { items } = await new Pausing(chain()).start({ crawlDir, durability: "full" });
  assert.equal(items.length, 11);
});

Deno.test("a sink that never closes is given up with a folder, too, and the folder is free again", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  const hanging: Sink = {
    open: () => Promise.resolve(),
    write: () => Promise.resolve(),
    close: () => new Promise(() => {}),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const options = { crawlDir, sinks: [hanging], sinkCloseTimeoutMs: 20 };
  await assert.rejects(new TestSpider().start(options), {
    name: "SinkError",
    message: /An output did not close: Closing an output took longer than 20 ms/,
  });
  const { outcome } = await new TestSpider().start({ crawlDir, log: () => {} });
  assert.equal(outcome, "completed");
});

Deno.test("a sink that never takes an item holds up an abort for five seconds; the next run has the item", async () => {
  await using folder = await temporaryFolder();
  const { crawlDir } = folder;
  const reached = Promise.withResolvers<void>();
  const stuck: Sink = {
    open: () => Promise.resolve(),
    write: () => (reached.resolve(), new Promise(() => {})),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const controller = new AbortController();
  void reached.promise.then(() => controller.abort());
  const lines: string[] = [];
  await crawlInVirtualTime(new TestSpider(), {
    crawlDir,
    sinks: [stuck],
    signal: controller.signal,
    log: ({ message }) => lines.push(message),
  });
  const told = "The output did not take an item within 5000 ms; it is kept for the next run";
  assert.deepEqual(lines.filter((line) => line === told), [told]);
  const { items } = await new TestSpider().start({ crawlDir, log: () => {} });
  assert.equal(items.length, 1);
});
