import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";
import { FrontierStoreError } from "../errors.ts";

/** Who works on a crawl's file. */
export interface LockHolder {
  /** The process. */
  pid: number;
  /** The machine's name. */
  host: string;
  /** Since when, as ISO 8601. */
  since: string;
}

/**
 * Says beside a database who holds it. It only says so: what keeps others out is SQLite's own lock on the
 * file, which the system takes away from a process that dies, so that no lock is ever stale.
 */
export class LockNote {
  readonly #database: string;
  readonly #path: string;

  /** @param database The database. */
  constructor(database: string) {
    this.#database = database;
    this.#path = `${database}.lock`;
  }

  /** Writes down that this process holds it. */
  async write(): Promise<void> {
    const since = new Date().toISOString();
    const holder: LockHolder = { pid: process.pid, host: hostname(), since };
    await writeFile(this.#path, `${JSON.stringify(holder)}\n`);
  }

  /** Takes the note away. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  /** The error for one who finds it held. */
  async error(cause: unknown): Promise<FrontierStoreError> {
    const holder = await this.#holder();
    const who = holder === undefined
      ? "another process"
      : `process ${holder.pid} on ${holder.host}, since ${holder.since}`;
    return new FrontierStoreError(
      `The crawl's file '${this.#database}' is in use by ${who}; ` +
        "wait until it ends, stop it, or choose another folder",
      { place: this.#database, problem: "locked", cause },
    );
  }

  async #holder(): Promise<LockHolder | undefined> {
    try {
      const { pid, host, since } = JSON.parse(await readFile(this.#path, "utf8"));
      return { pid: Number(pid), host: String(host), since: String(since) };
    } catch {
      return undefined; // it is only a note; whoever has just begun may not have written his yet
    }
  }
}
