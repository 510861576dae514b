/**
 * Counts what is under way, and says when nothing is any more.
 *
 * It is no set of promises on purpose. A `Set` or `Map` that much goes through gets a new table again
 * and again, and V8 lets each old table lead to the next one: once one of them has grown old, all that
 * was in any of the later ones stays until a full garbage collection. Every response did, with its
 * body: of a crawl with 64 requests at once there were up to 60 MB of them, and now there are 19.
 */
export class InFlight {
  #count = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  /** Something begins. */
  begin(): void {
    this.#count += 1;
  }

  /** Something that began has ended. */
  end(): void {
    this.#count -= 1;
    if (this.#count === 0) this.#idle?.resolve();
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }
}
