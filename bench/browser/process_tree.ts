import { readdirSync, readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
}

/**
 * The processor time that the descendants of a process took so far, those included that have ended.
 *
 * @param root The process; its own time doesn't count.
 * @returns Seconds, user and system.
 */
export function cpuSecondsOfTree(root: number): number {
  const ticks = descendants(root).map((process) => process.ticks);
  return ticks.reduce((sum, one) => sum + one, 0) / TICKS_PER_SECOND;
}

/**
 * The memory of the descendants of a process; what several share counts once.
 *
 * @param root The process; its own memory doesn't count.
 * @returns Megabytes.
 */
export function pssMegabytesOfTree(root: number): number {
  const kilobytes = descendants(root).map(({ pid }) => pssKilobytes(pid));
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
}

/**
 * The processes whose command line has to do with a folder.
 *
 * @param folder The folder.
 */
export function processesWith(folder: string): number[] {
  return allPids().filter((pid) => read(`/proc/${pid}/cmdline`).includes(folder));
}

function descendants(root: number): Process[] {
  const all = allPids().map(readProcess).filter((process) => process !== undefined);
  const family = new Set([root]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid }) => pid !== root && family.has(pid));
}

function allPids(): number[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number);
}

/** See proc_pid_stat(5): after the name in brackets, fields 3 and up. */
function readProcess(pid: number): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === "") return undefined;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const [parent] = fields.slice(1);
  // User and system time, its own and that of children that it has waited for.
  const ticks = fields.slice(11, 15).reduce((sum, one) => sum + one, 0);
  return { pid, parent: parent!, ticks };
}

function pssKilobytes(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has just ended
  }
}
