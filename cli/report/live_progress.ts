import { createLogUpdate } from "log-update";
import type { CliIo } from "../io.ts";
import { catchConsole } from "./catch_console.ts";
import { type Colours, coloursFor } from "./colours.ts";
import { byName, clock, elapsed, figuresOf, oneLine } from "./figures.ts";
import { Pace } from "./pace.ts";
import type { Progress } from "./progress.ts";
import type { Begun } from "./report.ts";

/** How often the view is painted, in milliseconds. */
const REPAINT_MS = 100;

const SPINNER = [..."⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"];

/** Two lines at the bottom of a terminal that are painted again and again; other lines go above. */
export class LiveProgress implements Progress {
  readonly #io: CliIo;
  readonly #colours: Colours;
  readonly #view: ReturnType<typeof createLogUpdate>;
  /** Paints the next frame; nothing while no crawl runs. */
  #paint: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #releaseConsole: (() => void) | undefined;

  /** @param io Its `stderr` is the terminal. */
  constructor(io: CliIo) {
    this.#io = io;
    this.#colours = coloursFor(io.stderr, io.env);
    this.#view = createLogUpdate(io.stderr as unknown as NodeJS.WritableStream);
  }

  start(crawl: Begun): void {
    const pace = new Pace(crawl.stats.requestsCount, Date.now());
    let frame = 0;
    this.#paint = () => this.#view(this.#lines(crawl, pace, SPINNER[frame++ % SPINNER.length]!));
    this.#paint();
    this.#timer = setInterval(this.#paint, REPAINT_MS);
    this.#releaseConsole = catchConsole(this.#io, (text) => this.print(text));
  }

  print(text: string): void {
    if (this.#paint !== undefined) this.#view.clear();
    this.#io.stderr.write(`${text}\n`);
    this.#paint?.();
  }

  stop(): void {
    if (this.#paint === undefined) return;
    clearInterval(this.#timer);
    this.#releaseConsole?.();
    this.#paint = undefined;
    this.#view.clear();
    this.#view.done();
  }

  #lines({ spider, stats }: Begun, pace: Pace, spinner: string): string {
    const { bold, cyan, dim, green, red } = this.#colours;
    const [pages, speed, items, queued, inFlight, failed] = figuresOf(stats, pace);
    const figures = [
      bold(pages),
      speed,
      green(items!),
      queued,
      inFlight,
      stats.failedRequestsCount > 0 ? red(failed!) : dim(failed!),
    ];
    const sessions = byName(stats.sessionsRequestsCount) || "waiting for the first page";
    return [
      `${cyan(spinner)} ${bold(oneLine(spider))}  ${figures.join(dim(" · "))}`,
      dim(`  ${clock(elapsed(stats))}  ${oneLine(sessions)}`),
    ].join("\n");
  }
}
