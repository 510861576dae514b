import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { killBrowser } from "./kill_process.ts";
import { isGone, ownerOf } from "./owner.ts";
import { processesOf } from "./processes.ts";
import { removeProfile } from "./remove_profile.ts";

/**
 * Removes what sessions left behind whose process was killed: browsers that didn't notice (those on
 * a WebSocket don't), profiles, and sockets. Whatever belongs to a living process, to another user
 * or to another machine stays, and so does what can't be removed. Several may do this at once.
 *
 * @param folder The folder for temporary files.
 * @param uid The user that everything has to belong to.
 */
export async function reapOrphans(folder: string, uid: number): Promise<void> {
  const names = await readdir(folder);
  await Promise.allSettled(
    names.filter(isOrphan).map((name) => reap(join(folder, name), uid)),
  );
}

function isOrphan(name: string): boolean {
  const owner = ownerOf(name);
  return owner !== undefined && isGone(owner);
}

async function reap(profile: string, uid: number): Promise<void> {
  const found = await lstat(profile);
  if (!found.isDirectory() || found.uid !== uid) return;
  killBrowsersOf(profile);
  await removeProfile(profile);
}

/**
 * Kills the browser that has a certain profile, if there is one.
 *
 * @param profile The profile's folder.
 */
export function killBrowsersOf(profile: string): void {
  for (const pid of processesOf(profile)) killBrowser(pid);
}
