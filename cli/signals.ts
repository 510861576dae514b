import process from "node:process";

/** How often Ctrl+C must be pressed to leave at once, with nothing closed. */
const LEAVE_AT_ONCE = 3;

/** The exit code of a process that Ctrl+C ended: 128 + SIGINT. */
const INTERRUPTED = 130;

/**
 * Ctrl+C and SIGTERM before and after a crawl, whose own handlers stop it while it runs: a start is given
 * up, and a close is not cut short. Pressed three times, Ctrl+C leaves whatever hangs.
 */
export class Signals {
  readonly #tell: (message: string) => void;
  readonly #giveUp = new AbortController();
  #phase: "starting" | "running" | "closing" = "starting";
  #interrupts = 0;

  /** @param tell Is told, in one line, what is happening. */
  constructor(tell: (message: string) => void) {
    this.#tell = tell;
    process.on("SIGINT", this.#interrupt);
    process.on("SIGTERM", this.#stop);
  }

  /** Aborts when asked to stop during the start. */
  get startSignal(): AbortSignal {
    return this.#giveUp.signal;
  }

  /** Leaves it to the crawl to stop. */
  running(): void {
    this.#phase = "running";
  }

  /** Nothing more to stop: only the closing is left. */
  closing(): void {
    this.#phase = "closing";
  }

  /** Listens no more. */
  release(): void {
    process.off("SIGINT", this.#interrupt);
    process.off("SIGTERM", this.#stop);
  }

  readonly #interrupt = (): void => {
    this.#interrupts += 1;
    if (this.#interrupts >= LEAVE_AT_ONCE) process.exit(INTERRUPTED);
    this.#stop();
  };

  readonly #stop = (): void => {
    if (this.#phase === "running") return;
    if (this.#phase === "closing" || this.#giveUp.signal.aborted) {
      this.#tell("still closing what was opened; keep pressing Ctrl+C to leave at once");
      return;
    }
    this.#tell("giving up the start; closing what was opened");
    this.#giveUp.abort();
  };
}
