import type { CliStream } from "../io.ts";
import type { Progress } from "./progress.ts";

/** Only the lines that stay. */
export class NoProgress implements Progress {
  readonly #stream: CliStream;

  /** @param stream Where lines go. */
  constructor(stream: CliStream) {
    this.#stream = stream;
  }

  start(): void {}

  print(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  stop(): void {}
}
