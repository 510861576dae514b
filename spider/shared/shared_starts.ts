import type { SharedFrontier } from "../frontier/shared.ts";
import { STARTS } from "./shared_durable.ts";

/** What {@linkcode sharedStarts} works with. */
export interface SharedStartsParts<T> {
  /** The crawl. */
  shared: SharedFrontier;
  /** Begins with the first start request. */
  source: () => AsyncIterable<T>;
  /** Hears how many of those that come have been queued before by somebody else, counting all so far. */
  queuedBefore: (count: number) => void;
  /** Ends the waiting for one's turn. */
  signal: AbortSignal;
}

/** For how long the turn is taken; whoever does not keep it in time has died, and the next takes over. */
const TURN_MS = 15_000;
const KEEP_EVERY_MS = TURN_MS / 3;
/** How often one looks whose turn it is. */
const LOOK_EVERY_MS = 2_000;

/**
 * The start requests of a crawl that several workers share: one of them pulls and queues them; if it dies or
 * leaves in the middle, another goes on. It ends when all are queued, whoever did it.
 */
export async function* sharedStarts<T>(parts: SharedStartsParts<T>): AsyncGenerator<T> {
  const { shared, signal } = parts;
  let given = 0;
  while (!signal.aborted) {
    const turn = await shared.turn("starts", TURN_MS);
    if (turn.kind === "done") return;
    if (turn.kind === "taken") {
      await shared.change(Math.min(turn.forMs, LOOK_EVERY_MS), signal);
      continue;
    }
    const { counters } = await shared.stats();
    parts.queuedBefore(given + (counters[STARTS] ?? 0));
    const keeper = new TurnKeeper(shared, signal);
    let isDone = false;
    try {
      for await (const start of parts.source()) {
        if (!await keeper.isMine()) break;
        given += 1;
        yield start;
      }
      isDone = await keeper.isMine();
      if (isDone) return; // whoever hears of the end ends the turn
    } finally {
      keeper.stop();
      if (!isDone) await shared.endTurn("starts", "left");
    }
  }
}

/** Keeps a turn while the source, or the room for what it gives, is waited for. */
class TurnKeeper {
  readonly #shared: SharedFrontier;
  readonly #timer: ReturnType<typeof setInterval>;
  #keptAt = performance.now();
  #isLost = false;

  constructor(shared: SharedFrontier, signal: AbortSignal) {
    this.#shared = shared;
    signal.addEventListener("abort", () => this.stop());
    // A failure is seen by the next who asks the store for something that matters.
    this.#timer = setInterval(() => void this.#keep().catch(() => {}), KEEP_EVERY_MS);
  }

  /** Asks the store if it was not asked for so long that the turn may be another's by now. */
  async isMine(): Promise<boolean> {
    if (performance.now() - this.#keptAt > TURN_MS / 2) await this.#keep();
    return !this.#isLost;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #keep(): Promise<void> {
    const asked = performance.now();
    const { kind } = await this.#shared.turn("starts", TURN_MS);
    this.#isLost ||= kind !== "mine";
    this.#keptAt = asked;
  }
}
