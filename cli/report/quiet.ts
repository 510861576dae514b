import type { LogEntry } from "@orbweaver/spider";
import { EXIT, type ExitCode } from "../exit_code.ts";
import type { CliIo } from "../io.ts";
import { NoProgress } from "./no_progress.ts";
import type { Ended, Report } from "./report.ts";
import { TextReport } from "./text.ts";

/** Errors, and nothing else. */
export class QuietReport implements Report {
  readonly #errors: TextReport;

  /**
   * @param io Errors go to its `stderr`.
   * @param source The URL of the spider's file.
   */
  constructor(io: CliIo, source: string | undefined) {
    this.#errors = new TextReport(io, new NoProgress(io.stderr), source);
  }

  note(): void {}

  begun(): void {}

  log(entry: LogEntry): void {
    if (entry.level === "error") this.#errors.log(entry);
  }

  ended({ error, exitCode }: Ended): void {
    if (error !== undefined) this.#errors.notBegun({ error, exitCode });
  }

  notBegun(reason: { error?: unknown; exitCode: ExitCode }): void {
    if (reason.exitCode !== EXIT.paused) this.#errors.notBegun(reason);
  }

  close(): void {}
}
