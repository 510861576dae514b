/**
 * The default engine: a browser over npm `puppeteer-core`, which is loaded on the first launch.
 *
 * @example
 * ```ts
 * import { puppeteer } from "@orbweaver/browser-session/puppeteer";
 * import assert from "node:assert/strict";
 *
 * assert.equal(puppeteer().name, "puppeteer");
 * ```
 *
 * @module
 */
import process from "node:process";
import type {
  Browser,
  CDPSession,
  LaunchOptions as NativeLaunchOptions,
  Page,
} from "puppeteer-core";
import type {
  CdpSession,
  Engine,
  EngineBrowser,
  EngineTab,
  LaunchOptions,
  NewTabOptions,
} from "./engine.ts";
import { openSocketTransport } from "./socket_transport.ts";

export type {
  CdpSession,
  ConnectOptions,
  Engine,
  EngineBrowser,
  EngineTab,
  LaunchOptions,
  NewTabOptions,
} from "./engine.ts";

/** Puppeteer's own page, which `page.native()` gives. */
export type PuppeteerPage = Page;

/**
 * An engine over npm `puppeteer-core`. It launches over a pipe, so the browser ends when this
 * process does, however that ends.
 */
export function puppeteer(): Engine<PuppeteerPage> {
  return {
    name: "puppeteer",
    launch: async (options) => {
      const { default: native } = await import("puppeteer-core");
      return await wrapBrowser(await native.launch(launchOptions(options)), true);
    },
    connect: async (endpoint, options = {}) => {
      const { default: native } = await import("puppeteer-core");
      const transport = await openSocketTransport(endpoint, options.signal);
      const browser = await native.connect({
        transport,
        defaultViewport: null,
        protocolTimeout: NO_TIMEOUT,
      });
      return await wrapBrowser(browser, false);
    },
  };
}

/**
 * The browser's own first tab is never used or closed: with its last tab a browser forgets its
 * session cookies, and one with a window ends.
 */
const FIRST_PAGE = "about:blank";

/** Deadlines are set by the session, which knows the step and the URL. */
const NO_TIMEOUT = 0;

function launchOptions(options: LaunchOptions): NativeLaunchOptions {
  const headless = options.headless ? ["--headless=new"] : [];
  return {
    executablePath: options.executablePath,
    ignoreDefaultArgs: true,
    args: [...headless, `--user-data-dir=${options.userDataDir}`, ...options.args, FIRST_PAGE],
    env: { ...process.env, ...options.env },
    pipe: true,
    timeout: options.timeoutMs,
    protocolTimeout: NO_TIMEOUT,
    signal: options.signal,
    defaultViewport: null,
    waitForInitialPage: false,
    // Signals belong to the program: Puppeteer's handlers would kill the browser in mid-crawl and exit.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
}

async function wrapBrowser(browser: Browser, owned: boolean): Promise<EngineBrowser<Page>> {
  const session = wrapSession(await browser.target().createCDPSession());
  const closed = new Promise<void>((resolve) => browser.once("disconnected", () => resolve()));
  const close = () => owned ? browser.close() : browser.disconnect();
  return {
    session,
    owned,
    closed,
    newTab: (options = {}) => openTab(browser, session, options),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function openTab(
  browser: Browser,
  session: CdpSession,
  options: NewTabOptions,
): Promise<EngineTab<Page>> {
  // Puppeteer doesn't tell a target's id, so the tab is recognised by an address of its own.
  const url = `about:blank#${crypto.randomUUID()}`;
  const [target, { targetId }] = await Promise.all([
    browser.waitForTarget((target) => target.url() === url, { timeout: NO_TIMEOUT }),
    session.send<{ targetId: string }>("Target.createTarget", { url, ...options }),
  ]);
  return {
    targetId,
    attach: async () => wrapSession(await target.createCDPSession()),
    nativePage: async () => {
      const page = await target.page();
      if (page === null) throw new Error("Puppeteer has no page for this tab");
      return page;
    },
    close: async () => void await session.send("Target.closeTarget", { targetId }),
  };
}

function wrapSession(native: CDPSession): CdpSession {
  // The names of commands and events come from outside, so Puppeteer's types for them don't help.
  const session = native as unknown as UntypedSession;
  return {
    send: <T>(method: string, params?: object) => session.send(method, params) as Promise<T>,
    on: <T>(event: string, listener: (params: T) => void) => {
      session.on(event, listener as (params: unknown) => void);
      return () => session.off(event, listener as (params: unknown) => void);
    },
    child: (sessionId) => wrapSession(native.connection()!.session(sessionId)!),
    detach: () => session.detach(),
  };
}

interface UntypedSession {
  send(method: string, params?: object): Promise<unknown>;
  on(event: string, listener: (params: unknown) => void): void;
  off(event: string, listener: (params: unknown) => void): void;
  detach(): Promise<void>;
}
