/** What the process tells its caller. */
export const EXIT = {
  /** Everything was done. */
  completed: 0,
  /** Something to correct in the command, the spider file or the output's place. */
  usage: 2,
  /** Stopped on request, with work left. */
  paused: 3,
  /** A limit of the spider's was reached. */
  limit: 4,
  /** An error ended the crawl. */
  failed: 5,
} as const;

/** One of the exit codes. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** Errors that tell of a mistake in the command or the spider, when they come before the first page. */
const MISTAKES = [
  "LoadSpiderError",
  "OutputError",
  "StoreOptionError",
  "StoreMismatchError",
  "SinkError",
  "CrawlDirError",
  "FrontierStoreError",
  "SpiderOptionError",
  "SessionConfigurationError",
  "DuplicateSessionError",
];

/**
 * The exit code for an error that came before the first page. Errors are told apart by name, since a
 * spider file may bring its own copy of the packages.
 *
 * @param error What was thrown.
 */
export function exitCodeOfStart(error: unknown): ExitCode {
  return error instanceof Error && MISTAKES.includes(error.name) ? EXIT.usage : EXIT.failed;
}
