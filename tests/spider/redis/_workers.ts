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
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SCRIPT, JSON.stringify(settings)],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isRunning = true;
  const out = new Response(child.stdout).text();
  const errors = new Response(child.stderr).text();
  const ended = async () => {
    const status = await child.status;
    isRunning = false;
    return { ...status, out: await out, errors: await errors };
  };
  const end = ended();
  const kill = (name: "SIGINT" | "SIGKILL") => {
    try {
      child.kill(name);
    } catch (error) {
      if (isRunning && !(error instanceof TypeError)) throw error; // it has ended by itself meanwhile
    }
  };
  return {
    pid: child.pid,
    get isRunning() {
      return isRunning;
    },
    signal: kill,
    async report() {
      const { success, code, signal, out, errors } = await end;
      if (success) return JSON.parse(out) as WorkerReport;
      throw new Error(`A worker ended with ${signal ?? code}: ${errors}`);
    },
    ended: async () => void await end,
    async [Symbol.asyncDispose]() {
      if (isRunning) kill("SIGKILL");
      await end;
    },
  };
}
