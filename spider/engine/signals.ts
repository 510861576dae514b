import process from "node:process";

/** How long SIGTERM leaves the pages in flight, in milliseconds, before they are aborted. */
const TERM_DEADLINE_MS = 5_000;

/** What signals act on. */
export interface Stoppable {
  /** Finishes what is in flight, then stops. */
  pause(): void;
  /** Stops at once. */
  abort(): void;
}

/**
 * Ctrl+C once finishes what is in flight and stops, twice stops at once; SIGTERM counts as once with a
 * deadline. Lasts until the returned function is called.
 *
 * @param crawl What to stop.
 * @param tell Is told, in one line, what is happening.
 */
export function stopOnSignals(crawl: Stoppable, tell: (message: string) => void): () => void {
  let asked = false;
  let deadline: ReturnType<typeof setTimeout> | undefined;

  const interrupt = () => {
    tell(asked ? "stopping now" : "finishing the pages in flight; press Ctrl+C again to stop now");
    if (asked) crawl.abort();
    else crawl.pause();
    asked = true;
  };
  const terminate = () => {
    tell(`asked to end: pages in flight have ${TERM_DEADLINE_MS / 1000} s`);
    asked = true;
    crawl.pause();
    deadline ??= setTimeout(() => crawl.abort(), TERM_DEADLINE_MS);
  };

  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  return () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", terminate);
    clearTimeout(deadline);
  };
}
