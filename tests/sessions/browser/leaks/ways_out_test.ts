import { type BrowserSession, StepError } from "@orbweaver/browser-session";
import { SessionClosedError } from "@orbweaver/session";
import { type Response, type SessionManager, Spider } from "@orbweaver/spider";
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { type LeakCase, leakTest } from "./_leak_test.ts";

leakTest("a throw in pageAction, an abort and a return leave nothing", async (given) => {
  const { site, newSession } = given;
  await using session = newSession();
  const boom = new Error("boom");
  await assert.rejects(
    session.fetch(`${site.url}/plain/1`, { pageAction: () => Promise.reject(boom) }),
    (error) => error instanceof StepError && error.cause === boom,
  );
  const controller = new AbortController();
  const aborted = assert.rejects(
    session.fetch(`${site.url}/slow/forever`, { signal: controller.signal }),
    boom,
  );
  await site.arrival("/slow/forever");
  controller.abort(boom);
  await aborted;
  assert.deepEqual(await shownPages(session, `${site.url}/plain/2`), [`${site.url}/plain/2`]);
});

leakTest("a throw in a spider's callback leaves nothing", async (given) => {
  const spider = new PagesSpider(given);
  spider.onPage = () => {
    throw new Error("boom");
  };
  const { outcome, failures } = await spider.start({ handleSignals: false });
  assert.equal(outcome, "completed");
  assert.deepEqual(failures.map(({ reason }) => /boom/.test(reason)), [true, true]);
});

leakTest("a break from a spider's stream leaves nothing", async (given) => {
  const spider = new PagesSpider(given);
  let items = 0;
  for await (const { title } of spider.stream()) {
    assert.notEqual(title, "");
    items += 1;
    break;
  }
  assert.equal(items, 1);
});

leakTest("a close during the start leaves nothing", async ({ sandbox, newSession }) => {
  const session = newSession();
  const starting = assert.rejects(session.start(), SessionClosedError);
  await until(() => sandbox.mainProcess() !== undefined || process.platform !== "linux");
  await session.close();
  await starting;
});

leakTest("a close during fetches leaves nothing", async ({ site, newSession }) => {
  const session = newSession({ maxPages: 2 });
  const fetches = ["/slow/forever", "/slow/stall", "/plain/1"].map((path) =>
    assert.rejects(session.fetch(site.url + path), SessionClosedError)
  );
  await Promise.all([site.arrival("/slow/forever"), site.arrival("/slow/stall")]);
  await session.close();
  await Promise.all(fetches);
});

leakTest("a start that fails leaves nothing", async (given) => {
  // Beside the sandbox, which has to be empty in the end.
  const folder = await mkdtemp(join(tmpdir(), "..", "orbweaver-test-"));
  try {
    const executablePath = join(folder, "dies-at-once");
    const script = `case "$1" in --version) echo Chromium 1.2.3.4;; *) exit 3;; esac`;
    await writeFile(executablePath, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const session = given.newSession({ executablePath });
    await assert.rejects(session.start(), { name: "BrowserStartError" });
    assert.equal(session.state, "idle");
    await session.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

leakTest("a browser that crashes in mid-fetch leaves nothing", async (given) => {
  const { site, sandbox, newSession } = given;
  await using session = newSession();
  const controller = new AbortController();
  const { signal } = controller;
  const lost = Promise.allSettled([session.fetch(`${site.url}/slow/forever`, { signal })]);
  await site.arrival("/slow/forever");
  process.kill(sandbox.mainProcess()!, "SIGKILL");
  await session.fetch(`${site.url}/plain/1`).catch(() => {}); // the crash may not be noticed yet
  assert.equal((await session.fetch(`${site.url}/plain/2`)).status, 200);
  controller.abort();
  assert.equal((await lost)[0].status, "rejected");
});

/** Yields the titles of two pages. */
class PagesSpider extends Spider<{ title: string }> {
  override name = "pages";
  override logLevel = "silent" as const;
  onPage: () => void = () => {};
  readonly #given: LeakCase;

  constructor(given: LeakCase) {
    super();
    this.#given = given;
    this.startUrls = [1, 2].map((id) => `${given.site.url}/plain/${id}`);
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("browser", this.#given.newSession());
  }

  override async *parse(response: Response): AsyncGenerator<{ title: string }> {
    this.onPage();
    yield { title: response.css("h1::text").get() ?? "" };
  }
}

/** What the tabs show while a page is fetched, without those that show nothing. */
async function shownPages(session: BrowserSession<unknown>, url: string): Promise<string[]> {
  type Targets = { targetInfos: { type: string; url: string }[] };
  let shown: string[] = [];
  await session.fetch(url, {
    pageAction: async ({ cdp }) => {
      const { targetInfos } = await cdp.send<Targets>("Target.getTargets");
      const pages = targetInfos.filter(({ type }) => type === "page");
      shown = pages.map(({ url }) => url).filter((url) => !url.startsWith("about:blank"));
    },
  });
  return shown;
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 10_000 && !condition(); waited += 10) await delay(10);
  assert.ok(condition());
}
