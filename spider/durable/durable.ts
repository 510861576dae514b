import type { SessionManager, SessionMap } from "@orbweaver/session";
import type { Counters, Frontier } from "../frontier/frontier.ts";
import type { Request } from "../request.ts";
import type { StatsRecorder } from "../stats_recorder.ts";
import { CookiesKeeper } from "./cookies_keeper.ts";
import { type Keeper, Keepers } from "./keeper.ts";
import { keptFigures, type StatsJournal } from "./stats_journal.ts";
import { StatsKeeper } from "./stats_keeper.ts";

/** What {@linkcode Durable} works with. */
export interface DurableParts {
  /** Where everything is kept. */
  frontier: Frontier<Request>;
  /** The statistics. */
  recorder: StatsRecorder;
  /** The sessions, configured, not started yet. */
  sessions: SessionManager<SessionMap>;
  /** Writes a warning into the log. */
  warn: (message: string, error?: unknown) => void;
}

/** What the engine keeps beyond its process with each step. */
export type Keeping = Pick<
  Durable,
  | "startsBefore"
  | "startsDone"
  | "isCompleted"
  | "beforeCommit"
  | "ofStart"
  | "notCommitted"
  | "givenUp"
  | "startsEnded"
  | "finish"
>;

/** The counter of start requests that are in the frontier. */
const STARTS = "startRequests";
const FEED = "start requests";
/** The fact that everything was done. */
export const OUTCOME = "outcome";
const YES = new Uint8Array([1]);

/**
 * What a crawl keeps beyond its process, besides its requests and items: statistics, cookies, what its
 * politeness has learnt, and how far its start requests are.
 */
export class Durable {
  readonly #frontier: Frontier<Request>;
  readonly #keepers: Keepers;
  readonly #journal: StatsJournal;
  readonly #warn: DurableParts["warn"];
  /** How many start requests earlier runs have queued. */
  readonly startsBefore: number;
  /** Whether earlier runs have queued all of them. */
  readonly startsDone: boolean;
  /** Whether an earlier run has done everything. */
  readonly isCompleted: boolean;
  /** What earlier runs have counted. */
  readonly counters: Counters;

  private constructor(
    parts: DurableParts,
    keepers: Keepers,
    kept: { counters: Counters; startsDone: boolean; isCompleted: boolean },
  ) {
    this.#frontier = parts.frontier;
    this.#warn = parts.warn;
    this.#keepers = keepers;
    this.counters = kept.counters;
    this.startsBefore = kept.counters[STARTS] ?? 0;
    this.startsDone = kept.startsDone;
    this.isCompleted = kept.isCompleted;
    this.#journal = parts.recorder.goOn(keptFigures(kept.counters));
  }

  /**
   * Takes up what earlier runs have kept.
   *
   * @param parts Where it is, and who needs it.
   */
  static async open(parts: DurableParts): Promise<Durable> {
    const { frontier, recorder, sessions, warn } = parts;
    const { counters } = await frontier.stats();
    const startsDone = await frontier.state.get(FEED) !== undefined;
    const isCompleted = await hasCompleted(frontier);
    const keepers = new Keepers(frontier.state);
    const durable = new Durable(parts, keepers, { counters, startsDone, isCompleted });
    await keepers.add(new StatsKeeper(recorder), warn);
    await keepers.add(new CookiesKeeper(sessions), warn);
    return durable;
  }

  /** Takes up what was kept under another name, and keeps it from now on. */
  async keep(keeper: Keeper): Promise<void> {
    await this.#keepers.add(keeper, this.#warn);
  }

  /**
   * Sees to it that what a page has taught is kept before the page is done.
   *
   * @param token The page's lease.
   * @returns What is to be counted together with it.
   */
  async beforeCommit(token: string): Promise<Counters> {
    await this.#keepers.save();
    return this.#journal.take(token);
  }

  /** What is to be counted together with a start request. */
  ofStart(): Counters {
    return { ...this.#journal.take(), [STARTS]: 1 };
  }

  /** Takes back what was to be counted with a page that could not be stored: it is counted with the next. */
  notCommitted(counters: Counters): void {
    this.#journal.putBack(counters);
  }

  /** Forgets what was counted for a request that is given up. */
  givenUp(token: string): void {
    this.#journal.drop(token);
  }

  /** Keeps that there are no more start requests. */
  async startsEnded(): Promise<void> {
    await this.#frontier.state.set(FEED, YES);
  }

  /** Keeps everything as it is at the end of a run, and whether everything is done. */
  async finish(isCompleted: boolean): Promise<void> {
    await this.#frontier.push([], { counters: this.#journal.take() });
    await this.#keepers.saveAll();
    if (isCompleted) await this.#frontier.state.set(OUTCOME, YES);
  }
}

/**
 * Whether a crawl was completed, and nothing was queued since: dead letters may have been revived.
 *
 * @param frontier Where it is kept.
 */
export async function hasCompleted(
  frontier: Pick<Frontier<unknown>, "state" | "stats">,
): Promise<boolean> {
  if (await frontier.state.get(OUTCOME) === undefined) return false;
  const { queued, leased } = await frontier.stats();
  return queued + leased === 0;
}
