import { TextFile, type TextMark } from "./_text_file.ts";
import { jsonText } from "./_json_form.ts";
import type { ResumableSink, SinkMark } from "./sink.ts";

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
export class JsonSink implements ResumableSink {
  /** The file's path. */
  readonly path: string;
  readonly #file: TextFile;
  readonly #indent: number;
  #items = 0;

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

  /** The file's path, which names the output. */
  get place(): string {
    return this.path;
  }

  /**
   * Goes on with the file of an earlier run, or creates a partial file.
   *
   * @throws {SinkError} If it can't be created.
   */
  async resume(mark: SinkMark | undefined): Promise<number> {
    if (mark !== undefined && await this.#file.resume(mark as unknown as TextMark)) {
      this.#items = mark.items;
    } else await this.#file.open();
    return this.#items;
  }

  /** Sees to it that what was written is in the partial file, and says how far it is. */
  async mark(durability: "normal" | "full"): Promise<SinkMark> {
    return { ...await this.#file.mark(durability), items: this.#items };
  }

  /**
   * Writes one item.
   *
   * @throws {InvalidYieldError} If it has no JSON form.
   * @throws {SinkError} If the file can't be written, for example because the disk is full.
   */
  async write(item: unknown): Promise<void> {
    const text = jsonText(item, this.#indent);
    const before = this.#items === 0 ? "[\n" : ",\n";
    this.#items += 1;
    await this.#file.append(before + text);
  }

  /**
   * Ends the array and gives the file its name.
   *
   * @throws {SinkError} If that can't be done; the partial file then stays.
   */
  close(): Promise<void> {
    return this.#file.finish(this.#items === 0 ? "[]\n" : "\n]\n");
  }

  /** Closes the file; see {@linkcode JsonSink.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
