import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { WorkerSettings } from "./worker_process.ts";

const SCRIPT = fileURLToPath(new URL("worker_process.ts", import.meta.url));

/** What a worker says at its end. */
export interface WorkerReport {
  readonly outcome: string;
  readonly pages: number;
  readonly items: number;
}

/** A worker in a process of its own. */
export interface WorkerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Whether it is still there. */
  readonly isRunning: boolean;
  /** Sends it a signal. */
  signal(name: "SIGINT" | "SIGKILL"): void;
  /** Waits for its end; rejects if it failed. */
  report(): Promise<WorkerReport>;
  /** Waits for its end, whatever that is. */
  ended(): Promise<void>;
}

/** Starts a worker. */
export function startWorker(settings: WorkerSettings): WorkerProcess {
  const child = spawn(Deno.execPath(), [
    "run",
    "-A",
    "--no-check",
    SCRIPT,
    JSON.stringify(settings),
  ], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...Deno.env.toObject(), NO_COLOR: "1" },
  });
  let out = "";
  let errors = "";
  child.stdout.on("data", (text) => out += text);
  child.stderr.on("data", (text) => errors += text);
  const closed = once(child, "close");
  const ended = async () => void await closed;
  return {
    pid: child.pid!,
    get isRunning() {
      return child.exitCode === null && child.signalCode === null;
    },
    signal: (name) => void child.kill(name),
    async report() {
      await closed;
      if (child.exitCode === 0) return JSON.parse(out) as WorkerReport;
      throw new Error(`A worker ended with ${child.exitCode ?? child.signalCode}: ${errors}`);
    },
    ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await ended();
    },
  };
}
