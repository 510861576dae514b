import { fileURLToPath } from "node:url";
import type { Ran } from "./_run_here.ts";

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** A command that runs in a process of its own. */
export interface Spawned {
  readonly pid: number;
  /** The lines of standard output as they come. */
  readonly lines: AsyncIterator<string>;
  kill(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): void;
  /** Waits for the end; lines that nobody read are dropped. */
  ended(): Promise<{ exitCode: number; stderr: string }>;
}

/** What differs from this process's own. */
export interface SpawnOptions {
  cwd?: string;
  env?: Record<string, string>;
}

/** Starts `orbweaver` in a process of its own. */
export function spawnCli(argv: readonly string[], { cwd, env = {} }: SpawnOptions = {}): Spawned {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", MAIN, ...argv],
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const lines = linesOf(child.stdout);
  return {
    pid: child.pid,
    lines,
    kill: (signal) => child.kill(signal),
    ended: async () => {
      while (!(await lines.next()).done);
      const { code } = await child.status;
      return { exitCode: code, stderr: await stderr };
    },
  };
}

/** Runs `orbweaver` in a process of its own, to its end. */
export async function runCli(argv: readonly string[], options?: SpawnOptions): Promise<Ran> {
  const spawned = spawnCli(argv, options);
  const lines: string[] = [];
  for (;;) {
    const { value, done } = await spawned.lines.next();
    if (done) break;
    lines.push(value);
  }
  return { ...await spawned.ended(), stdout: lines.map((line) => `${line}\n`).join("") };
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
