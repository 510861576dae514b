import type { Callbacks } from "../callbacks.ts";
import type { FrontierItem } from "../frontier/frontier.ts";
import type { Budget } from "../policy/limits.ts";
import { changedRequest, type Request } from "../request.ts";
import type { CrawlStats } from "../stats.ts";

/** What decides which requests are queued, and as what. */
export interface IntakeParts {
  callbacks: Callbacks;
  /** Whether a URL may be visited. */
  inScope: (url: string) => boolean;
  budget: Budget;
  /** The fingerprint of a request. */
  fingerprintOf: (request: Request) => string;
  stats: CrawlStats;
}

/** Makes requests ready for the frontier, and leaves out those that must not go there. */
export class Intake {
  readonly #parts: IntakeParts;

  /** @param parts What decides. */
  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /**
   * Makes requests ready to be queued.
   *
   * @param requests The requests.
   * @param depth How many links led to them.
   * @throws {UnknownCallbackError} If one names a callback that the spider doesn't have.
   */
  accept(requests: readonly Request[], depth: number): FrontierItem<Request>[] {
    const { stats, inScope, budget } = this.#parts;
    if (requests.length === 0) return [];
    if (budget.isTooDeep(depth)) {
      stats.limitedRequestsCount += requests.length;
      return [];
    }
    const inside = requests.filter((request) => inScope(request.url));
    stats.offsiteRequestsCount += requests.length - inside.length;
    return inside.map((request) => this.item(this.#named(request, depth)));
  }

  /** A request as the frontier takes it. */
  item(payload: Request): FrontierItem<Request> {
    return {
      fingerprint: this.#parts.fingerprintOf(payload),
      key: payload.host,
      priority: payload.priority,
      payload,
      dontFilter: payload.dontFilter,
    };
  }

  /** Counts what became of them; gives how many were added. */
  count(pushed: readonly string[]): number {
    const added = pushed.filter((what) => what === "added").length;
    this.#parts.stats.duplicateRequestsCount += pushed.length - added;
    return added;
  }

  /** Its callback is known by name from here on, and an unknown one is an error where it was yielded. */
  #named(request: Request, depth: number): Request {
    const { callback } = request;
    const name = callback === undefined ? undefined : this.#parts.callbacks.nameOf(callback);
    if (name === callback && depth === request.depth) return request;
    return changedRequest(request, { callback: name, depth });
  }
}
