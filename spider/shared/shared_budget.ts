import type { Begun, SharedFrontier, SharedSpending } from "../frontier/shared.ts";
import type { Limits } from "../policy/limits.ts";

/** What a crawl that several workers share may still spend, all of them together. */
export class SharedBudget {
  readonly #shared: SharedFrontier;
  readonly #limits: Required<Pick<Limits, "requests" | "perHost" | "items" | "bytes">>;
  readonly #hasTotals: boolean;
  readonly #countsFetches: boolean;

  /**
   * @param shared The crawl.
   * @param limits The spider's limits.
   */
  constructor(shared: SharedFrontier, limits: Limits) {
    const { requests = Infinity, perHost = Infinity, items = Infinity, bytes = Infinity } = limits;
    this.#shared = shared;
    this.#limits = { requests, perHost, items, bytes };
    this.#countsFetches = Math.min(requests, perHost) < Infinity;
    this.#hasTotals = Math.min(requests, items, bytes) < Infinity;
  }

  /** Counts a fetch that is to begin, unless it is one too many; asks the store only if there is a limit. */
  async begin(host: string): Promise<Begun> {
    return this.#countsFetches ? await this.#shared.begin(host, this.#limits) : "ok";
  }

  /** Whether a limit of the whole crawl is reached. */
  async isReached(): Promise<boolean> {
    if (!this.#hasTotals) return false;
    return this.#isAbove(await this.#shared.spending());
  }

  /** Lets a crawl go on whose limits were raised, and says to all workers if one is reached. */
  async tell(): Promise<void> {
    await this.#shared.setLimitReached(await this.isReached());
  }

  #isAbove(spent: SharedSpending): boolean {
    const { requests, items, bytes } = this.#limits;
    return spent.requests >= requests || spent.items >= items || spent.bytes >= bytes;
  }
}
