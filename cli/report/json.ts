import type { LogEntry } from "@orbweaver/spider";
import { EXIT, type ExitCode } from "../exit_code.ts";
import type { CliStream } from "../io.ts";
import { elapsed } from "./figures.ts";
import { Pace } from "./pace.ts";
import type { Begun, Ended, Report } from "./report.ts";

/** How often an event tells of the progress, in milliseconds. */
const EVERY_MS = 1_000;

/**
 * For programs: one JSON object a line on standard output, each with an `event`: "start", "progress",
 * "log" or "end". There is always exactly one "end", and it is the last.
 */
export class JsonReport implements Report {
  readonly #stream: CliStream;
  readonly #progress: boolean;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param stream Where events go.
   * @param options Whether to tell of the progress.
   */
  constructor(stream: CliStream, options: { progress: boolean }) {
    this.#stream = stream;
    this.#progress = options.progress;
  }

  note(message: string): void {
    this.#write("log", { level: "info", message });
  }

  log({ level, spider, message, error }: LogEntry): void {
    this.#write("log", { level, spider, message, error: errorData(error) });
  }

  begun({ spider, stats, output }: Begun): void {
    this.#write("start", { spider, output: output.path });
    if (!this.#progress) return;
    const pace = new Pace(stats.requestsCount, Date.now());
    this.#timer = setInterval(() => this.#write("progress", progressData(stats, pace)), EVERY_MS);
  }

  ended({ spider, stats, output, outcome, error, exitCode }: Ended): void {
    this.close();
    this.#write("end", {
      spider,
      outcome,
      exitCode,
      output: output.path,
      error: errorData(error),
      stats,
    });
  }

  notBegun({ error, exitCode }: { error?: unknown; exitCode: ExitCode }): void {
    this.close();
    const outcome = exitCode === EXIT.paused ? "paused" : "failed";
    this.#write("end", { outcome, exitCode, error: errorData(error) });
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #write(event: string, facts: object): void {
    this.#stream.write(`${JSON.stringify({ event, time: Date.now(), ...facts })}\n`);
  }
}

function progressData(stats: Begun["stats"], pace: Pace): object {
  return {
    elapsedMs: elapsed(stats),
    pages: stats.requestsCount,
    pagesPerSecond: Math.round(pace.sample(stats.requestsCount, Date.now()) * 10) / 10,
    items: stats.itemsScraped,
    queued: stats.queued,
    inFlight: stats.inFlight,
    failed: stats.failedRequestsCount,
    sessions: stats.sessionsRequestsCount,
  };
}

function errorData(error: unknown): object | undefined {
  if (error === undefined) return undefined;
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) };
  return { name: error.name, message: error.message };
}
