import { extname } from "node:path";
import { SpiderError } from "../errors.ts";
import { CsvSink } from "./csv.ts";
import { JsonSink } from "./json.ts";
import { JsonlSink } from "./jsonl.ts";
import type { Sink } from "./sink.ts";
import { SqliteSink } from "./sqlite.ts";
import { XmlSink } from "./xml.ts";

/** An output file whose name does not say what to write. */
export class UnknownOutputError extends SpiderError {
  /** The name of this class of errors. */
  override name = "UnknownOutputError";
  /** The file's path. */
  readonly path: string;
  /** The extensions that are known. */
  readonly known: readonly string[];

  /**
   * Makes the error.
   *
   * @param path The file's path.
   * @param known The extensions that are known.
   */
  constructor(path: string, known: readonly string[]) {
    const extension = extname(path);
    const received = extension === "" ? "it has no extension" : `nobody knows '${extension}'`;
    super(`Output '${path}' can't be written: ${received}; use one of ${known.join(", ")}`);
    this.path = path;
    this.known = known;
  }
}

const SINKS: ReadonlyMap<string, (path: string) => Sink> = new Map<
  string,
  (path: string) => Sink
>([
  [".jsonl", (path) => new JsonlSink(path)],
  [".ndjson", (path) => new JsonlSink(path)],
  [".json", (path) => new JsonSink(path)],
  [".csv", (path) => new CsvSink(path)],
  [".tsv", (path) => new CsvSink(path, { delimiter: "\t" })],
  [".xml", (path) => new XmlSink(path)],
  [".sqlite", (path) => new SqliteSink(path)],
  [".sqlite3", (path) => new SqliteSink(path)],
  [".db", (path) => new SqliteSink(path)],
]);

/**
 * The sink for a file, by its extension.
 *
 * @param path The file to write: `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`, `.xml`, `.sqlite`,
 * `.sqlite3` or `.db`, in any case.
 * @throws {UnknownOutputError} If it has another extension, or none.
 *
 * @example
 * ```ts
 * import { CsvSink, sinkFor } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * assert.ok(sinkFor("out/items.csv") instanceof CsvSink);
 * assert.throws(() => sinkFor("items.docx"), { name: "UnknownOutputError" });
 * ```
 */
export function sinkFor(path: string): Sink {
  const make = SINKS.get(extname(path).toLowerCase());
  if (make === undefined) throw new UnknownOutputError(path, [...SINKS.keys()]);
  return make(path);
}
