import {
  DynamicSession,
  type Engine,
  type EngineTab,
  type PuppeteerPage,
  StealthSession,
} from "@orbweaver/browser-session";
import { puppeteer } from "@orbweaver/browser-session/puppeteer";
import type { Response } from "@orbweaver/session";
import assert from "node:assert/strict";
import { browserTest } from "./_browser.ts";
import { servePages } from "./_pages.ts";

/** Says which pages of its own site are in its tab's history, and what the former left. */
const SEES = `<!DOCTYPE html><script>document.documentElement.dataset.seen = JSON.stringify([
  navigation.entries().map(({ url }) => new URL(url).pathname).filter((path) => path !== "blank"),
  self.name, sessionStorage.length,
])</script>`;

/** Leaves what it can, and never rests. */
const RESTLESS = `<!DOCTYPE html><script>
  self.name = "restless"; sessionStorage.a = 1;
  setInterval(() => fetch("/ping?interval"), 1);
  const frame = () => { fetch("/ping?frame"); requestAnimationFrame(frame) }; frame();
  const promise = () => fetch("/ping?promise").then(promise, promise); promise();
</script>`;

function seenBy(page: Response): unknown {
  return JSON.parse(page.css("html::attr(data-seen)").get()!);
}

browserTest("a page of the same site takes the place of the one before", async (t) => {
  await using pages = await servePages({
    "/one": SEES,
    "/two": SEES,
    "/restless": RESTLESS,
    "/ping?interval": "",
    "/ping?frame": "",
    "/ping?promise": "",
  });
  await using elsewhere = await servePages({ "/two": SEES });

  /** What the second of two pages sees that are fetched through one tab, without a pause. */
  const second = async (
    first: string,
    next: string,
    options: Parameters<DynamicSession["fetch"]>[1] = {},
    Session: typeof DynamicSession | typeof StealthSession = DynamicSession,
  ) => {
    await using session = new Session({ maxPages: 1, retries: 1 });
    const [, page] = await Promise.all([session.fetch(first), session.fetch(next, options)]);
    return page;
  };

  await t.step("with nothing of what that one left", async () => {
    const page = await second(`${pages.url}/restless`, `${pages.url}/two`);
    assert.deepEqual(seenBy(page), [["/restless", "/two"], "", 0]);
    assert.deepEqual([page.url, page.history.length], [`${pages.url}/two`, 0]);
  });

  await t.step("unless it is another site's, or the same page", async () => {
    assert.deepEqual(seenBy(await second(`${elsewhere.url}/two`, `${pages.url}/two`)), [
      ["/two"],
      "",
      0,
    ]);
    const again = await second(`${pages.url}/two`, `${pages.url}/two#part`);
    assert.deepEqual(seenBy(again), [["/two"], "", 0]);
    assert.equal(again.status, 200);
  });

  await t.step("unless its fetch has headers, listeners or a setup of its own", async () => {
    for (
      const options of [
        { extraHeaders: { authorization: "secret" } },
        { captureXhr: /ping/ },
        { pageSetup: () => {} },
      ]
    ) {
      const page = await second(`${pages.url}/restless`, `${pages.url}/two`, options);
      assert.deepEqual(seenBy(page), [["/two"], "", 0], Object.keys(options).join());
      assert.deepEqual(page.capturedXhr, []);
    }
  });

  await t.step("by a link of it, where the referer is one of its site", async () => {
    const options = { referer: `${pages.url}/list?page=1` };
    const page = await second(`${pages.url}/one`, `${pages.url}/two`, options, StealthSession);
    assert.deepEqual(seenBy(page), [["/two"], "", 0]);
    assert.equal(page.requestHeaders.get("referer"), options.referer);
    assert.equal(page.requestHeaders.get("sec-fetch-site"), "same-origin");
    assert.deepEqual(page.history, []);
  });
});

browserTest(
  "the page before lends itself to the referer, with no other page in between",
  async () => {
    await using pages = await servePages({ "/one": SEES, "/two": SEES });
    const shown: string[] = [];
    const engine = watched(puppeteer(), shown);
    await using session = new StealthSession({ engine, maxPages: 1, retries: 1 });
    const [first, second, referer] = ["/one", "/two", "/list?page=1"].map((path) =>
      pages.url + path
    );
    const [, page] = await Promise.all([
      session.fetch(first!, { referer: false }),
      session.fetch(second!, { referer }),
    ]);
    // The empty page, before and after, does not count.
    assert.deepEqual(shown.filter((url) => url.startsWith(pages.url)), [first, second]);
    assert.equal(page.requestHeaders.get("referer"), referer);
    assert.equal(page.requestHeaders.get("sec-fetch-site"), "same-origin");
  },
);

browserTest(
  "a page that says something as it goes is not taken for the one that is come from",
  async () => {
    const says = `<!DOCTYPE html><script>
    addEventListener("beforeunload", () => navigator.sendBeacon("/said"));
  </script>`;
    await using pages = await servePages({ "/one": says, "/two": SEES });
    await using session = new StealthSession({ maxPages: 1, retries: 1 });
    const referer = "https://search.test/";
    const [, page] = await Promise.all([
      session.fetch(`${pages.url}/one`, { referer: false }),
      session.fetch(`${pages.url}/two`, { referer }),
    ]);
    assert.equal(page.requestHeaders.get("referer"), referer);
    assert.equal(page.requestHeaders.get("sec-fetch-site"), "cross-site");
  },
);

browserTest("a page that handles its links itself is left nevertheless", async () => {
  const intercepts = `<!DOCTYPE html><meta name=referrer content=no-referrer><script>
    navigation.addEventListener("navigate", (event) => event.intercept({ handler: async () => {} }))
  </script>`;
  await using pages = await servePages({ "/app": intercepts, "/two": SEES });
  await using session = new StealthSession({ maxPages: 1, retries: 1 });
  const referer = `${pages.url}/list`;
  const [, page] = await Promise.all([
    session.fetch(`${pages.url}/app`),
    session.fetch(`${pages.url}/two`, { referer }),
  ]);
  assert.deepEqual(seenBy(page), [["/two"], "", 0]);
  assert.equal(page.requestHeaders.get("referer"), referer);
});

browserTest("a tab that nobody wants is made empty", async () => {
  await using pages = await servePages({ "/one": SEES, "/two": SEES });
  await using session = new DynamicSession({ maxPages: 1 });
  await session.fetch(`${pages.url}/one`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.deepEqual(seenBy(await session.fetch(`${pages.url}/two`)), [["/two"], "", 0]);
});

browserTest("what loads only once it is seen is waited for in every tab", async () => {
  const lazy = `<!DOCTYPE html><p id=end>end</p><script>
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      document.body.className = "loaded";
    }).observe(document.querySelector("#end"))</script>`;
  await using pages = await servePages({ "/1": lazy, "/2": lazy, "/3": lazy });
  await using session = new DynamicSession({ maxPages: 3, timeoutMs: 20_000, retries: 1 });
  const all = await Promise.all(
    [1, 2, 3].map((id) => session.fetch(`${pages.url}/${id}`, { waitSelector: "body.loaded" })),
  );
  assert.deepEqual(all.map(({ status }) => status), [200, 200, 200]);
});

/** An engine that notes the address of every document that a tab shows. */
function watched(engine: Engine<PuppeteerPage>, shown: string[]): Engine<PuppeteerPage> {
  return {
    ...engine,
    launch: async (options) => {
      const browser = await engine.launch(options);
      return {
        ...browser,
        newTab: async (options) => watchedTab(await browser.newTab(options), shown),
      };
    },
  };
}

function watchedTab(tab: EngineTab<PuppeteerPage>, shown: string[]): EngineTab<PuppeteerPage> {
  return {
    ...tab,
    attach: async () => {
      const session = await tab.attach();
      session.on<{ frame: { url: string } }>(
        "Page.frameNavigated",
        ({ frame }) => void shown.push(frame.url),
      );
      return session;
    },
  };
}
