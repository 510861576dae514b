import type { CliStream } from "../io.ts";
import { Pace } from "./pace.ts";
import type { Progress } from "./progress.ts";
import { figuresOf } from "./figures.ts";
import type { Begun } from "./report.ts";

/** How often a line is written, in milliseconds. */
const EVERY_MS = 5_000;

/** A line now and then, for logs and pipes. */
export class LineProgress implements Progress {
  readonly #stream: CliStream;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param stream Where lines go. */
  constructor(stream: CliStream) {
    this.#stream = stream;
  }

  start(crawl: Begun): void {
    const pace = new Pace(crawl.stats.requestsCount, Date.now());
    const line = () => this.print(`${crawl.spider}: ${figuresOf(crawl.stats, pace).join(", ")}`);
    this.#timer = setInterval(line, EVERY_MS);
  }

  print(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
