import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { InvalidYieldError, SinkError } from "../errors.ts";
import { QueuedWriter } from "./_queued_writer.ts";
import type { Sink } from "./sink.ts";

/**
 * Writes items to a file, one JSON object a line (https://jsonlines.org). The file is created anew,
 * with its folder. A line is on its way to the file as soon as it is written; under load, many go together.
 *
 * @example
 * ```ts
 * import { JsonlSink } from "@orbweaver/spider";
 * import { readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import assert from "node:assert/strict";
 *
 * const path = join(tmpdir(), crypto.randomUUID(), "items.jsonl");
 * {
 *   await using sink = new JsonlSink(path);
 *   await sink.open();
 *   await sink.write({ name: "Lamp", price: 9.5 });
 * }
 * assert.equal(await readFile(path, "utf8"), '{"name":"Lamp","price":9.5}\n');
 * await rm(join(path, ".."), { recursive: true });
 * ```
 */
export class JsonlSink implements Sink {
  /** The file's path. */
  readonly path: string;
  #file: FileHandle | undefined;
  #writer: QueuedWriter | undefined;
  #close: Promise<void> | undefined;

  /**
   * Makes a sink; nothing is written before it is opened.
   *
   * @param path The file to write.
   */
  constructor(path: string) {
    this.path = path;
  }

  /**
   * Creates the file.
   *
   * @throws {SinkError} If it can't be created.
   */
  async open(): Promise<void> {
    try {
      await mkdir(dirname(this.path), { recursive: true });
      this.#file = await open(this.path, "w");
      this.#writer = new QueuedWriter(
        this.#file,
        (cause) => this.#error("could not be written on", cause),
      );
    } catch (cause) {
      throw this.#error("can't be written", cause);
    }
  }

  /**
   * Writes one item.
   *
   * @throws {InvalidYieldError} If it has no JSON form.
   * @throws {SinkError} If the file is not open, or can't be written, for example because the disk is full.
   */
  async write(item: unknown): Promise<void> {
    if (this.#writer === undefined || this.#close !== undefined) {
      throw new SinkError(
        `Output '${this.path}' is not open: write after open() and before close()`,
      );
    }
    await this.#writer.write(toLine(item));
  }

  /** Writes what is buffered and closes the file. */
  close(): Promise<void> {
    this.#close ??= this.#finish();
    return this.#close;
  }

  /** Closes the file; see {@linkcode JsonlSink.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #finish(): Promise<void> {
    await this.#writer?.flush();
    await this.#file?.close();
    this.#writer?.tell();
  }

  #error(what: string, cause: unknown): SinkError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new SinkError(
      `Output '${this.path}' ${what}: ${reason}; choose a file in a folder that you may write to`,
      { cause },
    );
  }
}

function toLine(item: unknown): string {
  try {
    return `${JSON.stringify(item)}\n`;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidYieldError(`The item has no JSON form: ${reason}`, { cause });
  }
}
