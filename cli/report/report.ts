import type { CrawlStats, LogEntry, Outcome } from "@orbweaver/spider";
import type { CliIo } from "../io.ts";
import type { ExitCode } from "../exit_code.ts";
import type { Output } from "../output.ts";
import { JsonReport } from "./json.ts";
import { LineProgress } from "./line_progress.ts";
import { LiveProgress } from "./live_progress.ts";
import { NoProgress } from "./no_progress.ts";
import type { Progress } from "./progress.ts";
import { QuietReport } from "./quiet.ts";
import { TextReport } from "./text.ts";

/** A crawl that has begun. */
export interface Begun {
  /** The spider's name. */
  readonly spider: string;
  /** Its figures, live. */
  readonly stats: CrawlStats;
  /** Where its items go. */
  readonly output: Output;
  /** What other commands are told to find it by, such as `--crawl-dir c`, where it is kept. */
  readonly keptAt?: string;
}

/** How a crawl ended. */
export interface Ended extends Begun {
  /** How it ended. */
  readonly outcome: Outcome;
  /** How many requests have failed for good, and can be queued again where the crawl is kept. */
  readonly deadLetters: number;
  /** What broke it off, if something did. */
  readonly error?: unknown;
  /** What the process will tell its caller. */
  readonly exitCode: ExitCode;
}

/** Tells the person, or the program, at the other end what a crawl does. */
export interface Report {
  /** Something to know before the crawl. */
  note(message: string): void;
  /** A line of the crawl's log. */
  log(entry: LogEntry): void;
  /** The first page is about to be fetched. */
  begun(crawl: Begun): void;
  /** The last page is done; there is nothing more to repaint. */
  ended(crawl: Ended): void;
  /** There was no crawl, because of an error, or because it was given up before it began. */
  notBegun(reason: { error?: unknown; exitCode: ExitCode }): void;
  /** Stops every repaint, however the crawl ended. Idempotent. */
  close(): void;
}

/** What the person asked to see. */
export interface ReportOptions {
  /** One JSON event a line on standard output. */
  readonly json?: boolean;
  /** Nothing but errors. */
  readonly quiet?: boolean;
  /** False to leave out what is only of interest while the crawl runs. */
  readonly progress: boolean;
  /** The URL of the spider's file, to tell its author in which line something failed. */
  readonly source?: string;
}

/**
 * Chooses the report: events for a program, a live view on a terminal, plain lines on a pipe.
 *
 * @param options What was asked for.
 * @param io The streams.
 */
export function chooseReport(options: ReportOptions, io: CliIo): Report {
  if (options.json) return new JsonReport(io.stdout, { progress: options.progress });
  if (options.quiet) return new QuietReport(io, options.source);
  return new TextReport(io, chooseProgress(options, io), options.source);
}

function chooseProgress({ progress }: ReportOptions, io: CliIo): Progress {
  if (!progress) return new NoProgress(io.stderr);
  return io.stderr.isTTY && io.env.TERM !== "dumb"
    ? new LiveProgress(io)
    : new LineProgress(io.stderr);
}
