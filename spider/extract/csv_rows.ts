import { InvalidOptionError } from "@orbweaver/session";
import { parse } from "csv-parse";
import { Problems } from "./problems.ts";

/** How to read CSV. */
export interface CsvOptions {
  /** What stands between cells. Default ",". */
  readonly delimiter?: string;
  /** What cells with a delimiter in them are quoted with; `null` for no quoting. Default '"'. */
  readonly quote?: string | null;
  /** The columns' names. Default: the first row has them. */
  readonly headers?: readonly string[];
  /** Where to report what is wrong with the text. Default: nowhere. */
  readonly problems?: Problems;
}

/** One row: the columns' names with their cells, all text. */
export type CsvRow = Record<string, string>;

/** One row must fit in; where a quote is never closed, all that follows is one row. */
const MOST_ROW_CHARS = 1024 * 1024;

/**
 * Reads CSV as it comes (RFC 4180, and what is commonly meant by CSV). A row with cells missing has ""
 * for them; cells that no column has a name for are left out, and counted.
 *
 * @param text The text, in pieces of any size.
 * @param options Delimiter, quote, column names.
 * @throws {InvalidOptionError} If an option makes no sense.
 *
 * @example
 * ```ts
 * import { readCsv } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * for await (const row of readCsv(["name;price\n", '"Lamp; big";9.5\n'], { delimiter: ";" })) {
 *   assert.deepEqual(row, { name: "Lamp; big", price: "9.5" });
 * }
 * ```
 */
export async function* readCsv(
  text: AsyncIterable<string> | Iterable<string>,
  options: CsvOptions = {},
): AsyncGenerator<CsvRow, void, undefined> {
  checkOptions(options);
  const { problems = new Problems() } = options;
  let columns = options.headers === undefined ? undefined : distinct(options.headers, problems);
  for await (const cells of rowsOf(text, options, problems)) {
    if (columns === undefined) columns = distinct(cells, problems);
    else yield toRow(cells, columns, problems);
  }
}

async function* rowsOf(
  text: AsyncIterable<string> | Iterable<string>,
  { delimiter = ",", quote = '"' }: CsvOptions,
  problems: Problems,
): AsyncGenerator<string[], void, undefined> {
  let rows: string[][] = [];
  const parser = parse({
    delimiter,
    quote,
    max_record_size: MOST_ROW_CHARS,
    // The stream would drop the rows that it holds when a later one is broken.
    on_record: (row: string[]) => {
      rows.push(row);
      return null;
    },
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  let failure: Error | null | undefined;
  parser.on("error", (error) => failure = error);
  const take = () => {
    const taken = rows;
    rows = [];
    return taken;
  };
  try {
    for await (const chunk of text) {
      failure ??= await new Promise((done) => parser.write(chunk, done));
      yield* take();
      if (failure) break;
    }
    if (!failure) await new Promise<void>((done) => parser.end(() => done()));
    yield* take();
  } finally {
    parser.destroy();
  }
  if (failure) {
    problems.report("malformed", `Broken CSV: ${failure.message}; the rows before it are kept`);
  }
}

/** Two columns with one name would hide each other. */
function distinct(headers: readonly string[], problems: Problems): string[] {
  const taken = new Set<string>();
  return headers.map((header) => {
    const name = header.trim();
    let free = name;
    for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
    if (free !== name) problems.report("columns", `Column '${name}' is there twice; now '${free}'`);
    taken.add(free);
    return free;
  });
}

function toRow(cells: readonly string[], columns: readonly string[], problems: Problems): CsvRow {
  if (cells.length !== columns.length) {
    problems.report("columns", `A row has ${cells.length} cells for ${columns.length} columns`);
  }
  return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
}

function checkOptions({ delimiter, quote, headers }: CsvOptions): void {
  if (delimiter !== undefined && (typeof delimiter !== "string" || delimiter === "")) {
    throw new InvalidOptionError("delimiter", delimiter, 'a character such as ";"');
  }
  if (quote !== undefined && quote !== null && quote.length !== 1) {
    throw new InvalidOptionError("quote", quote, "one character, or null for no quoting");
  }
  if (headers !== undefined && headers.length === 0) {
    throw new InvalidOptionError("headers", headers, "the names of the columns");
  }
}
