import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isGone, ownerOf } from "./owner.ts";
import { processesOf } from "./processes.ts";
import { removeProfile } from "./remove_profile.ts";

/** How long a browser may take to notice that it is alone, in milliseconds. */
const PATIENCE_MS = 3_000;
const PAUSE_MS = 50;

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
  await pipeNoticed(profile);
  await removeProfile(profile);
}

/**
 * A browser on a pipe ends in order when the other side is gone. Killed in the midst of that, it
 * would leave its socket and nothing by which to find it.
 */
async function pipeNoticed(profile: string): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS && isOnPipe(profile); waited += PAUSE_MS) {
    await delay(PAUSE_MS);
  }
}

function isOnPipe(profile: string): boolean {
  return processesOf(profile).some(({ commandLine }) =>
    commandLine.includes("--remote-debugging-pipe")
  );
}
