import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { LogFileError } from "./errors.ts";
import { isAtLeast, type LogEntry, type LogLevel } from "./log.ts";
import { reasonOf } from "./reason.ts";

/**
 * Appends log lines to a file. Each is written before the call returns, so that none is missing after
 * a crash.
 */
export class LogFile implements AsyncDisposable {
  readonly #path: string;
  readonly #lowest: LogLevel | "silent";
  #file: number | undefined;

  /**
   * Opens the file, with its folder.
   *
   * @param path The file.
   * @param lowest The lowest level to write.
   * @throws {LogFileError} If it can't be opened.
   */
  constructor(path: string, lowest: LogLevel | "silent") {
    this.#path = path;
    this.#lowest = lowest;
    try {
      mkdirSync(dirname(path), { recursive: true });
      this.#file = openSync(path, "a");
    } catch (cause) {
      throw this.#error(cause);
    }
  }

  /**
   * Writes a line.
   *
   * @param entry What to write.
   * @returns What went wrong; after that, nothing is written any more.
   */
  write(entry: LogEntry): LogFileError | undefined {
    if (this.#file === undefined || !isAtLeast(entry.level, this.#lowest)) return undefined;
    try {
      writeSync(this.#file, lineOf(entry));
      return undefined;
    } catch (cause) {
      this.#close();
      return this.#error(cause);
    }
  }

  /** Closes the file. Idempotent. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    return Promise.resolve();
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #error(cause: unknown): LogFileError {
    const reason = reasonOf(cause);
    return new LogFileError(
      `Log file '${this.#path}' can't be written: ${reason}; set 'logFile' to a file that may be`,
      { cause },
    );
  }
}

function lineOf({ level, spider, message }: LogEntry): string {
  // A message may quote a page, which must not be able to write lines of its own.
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  const safe = message.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ");
  return `${new Date().toISOString()} [${spider}] ${level}: ${safe}\n`;
}
