import { extname, resolve } from "node:path";
import { JsonlSink, type Sink, SinkError, sinkFor } from "@orbweaver/spider";
import { OutputError } from "./errors.ts";
import type { CliIo, CliStream } from "./io.ts";

/** The file that items go to when none is named. */
export const DEFAULT_OUTPUT = "items.jsonl";

/** What stands for standard output on a command line. */
export const STDOUT = "-";

/** Where items go. */
export interface Output {
  /** What takes them. */
  readonly sink: Sink;
  /** The place, as a person calls it. */
  readonly place: string;
  /** The file's absolute path; `null` for standard output. */
  readonly path: string | null;
}

/**
 * Chooses where items go.
 *
 * @param given The file that was named, or `-` for standard output. Default: `items.jsonl`.
 * @param io Has standard output.
 * @throws {OutputError} If the name promises a format that nobody here can write.
 */
export function chooseOutput(given: string | undefined, io: CliIo): Output {
  if (given === STDOUT) {
    return { sink: new StreamSink(io.stdout), place: "standard output", path: null };
  }
  const file = given || DEFAULT_OUTPUT;
  return { sink: sinkOf(file), place: file, path: resolve(file) };
}

/** The extension says which format; without one, as with a device, it is JSON Lines. */
function sinkOf(file: string): Sink {
  if (extname(file) === "") return new JsonlSink(file);
  try {
    return sinkFor(file);
  } catch (cause) {
    throw new OutputError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Writes items to a stream that someone else closes, one JSON object a line. */
class StreamSink implements Sink {
  readonly #stream: CliStream;

  constructor(stream: CliStream) {
    this.#stream = stream;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves when the line is out, so that a slow reader slows the crawl. */
  write(item: unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      const written = (cause?: Error | null) => {
        if (!cause) return resolve();
        reject(
          new SinkError(
            `Standard output can't be written to any more: ${cause.message}; ` +
              `its reader has left, or name a file with '-o'`,
            { cause },
          ),
        );
      };
      this.#stream.write(`${JSON.stringify(item)}\n`, written);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
