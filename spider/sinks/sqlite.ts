import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { InvalidOptionError } from "@orbweaver/session";
import { InvalidYieldError, SinkError } from "../errors.ts";
import { jsonText } from "./_json_form.ts";
import { type Row, rowOf } from "./_sqlite_row.ts";
import type { ResumableSink, SinkMark } from "./sink.ts";

/** How a {@linkcode SqliteSink} writes. */
export interface SqliteSinkOptions {
  /** The table. Default "items". */
  readonly table?: string;
  /**
   * "columns" gives each field a column, and a new field a new one; "json" puts each item as JSON into the
   * column `item`. Default "columns".
   */
  readonly layout?: "columns" | "json";
  /** What to do with a table that is there: "replace" drops it, "append" adds to it. Default "replace". */
  readonly existing?: "replace" | "append";
}

/** So many rows are written in one transaction at most. */
const MOST_WAITING = 500;

/** Field names are as wild as the pages they come from; SQLite's own limit is 2000. */
const MOST_COLUMNS = 1000;

/** So long a write waits for another process that writes to the database. */
const LOCK_TIMEOUT_MS = 1000;

/**
 * Writes items to a table of a SQLite database (`node:sqlite`), which may be read while the crawl runs.
 * Rows go in together, in one transaction, as soon as the crawl pauses to wait for something. Numbers,
 * texts and bytes keep their type; dates, lists and objects are written as JSON has them.
 *
 * @example
 * ```ts
 * import { SqliteSink } from "@orbweaver/spider";
 * import { rm } from "node:fs/promises";
 * import { DatabaseSync } from "node:sqlite";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import assert from "node:assert/strict";
 *
 * const path = join(tmpdir(), crypto.randomUUID(), "items.sqlite");
 * {
 *   await using sink = new SqliteSink(path);
 *   await sink.open();
 *   await sink.write({ name: "Lamp", price: 9.5 });
 * }
 * const database = new DatabaseSync(path);
 * assert.equal(database.prepare("select price from items").get()?.price, 9.5);
 * database.close();
 * await rm(join(path, ".."), { recursive: true });
 * ```
 */
export class SqliteSink implements ResumableSink {
  /** The database's path. */
  readonly path: string;
  readonly #table: string;
  readonly #layout: "columns" | "json";
  readonly #existing: "replace" | "append";
  /** By their names in lower case, as SQLite does not tell cases apart. */
  readonly #columns = new Map<string, string>();
  /** The columns that there are or will be once what is waiting is written, in lower case. */
  readonly #reserved = new Set<string>();
  #statements = new Map<string, StatementSync>();
  #database: DatabaseSync | undefined;
  #waiting: Row[] = [];
  #flush: Promise<void> | undefined;
  #failure: SinkError | undefined;
  /** Closing does not repeat what a write has told. */
  #failureTold = false;
  #close: Promise<void> | undefined;
  #items = 0;

  /**
   * Makes a sink; nothing is written before it is opened.
   *
   * @param path The database to write to.
   * @param options Table and layout.
   * @throws {InvalidOptionError} If an option makes no sense.
   */
  constructor(path: string, options: SqliteSinkOptions = {}) {
    this.path = path;
    this.#table = checkedTable(options.table ?? "items");
    this.#layout = oneOf("layout", options.layout ?? "columns", ["columns", "json"]);
    this.#existing = oneOf("existing", options.existing ?? "replace", ["replace", "append"]);
  }

  /**
   * Opens the database and makes the table ready.
   *
   * @throws {SinkError} If that can't be done, for example because the file is no database.
   */
  open(): Promise<void> {
    return this.#open((database) => this.#prepareTable(database));
  }

  /** The database's path and the table, which name the output. */
  get place(): string {
    return `${this.path} ${this.#table}`;
  }

  /**
   * Goes on with the table of an earlier run, or makes it ready.
   *
   * @throws {SinkError} If that can't be done.
   */
  async resume(mark: SinkMark | undefined): Promise<number> {
    await this.#open((database) => {
      if (mark !== undefined && this.#takeBack(database, mark)) this.#items = mark.items;
      else this.#prepareTable(database);
    });
    return this.#items;
  }

  /** Sees to it that what was written is in the table, and says how far it is. */
  async mark(durability: "normal" | "full"): Promise<SinkMark> {
    const items = this.#items;
    await this.#flush;
    this.#throwFailure();
    const database = this.#database;
    if (database === undefined || this.#columns.size === 0) return { items, row: 0 };
    if (durability === "full") database.exec("pragma wal_checkpoint(full)");
    const { row } = database.prepare(`select max(rowid) as row from ${quoted(this.#table)}`).get()!;
    return { items, row: Number(row ?? 0) };
  }

  /** Takes away the rows after a mark; gives false if the rows before are not there any more. */
  #takeBack(database: DatabaseSync, { row }: SinkMark): boolean {
    this.#readColumns(database);
    if (this.#columns.size === 0) return false;
    const table = quoted(this.#table);
    database.prepare(`delete from ${table} where rowid > ?`).run(Number(row));
    const { last } = database.prepare(`select max(rowid) as last from ${table}`).get()!;
    if (Number(last ?? 0) === row) return true;
    this.#columns.clear();
    this.#reserved.clear();
    return false;
  }

  async #open(prepare: (database: DatabaseSync) => void): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true });
      const existing = await stat(this.path).catch(() => undefined);
      // SQLite would make its other files beside a device or a pipe.
      if (existing?.isFile() === false) throw new Error("it is no regular file");
      this.#database = new DatabaseSync(this.path, { timeout: LOCK_TIMEOUT_MS });
      this.#database.exec("pragma journal_mode = wal; pragma synchronous = normal");
      proveWritable(this.#database);
      prepare(this.#database);
    } catch (cause) {
      this.#database?.close();
      this.#database = undefined;
      throw this.#error("can't be written", cause);
    }
  }

  /**
   * Writes one item as a row.
   *
   * @throws {InvalidYieldError} If it has no fields, no JSON form, or too many fields.
   * @throws {SinkError} If the database can't be written, for example because the disk is full.
   */
  async write(item: unknown): Promise<void> {
    this.#throwFailure();
    if (this.#database === undefined || this.#close !== undefined) {
      throw new SinkError(
        `Output '${this.path}' is not open: write after open() and before close()`,
      );
    }
    this.#waiting.push(this.#toRow(item));
    this.#items += 1;
    this.#flush ??= this.#flushSoon();
    if (this.#waiting.length < MOST_WAITING) return;
    await this.#flush;
    this.#throwFailure();
  }

  /**
   * Writes what is waiting and closes the database. Idempotent.
   *
   * @throws {SinkError} If what is waiting can't be written.
   */
  close(): Promise<void> {
    this.#close ??= this.#closeOnce();
    return this.#close;
  }

  /** Closes the database; see {@linkcode SqliteSink.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #closeOnce(): Promise<void> {
    await this.#flush;
    this.#statements = new Map();
    this.#database?.close();
    this.#database = undefined;
    if (!this.#failureTold) this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure === undefined) return;
    this.#failureTold = true;
    throw this.#failure;
  }

  #prepareTable(database: DatabaseSync): void {
    const table = quoted(this.#table);
    if (this.#existing === "replace") database.exec(`drop table if exists ${table}`);
    this.#readColumns(database);
    if (this.#layout !== "json") return;
    if (this.#columns.size === 0) this.#createTable(database, ["item"]);
    else if (!this.#columns.has("item")) {
      throw new Error(`table '${this.#table}' has no column 'item'; choose another table`);
    }
  }

  #readColumns(database: DatabaseSync): void {
    const there = database.prepare(`select name from pragma_table_info(?)`).all(this.#table);
    for (const { name } of there) {
      this.#columns.set(String(name).toLowerCase(), String(name));
      this.#reserved.add(String(name).toLowerCase());
    }
  }

  #createTable(database: DatabaseSync, columns: readonly string[]): void {
    database.exec(`create table ${quoted(this.#table)} (${columns.map(quoted).join(", ")})`);
    for (const column of columns) this.#columns.set(column.toLowerCase(), column);
  }

  #toRow(item: unknown): Row {
    if (this.#layout === "json") return new Map([["item", jsonText(item)]]);
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      throw new InvalidYieldError("An item needs fields to be written here: it must be an object");
    }
    const row = rowOf(item);
    const added = [...row.keys()].map((column) => column.toLowerCase())
      .filter((column) => !this.#reserved.has(column));
    if (this.#reserved.size + added.length > MOST_COLUMNS) {
      throw new InvalidYieldError(
        `The table would have more than ${MOST_COLUMNS} columns; use layout: "json" for such items`,
      );
    }
    for (const column of added) this.#reserved.add(column);
    return row;
  }

  /** All that comes until the event loop has nothing better to do is one transaction. */
  async #flushSoon(): Promise<void> {
    await setImmediate();
    this.#flush = undefined;
    const rows = this.#waiting;
    this.#waiting = [];
    try {
      this.#insertAll(rows);
    } catch (cause) {
      this.#failure ??= this.#error("could not be written on", cause);
    }
  }

  #insertAll(rows: readonly Row[]): void {
    const database = this.#database;
    if (database === undefined || this.#failure !== undefined) return;
    database.exec("begin immediate");
    try {
      for (const row of rows) this.#insert(database, row);
      database.exec("commit");
    } catch (error) {
      // A full disk ends the transaction by itself; then there is nothing to take back.
      if (database.isTransaction) database.exec("rollback");
      throw error;
    }
  }

  #insert(database: DatabaseSync, row: Row): void {
    const columns = [...row.keys()];
    this.#addColumns(database, columns);
    const statement = this.#statement(database, columns);
    statement.run(...columns.map((column) => row.get(column)!));
  }

  #addColumns(database: DatabaseSync, columns: readonly string[]): void {
    if (this.#columns.size === 0) {
      this.#createTable(database, columns.length === 0 ? ["item"] : columns);
      return;
    }
    for (const column of columns) {
      const key = column.toLowerCase();
      if (this.#columns.has(key)) continue;
      database.exec(`alter table ${quoted(this.#table)} add column ${quoted(column)}`);
      this.#columns.set(key, column);
      this.#statements.clear();
    }
  }

  #statement(database: DatabaseSync, columns: readonly string[]): StatementSync {
    const names = columns.map((column) => quoted(this.#columns.get(column.toLowerCase())!));
    const key = names.join();
    const known = this.#statements.get(key);
    if (known !== undefined) return known;
    const statement = database.prepare(
      names.length === 0
        ? `insert into ${quoted(this.#table)} default values`
        : `insert into ${quoted(this.#table)} (${key}) values (${names.map(() => "?").join()})`,
    );
    // Items of ever new shapes must not fill the memory.
    if (this.#statements.size >= 100) this.#statements.clear();
    this.#statements.set(key, statement);
    return statement;
  }

  #error(what: string, cause: unknown): SinkError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new SinkError(
      `Output '${this.path}' ${what}: ${reason}; choose a SQLite database, or a new file, in a folder ` +
        "that you may write to",
      { cause },
    );
  }
}

/** Writes what is there already, since SQLite finds out about a full disk or a missing right only then. */
function proveWritable(database: DatabaseSync): void {
  const version = database.prepare("pragma user_version").get()?.user_version;
  database.exec(`pragma user_version = ${Number(version)}`);
}

/** SQLite's identifiers (https://www.sqlite.org/lang_keywords.html). */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function checkedTable(table: string): string {
  const isName = typeof table === "string" && table !== "" && !table.includes("\0");
  if (isName && !/^sqlite_/i.test(table)) return table;
  throw new InvalidOptionError("table", table, 'a name for a table, not beginning with "sqlite_"');
}

function oneOf<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  const expected = `one of ${allowed.map((name) => JSON.stringify(name)).join(", ")}`;
  throw new InvalidOptionError(option, value, expected);
}
