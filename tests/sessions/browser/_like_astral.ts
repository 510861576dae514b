import type { AstralBrowser } from "@orbweaver/browser-session/astral";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";

/** Chromium on a WebSocket, as Astral starts it. */
export async function spawnBrowser(path: string, args: readonly string[]) {
  const { uid } = await stat(tmpdir());
  const child = spawn(path, [
    "--remote-debugging-port=0",
    ...(uid === 0 && !args.includes("--no-sandbox") ? ["--no-sandbox"] : []),
    ...args,
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
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  child.stderr?.destroy();
}

/** What Astral's `Browser` and `Page` do, as far as the engine needs it. */
export async function launchLikeAstral(
  options: { path: string; headless: boolean; args: string[] },
) {
  const headless = options.headless ? ["--headless=new"] : [];
  const { endpoint, end } = await spawnBrowser(options.path, [...headless, ...options.args]);
  return await likeAstral(endpoint, end);
}

/** What Astral's `connect` gives, as far as the engine needs it. */
export async function connectLikeAstral({ endpoint }: { endpoint: string }) {
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
