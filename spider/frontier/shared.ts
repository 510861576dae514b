import type { Frontier } from "./frontier.ts";

/** Whose turn something is that one worker does for all. */
export type Turn =
  /** The caller's, for as long as was asked for. */
  | { readonly kind: "mine" }
  /** Somebody else's, for that long unless he asks again. */
  | { readonly kind: "taken"; readonly forMs: number }
  /** Nobody's any more. */
  | { readonly kind: "done" };

/** How one leaves a turn: with the work done, or to be done by the next. */
export type TurnEnd = "done" | "left";

/** How many fetches a crawl may begin, with all its workers. */
export interface SharedLimits {
  /** In all. */
  readonly requests: number;
  /** From one host and port. */
  readonly perHost: number;
}

/** What became of the wish to begin a fetch. */
export type Begun =
  /** It is counted, and may begin. */
  | "ok"
  /** The crawl has begun as many as it may. */
  | "limit"
  /** The host has had as many as it may. */
  | "hostLimit";

/** What a shared crawl has spent, by all its workers. */
export interface SharedSpending {
  /** Fetches that have begun. */
  readonly requests: number;
  /** Items stored. */
  readonly items: number;
  /** Bytes of bodies. */
  readonly bytes: number;
  /** How long the crawl has been there, in milliseconds. */
  readonly elapsedMs: number;
}

/** A frontier that several workers use at once, and what they agree on through it. */
export interface SharedFrontier extends Frontier<Uint8Array> {
  /**
   * Takes, or keeps, the turn to do what one worker does for all. While the turn named "starts" is open,
   * those who wait for a lease wait on.
   *
   * @param name What is to be done.
   * @param ms For how long, unless the turn is kept by another call.
   */
  turn(name: string, ms: number): Promise<Turn>;
  /** Ends one's turn, if it is still one's own. */
  endTurn(name: string, end: TurnEnd): Promise<void>;
  /** Counts a fetch that is to begin, unless it is one too many. */
  begin(host: string, limits: SharedLimits): Promise<Begun>;
  /** What the crawl has spent. */
  spending(): Promise<SharedSpending>;
  /** Ends the leasing for all workers, or lets it go on: a limit of the crawl is reached, or was raised. */
  setLimitReached(isReached: boolean): Promise<void>;
  /** Waits no more for a store that is away: what can't be done at once fails. */
  hurry(): void;
  /** Sleeps until something may have changed, or a while has passed. */
  change(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A place for crawls that several workers share; see `redis()` of `@orbweaver/spider/redis`. */
export interface Store {
  /** Where it is, without its password. */
  readonly place: string;
  /** For how long a worker has a request, unless it asks again, in milliseconds. Default 60000. */
  readonly leaseMs?: number | undefined;
  /**
   * Opens a crawl, or joins the others who work on it.
   *
   * @param name The crawl's name.
   * @param owner What must be the same for all who work on it.
   */
  open(name: string, owner: string): Promise<SharedFrontier>;
}
