import {
  ChallengeError,
  DynamicSession,
  type Engine,
  type EngineTab,
  type PageHandle,
  StealthSession,
  TabCrashedError,
} from "@orbweaver/browser-session";
import { puppeteer } from "@orbweaver/browser-session/puppeteer";
import { SessionClosedError, UnsupportedOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { startChallengeSite } from "../../site/challenge/mod.ts";
import { browserTest, Sandbox } from "./_browser.ts";

/** Whether the widget of an embedded challenge has its answer. */
function answerOf(page: { css(selector: string): { length: number } }, answer: unknown): boolean {
  return page.css(".cf-turnstile").length === 1 && typeof answer === "string" && answer !== "";
}

browserTest(
  "solveCloudflare gets past each type of challenge, and back to the real page",
  async (t) => {
    await using site = await startChallengeSite();
    await using session = new StealthSession({
      solveCloudflare: true,
      extraFlags: site.browserFlags,
    });
    const cases = [
      "non-interactive/fair",
      "managed/by-itself",
      "managed/fair",
      "interactive/fair",
      "interactive/late",
    ];
    for (const name of cases) {
      await t.step(name, async () => {
        const path = `/${name}/page?q=1`;
        const page = await session.fetch(site.url + path);
        assert.deepEqual([page.status, page.url], [200, site.url + path]);
        assert.equal(page.headers.get("x-real"), "yes");
        assert.equal(page.headers.get("cf-mitigated"), null);
        assert.equal(page.css("h1::text").get(), `Behind ${name.replace("/", ", ")}`);
        assert.deepEqual(page.history.map(({ status, url }) => [status, url]), [[
          403,
          site.url + path,
        ]]);
        assert.ok(page.cookies.some(({ name }) => name === "cf_clearance"));
      });

      await t.step(`${name}: the next request has no challenge`, async () => {
        const next = await session.fetch(`${site.url}/${name}/other`);
        assert.deepEqual([next.status, next.history.length], [200, 0]);
        assert.equal(site.requestsTo(`/${name}/other`).length, 1);
      });
    }

    await t.step("embedded/fair", async () => {
      let answer: unknown;
      const page = await session.fetch(`${site.url}/embedded/fair/page`, {
        pageAction: async (page) => {
          answer = await page.evaluate(() =>
            document.querySelector<HTMLInputElement>("[name=cf-turnstile-response]")!.value
          );
        },
      });
      assert.deepEqual([page.status, page.history.length], [200, 0]);
      assert.ok(answerOf(page, answer));
    });

    await t.step("embedded/by-itself: nothing is clicked that solves itself", async () => {
      const page = await session.fetch(`${site.url}/embedded/by-itself/page`);
      assert.equal(page.status, 200);
      assert.ok(!site.attempts.some((attempt) => attempt.case === "embedded/by-itself"));
    });

    await t.step(
      "every click was one that a person could have made, and there were no others",
      () => {
        const clicks = site.attempts.filter(({ kind }) => kind === "click");
        assert.deepEqual(clicks.map((click) => [click.case, click.complaints, click.accepted]), [
          ["managed/fair", [], true],
          ["interactive/fair", [], true],
          ["interactive/late", [], true],
          ["embedded/fair", [], true],
        ]);
      },
    );
  },
);

browserTest(
  "a challenge that wants a second attempt gets one, one that is never solved three",
  async (t) => {
    await using site = await startChallengeSite();
    await using session = new StealthSession({
      solveCloudflare: true,
      extraFlags: site.browserFlags,
      maxPages: 1,
    });
    for (const name of ["non-interactive/second", "interactive/second", "embedded/second"]) {
      await t.step(name, async () => {
        const page = await session.fetch(`${site.url}/${name}/page`, { timeoutMs: 30_000 });
        assert.equal(page.status, 200);
        const accepted = site.attempts.filter((attempt) => attempt.case === name)
          .map(({ accepted }) => accepted);
        assert.deepEqual(accepted.slice(0, 1).concat(accepted.slice(-1)), [false, true]);
        const challenges = name.startsWith("embedded") ? 0 : 2;
        assert.deepEqual(page.history.map(({ status }) => status), Array(challenges).fill(403));
      });
    }

    const hopeless: [name: string, timeoutMs: number, reason: RegExp][] = [
      ["non-interactive/never", 8_000, /did not let the browser through by itself/],
      ["managed/no-box", 8_000, /box did not appear/],
      ["interactive/never", 30_000, /came again after the click/],
      ["embedded/never", 20_000, /the click on its box changed nothing/],
    ];
    for (const [name, timeoutMs, reason] of hopeless) {
      await t.step(name, async () => {
        const url = `${site.url}/${name}/page`;
        await assert.rejects(session.fetch(url, { timeoutMs }), (error) => {
          assert.ok(error instanceof ChallengeError, String(error));
          assert.deepEqual([error.url, error.attempts], [url, 3]);
          assert.equal(error.challenge, name.split("/")[0]);
          assert.match(error.message, reason);
          assert.match(error.message, /'proxy'.*'headless: false'/);
          return true;
        });
        const tries = site.attempts.filter((attempt) => attempt.case === name);
        assert.deepEqual(tries.flatMap(({ complaints }) => complaints), []);
        assert.ok(!tries.some(({ accepted }) => accepted));
        assert.ok(tries.length <= 6, `${tries.length} tries`);
      });
    }

    await t.step(`onStepError: "ignore" gives the challenge page, and says why`, async () => {
      const page = await session.fetch(`${site.url}/managed/no-box/other`, {
        onStepError: "ignore",
        timeoutMs: 15_000,
      });
      assert.equal(page.status, 403);
      assert.equal(page.headers.get("cf-mitigated"), "challenge");
      const errors = page.meta.stepErrors as Error[];
      assert.deepEqual(errors.map(({ name }) => name), ["ChallengeError"]);
    });
  },
);

browserTest(
  "solveCloudflare is an option of a request, too, and of stealth sessions alone",
  async () => {
    await using site = await startChallengeSite();
    await using session = new StealthSession({ extraFlags: site.browserFlags });
    const url = `${site.url}/non-interactive/never/page`;
    const page = await session.fetch(url);
    assert.deepEqual([page.status, page.meta.stepErrors], [403, undefined]);
    const solved = await session.fetch(`${site.url}/interactive/fair/page`, {
      solveCloudflare: true,
    });
    assert.equal(solved.status, 200);
    await using dynamic = new DynamicSession();
    await assert.rejects(
      dynamic.fetch(url, { solveCloudflare: true } as object),
      UnsupportedOptionError,
    );
  },
);

browserTest("a page without a challenge costs one look", async () => {
  await using site = await startChallengeSite();
  const commands: string[] = [];
  const engine = listening(puppeteer(), commands);
  // With a second tab, the first one might be made empty meanwhile, which takes a command, too.
  await using session = new StealthSession({ engine, maxPages: 1 });
  const commandsOf = async (solveCloudflare: boolean) => {
    let own: string[] = [];
    const page = await session.fetch(`${site.url}/article`, {
      solveCloudflare,
      pageSetup: () => void commands.splice(0),
      pageAction: () => void (own = commands.splice(0)),
    });
    assert.equal(page.css("h1::text").get(), "How challenges work");
    assert.ok(!own.some((name) => /^DOM\.|^Input\./.test(name)));
    return own.filter((name) => name.startsWith("Runtime.")).length;
  };
  const without = await commandsOf(false);
  assert.equal(await commandsOf(true), without + 1);
});

browserTest(
  "a challenge ends with its fetch: abort, crash and close leave nothing behind",
  async (t) => {
    await using sandbox = await Sandbox.open();
    await using site = await startChallengeSite();
    const session = new StealthSession({
      solveCloudflare: true,
      extraFlags: site.browserFlags,
      maxPages: 1,
      retries: 1,
    });
    const clicked = (name: string) =>
      until(() => site.attempts.some((attempt) => attempt.case === name));

    await t.step("abort", async () => {
      const controller = new AbortController();
      const reason = new Error("enough");
      const fetching = session.fetch(`${site.url}/interactive/never/page`, {
        signal: controller.signal,
      });
      const rejected = assert.rejects(fetching, reason);
      await clicked("interactive/never");
      controller.abort(reason);
      await rejected;
    });

    await t.step("crash", async () => {
      let tab: PageHandle | undefined;
      const fetching = session.fetch(`${site.url}/embedded/never/page`, {
        pageSetup: (page) => void (tab = page),
      });
      const rejected = assert.rejects(fetching, TabCrashedError);
      await clicked("embedded/never");
      tab!.cdp.send("Page.crash").catch(() => {});
      await rejected;
    });

    await t.step("the tabs go on", async () => {
      const page = await session.fetch(`${site.url}/interactive/fair/page`);
      assert.equal(page.status, 200);
    });

    await t.step("close", async () => {
      const fetching = session.fetch(`${site.url}/managed/never/page`);
      const rejected = assert.rejects(fetching, SessionClosedError);
      await clicked("managed/never");
      await session.close();
      await rejected;
      assert.deepEqual(await sandbox.remains(), []);
    });
  },
);

/** Waits until something is so, for a while. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 600 && !condition(); i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(condition(), "it did not happen");
}

/** An engine that notes the commands that its tabs are sent. */
function listening<Page>(engine: Engine<Page>, commands: string[]): Engine<Page> {
  const wrap = (tab: EngineTab<Page>): EngineTab<Page> => ({
    ...tab,
    attach: async () => {
      const session = await tab.attach();
      return {
        on: session.on,
        child: session.child,
        detach: session.detach,
        send: <T>(method: string, params?: object) => {
          commands.push(method);
          return session.send<T>(method, params);
        },
      };
    },
  });
  return {
    ...engine,
    launch: async (options) => {
      const browser = await engine.launch(options);
      return { ...browser, newTab: async (options) => wrap(await browser.newTab(options)) };
    },
  };
}
