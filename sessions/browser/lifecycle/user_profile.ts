import { mkdir, mkdtemp, readlink, rmdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { BrowserStartError, ProfileInUseError } from "../errors.ts";
import type { Profile } from "./profile.ts";

/** Chromium's mark of who uses a profile: a link to `host-pid`. On Windows it holds a file instead. */
const LOCK = "SingletonLock";

/**
 * Opens the folder of a profile that stays.
 *
 * @param path The folder; made where it is missing.
 * @throws {ProfileInUseError} If another browser uses it.
 * @throws {BrowserStartError} If it can't be made or read.
 */
export async function openUserProfile(path: string): Promise<Profile> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true });
    await refuseIfInUse(folder);
    return {
      path: folder,
      ownedByRoot: await createsAsRoot(folder),
      removeOnExit: () => {},
      remove: () => Promise.resolve(),
    };
  } catch (cause) {
    if (cause instanceof ProfileInUseError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BrowserStartError(
      `'userDataDir' ${folder} can't be used: ${reason}; name a folder that you may write to`,
      { cause },
    );
  }
}

/** What this process creates is root's if it runs as root; the folder itself may be anyone's. */
async function createsAsRoot(folder: string): Promise<boolean> {
  const created = await mkdtemp(join(folder, ".orbweaver-"));
  const { uid } = await stat(created);
  await rmdir(created);
  return process.platform !== "win32" && uid === 0;
}

async function refuseIfInUse(folder: string): Promise<void> {
  const owner = await readlink(join(folder, LOCK)).catch(() => undefined);
  if (owner === undefined) return;
  const [, host, pid] = /^(.*)-(\d+)$/.exec(owner) ?? [];
  if (host === hostname() && !isRunning(Number(pid))) return; // left by one that was killed
  throw new ProfileInUseError(folder, owner);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}
