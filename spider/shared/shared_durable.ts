import { hasCompleted, type Keeping, OUTCOME } from "../durable/durable.ts";
import type { StatsJournal } from "../durable/stats_journal.ts";
import type { Counters, Frontier } from "../frontier/frontier.ts";
import type { SharedFrontier } from "../frontier/shared.ts";
import type { Request } from "../request.ts";
import type { StatsRecorder } from "../stats_recorder.ts";

/** The counter of start requests that are in the frontier. */
export const STARTS = "startRequests";
const YES = new Uint8Array([1]);
const NO_FIGURES = { single: [], named: [], hosts: [] };

/**
 * What a worker of a shared crawl keeps in its store. Each worker's statistics are those of its own share;
 * their sums are in the store. Cookies are each worker's own: a site may have bound them to its address.
 */
export class SharedDurable implements Keeping {
  readonly #shared: SharedFrontier;
  readonly #journal: StatsJournal;
  /** Whether everything was done before this worker came. */
  readonly isCompleted: boolean;
  /** The start requests come from a source that knows by itself when they are done. */
  readonly startsDone = false;
  /** How many of the start requests that this worker pulls have been queued before. */
  startsBefore = 0;

  private constructor(shared: SharedFrontier, recorder: StatsRecorder, isCompleted: boolean) {
    this.#shared = shared;
    this.#journal = recorder.goOn(NO_FIGURES);
    this.isCompleted = isCompleted;
  }

  /**
   * Looks how far the crawl is.
   *
   * @param shared The crawl.
   * @param frontier The same, of requests.
   * @param recorder This worker's statistics.
   */
  static async open(
    shared: SharedFrontier,
    frontier: Frontier<Request>,
    recorder: StatsRecorder,
  ): Promise<SharedDurable> {
    return new SharedDurable(shared, recorder, await hasCompleted(frontier));
  }

  /** What is to be counted together with the end of a page. */
  beforeCommit(token: string): Promise<Counters> {
    return Promise.resolve(this.#journal.take(token));
  }

  /** What is to be counted together with a start request. */
  ofStart(): Counters {
    return { ...this.#journal.take(), [STARTS]: 1 };
  }

  /** Takes back what was to be counted with a page that could not be stored. */
  notCommitted(counters: Counters): void {
    this.#journal.putBack(counters);
  }

  /** Forgets what was counted for a request that is given up. */
  givenUp(token: string): void {
    this.#journal.drop(token);
  }

  /** Says to all workers that there are no more start requests. */
  async startsEnded(): Promise<void> {
    await this.#shared.endTurn("starts", "done");
  }

  /** Keeps the last of the figures, and whether everything is done. */
  async finish(isCompleted: boolean): Promise<void> {
    await this.#shared.push([], { counters: this.#journal.take() });
    if (isCompleted) await this.#shared.state.set(OUTCOME, YES);
  }
}
