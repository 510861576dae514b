import { readlinkSync, rmSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

const ATTEMPTS = 20;
const PAUSE_MS = 100;

/** A browser profile in the temporary folder, which goes when the browser does. */
export class ProfileDirectory {
  /** The folder's path. */
  readonly path: string;
  /** True if it belongs to root, hence if this process runs as root. */
  readonly ownedByRoot: boolean;
  readonly #onExit = () => {
    for (const path of [...this.#socketFolders(), this.path]) rmSync(path, REMOVAL);
  };

  private constructor(path: string, ownedByRoot: boolean) {
    this.path = path;
    this.ownedByRoot = ownedByRoot;
  }

  /** Makes a new, empty folder. */
  static async create(): Promise<ProfileDirectory> {
    const path = await mkdtemp(join(tmpdir(), "orbweaver-browser-"));
    // process.getuid() says the same, but Deno asks the user for a permission of its own for it.
    const { uid } = await stat(path);
    return new ProfileDirectory(path, process.platform !== "win32" && uid === 0);
  }

  /**
   * Removes the folder also when the program exits without closing its session. To be called after
   * the launch, so that the engine's own exit hook has killed the browser by then.
   */
  removeOnExit(): void {
    process.once("exit", this.#onExit);
  }

  /**
   * Removes the folder. The browser's child processes may write for a moment after its end, so
   * this is tried again for two seconds.
   */
  async remove(): Promise<void> {
    process.off("exit", this.#onExit);
    const paths = [...this.#socketFolders(), this.path];
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
   * A killed browser leaves the socket by which a second one would find it, in a folder beside the
   * profile (`org.chromium.Chromium.…`) that only a link in the profile tells.
   */
  #socketFolders(): string[] {
    try {
      const folder = dirname(readlinkSync(join(this.path, "SingletonSocket")));
      return dirname(folder) === dirname(this.path) ? [folder] : [];
    } catch {
      return []; // the browser ended in order, and took it along
    }
  }
}

const REMOVAL = { recursive: true, force: true, maxRetries: ATTEMPTS, retryDelay: PAUSE_MS };
