import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CrawlStateError,
  JsonlSink,
  type Request,
  type Response,
  type SessionManager,
  type Sink,
  SinkError,
  Spider,
} from "@orbweaver/spider";
import { linksTo, type PageAnswer, PagesSession } from "./_pages_session.ts";

class Chain extends Spider<{ url: string }> {
  override name = "chain";
  override startUrls = ["https://site.test/0"];
  override logLevel = "silent" as const;
  readonly session: PagesSession;

  /** A site of that many pages, each with a link to the next. */
  constructor(length: number, last: PageAnswer = "") {
    super();
    const pages: Record<string, PageAnswer> = { [`/${length - 1}`]: last };
    for (let i = 0; i < length - 1; i++) pages[`/${i}`] = linksTo(`/${i + 1}`);
    this.session = new PagesSession(pages);
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("pages", this.session);
  }

  override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
    yield { url: response.url };
    for (const href of response.css("a::attr(href)").getAll()) yield response.follow(href);
  }
}

/** A page that is under way until the crawl gives it up. */
function stuckPage(): { reached: Promise<void>; page: PageAnswer } {
  let tell = () => {};
  const reached = new Promise<void>((resolve) => tell = resolve);
  const page: PageAnswer = () => {
    tell();
    return { html: "", gate: new Promise(() => {}) };
  };
  return { reached, page };
}

Deno.test("a spider is polite and plain unless it is told otherwise", () => {
  const { session: _, ...members } = new Chain(1);
  assert.deepEqual(members, {
    name: "chain",
    startUrls: ["https://site.test/0"],
    logLevel: "silent",
    allowedDomains: [],
    concurrentRequests: 16,
    concurrentRequestsPerDomain: 0,
    downloadDelayMs: 0,
    randomizeDelay: false,
    autothrottle: false,
    robotsTxtObey: false,
    robotsUserAgent: "Orbweaver",
    escalate: [],
    maxBlockedRetries: 3,
    maxNetworkRetries: 2,
    callbackTimeoutMs: 300_000,
    maxYieldsPerPage: 1_000_000,
    developmentMode: false,
    developmentCacheDir: undefined,
    fingerprint: {},
    limits: {},
    itemSchema: undefined,
    logFile: undefined,
  });
});

Deno.test("stream() gives the items as they come, and `break` closes every session", async () => {
  const spider = new Chain(1000);
  const seen: string[] = [];
  for await (const item of spider.stream()) {
    seen.push(item.url);
    if (seen.length === 3) break;
  }
  assert.deepEqual(seen, ["https://site.test/0", "https://site.test/1", "https://site.test/2"]);
  assert.equal(spider.session.state, "closed");
});

Deno.test("stream(): a slow consumer slows the crawl", async () => {
  class Wide extends Chain {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield* super.parse(response);
      for (let i = 0; i < 9; i++) yield { url: `${i}` };
    }
  }
  const spider = new Wide(1000);
  const stream = spider.stream();
  await stream.next();
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setTimeout(resolve));
  // 64 items wait for the consumer, and each of the 16 requests in flight holds one page more.
  const most = 64 / 10 + spider.concurrentRequests + 2;
  assert.ok(spider.session.asked.length <= most, `${spider.session.asked.length} pages fetched`);
  await stream.return();
  assert.equal(spider.session.state, "closed");
});

Deno.test("stream() throws what broke the crawl off", async () => {
  class Broken extends Chain {
    override onStart(): void {
      throw new Error("not today");
    }
  }
  const spider = new Broken(3);
  await assert.rejects(spider.stream().next(), { message: "not today" });
  assert.equal(spider.session.state, "closed");
});

Deno.test("pause() finishes what is in flight, and the outcome says that work is left", async () => {
  class Pausing extends Chain {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield* super.parse(response);
      if (response.url.endsWith("/2")) this.pause();
    }
  }
  const spider = new Pausing(10);
  const { items, outcome, stats } = await spider.start();
  assert.deepEqual(items.map((item) => item.url.at(-1)), ["0", "1", "2"]);
  assert.equal(outcome, "paused");
  assert.equal(stats.failedRequestsCount, 0);
});

Deno.test("pause() with nothing left is a completed crawl", async () => {
  class Pausing extends Chain {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      yield* super.parse(response);
      if (response.url.endsWith("/2")) this.pause();
    }
  }
  assert.equal((await new Pausing(3).start()).outcome, "completed");
});

Deno.test("an aborted signal gives up the pages in flight, which are not failures", async () => {
  const { reached, page } = stuckPage();
  const spider = new Chain(3, page);
  const controller = new AbortController();
  const crawl = spider.start({ signal: controller.signal });
  await reached;
  controller.abort();
  const { outcome, stats, items } = await crawl;
  assert.equal(outcome, "paused");
  assert.equal(stats.failedRequestsCount, 0);
  assert.equal(items.length, 2);
  assert.equal(spider.session.state, "closed");
});

Deno.test("Crawl.close() in mid-crawl stops it and closes its sessions; twice is once", async () => {
  const { reached, page } = stuckPage();
  const spider = new Chain(3, page);
  const crawl = await spider.open();
  const running = crawl.run();
  await reached;
  await Promise.all([crawl.close(), crawl.close()]);
  assert.equal((await running).outcome, "paused");
  assert.equal(spider.session.state, "closed");
  await assert.rejects(crawl.run(), CrawlStateError);
});

Deno.test("a crawl opened and not run is closed by `await using`", async () => {
  const spider = new Chain(3);
  {
    await using crawl = await spider.open();
    assert.equal(crawl.outcome, undefined);
    assert.equal(spider.session.state, "open");
  }
  assert.equal(spider.session.state, "closed");
});

Deno.test("Crawl.run() twice is refused", async () => {
  await using crawl = await new Chain(2).open();
  await crawl.run();
  await assert.rejects(crawl.run(), CrawlStateError);
});

Deno.test("Spider.pause() and Spider.stats without a crawl say so", () => {
  assert.throws(() => new Chain(1).pause(), CrawlStateError);
  assert.throws(() => new Chain(1).stats, CrawlStateError);
});

Deno.test("a signal that aborts while sessions start gives the start up, and closes them", async () => {
  const controller = new AbortController();
  class SlowStart extends Chain {
    override configureSessions(manager: SessionManager): void {
      super.configureSessions(manager);
      const start = this.session.start.bind(this.session);
      this.session.start = async () => {
        await start();
        controller.abort();
      };
    }
  }
  const spider = new SlowStart(1);
  await assert.rejects(spider.open({ signal: controller.signal }), {
    name: "CrawlStateError",
    message: "Spider 'chain' was stopped before it began",
  });
  assert.equal(spider.session.state, "closed");
  assert.deepEqual(spider.session.asked, []);
  await assert.rejects(new Chain(1).open({ signal: controller.signal }), { name: "AbortError" });
});

Deno.test("sinks are closed when a session does not start, and the sessions when a sink can't be opened", async () => {
  const log: string[] = [];
  const sink: Sink = {
    open: () => Promise.resolve(void log.push("open")),
    write: () => Promise.resolve(),
    close: () => Promise.resolve(void log.push("close")),
    [Symbol.asyncDispose]: () => sink.close(),
  };
  class NoBrowser extends Chain {
    override configureSessions(manager: SessionManager): void {
      super.configureSessions(manager);
      this.session.start = () => Promise.reject(new Error("no browser"));
    }
  }
  await assert.rejects(new NoBrowser(1).start({ sinks: [sink] }), {
    name: "SessionStartError",
    message: "Could not start session 'pages': no browser",
  });
  assert.deepEqual(log, ["open", "close"]);
});

Deno.test("JSONL output holds every item, in the order of the result", async () => {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-test-"));
  try {
    const path = join(folder, "new", "items.jsonl");
    const { items } = await new Chain(200).start({ sinks: [new JsonlSink(path)] });
    const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
    assert.deepEqual(lines.map((line) => JSON.parse(line)), items);
    assert.equal(items.length, 200);
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("JsonlSink.write() before open() and after close() is an error, not a lost item", async () => {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-test-"));
  try {
    const sink = new JsonlSink(join(folder, "items.jsonl"));
    await assert.rejects(sink.write({ a: 1 }), { name: "SinkError", message: /is not open/ });
    await sink.open();
    await sink.write({ a: 2 });
    await sink.close();
    await assert.rejects(sink.write({ a: 3 }), { name: "SinkError", message: /is not open/ });
    assert.equal(await readFile(sink.path, "utf8"), '{"a":2}\n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

Deno.test("an output that can't be written is an error before anything is fetched", async () => {
  const spider = new Chain(3);
  await assert.rejects(
    spider.start({ sinks: [new JsonlSink("/proc/none/items.jsonl")] }),
    (error: unknown) => {
      assert.ok(error instanceof SinkError);
      assert.match(error.message, /'\/proc\/none\/items.jsonl' can't be written: ENOENT/);
      return true;
    },
  );
  assert.deepEqual(spider.session.asked, []);
});

Deno.test("an output that fails in mid-crawl ends the crawl with its error", async () => {
  class Yielding extends Chain {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      await new Promise((resolve) => setTimeout(resolve)); // lets the file system have its say
      yield* super.parse(response);
    }
  }
  const spider = new Yielding(500);
  await assert.rejects(
    spider.start({ sinks: [new JsonlSink("/dev/full")] }),
    { name: "SinkError", message: /'\/dev\/full' could not be written on: ENOSPC/ },
  );
  assert.ok(spider.session.asked.length < 500);
  assert.equal(spider.stats.endTime !== undefined, true);
  assert.equal(spider.session.state, "closed");
});

Deno.test("an item without a JSON form fails nothing but itself", async () => {
  class Cyclic extends Chain {
    override async *parse(response: Response): AsyncGenerator<{ url: string } | Request> {
      const item: { url: string; self?: unknown } = { url: response.url };
      if (response.url.endsWith("/1")) item.self = item;
      yield item;
      for (const href of response.css("a::attr(href)").getAll()) yield response.follow(href);
    }
  }
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-test-"));
  try {
    const path = join(folder, "items.jsonl");
    const { stats } = await new Cyclic(4).start({ sinks: [new JsonlSink(path)] });
    assert.equal(stats.requestsCount, 4);
    assert.equal(stats.itemsScraped, 3);
    assert.equal(stats.itemsDropped, 1);
    assert.equal((await readFile(path, "utf8")).trimEnd().split("\n").length, 3);
  } finally {
    await rm(folder, { recursive: true });
  }
});
