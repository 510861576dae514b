/** Lets one waiter sleep until something happens; a call to `wake` with nobody waiting is forgotten. */
export class Wakeup {
  #resolve: (() => void) | undefined;
  #promise: Promise<void> | undefined;

  /** Sleeps until the next {@linkcode Wakeup.wake}. */
  wait(): Promise<void> {
    this.#promise ??= new Promise((resolve) => this.#resolve = resolve);
    return this.#promise;
  }

  /** Wakes whoever waits. */
  wake(): void {
    this.#resolve?.();
    this.#resolve = undefined;
    this.#promise = undefined;
  }
}
