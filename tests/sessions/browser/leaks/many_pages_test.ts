import type { Engine, EngineBrowser, EngineTab } from "@orbweaver/browser-session";
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { leakTest } from "./_leak_test.ts";

const PAGES = 60;
const TABS = 3;

/** What is open, for an engine that is watched. */
interface Open {
  listeners: number;
  sessions: number;
  tabs: number;
  mostTabs: number;
}

leakTest(`${PAGES} pages through one session leave it as the first one did`, async (given) => {
  const open: Open = { listeners: 0, sessions: 0, tabs: 0, mostTabs: 0 };
  await using session = given.newSession({ maxPages: TABS, engine: watched(given.engine, open) });
  const fetchMany = async (count: number) => {
    const urls = Array.from({ length: count }, (_, i) => `${given.site.url}/plain/${i + 1}`);
    const pages = await Promise.all(urls.map((url) => session.fetch(url)));
    assert.deepEqual(pages.map(({ status }) => status), Array(count).fill(200));
  };
  await fetchMany(TABS);
  await useAllTabs(session, given.site.url);
  const targets = await countTargets(session, given.site.url);
  const first = await settled(open);
  assert.deepEqual([first.tabs, first.mostTabs], [TABS, TABS]);
  await fetchMany(PAGES - TABS);
  assert.equal(await countTargets(session, given.site.url), targets);
  assert.deepEqual(await settled(open, first), first);
});

/** A tab is emptied after its answer was given: waits, in bounds, for that to end. */
async function settled(open: Open, expected?: Open): Promise<Open> {
  let last = { ...open };
  for (let unchanged = 0, looks = 0; unchanged < 10 && looks < 100; looks++) {
    if (expected !== undefined && isDeepStrictEqual(open, expected)) break;
    await delay(100);
    unchanged = isDeepStrictEqual(open, last) ? unchanged + 1 : 0;
    last = { ...open };
  }
  return last;
}

type Fetcher = ReturnType<Parameters<Parameters<typeof leakTest>[1]>[0]["newSession"]>;

/** Fetches as many pages at a time as there may be tabs. */
async function useAllTabs(session: Fetcher, url: string): Promise<void> {
  const all = Promise.withResolvers<void>();
  let waiting = 0;
  const pageAction = () => {
    if (++waiting === TABS) all.resolve();
    return all.promise;
  };
  const urls = Array.from({ length: TABS }, () => `${url}/plain/1`);
  await Promise.all(urls.map((url) => session.fetch(url, { pageAction })));
}

async function countTargets(session: Fetcher, url: string): Promise<number> {
  type Targets = { targetInfos: { type: string }[] };
  let count = 0;
  await session.fetch(`${url}/plain/1`, {
    pageAction: async ({ cdp }) => {
      const { targetInfos } = await cdp.send<Targets>("Target.getTargets");
      count = targetInfos.filter(({ type }) => type === "page").length;
    },
  });
  return count;
}

/** An engine whose listeners, sessions and tabs are counted. */
function watched(engine: Engine<unknown>, open: Open): Engine<unknown> {
  return {
    ...engine,
    launch: async (options) => watchedBrowser(await engine.launch(options), open),
  };
}

function watchedBrowser(browser: EngineBrowser<unknown>, open: Open): EngineBrowser<unknown> {
  return {
    ...browser,
    session: watchedSession(browser.session, open),
    newTab: async (options) => {
      const tab = await browser.newTab(options);
      open.mostTabs = Math.max(open.mostTabs, ++open.tabs);
      return watchedTab(tab, open);
    },
  };
}

function watchedTab(tab: EngineTab<unknown>, open: Open): EngineTab<unknown> {
  return {
    ...tab,
    attach: async () => watchedSession(await tab.attach(), open),
    close: async () => {
      open.tabs -= 1;
      await tab.close();
    },
  };
}

type CdpSession = EngineBrowser["session"];

function watchedSession(session: CdpSession, open: Open): CdpSession {
  open.sessions += 1;
  return {
    send: (method, params) => session.send(method, params),
    child: (sessionId) => session.child(sessionId),
    on: (event, listener) => {
      const stop = session.on(event, listener);
      open.listeners += 1;
      let stopped = false;
      return () => {
        if (!stopped) open.listeners -= 1;
        stopped = true;
        stop();
      };
    },
    detach: async () => {
      open.sessions -= 1;
      await session.detach();
    },
  };
}
