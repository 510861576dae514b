import { TextFile } from "./_text_file.ts";
import { jsonText } from "./_json_form.ts";
import type { Sink } from "./sink.ts";

/** How a {@linkcode JsonSink} writes. */
export interface JsonSinkOptions {
  /** Spaces to indent items with; 0 puts each on one line. Default 0. */
  readonly indent?: number;
}

/**
 * Writes items to a file as one JSON array. The file appears when the sink is closed, however the crawl
 * ended, and is valid JSON; until then the items go to a `.partial` file beside it.
 *
 * @example
 * ```ts
 * import { JsonSink } from "@orbweaver/spider";
 * import { readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import assert from "node:assert/strict";
 *
 * const path = join(tmpdir(), crypto.randomUUID(), "items.json");
 * {
 *   await using sink = new JsonSink(path);
 *   await sink.open();
 *   await sink.write({ name: "Lamp", price: 9.5 });
 * }
 * assert.deepEqual(JSON.parse(await readFile(path, "utf8")), [{ name: "Lamp", price: 9.5 }]);
 * await rm(join(path, ".."), { recursive: true });
 * ```
 */
export class JsonSink implements Sink {
  /** The file's path. */
  readonly path: string;
  readonly #file: TextFile;
  readonly #indent: number;
  #isEmpty = true;

  /**
   * Makes a sink; nothing is written before it is opened.
   *
   * @param path The file to write.
   * @param options How to write it.
   */
  constructor(path: string, options: JsonSinkOptions = {}) {
    this.path = path;
    this.#file = new TextFile(path);
    this.#indent = options.indent ?? 0;
  }

  /**
   * Creates the partial file.
   *
   * @throws {SinkError} If it can't be created.
   */
  open(): Promise<void> {
    return this.#file.open();
  }

  /**
   * Writes one item.
   *
   * @throws {InvalidYieldError} If it has no JSON form.
   * @throws {SinkError} If the file can't be written, for example because the disk is full.
   */
  async write(item: unknown): Promise<void> {
    const text = jsonText(item, this.#indent);
    const before = this.#isEmpty ? "[\n" : ",\n";
    this.#isEmpty = false;
    await this.#file.append(before + text);
  }

  /**
   * Ends the array and gives the file its name.
   *
   * @throws {SinkError} If that can't be done; the partial file then stays.
   */
  close(): Promise<void> {
    return this.#file.finish(this.#isEmpty ? "[]\n" : "\n]\n");
  }

  /** Closes the file; see {@linkcode JsonSink.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
