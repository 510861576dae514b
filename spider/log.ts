/** How much a log line matters. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** One thing that happened. */
export interface LogEntry {
  /** How much it matters. */
  level: LogLevel;
  /** The spider's name. */
  spider: string;
  /** What happened, in one line. */
  message: string;
  /** The error behind it, where there is one. */
  error?: unknown;
}

/** Takes log entries. */
export type LogFunction = (entry: LogEntry) => void;

const ORDER: readonly string[] = ["debug", "info", "warn", "error", "silent"];

/**
 * A log that writes lines to standard error.
 *
 * @param lowest The lowest level to write; "silent" writes nothing.
 */
export function consoleLog(lowest: LogLevel | "silent"): LogFunction {
  return (entry) => {
    if (!isAtLeast(entry.level, lowest)) return;
    console.error(`[${entry.spider}] ${entry.level}: ${entry.message}`);
  };
}

/**
 * Whether a level matters enough.
 *
 * @param level The level.
 * @param lowest The lowest that does; "silent" is above all.
 */
export function isAtLeast(level: LogLevel, lowest: LogLevel | "silent"): boolean {
  return ORDER.indexOf(level) >= ORDER.indexOf(lowest);
}
