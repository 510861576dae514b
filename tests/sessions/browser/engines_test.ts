import { DynamicSession, findBrowser } from "@orbweaver/browser-session";
import { astral, type AstralBrowser } from "@orbweaver/browser-session/astral";
import { puppeteer } from "@orbweaver/browser-session/puppeteer";
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { startSite } from "../../site/mod.ts";
import { browserTest, Sandbox } from "./_browser.ts";

browserTest(
  "astral() makes a session work over the socket of a browser like Astral's",
  async () => {
    await using sandbox = await Sandbox.open();
    await using site = await startSite();
    const session = new DynamicSession({
      engine: astral({ launch: launchLikeAstral, connect: connectLikeAstral }),
      retries: 1,
    });
    try {
      const page = await session.fetch(`${site.url}/dynamic-page`, {
        waitSelector: "div.loaded",
        pageAction: async (page) => {
          assert.equal(await page.evaluate("1 + 1"), 2);
          await assert.rejects(page.cdp.send("No.suchCommand"), /No\.suchCommand failed/);
          const native = await page.native();
          assert.equal(native.enabled, 3);
        },
      });
      assert.equal(page.css("div.loaded::text").get(), "Loaded");
      const other = await session.fetch(`${site.url}/redirect/chain/1`);
      assert.deepEqual([other.status, other.history.length], [200, 1]);
      await assert.rejects(session.fetch(`${site.url}/broken/reset`), /ERR_CONNECTION_RESET/);
    } finally {
      await session.close();
    }
    assert.deepEqual(await sandbox.remains(), []);
  },
);

for (
  const [name, engine] of [
    ["puppeteer", puppeteer()],
    ["astral", astral({ launch: launchLikeAstral, connect: connectLikeAstral })],
  ] as const
) {
  browserTest(`${name}: connect() leaves the browser running when it disconnects`, async () => {
    await using sandbox = await Sandbox.open();
    const args = [`--user-data-dir=${sandbox.path}/profile`, "--headless=new"];
    const running = await spawnBrowser(findBrowser(), args);
    try {
      for (let i = 0; i < 2; i++) {
        const browser = await engine.connect(running.endpoint);
        assert.equal(browser.owned, false);
        const tab = await browser.newTab();
        const session = await tab.attach();
        const info = await session.send<{ targetInfo: { targetId: string } }>(
          "Target.getTargetInfo",
        );
        assert.equal(info.targetInfo.targetId, tab.targetId);
        await session.detach();
        await assert.rejects(session.send("Page.enable"));
        await tab.close();
        await browser.close();
        await browser.closed;
      }
    } finally {
      await running.end();
      await sandbox.remains();
    }
  });
}

/** Chromium on a WebSocket, as Astral starts it. */
async function spawnBrowser(path: string, args: readonly string[]) {
  const { uid } = await stat(tmpdir());
  const child = spawn(path, [
    "--remote-debugging-port=0",
    ...(uid === 0 && !args.includes("--no-sandbox") ? ["--no-sandbox"] : []),
    ...args,
    "about:blank",
  ], { stdio: ["ignore", "ignore", "pipe"] });
  return { endpoint: await endpointOf(child), end: () => endProcess(child) };
}

async function endpointOf(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stderr! })) {
    const endpoint = /^DevTools listening on (ws:\S+)/.exec(line)?.[1];
    if (endpoint !== undefined) return endpoint;
  }
  throw new Error("The browser did not start");
}

async function endProcess(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  child.stderr?.destroy();
}

/** What Astral's `Browser` and `Page` do, as far as the engine needs it. */
async function launchLikeAstral(options: { path: string; headless: boolean; args: string[] }) {
  const headless = options.headless ? ["--headless=new"] : [];
  const { endpoint, end } = await spawnBrowser(options.path, [...headless, ...options.args]);
  return await likeAstral(endpoint, end);
}

async function connectLikeAstral({ endpoint }: { endpoint: string }) {
  return await likeAstral(endpoint, () => Promise.resolve());
}

async function likeAstral(
  endpoint: string,
  end: () => Promise<void>,
): Promise<AstralBrowser<PageLikeAstrals>> {
  const ws = new WebSocket(endpoint);
  await once(ws, "open");
  const disconnect = async () => {
    const closed = once(ws, "close");
    ws.close();
    await closed;
  };
  return {
    unsafelyGetCelestialBindings: () => ({ ws }),
    newPage: async () => {
      const socket = new WebSocket(endpoint.replace(/browser\/.*/, "page/none"));
      await Promise.race([once(socket, "error"), once(socket, "open")]);
      return new PageLikeAstrals("none", undefined, socket);
    },
    close: async () => {
      await disconnect();
      await end();
    },
    disconnect,
  };
}

class PageLikeAstrals {
  readonly targetId: string;
  enabled = 0;
  readonly #socket: WebSocket;

  constructor(targetId: string, _url: string | undefined, socket: WebSocket) {
    this.targetId = targetId;
    this.#socket = socket;
  }

  unsafelyGetCelestialBindings() {
    const enable = () => Promise.resolve(void this.enabled++);
    return {
      ws: this.#socket,
      Page: { enable },
      Runtime: { enable },
      Network: { enable },
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }
}
