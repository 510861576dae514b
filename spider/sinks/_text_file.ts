import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, realpath, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SinkError } from "../errors.ts";
import { QueuedWriter } from "./_queued_writer.ts";

/**
 * A text file that is there as a whole or not at all: what is appended goes to a partial file beside it,
 * which takes its name in the end. What is no regular file, such as a pipe, is written directly.
 */
export class TextFile {
  readonly #path: string;
  #file: FileHandle | undefined;
  #target = "";
  /** Where the text goes until the end; `undefined` if it goes to the file itself. */
  #partial: string | undefined;
  #writer: QueuedWriter | undefined;
  #finish: Promise<void> | undefined;

  /** @param path The file. */
  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Creates the partial file, with its folder.
   *
   * @throws {SinkError} If it can't be created.
   */
  async open(): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const existing = await stat(this.#path).catch(() => undefined);
      // The name may be a link; what it leads to is replaced, not the link.
      this.#target = existing === undefined ? this.#path : await realpath(this.#path);
      if (existing === undefined || existing.isFile()) {
        this.#partial = `${this.#target}.${randomBytes(4).toString("hex")}.partial`;
      }
      this.#file = await open(this.#partial ?? this.#target, "w");
      this.#writer = new QueuedWriter(
        this.#file,
        (cause) => this.#error("could not be written on", cause),
      );
    } catch (cause) {
      throw this.#error("can't be written", cause);
    }
  }

  /**
   * Writes text; resolves when there is room for more.
   *
   * @throws {SinkError} If the file can't be written, or is not open.
   */
  async append(text: string): Promise<void> {
    if (this.#writer === undefined || this.#finish !== undefined) {
      throw new SinkError(
        `Output '${this.#path}' is not open: write after open() and before close()`,
      );
    }
    await this.#writer.write(text);
  }

  /**
   * Writes the last text, and gives the file its name. Idempotent.
   *
   * @throws {SinkError} If that can't be done; the partial file then stays.
   */
  finish(end: string): Promise<void> {
    this.#finish ??= this.#finishOnce(end);
    return this.#finish;
  }

  async #finishOnce(end: string): Promise<void> {
    const file = this.#file;
    const writer = this.#writer;
    if (file === undefined || writer === undefined) return;
    await writer.flush(end);
    const isWhole = !writer.failed && this.#partial !== undefined;
    try {
      if (isWhole) await file.sync();
      await file.close();
      if (isWhole) await rename(this.#partial!, this.#target);
    } catch (cause) {
      if (!writer.failed) throw this.#error("could not be finished", cause);
    }
    writer.tell();
  }

  #error(what: string, cause: unknown): SinkError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const advice = this.#partial === undefined || this.#file === undefined
      ? "choose a file in a folder that you may write to"
      : `what was written so far is in '${this.#partial}'`;
    return new SinkError(`Output '${this.#path}' ${what}: ${reason}; ${advice}`, { cause });
  }
}
