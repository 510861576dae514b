import { findNode } from "../../../../scripts/find_node.ts";
import type { Work } from "./_worker.ts";

const WORKER = `${import.meta.dirname}/_worker.ts`;
const HOOKS = `${import.meta.dirname}/../../fetch/node/workspace_hooks.ts`;

/** Looked for once: where npm has to fetch it, that takes a while. */
let node: Promise<string> | undefined;

/** A worker that runs. */
export interface SpawnedWorker {
  /** Waits until the worker is in the midst of its work. */
  ready(): Promise<void>;
  kill(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): void;
  /** Waits until the process is gone. */
  gone(): Promise<void>;
  /** Waits for that, and for all output: a browser that outlives the worker may hold it open. */
  ended(): Promise<{ code: number; signal: string | null; stdout: string; stderr: string }>;
}

/** Starts the worker in a process of its own. */
export async function spawnWorker(
  work: Work,
  runtime: "Deno" | "Node" = "Deno",
): Promise<SpawnedWorker> {
  const [command, args] = runtime === "Deno"
    ? [Deno.execPath(), ["run", "-A", "--no-check"]] as const
    : [await (node ??= findNode(24)), [
      "--disable-warning=ExperimentalWarning",
      "--import",
      HOOKS,
    ]] as const;
  const child = new Deno.Command(command, {
    args: [...args, WORKER, JSON.stringify(work)],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stderr = new Response(child.stderr).text();
  const { first, all } = readOutput(child.stdout);
  return {
    ready: async () => {
      if (!/^ready\n/.test(await first)) {
        throw new Error(`The worker did not get ready: ${await stderr}`);
      }
    },
    kill: (signal) => child.kill(signal),
    gone: async () => void await child.status,
    ended: async () => ({ ...await child.status, stdout: await all, stderr: await stderr }),
  };
}

function readOutput(stream: ReadableStream<Uint8Array>) {
  const first = Promise.withResolvers<string>();
  const read = async () => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of stream) {
      text += decoder.decode(piece, { stream: true });
      first.resolve(text);
    }
    first.resolve(text);
    return text;
  };
  return { first: first.promise, all: read() };
}
