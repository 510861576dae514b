import {
  type BrowserSession,
  DynamicSession,
  findBrowser,
  StealthSession,
} from "@orbweaver/browser-session";

/** Something that renders pages, several at a time. */
export interface Client {
  /** Loads a page, waits for its product, and gives the rendered HTML. */
  render(url: string): Promise<string>;
  close(): Promise<void>;
}

/** The part of a page of Puppeteer or Playwright that is used. */
interface Page {
  goto(url: string): Promise<unknown>;
  waitForSelector(selector: string): Promise<unknown>;
  content(): Promise<string>;
  close(): Promise<void>;
}

/** The part of a browser of Puppeteer or Playwright that is used. */
interface Browser {
  newPage(): Promise<Page>;
  newContext(): Promise<{ newPage(): Promise<Page>; close(): Promise<void> }>;
  close(): Promise<void>;
}

/** What tells that the page's script has run. */
const SELECTOR = ".loaded";

// Not for everybody who works on this project: they are fetched when the benchmark runs.
const PUPPETEER: string = "npm:puppeteer-core@25.16.0";
const PLAYWRIGHT: string = "npm:playwright-core@1.65.1";

/** As the sessions do it: Chromium refuses to run as root with its sandbox. */
const ARGS = Deno.uid() === 0 ? ["--no-sandbox"] : [];

/** The clients by name: each opens a browser for so many tabs. */
export const CLIENTS: Readonly<Record<string, (tabs: number) => Promise<Client>>> = {
  "DynamicSession": (tabs) => openSession(new DynamicSession(optionsFor(tabs))),
  "StealthSession": (tabs) => openSession(new StealthSession(optionsFor(tabs))),
  "StealthSession, by links of the site": (tabs) =>
    openSession(
      new StealthSession(optionsFor(tabs)),
      (url) => ({ referer: new URL("/", url).href }),
    ),
  "puppeteer, new page per URL": async () => newPagePerUrl(await launchPuppeteer()),
  "puppeteer, reused pages": async (tabs) => await reusedPages(await launchPuppeteer(), tabs),
  "playwright, new page per URL": async () => newPagePerUrl(await launchPlaywright()),
  "playwright, new context per URL": async () => newContextPerUrl(await launchPlaywright()),
};

function optionsFor(tabs: number) {
  return { maxPages: tabs, retries: 1, recycleAfterPages: 0 };
}

async function openSession(
  session: BrowserSession,
  optionsOf: (url: string) => { referer?: string } = () => ({}),
): Promise<Client> {
  await session.start();
  const options = { waitSelector: SELECTOR };
  return {
    render: async (url) => (await session.fetch(url, { ...options, ...optionsOf(url) })).text,
    close: () => session.close(),
  };
}

async function launchPuppeteer(): Promise<Browser> {
  const { default: puppeteer } = await import(PUPPETEER);
  return await puppeteer.launch({ executablePath: findBrowser(), pipe: true, args: ARGS });
}

async function launchPlaywright(): Promise<Browser> {
  const { chromium } = await import(PLAYWRIGHT);
  const browser = await chromium.launch({ executablePath: findBrowser(), args: ARGS });
  // Its own newPage() makes a context for each page.
  const context = await browser.newContext();
  return {
    newPage: () => context.newPage(),
    newContext: () => browser.newContext(),
    close: () => browser.close(),
  };
}

function newPagePerUrl(browser: Browser): Client {
  return {
    render: async (url) => {
      const page = await browser.newPage();
      try {
        return await load(page, url);
      } finally {
        await page.close();
      }
    },
    close: () => browser.close(),
  };
}

function newContextPerUrl(browser: Browser): Client {
  return {
    render: async (url) => {
      const context = await browser.newContext();
      try {
        return await load(await context.newPage(), url);
      } finally {
        await context.close();
      }
    },
    close: () => browser.close(),
  };
}

async function reusedPages(browser: Browser, tabs: number): Promise<Client> {
  const free = await Promise.all(Array.from({ length: tabs }, () => browser.newPage()));
  return {
    render: async (url) => {
      const page = free.pop()!; // no more than so many pages are asked for at a time
      try {
        return await load(page, url);
      } finally {
        free.push(page);
      }
    },
    close: () => browser.close(),
  };
}

async function load(page: Page, url: string): Promise<string> {
  await page.goto(url);
  await page.waitForSelector(SELECTOR);
  return await page.content();
}
