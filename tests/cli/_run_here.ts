import { run } from "../../cli/cli.ts";
import type { CliStream } from "../../cli/io.ts";

/** What a command left behind. */
export interface Ran {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A stream that keeps what is written to it. */
export interface Capture extends CliStream {
  text(): string;
}

/** Makes a stream that keeps what is written to it, and may claim to be a terminal. */
export function capture(terminal: Partial<CliStream> = {}): Capture {
  let text = "";
  return {
    ...terminal,
    text: () => text,
    write(part, written) {
      text += part;
      written?.();
    },
  };
}

/** Runs a command in this process, its streams captured. */
export async function runHere(
  argv: readonly string[],
  { stdout = capture(), stderr = capture(), env = {} } = {},
): Promise<Ran> {
  const exitCode = await run(argv, { stdout, stderr, env });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}
