import type { LogEntry } from "@orbweaver/spider";
import { EXIT, type ExitCode } from "../exit_code.ts";
import type { CliIo } from "../io.ts";
import { type Colours, coloursFor } from "./colours.ts";
import { messageLines, placeOf } from "./error_lines.ts";
import { oneLine } from "./figures.ts";
import type { Progress } from "./progress.ts";
import type { Begun, Ended, Report } from "./report.ts";
import { summary } from "./summary.ts";

/** For people: notes, progress, log lines and a summary, all on standard error. */
export class TextReport implements Report {
  readonly #progress: Progress;
  readonly #source: string | undefined;
  readonly #colours: Colours;

  /**
   * @param io Its `stderr` decides about colours.
   * @param progress Shows how far the crawl is, and takes the lines that stay.
   * @param source The URL of the spider's file, to tell its author in which line something failed.
   */
  constructor(io: CliIo, progress: Progress, source: string | undefined) {
    this.#progress = progress;
    this.#source = source;
    this.#colours = coloursFor(io.stderr, io.env);
  }

  note(message: string): void {
    this.#progress.print(message);
  }

  log({ level, message, error }: LogEntry): void {
    const { bold, dim, red, yellow } = this.#colours;
    const colour = { debug: dim, info: dim, warn: yellow, error: red }[level];
    this.#print(`${colour(bold(`${level}:`))} ${oneLine(message)}`, placeOf(error, this.#source));
  }

  begun(crawl: Begun): void {
    this.#progress.start(crawl);
  }

  ended(crawl: Ended): void {
    this.#progress.stop();
    if (crawl.error !== undefined) this.#error(crawl.error);
    this.#progress.print(summary(crawl, this.#colours));
  }

  notBegun({ error, exitCode }: { error?: unknown; exitCode: ExitCode }): void {
    this.#progress.stop();
    if (exitCode === EXIT.paused) {
      return this.#progress.print(this.#colours.yellow("Stopped before the first page."));
    }
    this.#error(error);
  }

  close(): void {
    this.#progress.stop();
  }

  #error(error: unknown): void {
    const { bold, red } = this.#colours;
    const message = messageLines(error).join("\n");
    this.#print(`${red(bold("error:"))} ${message}`, placeOf(error, this.#source));
  }

  #print(text: string, place: string | undefined): void {
    const details = place === undefined ? "" : `\n${this.#colours.dim(`      ${place}`)}`;
    this.#progress.print(text + details);
  }
}
