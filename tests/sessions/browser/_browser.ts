import { BrowserNotFoundError, findBrowser } from "@orbweaver/browser-session";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** A test that needs a browser; without one it is skipped. */
export function browserTest(name: string, fn: (t: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name, fn, ignore: !hasBrowser() });
}

function hasBrowser(): boolean {
  try {
    return findBrowser() !== "";
  } catch (error) {
    if (error instanceof BrowserNotFoundError) return false;
    throw error;
  }
}

/** A temporary folder of its own for what a test starts, so that what is left can be told. */
export class Sandbox implements AsyncDisposable {
  readonly path: string;
  readonly #former: string | undefined;

  private constructor(path: string) {
    this.path = path;
    this.#former = process.env.TMPDIR;
    process.env.TMPDIR = path;
  }

  static async open(): Promise<Sandbox> {
    return new Sandbox(await mkdtemp(join(tmpdir(), "orbweaver-test-")));
  }

  /** The profiles that are there. */
  async profiles(): Promise<string[]> {
    return (await readdir(this.path)).filter((name) => name.startsWith("orbweaver-browser-"));
  }

  /** The ids of the processes that have to do with this folder; empty where there is no /proc. */
  processes(): number[] {
    return listProcesses().filter((pid) => commandLine(pid).includes(this.path));
  }

  /** The id of the browser's main process: the one that the others were made by. */
  mainProcess(): number | undefined {
    return this.processes().find((pid) => {
      const line = commandLine(pid);
      return line.includes("--user-data-dir") && !line.includes("--type=");
    });
  }

  /** What browsers left in the folder, profiles and sockets. */
  async #files(): Promise<string[]> {
    return (await readdir(this.path)).filter((name) =>
      /^orbweaver-browser-|^org\.|^com\./.test(name)
    );
  }

  /** Waits, up to five seconds, until nothing runs; gives what still runs, and what files are left. */
  async remains(): Promise<string[]> {
    for (let i = 0; i < 100 && this.processes().length > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return [...this.processes().map(commandLine), ...await this.#files()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#former === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = this.#former;
    await rm(this.path, { recursive: true, force: true });
  }
}

function listProcesses(): number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return ""; // it has just ended
  }
}
