import type { Lease } from "../frontier/frontier.ts";
import type { Request } from "../request.ts";

/** A leased request on its way. It can be given up at any moment, whatever it is waiting for. */
export class Flight {
  /** The lease. */
  readonly lease: Lease<Request>;
  /** Whether its fetch began, and so counts. */
  hasBegun = false;
  /** Whether its page is committed: its items are on their way out. */
  isSettled = false;
  /** When whatever it waits for must have ended, in milliseconds since 1970. */
  deadline = Infinity;
  /** Why it was given up, if it was. */
  givenUp: { readonly reason: unknown } | undefined;
  /** What is done for it, from beginning to end; it begins together with it. */
  work: Promise<void> | undefined;
  /** Where it stands among its {@linkcode Flights}; they alone write it. */
  place = -1;
  #reject: ((reason: unknown) => void) | undefined;

  /** @param lease The lease. */
  constructor(lease: Lease<Request>) {
    this.lease = lease;
  }

  /**
   * Waits for something of which nobody knows whether it ends: a fetch, a callback, a hook.
   *
   * @param work What to do.
   * @returns What it gives; a promise that rejects if the flight is given up meanwhile.
   */
  wait<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.givenUp !== undefined) return reject(this.givenUp.reason);
      this.#reject = reject;
      work().then(resolve, reject);
    });
  }

  /** Ends the waiting with an error; what was waited for is left to itself. */
  giveUp(reason: unknown): void {
    this.givenUp = { reason };
    this.#reject?.(reason);
  }

  /** Gives a new limit to what comes next, for one who was given up because he took too long. */
  renew(deadline: number): void {
    this.givenUp = undefined;
    this.deadline = deadline;
  }
}
