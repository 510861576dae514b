import process from "node:process";

/** Where text goes: `process.stdout`, `process.stderr`, or something like them. */
export interface CliStream {
  /**
   * Writes text.
   *
   * @param text The text.
   * @param written Called when it is written, or with what prevented it.
   */
  write(text: string, written?: (error?: Error | null) => void): unknown;
  /** Whether a person is looking on. */
  readonly isTTY?: boolean;
  /** The terminal's width in characters. */
  readonly columns?: number;
  /** The terminal's height in lines. */
  readonly rows?: number;
}

/** What a command reads from and writes to. */
export interface CliIo {
  /** Takes results: items, events, help. */
  readonly stdout: CliStream;
  /** Takes what is meant for people: progress, log, statistics, errors. */
  readonly stderr: CliStream;
  /** The environment variables; `NO_COLOR`, `FORCE_COLOR` and `TERM` decide about colours. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The streams and the environment of this process. */
export function processIo(): CliIo {
  const { stdout, stderr, env } = process;
  // A reader that leaves (`| head`) makes a stream emit "error", which would end the process with the
  // browser still running. Whoever needs to know hears of it by the callback of write().
  if (stdout.listenerCount("error") === 0) stdout.on("error", () => {});
  if (stderr.listenerCount("error") === 0) stderr.on("error", () => {});
  return { stdout, stderr, env };
}
