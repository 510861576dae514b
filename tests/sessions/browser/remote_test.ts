import {
  BrowserConnectError,
  DynamicSession,
  findBrowser,
  StealthSession,
} from "@orbweaver/browser-session";
import { InvalidOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { startHttpProxy, startSilentServer, startSite } from "../../site/mod.ts";
import { browserTest, Sandbox } from "./_browser.ts";

/** A browser that somebody else started, with a page of theirs open. */
class SomebodysBrowser implements AsyncDisposable {
  readonly endpoint: string;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, endpoint: string) {
    this.#process = process;
    this.endpoint = endpoint;
  }

  static async start(sandbox: Sandbox): Promise<SomebodysBrowser> {
    const process = spawn(findBrowser(), [
      "--headless=new",
      "--no-sandbox",
      "--disable-background-networking",
      "--remote-debugging-port=0",
      `--user-data-dir=${join(sandbox.path, "somebodys")}`,
      "data:text/html,<title>Theirs</title>",
    ], { stdio: ["ignore", "ignore", "pipe"] });
    for await (const line of createInterface({ input: process.stderr! })) {
      const endpoint = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
      if (endpoint !== undefined) return new SomebodysBrowser(process, endpoint);
    }
    throw new Error("The browser did not start");
  }

  /** The address that tells the endpoint. */
  get httpUrl(): string {
    return `http://${new URL(this.endpoint).host}`;
  }

  /** The titles of the pages that are open. */
  async pages(): Promise<string[]> {
    const response = await fetch(`${this.httpUrl}/json/list`);
    const targets = await response.json() as { type: string; title: string }[];
    return targets.filter(({ type }) => type === "page").map(({ title }) => title);
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exited;
    this.#process.stderr?.destroy();
  }
}

browserTest("cdpUrl uses a browser that runs already, and leaves it as it was", async () => {
  await using sandbox = await Sandbox.open();
  await using site = await startSite();
  await using proxy = await startHttpProxy();
  await using browser = await SomebodysBrowser.start(sandbox);
  for (const cdpUrl of [browser.endpoint, browser.httpUrl, `${browser.httpUrl}/`]) {
    const session = new DynamicSession({ cdpUrl });
    const page = await session.fetch(`${site.url}/dynamic-page`, {
      waitSelector: "div.loaded",
      pageAction: (page) => page.evaluate("void open('/plain/1')"),
    });
    assert.equal(page.css("div.loaded::text").get(), "Loaded");
    const proxied = await session.fetch(`${site.url}/plain/2`, { proxy: `http://${proxy.host}` });
    assert.equal(proxied.proxy, `http://${proxy.host}`);
    assert.equal(page.requestHeaders.get("user-agent")?.includes("Headless"), false);
    await session.close();
    assert.equal(browser.isRunning, true);
    assert.deepEqual(await browser.pages(), ["Theirs"], cdpUrl);
  }
});

browserTest(
  "a remote browser that ends is a crash: the next fetch connects again, or says why not",
  async () => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();
    const browser = await SomebodysBrowser.start(sandbox);
    await using session = new DynamicSession({ cdpUrl: browser.httpUrl });
    await session.fetch(`${site.url}/plain/1`);
    await browser[Symbol.asyncDispose]();
    await assert.rejects(session.fetch(`${site.url}/plain/1`), (error) => {
      assert.ok(error instanceof BrowserConnectError, String(error));
      assert.ok(error.message.includes(browser.httpUrl), error.message);
      return true;
    });
  },
);

browserTest("options of one fetch that need another browser are refused with cdpUrl", async () => {
  await using sandbox = await Sandbox.open();
  await using browser = await SomebodysBrowser.start(sandbox);
  await using session = new StealthSession({ cdpUrl: browser.endpoint });
  await assert.rejects(
    session.fetch("http://127.0.0.1:9/", { blockWebrtc: true }),
    (error) => error instanceof InvalidOptionError && error.option === "blockWebrtc",
  );
});

Deno.test("nobody at cdpUrl is a BrowserConnectError that says what to do", async () => {
  await using site = await startSite();
  await using silent = await startSilentServer();
  const dead = "http://127.0.0.1:1";
  for (const cdpUrl of [dead, dead.replace("http", "ws") + "/devtools/browser/x", site.url]) {
    await using session = new DynamicSession({ cdpUrl });
    await assert.rejects(session.fetch(`${site.url}/plain/1`), (error) => {
      assert.ok(error instanceof BrowserConnectError, `${cdpUrl}: ${error}`);
      assert.match(error.message, /Can't connect to a browser at .*--remote-debugging-port/);
      return true;
    });
    assert.equal(session.state, "idle");
  }
  for (const cdpUrl of [silent.url, silent.url.replace("https", "wss") + "devtools/browser/x"]) {
    const session = new DynamicSession({ cdpUrl });
    const starting = assert.rejects(session.start());
    await new Promise((resolve) => setTimeout(resolve, 50));
    await session.close();
    await starting;
  }
});
