import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** All that Deno can be asked for: less, and it would ask the user before a look into /proc. */
const PERMISSIONS = ["read", "write", "net", "env", "sys", "run", "ffi"] as const;

/** In the C locale the start time reads the same for everybody. */
const PS_ENV = { LC_ALL: "C", PATH: "/bin:/usr/bin" };

/** Whether this process may look at others, without anyone being asked. */
export function mayLookAtProcesses(): boolean {
  const { Deno } = globalThis as { Deno?: PermissionQuery };
  return PERMISSIONS.every((name) =>
    (Deno?.permissions.querySync({ name }).state ?? "granted") === "granted"
  );
}

interface PermissionQuery {
  readonly permissions: { querySync(what: { name: string }): { readonly state: string } };
}

/**
 * When a process started, in digits that are the same whenever one asks: clock ticks since the
 * machine's start on Linux, seconds since 1970 on macOS, and always 0 on Windows, which doesn't tell.
 *
 * @param pid The process.
 * @returns The time; `undefined` if there is no such process, or only what is left of one.
 */
export function startTimeOf(pid: number): string | undefined {
  switch (process.platform) {
    case "linux":
      return linuxStartTime(pid);
    case "win32":
      return isThere(pid) ? "0" : undefined;
    default:
      return psStartTime(pid);
  }
}

/** A process, and how it was started. */
export interface RunningProcess {
  readonly pid: number;
  readonly commandLine: string;
}

/**
 * The processes of the browser that has a certain profile: its main process, and those helpers
 * whose command line tells the profile too. Empty on Windows, where a profile in use can't be
 * removed anyway.
 *
 * @param profile The profile's folder.
 */
export function processesOf(profile: string): RunningProcess[] {
  if (process.platform === "win32" || !mayLookAtProcesses()) return [];
  const running = process.platform === "linux" ? linuxProcesses() : psProcesses();
  const given = `--user-data-dir=${profile}`;
  return running.filter(({ commandLine }) => tells(commandLine, given));
}

/** Helpers' command lines are joined by spaces, those of other programs end with a NUL. */
function tells(line: string, argument: string): boolean {
  const at = line.indexOf(argument);
  if (at < 0) return false;
  const next = line.charAt(at + argument.length);
  return next === "" || next === "\0" || /\s/.test(next);
}

function linuxStartTime(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // proc_pid_stat(5): the second field is a name in parentheses that may itself have some; then
  // come the state, which is the third, and up to the start time, which is the 22nd.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return isDead(fields[0]) ? undefined : fields[19];
}

function linuxProcesses(): RunningProcess[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map((pid) => ({
    pid: Number(pid),
    commandLine: readIfThere(`/proc/${pid}/cmdline`) ?? "",
  }));
}

function psStartTime(pid: number): string | undefined {
  const line = ps("-o", "stat=,lstart=", "-p", String(pid)).trim();
  const [, state, started] = /^(\S+)\s+(.+)$/.exec(line) ?? [];
  if (started === undefined || isDead(state)) return undefined;
  return String(Date.parse(started) / 1000);
}

function psProcesses(): RunningProcess[] {
  return ps("-axww", "-o", "pid=,command=").split("\n").flatMap((line) => {
    const [, pid, commandLine] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), commandLine: commandLine! }];
  });
}

/** What `ps` prints; nothing if it finds no process, which it calls a failure. */
function ps(...args: string[]): string {
  try {
    return execFileSync("ps", args, { encoding: "utf8", env: PS_ENV, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    if ((error as { status?: number }).status === 1) return "";
    throw error;
  }
}

/** Killed processes stay as zombies until their parent has heard of it, which may be never. */
function isDead(state: string | undefined): boolean {
  return state === undefined || /^[ZXx]/.test(state);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}

/** Gives nothing for a process that has ended; what can't be told for another reason is an error. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as { code?: string }).code ?? "")) return undefined;
    throw error;
  }
}
