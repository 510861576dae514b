import { readdir, readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/** Whether processes can be looked at as below. */
export const HAS_PROC = Deno.build.os === "linux";

/** A process: its number, when it started (numbers are used again), and its parent. */
interface Process {
  pid: number;
  parent: number;
  started: string;
}

/** Chromium's processes need up to a second to go after their browser has. */
const PATIENCE_MS = 5_000;

/**
 * The descendants of a process, in every generation.
 *
 * @param pid The process.
 */
export async function descendantsOf(pid: number): Promise<Process[]> {
  const all = await allProcesses();
  const family = new Set([pid]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const process of all) if (family.has(process.parent)) family.add(process.pid);
  }
  return all.filter((process) => process.pid !== pid && family.has(process.pid));
}

/**
 * Waits, for a bounded time, until processes are gone.
 *
 * @param processes The processes.
 * @returns Those that are still there.
 */
export async function waitUntilGone(processes: readonly Process[]): Promise<Process[]> {
  for (let waited = 0;; waited += 50) {
    const present = await allProcesses();
    const left = processes.filter(({ pid, started }) =>
      present.some((process) => process.pid === pid && process.started === started)
    );
    if (left.length === 0 || waited >= PATIENCE_MS) return left;
    await delay(50);
  }
}

async function allProcesses(): Promise<Process[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readStat(Number(pid))));
  return stats.filter((process) => process !== undefined);
}

/** See proc_pid_stat(5): the name, in brackets, may hold anything; zombies count as gone. */
async function readStat(pid: number): Promise<Process | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  if (stat === undefined) return undefined;
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (state === "Z") return undefined;
  return { pid, parent: Number(parent), started: rest[17]! };
}
