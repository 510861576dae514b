import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { promisify } from "node:util";

/** Whether the memory of processes can be told on this operating system. */
export const canMeasureMemory: boolean = ["linux", "darwin"].includes(process.platform);

/**
 * The memory of some processes together, in bytes; what they share is counted once on Linux. A
 * process that is gone counts nothing.
 *
 * @param pids The ids of the processes.
 */
export async function memoryOf(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map(process.platform === "linux" ? sharedOut : resident));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

/** The proportional set size: shared pages count for each of their users by their share. */
async function sharedOut(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024;
}

async function resident(pid: number): Promise<number> {
  const run = promisify(execFile);
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(pid)]).catch(() => ({
    stdout: "",
  }));
  return Number(stdout.trim()) * 1024;
}
