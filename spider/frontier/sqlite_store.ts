import { randomBytes } from "node:crypto";
import { link, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { FrontierStoreError } from "../errors.ts";
import { storeError } from "./sqlite_errors.ts";
import { LockNote } from "./sqlite_lock.ts";
import { APPLICATION_ID, migrate, MIGRATIONS, versionOf } from "./sqlite_schema.ts";

/**
 * What an acknowledged change survives: "normal" the end of the process, whatever ends it; "full" the end
 * of the machine's power, too, at the price of a wait for the disk with each commit.
 */
export type Durability = "normal" | "full";

/** Cookies are in it: it is for the user alone. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
/** A process that was killed a moment ago may still be on its way out. */
const LOCK_ATTEMPTS = 10;
const LOCK_PAUSE_MS = 100;
/**
 * Half of SQLite's default: a page finished touches half a dozen pages, each of which is written as a
 * whole, so that smaller ones are half the work for the disk (measured: 60 instead of 110 µs for a push).
 */
const PAGE_BYTES = 2048;
/** 64 MiB of them, which a process that is killed leaves to be read when the file is opened next. */
const CHECKPOINT_PAGES = 32_768;
/** In KiB; the least used pages go first. */
const CACHE_KIB = 64 * 1024;

/** Executes a statement, with values for its parameters. */
export type Command = (...values: SQLInputValue[]) => void;

/** One database file, which this process alone works on, and its open transaction. */
export class SqliteStore {
  /** The file. */
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #lock: LockNote;
  readonly #begin: Command;
  readonly #commit: Command;
  #isOpen = false;

  private constructor(path: string, database: DatabaseSync, lock: LockNote) {
    this.path = path;
    this.#database = database;
    this.#lock = lock;
    this.#begin = this.command("begin");
    this.#commit = this.command("commit");
  }

  /**
   * Opens a file, with its folder, or makes a new one.
   *
   * @param path The file.
   * @param durability What a commit survives.
   * @throws {FrontierStoreError} If it can't be used, is no file of ours, or another process uses it.
   */
  static async open(path: string, durability: Durability): Promise<SqliteStore> {
    const lock = new LockNote(path);
    try {
      await create(path);
      const database = await openLocked(path, lock);
      try {
        database.exec(`pragma synchronous = ${durability}`);
        await lock.write();
        return new SqliteStore(path, database, lock);
      } catch (error) {
        database.close();
        throw error;
      }
    } catch (cause) {
      throw storeError(path, cause);
    }
  }

  /** Prepares a statement. */
  prepare(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  /**
   * Prepares a statement of which nobody wants to know what it did. Where there is no row, `get` makes no
   * object, and `run` one of two numbers: with `run`, a begin and a commit take 2.8 µs instead of 0.6.
   *
   * @param sql The statement.
   * @returns What executes it, with values for its parameters.
   */
  command(sql: string): Command {
    const statement = this.#database.prepare(sql);
    return (...values) => void statement.get(...values);
  }

  /** Begins a transaction, where none is open: everything up to the next commit is one step. */
  begin(): void {
    if (this.#isOpen) return;
    this.#begin();
    this.#isOpen = true;
  }

  /** Commits what was done since the last time. */
  commit(): void {
    if (!this.#isOpen) return;
    this.#commit();
    this.#isOpen = false;
  }

  /** Gives back what of the file is free, where that is more than half. */
  shrink(): void {
    const { freelist_count: free } = this.#database.prepare("pragma freelist_count").get()!;
    const { page_count: pages } = this.#database.prepare("pragma page_count").get()!;
    if (Number(free) * 2 <= Number(pages)) return;
    const vacuum = this.#database.prepare("pragma incremental_vacuum").iterate();
    for (let step = vacuum.next(); !step.done; step = vacuum.next()); // each gives back a page
  }

  /** Closes the file; what was not committed is lost. */
  async close(): Promise<void> {
    this.#database.close();
    await this.#lock.remove();
  }
}

/**
 * Makes an empty database, if there is none. It is made beside its place and then put there, so that an
 * empty file is never one that is about to become a database, but one that was.
 */
async function create(path: string): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing !== undefined) return checkFile(path, existing);
  await mkdir(dirname(path), { recursive: true, mode: PRIVATE_FOLDER });
  const draft = `${path}.${randomBytes(4).toString("hex")}.new`;
  try {
    await (await open(draft, "wx", PRIVATE_FILE)).close();
    const database = new DatabaseSync(draft);
    try {
      // Vacuum, so that what the queue no longer needs can be given back. Neither can be chosen later.
      database.exec(`pragma page_size = ${PAGE_BYTES}; pragma auto_vacuum = incremental`);
      database.exec(`pragma application_id = ${APPLICATION_ID}`);
      migrate(database);
    } finally {
      database.close();
    }
    await putInPlace(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Not over a file that someone else put there meanwhile. */
async function putInPlace(draft: string, path: string): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "EEXIST") await rename(draft, path); // some file systems have no links
  }
}

function checkFile(path: string, file: { isFile(): boolean; size: number }): void {
  if (!file.isFile()) throw foreign(path, "it is no regular file");
  if (file.size > 0) return;
  throw new FrontierStoreError(
    `The crawl's file '${path}' is empty, which it never is: it was cut short; ` +
      "restore a copy of its folder, or delete it to begin anew",
    { place: path, problem: "corrupt" },
  );
}

async function openLocked(path: string, lock: LockNote): Promise<DatabaseSync> {
  for (let attempt = 1;; attempt++) {
    const database = new DatabaseSync(path);
    try {
      takeOver(path, database);
      return database;
    } catch (error) {
      database.close();
      const { problem } = storeError(path, error);
      if (problem !== "locked") throw error;
      if (attempt === LOCK_ATTEMPTS) throw await lock.error(error);
      await setTimeout(LOCK_PAUSE_MS);
    }
  }
}

function takeOver(path: string, database: DatabaseSync): void {
  // Held from the first access on, and for good: nobody else may even read.
  database.exec("pragma locking_mode = exclusive");
  const { application_id: id } = database.prepare("pragma application_id").get() ?? {};
  if (id !== APPLICATION_ID) throw foreign(path, "it is a database of something else");
  const version = versionOf(database);
  if (version > MIGRATIONS.length) throw newer(path, version);
  database.exec(
    `pragma journal_mode = wal; pragma cache_size = -${CACHE_KIB}; pragma temp_store = memory;
     pragma wal_autocheckpoint = ${CHECKPOINT_PAGES}; pragma journal_size_limit = 67108864`,
  );
  database.exec("begin immediate; commit");
  migrate(database);
}

function foreign(path: string, reason: string): FrontierStoreError {
  return new FrontierStoreError(
    `'${path}' is no crawl's file: ${reason}; choose another folder, and nothing is changed in this one`,
    { place: path, problem: "foreign" },
  );
}

function newer(path: string, version: number): FrontierStoreError {
  return new FrontierStoreError(
    `The crawl's file '${path}' has schema version ${version}, and this version of Orbweaver knows ` +
      `those up to ${MIGRATIONS.length}: update Orbweaver, or choose another folder`,
    { place: path, problem: "newer" },
  );
}
