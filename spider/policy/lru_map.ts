/** A map of bounded size: what was not asked for longest goes first. */
export class LruMap<V> {
  readonly #values = new Map<string, V>();
  readonly #most: number;

  /** @param most How many entries are kept. */
  constructor(most: number) {
    this.#most = most;
  }

  /** The value of a name. */
  get(name: string): V | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    this.#values.delete(name);
    this.#values.set(name, value);
    return value;
  }

  /** Sets the value of a name. */
  set(name: string, value: V): void {
    this.#values.delete(name);
    this.#values.set(name, value);
    if (this.#values.size <= this.#most) return;
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest);
      return;
    }
  }

  /** Names and values, those not asked for longest first. */
  entries(): IterableIterator<[string, V]> {
    return this.#values.entries();
  }
}
