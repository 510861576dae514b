import type { Frontier } from "../frontier/frontier.ts";
import type { AutoThrottle } from "../policy/throttle.ts";
import type { Request } from "../request.ts";
import type { Keeper } from "./keeper.ts";

/** Keeps the delays that the throttle has learnt. */
export class ThrottleKeeper implements Keeper {
  readonly name = "throttle";
  readonly #throttle: AutoThrottle;
  readonly #frontier: Frontier<Request>;

  /**
   * @param throttle The throttle.
   * @param frontier What keeps the hosts apart.
   */
  constructor(throttle: AutoThrottle, frontier: Frontier<Request>) {
    this.#throttle = throttle;
    this.#frontier = frontier;
  }

  /** The delays by host, as JSON. */
  save(): string | undefined {
    return JSON.stringify(this.#throttle.delays());
  }

  /** Goes on from delays that were learnt. */
  async load(text: string): Promise<void> {
    const delays = (JSON.parse(text) as [string, number][])
      .filter(([host, ms]) => typeof host === "string" && Number.isFinite(ms));
    this.#throttle.restore(delays);
    await Promise.all(
      delays.map(([host]) => this.#frontier.setDelay(host, this.#throttle.delayMs(host, 0))),
    );
  }
}
