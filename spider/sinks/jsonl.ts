import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { InvalidYieldError, SinkError } from "../errors.ts";
import { QueuedWriter } from "./_queued_writer.ts";
import { type FileMark, fileNumber, openAtEnd, restoreFile } from "./_resumed_file.ts";
import type { ResumableSink, SinkMark } from "./sink.ts";

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
export class JsonlSink implements ResumableSink {
  /** The file's path. */
  readonly path: string;
  #file: FileHandle | undefined;
  #writer: QueuedWriter | undefined;
  #close: Promise<void> | undefined;
  #items = 0;

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
      this.#write(await open(this.path, "w"), 0);
    } catch (cause) {
      throw this.#error("can't be written", cause);
    }
  }

  /** The file's path, which names the output. */
  get place(): string {
    return this.path;
  }

  /**
   * Goes on with the file of an earlier run, or creates it.
   *
   * @throws {SinkError} If it can't be created.
   */
  async resume(mark: SinkMark | undefined): Promise<number> {
    if (mark === undefined || !await this.#restore(mark as unknown as FileMark)) {
      await this.open();
      return 0;
    }
    this.#items = mark.items;
    return mark.items;
  }

  /** Sees to it that what was written is in the file, and says how far it is. */
  async mark(durability: "normal" | "full"): Promise<SinkMark> {
    const items = this.#items;
    if (this.#writer === undefined || this.#close !== undefined) return { items };
    await this.#writer.settle(durability);
    return { items, bytes: this.#writer.bytes, file: await fileNumber(this.path) };
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
    const line = toLine(item);
    this.#items += 1;
    await this.#writer.write(line);
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

  async #restore({ bytes, file }: FileMark): Promise<boolean> {
    try {
      if (!await restoreFile({ bytes, file }, [this.path])) return false;
      this.#write(await openAtEnd(this.path), bytes);
      return true;
    } catch (cause) {
      throw this.#error("can't be written", cause);
    }
  }

  #write(file: FileHandle, bytes: number): void {
    this.#file = file;
    this.#writer = new QueuedWriter(
      file,
      (cause) => this.#error("could not be written on", cause),
      bytes,
    );
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
