import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, realpath, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { SinkError } from "../errors.ts";
import { QueuedWriter } from "./_queued_writer.ts";
import { type FileMark, fileNumber, openAtEnd, restoreFile } from "./_resumed_file.ts";

/** How far a text file was. */
export interface TextMark extends FileMark {
  /** Where the text went until the end. */
  readonly partial: string;
}

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
      await this.#findTarget();
      this.#write(await open(this.#partial ?? this.#target, "w"), 0);
    } catch (cause) {
      throw this.#error("can't be written", cause);
    }
  }

  /**
   * Opens the file of an earlier run, as it was when the mark was made.
   *
   * @param mark How far it was.
   * @returns False if that can't be done, because it is not there any more; then it is not open.
   * @throws {SinkError} If it can't be written.
   */
  async resume({ partial, bytes, file }: TextMark): Promise<boolean> {
    try {
      await this.#findTarget();
      if (this.#partial === undefined) return false;
      if (!await restoreFile({ bytes, file }, [partial, this.#target])) return false;
      this.#partial = partial;
      this.#write(await openAtEnd(partial), bytes);
      return true;
    } catch (cause) {
      throw this.#error("can't be written", cause);
    }
  }

  /**
   * Waits until everything is written, and says how far the file is.
   *
   * @throws {SinkError} If a write failed.
   */
  async mark(durability: "normal" | "full"): Promise<TextMark | undefined> {
    const writer = this.#writer;
    if (writer === undefined || this.#finish !== undefined) return undefined;
    await writer.settle(durability);
    if (this.#partial === undefined) return undefined; // a pipe keeps nothing
    const file = await fileNumber(this.#partial);
    return { bytes: writer.bytes, file, partial: this.#partial };
  }

  /** The name may be a link; what it leads to is replaced, not the link. */
  async #findTarget(): Promise<void> {
    const existing = await stat(this.#path).catch(() => undefined);
    this.#target = existing === undefined ? this.#path : await realpath(this.#path);
    if (existing?.isFile() === false) return;
    this.#partial = `${this.#target}.${randomBytes(4).toString("hex")}.partial`;
  }

  #write(file: FileHandle, bytes: number): void {
    this.#file = file;
    this.#writer = new QueuedWriter(
      file,
      (cause) => this.#error("could not be written on", cause),
      bytes,
    );
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
