/**
 * Keeps what adaptive selectors remember in a SQLite file, for the next run.
 *
 * @example
 * ```ts
 * import { Selector } from "@orbweaver/selectors";
 * import { SqliteAdaptiveStore } from "@orbweaver/selectors/sqlite";
 * import assert from "node:assert/strict";
 *
 * const adaptiveStore = new SqliteAdaptiveStore(":memory:");
 * const old = `<div><p class="price">12 EUR</p><p>Tea</p></div>`;
 * Selector.fromHtml(old, { adaptiveStore }).css(".price", { adaptive: true });
 *
 * const redesigned = `<div><p class="cost">13 EUR</p><p>Tea</p></div>`;
 * const [price] = Selector.fromHtml(redesigned, { adaptiveStore }).css(".price", { adaptive: true });
 * assert.equal(price?.text(), "13 EUR");
 * assert.equal(price?.relocated, true);
 * adaptiveStore.close();
 * ```
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { OrbweaverError } from "../errors.ts";
import type { ElementDescription } from "./describe.ts";
import type { AdaptiveStore } from "./store.ts";

export type { ElementDescription, ParentDescription } from "./describe.ts";
export type { AdaptiveStore } from "./store.ts";

/** A SQLite file that can't be used as a store of elements. */
export class AdaptiveStoreError extends OrbweaverError {
  /** The name of this class. */
  override name = "AdaptiveStoreError";
  /** The file. */
  readonly path: string;

  /**
   * Creates the error.
   *
   * @param path The file.
   * @param problem What went wrong.
   * @param cause The platform's own error.
   */
  constructor(path: string, problem: string, cause?: unknown) {
    super(`Cannot ${problem} the adaptive store ${JSON.stringify(path)}`, { cause });
    this.path = path;
  }
}

const BUSY_TIMEOUT_MS = 5000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};
  CREATE TABLE IF NOT EXISTS adaptive_elements (
    host TEXT NOT NULL,
    id TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (host, id)
  ) WITHOUT ROWID`;

/** Keeps descriptions of elements in a SQLite file, which several processes may share. */
export class SqliteAdaptiveStore implements AdaptiveStore, AsyncDisposable, Disposable {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #save: StatementSync;
  readonly #load: StatementSync;

  /**
   * Opens a file, or makes it.
   *
   * @param path The file; `:memory:` keeps all in memory.
   * @throws {AdaptiveStoreError} If the file can't be opened or is no SQLite file.
   */
  constructor(path: string) {
    this.#path = path;
    this.#database = this.#try("open", () => new DatabaseSync(path));
    try {
      this.#try("open", () => this.#database.exec(SCHEMA));
      this.#save = this.#database.prepare(
        "INSERT OR REPLACE INTO adaptive_elements (host, id, description) VALUES (?, ?, ?)",
      );
      this.#load = this.#database.prepare(
        "SELECT description FROM adaptive_elements WHERE host = ? AND id = ?",
      );
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /**
   * Remembers an element.
   *
   * @param host The host of the page, "" where it is unknown.
   * @param id What the element is known by on that host.
   * @param description The element.
   * @throws {AdaptiveStoreError} If the file can't be written, or is closed.
   */
  save(host: string, id: string, description: ElementDescription): void {
    this.#try("write to", () => this.#save.run(host, id, JSON.stringify(description)));
  }

  /**
   * The element that was remembered last, or `undefined`.
   *
   * @param host The host of the page, "" where it is unknown.
   * @param id What the element is known by on that host.
   * @throws {AdaptiveStoreError} If the file can't be read, or is closed.
   */
  load(host: string, id: string): ElementDescription | undefined {
    return this.#try("read from", () => {
      const row = this.#load.get(host, id);
      return row === undefined ? undefined : JSON.parse(String(row["description"]));
    });
  }

  /** Closes the file; more than once is fine. */
  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Closes the file. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #try<Result>(doing: string, action: () => Result): Result {
    try {
      return action();
    } catch (cause) {
      throw new AdaptiveStoreError(this.#path, doing, cause);
    }
  }
}
export { OrbweaverError };
