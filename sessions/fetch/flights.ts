import type { Flight } from "./flight.ts";

/**
 * The fetches of a session that are on their way. One timer ends them all, each at its time: timers
 * that hardly ever fire would cost a fast fetch a twentieth of its CPU time.
 *
 * They stand in an array, each knowing its place: V8 lets each table that a `Set` has outgrown lead to
 * the next one, so that what went through it stays until a full garbage collection.
 */
export class Flights {
  readonly #flights: Flight[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firesAt = Infinity;
  #onEmpty: (() => void) | undefined;

  /**
   * Keeps a fetch until it has landed, and ends it at its time.
   *
   * @param flight The fetch.
   */
  add(flight: Flight): void {
    flight.place = this.#flights.length;
    this.#flights.push(flight);
    if (flight.endsAt < this.#firesAt) this.#arm(flight.endsAt);
  }

  /**
   * Lets go of a fetch that has landed.
   *
   * @param flight The fetch.
   */
  delete(flight: Flight): void {
    const last = this.#flights.pop()!;
    if (last !== flight) {
      last.place = flight.place;
      this.#flights[flight.place] = last;
    }
    if (this.#flights.length === 0) this.#onEmpty?.();
  }

  /**
   * Ends all that are on their way, and waits until they have landed.
   *
   * @param reason What they are to reject with.
   */
  async close(reason: unknown): Promise<void> {
    clearTimeout(this.#timer);
    for (const flight of this.#flights.slice()) flight.abort(reason);
    if (this.#flights.length > 0) await new Promise<void>((resolve) => this.#onEmpty = resolve);
    clearTimeout(this.#timer);
  }

  #arm(at: number): void {
    clearTimeout(this.#timer);
    this.#firesAt = at;
    this.#timer = setTimeout(() => this.#fire(), Math.max(0, at - performance.now()));
    // It stays when nothing is on its way any more, and must not keep the process from ending.
    (this.#timer as { unref?(): void }).unref?.();
  }

  #fire(): void {
    const now = performance.now();
    let next = Infinity;
    for (const flight of this.#flights.slice()) {
      if (flight.endsAt <= now) flight.timeOut();
      else next = Math.min(next, flight.endsAt);
    }
    this.#firesAt = Infinity;
    if (next < Infinity) this.#arm(next);
  }
}
