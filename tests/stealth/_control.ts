import { findBrowser } from "@orbweaver/browser-session";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

const XVFB = "/usr/bin/Xvfb";

/** Whether there is a display to open a window on, or a way to get one. */
export function hasDisplay(): boolean {
  return process.platform !== "linux" || Boolean(process.env.DISPLAY) || existsSync(XVFB);
}

/** A browser with a window that nobody automates, as a person starts it: what detectors say of this machine. */
export class ControlBrowser implements AsyncDisposable {
  readonly #cleanUp = new AsyncDisposableStack();

  /**
   * Starts one.
   *
   * @param url What it shows.
   */
  static async open(url: string): Promise<ControlBrowser> {
    const control = new ControlBrowser();
    try {
      await control.#start(url);
      return control;
    } catch (error) {
      await control[Symbol.asyncDispose]();
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cleanUp.disposeAsync();
  }

  async #start(url: string): Promise<void> {
    const display = process.platform === "linux" && !process.env.DISPLAY
      ? await this.#openDisplay()
      : process.env.DISPLAY;
    const profile = await mkdtemp(join(tmpdir(), "orbweaver-control-"));
    this.#cleanUp.defer(() => removeProfile(profile));
    const asRoot = process.platform !== "win32" && (await stat(profile)).uid === 0;
    const browser = spawn(findBrowser(), [
      `--user-data-dir=${profile}`,
      "--no-first-run",
      "--no-default-browser-check",
      "--password-store=basic",
      ...(asRoot ? ["--no-sandbox"] : []),
      url,
    ], { env: { ...process.env, DISPLAY: display }, stdio: "ignore" });
    this.#cleanUp.defer(() => end(browser));
  }

  /** Xvfb chooses a free number itself, and tells it on a pipe. */
  async #openDisplay(): Promise<string> {
    const options = ["-displayfd", "3", "-screen", "0", "1920x1080x24", "-nolisten", "tcp"];
    // Without the last one it starts anew, and fails, when a first short-lived client has left.
    const server = spawn(XVFB, [...options, "-noreset"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    this.#cleanUp.defer(() => end(server));
    const pipe = server.stdio[3] as Readable;
    this.#cleanUp.defer(() => void pipe.destroy());
    const [number] = await once(pipe, "data", { signal: AbortSignal.timeout(10_000) });
    return `:${String(number).trim()}`;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await ended;
}

/** The browser's children may write for a moment after its end. */
async function removeProfile(path: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      return await rm(path, { recursive: true, force: true });
    } catch (error) {
      if (attempt === 50) throw error;
      await delay(100);
    }
  }
}
