import { Buffer } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import type { SinkError } from "../errors.ts";

/** With more than this waiting to be written, those who write have to wait too. */
const MOST_WAITING_CHARS = 256 * 1024;

/**
 * Writes text to an open file, in order, all that comes during one write with the next. A failure is told
 * once: by the next write, or at the end.
 */
export class QueuedWriter {
  readonly #file: FileHandle;
  readonly #failureOf: (cause: unknown) => SinkError;
  #texts: string[] = [];
  #waitingChars = 0;
  #drain: Promise<void> | undefined;
  #failure: SinkError | undefined;
  #failureTold = false;
  /** How many bytes the file has. */
  bytes: number;

  /**
   * @param file The file; closing it is its owner's task.
   * @param failureOf Makes the error to throw when a write fails.
   * @param bytes How many bytes the file has. Default 0.
   */
  constructor(file: FileHandle, failureOf: (cause: unknown) => SinkError, bytes = 0) {
    this.#file = file;
    this.bytes = bytes;
    this.#failureOf = failureOf;
  }

  /** Whether a write has failed. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * Writes text; resolves when there is room for more.
   *
   * @throws {SinkError} If this write, or one before, failed.
   */
  async write(text: string): Promise<void> {
    this.#throwFailure();
    this.#texts.push(text);
    this.#waitingChars += text.length;
    this.#drain ??= this.#drainTexts();
    if (this.#waitingChars < MOST_WAITING_CHARS) return;
    await this.#drain;
    this.#throwFailure();
  }

  /** Waits until everything is written; a failure is left for {@linkcode QueuedWriter.tell}. */
  async flush(end = ""): Promise<void> {
    if (end !== "") this.#texts.push(end);
    await (this.#drain ?? this.#drainTexts());
  }

  /**
   * Waits until everything is written.
   *
   * @param durability "full" to wait for the disk as well.
   * @throws {SinkError} What a write failed with.
   */
  async settle(durability: "normal" | "full"): Promise<void> {
    await this.flush();
    this.#throwFailure();
    if (durability === "full") await this.#file.datasync();
  }

  /**
   * Throws the failure, if there is one that nobody has heard of.
   *
   * @throws {SinkError} What a write failed with.
   */
  tell(): void {
    if (!this.#failureTold) this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure === undefined) return;
    this.#failureTold = true;
    throw this.#failure;
  }

  async #drainTexts(): Promise<void> {
    while (this.#texts.length > 0 && this.#failure === undefined) {
      const chunk = Buffer.from(this.#texts.join(""));
      this.#texts = [];
      this.#waitingChars = 0;
      try {
        await this.#file.appendFile(chunk);
        this.bytes += chunk.byteLength;
      } catch (cause) {
        this.#failure = this.#failureOf(cause);
      }
    }
    this.#drain = undefined;
  }
}
