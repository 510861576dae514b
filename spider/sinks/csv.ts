import process from "node:process";
import { InvalidOptionError } from "@orbweaver/session";
import { jsonFields } from "./_json_form.ts";
import { TextFile, type TextMark } from "./_text_file.ts";
import type { ResumableSink, SinkMark } from "./sink.ts";

/** How a {@linkcode CsvSink} writes. */
export interface CsvSinkOptions {
  /** The columns, in order. Default: the fields of the first item. */
  readonly columns?: readonly string[];
  /** What stands between cells, one character. Default ",". */
  readonly delimiter?: string;
  /** Begin with a byte order mark, without which Excel does not read UTF-8. Default false. */
  readonly byteOrderMark?: boolean;
  /**
   * Put `'` before text that a spreadsheet would run as a formula
   * (https://owasp.org/www-community/attacks/CSV_Injection). It changes the text, so do it for files that
   * people open in spreadsheets. Default false.
   */
  readonly escapeFormulas?: boolean;
  /** Hears of a field that has no column, once. Default: a process warning. */
  readonly onUnknownColumn?: (column: string) => void;
}

/** Field names are as wild as the pages they come from; so many unknown ones are told apart. */
const MOST_UNKNOWN = 1000;

/**
 * Writes items to a file as CSV (RFC 4180), a header row first. The columns are known before the second
 * row is written, so that a field which only later items have is left out, counted in
 * {@linkcode CsvSink.unknownColumns} and told once. Lists and objects are written as JSON. The file appears
 * when the sink is closed; until then the rows go to a `.partial` file beside it.
 *
 * @example
 * ```ts
 * import { CsvSink } from "@orbweaver/spider";
 * import { readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import assert from "node:assert/strict";
 *
 * const path = join(tmpdir(), crypto.randomUUID(), "items.csv");
 * {
 *   await using sink = new CsvSink(path);
 *   await sink.open();
 *   await sink.write({ name: "Lamp, big", price: 9.5 });
 * }
 * assert.equal(await readFile(path, "utf8"), 'name,price\r\n"Lamp, big",9.5\r\n');
 * await rm(join(path, ".."), { recursive: true });
 * ```
 */
export class CsvSink implements ResumableSink {
  /** The file's path. */
  readonly path: string;
  readonly #file: TextFile;
  readonly #options: CsvSinkOptions;
  readonly #delimiter: string;
  readonly #unknown = new Map<string, number>();
  #columns: readonly string[] | undefined;
  #known: ReadonlySet<string> = new Set();
  #isEmpty = true;
  #items = 0;

  /**
   * Makes a sink; nothing is written before it is opened.
   *
   * @param path The file to write.
   * @param options How to write it.
   * @throws {InvalidOptionError} If the delimiter or the columns make no sense.
   */
  constructor(path: string, options: CsvSinkOptions = {}) {
    this.path = path;
    this.#file = new TextFile(path);
    this.#options = options;
    this.#delimiter = checkedDelimiter(options.delimiter ?? ",");
    if (options.columns !== undefined) this.#setColumns(checkedColumns(options.columns));
  }

  /** Fields that had no column and were left out: how many items had them, by name. */
  get unknownColumns(): ReadonlyMap<string, number> {
    return this.#unknown;
  }

  /**
   * Creates the partial file.
   *
   * @throws {SinkError} If it can't be created.
   */
  open(): Promise<void> {
    return this.#file.open();
  }

  /** The file's path, which names the output. */
  get place(): string {
    return this.path;
  }

  /**
   * Goes on with the file of an earlier run, with its columns, or creates a partial file.
   *
   * @throws {SinkError} If it can't be created.
   */
  async resume(mark: SinkMark | undefined): Promise<number> {
    if (mark === undefined || !await this.#file.resume(mark as unknown as TextMark)) {
      await this.#file.open();
      return 0;
    }
    this.#items = mark.items;
    this.#isEmpty = mark.items === 0;
    if (mark.items > 0) this.#setColumns(checkedColumns(mark.columns as string[]));
    return mark.items;
  }

  /** Sees to it that what was written is in the partial file, and says how far it is. */
  async mark(durability: "normal" | "full"): Promise<SinkMark> {
    const items = this.#items;
    return { ...await this.#file.mark(durability), items, columns: this.#columns };
  }

  /**
   * Writes one item as a row.
   *
   * @throws {InvalidYieldError} If it has no fields, or no JSON form.
   * @throws {SinkError} If the file can't be written, for example because the disk is full.
   */
  async write(item: unknown): Promise<void> {
    const fields = jsonFields(item);
    const columns = this.#columns ?? this.#setColumns(Object.keys(fields));
    for (const name of Object.keys(fields)) {
      if (!this.#known.has(name)) this.#reportUnknown(name);
    }
    const row = this.#row(
      columns.map((column) => Object.hasOwn(fields, column) ? this.#text(fields[column]) : ""),
    );
    this.#items += 1;
    await this.#file.append(this.#head() + row);
  }

  /**
   * Gives the file its name.
   *
   * @throws {SinkError} If that can't be done; the partial file then stays.
   */
  close(): Promise<void> {
    return this.#file.finish(this.#columns === undefined ? "" : this.#head());
  }

  /** Closes the file; see {@linkcode CsvSink.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #setColumns(columns: readonly string[]): readonly string[] {
    this.#columns = columns;
    this.#known = new Set(columns);
    return columns;
  }

  /** The header row, the first time. */
  #head(): string {
    if (!this.#isEmpty) return "";
    this.#isEmpty = false;
    const mark = this.#options.byteOrderMark ? "\uFEFF" : "";
    return mark + this.#row((this.#columns ?? []).map((column) => this.#text(column)));
  }

  #row(cells: readonly string[]): string {
    const [only] = cells;
    // An empty line would be no row.
    if (cells.length === 1 && only === "") return '""\r\n';
    return cells.map((cell) => this.#quoted(cell)).join(this.#delimiter) + "\r\n";
  }

  #quoted(cell: string): string {
    const isPlain = !cell.includes(this.#delimiter) && !/["\r\n]|^\s|\s$/.test(cell);
    return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`;
  }

  #text(value: unknown): string {
    if (value === null || value === undefined) return "";
    if (typeof value === "object") return JSON.stringify(value);
    const text = String(value);
    const isFormula = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text);
    return isFormula && this.#options.escapeFormulas ? `'${text}` : text;
  }

  #reportUnknown(column: string): void {
    const count = this.#unknown.get(column);
    if (count === undefined && this.#unknown.size >= MOST_UNKNOWN) return;
    this.#unknown.set(column, (count ?? 0) + 1);
    if (count !== undefined) return;
    const tell = this.#options.onUnknownColumn ?? ((name: string) => this.#warn(name));
    tell(column);
  }

  #warn(column: string): void {
    const name = JSON.stringify(column.slice(0, 100));
    process.emitWarning(
      `Output '${this.path}' has no column ${name}, which a later item has; it is left out there: ` +
        "give CsvSink all 'columns', or write JSON lines",
      "OrbweaverWarning",
    );
  }
}

function checkedDelimiter(delimiter: string): string {
  if (typeof delimiter === "string" && delimiter.length === 1 && !/["\r\n]/.test(delimiter)) {
    return delimiter;
  }
  throw new InvalidOptionError("delimiter", delimiter, 'one character, such as ";", but no quote');
}

function checkedColumns(columns: readonly string[]): readonly string[] {
  const areNames = Array.isArray(columns) && columns.length > 0 &&
    columns.every((column) => typeof column === "string") &&
    new Set(columns).size === columns.length;
  if (areNames) return [...columns];
  throw new InvalidOptionError("columns", columns, "the names of one or more columns, each once");
}
