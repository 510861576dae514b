import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DevelopmentCache,
  DevelopmentCacheError,
  Request,
  type Response,
  type SessionManager,
  SessionResponse,
  Spider,
} from "@orbweaver/spider";
import { linksTo, PagesSession } from "../_pages_session.ts";

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "orbweaver-cache-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const request = new Request("https://site.test/a");
const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);

function fullResponse(): SessionResponse {
  return new SessionResponse({
    url: "https://site.test/final",
    status: 203,
    reason: "Fine",
    headers: [["content-type", "text/html; charset=latin1"], ["x", "1"], ["x", "2"]],
    requestHeaders: { accept: "*/*" },
    body,
    encoding: "windows-1252",
    method: "POST",
    history: [
      new SessionResponse({
        url: "https://site.test/a",
        status: 302,
        headers: { location: "/final" },
        body: new TextEncoder().encode("moved"),
      }),
    ],
    cookies: [{
      name: "a",
      value: "1",
      domain: "site.test",
      path: "/",
      hostOnly: true,
      httpOnly: false,
      secure: true,
    }],
    timing: { startedAt: 1, totalMs: 2 },
    proxy: "http://proxy.test:1",
    meta: { session: "fact" },
  }).fetchedBy("stealth");
}

Deno.test("what was recorded comes back whole, history and session included", async () => {
  await withFolder(async (folder) => {
    const cache = new DevelopmentCache(join(folder, "new"));
    assert.equal(await cache.replay(request, "key"), undefined);
    await cache.record(request, "key", fullResponse());
    const again = await cache.replay(request, "key");
    const expected = fullResponse();
    const { history, headers, requestHeaders, ...data } = again!.data;
    assert.deepEqual(data, {
      url: "https://site.test/final",
      status: 203,
      reason: "Fine",
      body,
      encoding: "windows-1252",
      method: "POST",
      cookies: expected.cookies,
      timing: { startedAt: 1, totalMs: 2 },
      proxy: "http://proxy.test:1",
      meta: { session: "fact" },
    });
    assert.deepEqual(headers, expected.data.headers);
    assert.deepEqual(requestHeaders, [["accept", "*/*"]]);
    assert.equal(again!.sessionId, "stealth");
    assert.equal(history![0]!.text, "moved");
    assert.equal(history![0]!.headers.get("location"), "/final");
    assert.equal(await cache.replay(request, "other"), undefined);
  });
});

Deno.test("a later record takes the place of an earlier one, in one step", async () => {
  await withFolder(async (folder) => {
    const cache = new DevelopmentCache(folder);
    const page = (text: string) =>
      new SessionResponse({ url: request.url, status: 200, body: new TextEncoder().encode(text) });
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => cache.record(request, "key", page(`page ${n}`))),
    );
    assert.match((await cache.replay(request, "key"))!.text, /^page \d+$/);
    assert.equal((await readdir(folder)).length, 1);
  });
});

Deno.test("any damage to a file makes it a miss", async () => {
  await withFolder(async (folder) => {
    const cache = new DevelopmentCache(folder);
    await cache.record(request, "key", fullResponse());
    const [name] = await readdir(folder);
    const path = join(folder, name!);
    const whole = await readFile(path, "utf8");
    const middle = whole.length >> 1;
    const damaged = [
      "",
      "\n",
      "{}",
      whole.slice(0, middle),
      whole.slice(0, middle) + (whole[middle] === "A" ? "B" : "A") + whole.slice(middle + 1),
      whole.slice(whole.indexOf("\n") + 1),
    ];
    for (const text of damaged) {
      await writeFile(path, text);
      assert.equal(await cache.replay(request, "key"), undefined, text.slice(0, 40));
    }
    await writeFile(path, whole);
    assert.equal((await cache.replay(request, "key"))?.status, 203);
  });
});

Deno.test("a fingerprint never leads out of the folder, and another's file is a miss", async () => {
  await withFolder(async (folder) => {
    const cache = new DevelopmentCache(join(folder, "in"));
    await cache.record(request, "../../etc/passwd", fullResponse());
    assert.deepEqual(await readdir(folder), ["in"]);
    assert.equal((await cache.replay(request, "../../etc/passwd"))?.status, 203);
    const [name] = await readdir(join(folder, "in"));
    await cache.record(request, "key", fullResponse());
    const other = (await readdir(join(folder, "in"))).find((entry) => entry !== name)!;
    await writeFile(join(folder, "in", name!), await readFile(join(folder, "in", other)));
    assert.equal(await cache.replay(request, "../../etc/passwd"), undefined);
  });
});

Deno.test("clear() forgets the record and nothing else", async () => {
  await withFolder(async (folder) => {
    const cache = new DevelopmentCache(folder);
    await cache.record(request, "1", fullResponse());
    await cache.record(request, "2", fullResponse());
    await writeFile(join(folder, "notes.json"), "mine");
    await cache.clear();
    await cache.clear();
    assert.deepEqual(await readdir(folder), ["notes.json"]);
    await new DevelopmentCache(join(folder, "absent")).clear();
  });
});

Deno.test("what can't be recorded is a DevelopmentCacheError, and leaves nothing behind", async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, "file"), "");
    const below = new DevelopmentCache(join(folder, "file", "pages"));
    await assert.rejects(below.record(request, "key", fullResponse()), DevelopmentCacheError);
    const cache = new DevelopmentCache(folder);
    const unwritable = new SessionResponse({
      url: "https://a.test/",
      status: 200,
      meta: { n: 1n },
    });
    await assert.rejects(cache.record(request, "key", unwritable), DevelopmentCacheError);
    assert.deepEqual(await readdir(folder), ["file"]);
  });
});

/** Follows one link with `meta`, and yields what its callback sees. */
class Reader extends Spider<Record<string, unknown>> {
  override name = "reader";
  override startUrls = ["https://site.test/"];
  override logLevel = "silent" as const;
  readonly session: PagesSession;

  constructor(session: PagesSession) {
    super();
    this.session = session;
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("pages", this.session);
  }

  override async *parse(response: Response) {
    const hrefs = response.css("a::attr(href)").getAll();
    for (const href of hrefs) yield response.follow(href, { meta: { from: response.url } });
    if (hrefs.length === 0) yield { text: response.text, meta: response.meta };
  }
}

Deno.test("D5: a crawl is replayed without asking the site, with the requests' own meta", async () => {
  await withFolder(async (folder) => {
    const pages = { "/": linksTo("/a", "/b"), "/a": "A", "/b": "B" };
    const first = await new Reader(new PagesSession(pages)).start({
      recorder: new DevelopmentCache(folder),
    });
    const silent = new PagesSession({});
    const second = await new Reader(silent).start({ recorder: new DevelopmentCache(folder) });
    assert.deepEqual(silent.paths, []);
    assert.deepEqual(second.failures, []);
    const byText = (items: Record<string, unknown>[]) =>
      items.toSorted((a, b) => String(a.text) < String(b.text) ? -1 : 1);
    assert.deepEqual(byText(second.items), byText(first.items));
    assert.deepEqual(byText(second.items)[0], { text: "A", meta: { from: "https://site.test/" } });
    assert.equal(second.stats.cacheHits, 3);
  });
});

Deno.test("D5: a block is not kept, so that its retry asks the site, and the page is what is replayed", async () => {
  await withFolder(async (folder) => {
    let asked = 0;
    const session = () =>
      new PagesSession({
        "/": () => ({ html: asked++ === 0 ? "Blocked" : "Page", status: asked === 1 ? 403 : 200 }),
      });
    const first = await new Reader(session()).start({ recorder: new DevelopmentCache(folder) });
    const second = await new Reader(session()).start({ recorder: new DevelopmentCache(folder) });
    assert.deepEqual([first, second].map(({ items }) => items[0]!.text), ["Page", "Page"]);
    assert.equal(asked, 2);
  });
});
