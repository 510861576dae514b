import { lstatSync, readlinkSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { killBrowser } from "./kill_process.ts";
import { processesOf } from "./processes.ts";

const ATTEMPTS = 20;
const PAUSE_MS = 100;

/** `org.chromium.Chromium.…`, `com.google.Chrome.…`, `com.microsoft.Edge.…` */
const SOCKET_FOLDER = /^(?:org|com)\.(?:chromium|google|microsoft)\./;

/**
 * Removes a profile; kills the browser if it still runs. Its child processes may write for a moment
 * after its end, so this is tried again for two seconds.
 *
 * @param profile The profile's folder.
 */
export async function removeProfile(profile: string): Promise<void> {
  const paths = releasedFolders(profile);
  for (let attempt = 1;; attempt++) {
    try {
      for (const path of paths) await rm(path, { recursive: true, force: true });
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await delay(PAUSE_MS);
    }
  }
}

/**
 * The same for a program that is just exiting and can't wait otherwise.
 *
 * @param profile The profile's folder.
 */
export function removeProfileNow(profile: string): void {
  const options = { recursive: true, force: true, maxRetries: ATTEMPTS, retryDelay: PAUSE_MS };
  for (const path of releasedFolders(profile)) rmSync(path, options);
}

/** The folders of a browser that is killed if it runs; asked later, it might not tell all of them. */
function releasedFolders(profile: string): string[] {
  const folders = foldersOf(profile);
  try {
    for (const { pid } of processesOf(profile)) killBrowser(pid);
  } catch {
    // Where processes can't be listed, the engine's own way to end the browser has to do.
  }
  return folders;
}

/**
 * A killed browser leaves the socket by which a second one would find it, in a folder beside the
 * profile that only a link in the profile tells.
 */
function foldersOf(profile: string): string[] {
  try {
    const folder = dirname(readlinkSync(join(profile, "SingletonSocket")));
    return isSocketFolder(folder, profile) ? [folder, profile] : [profile];
  } catch {
    return [profile]; // the browser ended in order, and took it along
  }
}

/** Others may write to the temporary folder too: a link is not followed to just anywhere. */
function isSocketFolder(folder: string, profile: string): boolean {
  return dirname(folder) === dirname(profile) && SOCKET_FOLDER.test(basename(folder)) &&
    lstatSync(folder).uid === lstatSync(profile).uid;
}
