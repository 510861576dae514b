import { mkdtemp, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { profilePrefix } from "./owner.ts";
import { mayLookAtProcesses } from "./processes.ts";
import { reapOrphans } from "./reaper.ts";
import { removeProfile, removeProfileNow } from "./remove_profile.ts";

/** The profiles that this process has to remove before it ends. */
const open = new Set<string>();

/** A browser profile in the temporary folder, which goes when the browser does. */
export class ProfileDirectory {
  /** The folder's path. */
  readonly path: string;
  /** True if it belongs to root, hence if this process runs as root. */
  readonly ownedByRoot: boolean;

  private constructor(path: string, ownedByRoot: boolean) {
    this.path = path;
    this.ownedByRoot = ownedByRoot;
  }

  /**
   * Makes a new, empty folder, and removes those that killed processes left. The folder and its
   * browser go also when the program exits without closing its session.
   */
  static async create(): Promise<ProfileDirectory> {
    const path = await mkdtemp(join(tmpdir(), profilePrefix()));
    if (open.size === 0) process.on("exit", removeAll);
    open.add(path);
    // process.getuid() says the same, but Deno asks the user for a permission of its own for it.
    const { uid } = await stat(path);
    // What others left behind is no reason to fail.
    if (mayLookAtProcesses()) await reapOrphans(tmpdir(), uid).catch(() => {});
    return new ProfileDirectory(path, process.platform !== "win32" && uid === 0);
  }

  /** Removes the folder, and kills the browser if it still runs. */
  async remove(): Promise<void> {
    try {
      await removeProfile(this.path);
    } finally {
      open.delete(this.path);
      if (open.size === 0) process.off("exit", removeAll);
    }
  }
}

function removeAll(): void {
  for (const path of open) removeProfileNow(path);
}
