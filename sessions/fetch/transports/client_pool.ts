interface Entry<C> {
  readonly client: Promise<C>;
  users: number;
}

/**
 * Clients by what sets them apart (browser, proxy, …), each with connections of its own. Beyond the
 * limit, the one that was used longest ago is closed, as long as nobody uses it.
 */
export class ClientPool<C> {
  readonly #entries = new Map<string, Entry<C>>();
  readonly #limit: number;
  readonly #close: (client: C) => Promise<void> | void;

  /**
   * Makes an empty pool.
   *
   * @param limit How many clients to keep.
   * @param close Closes a client.
   */
  constructor(limit: number, close: (client: C) => Promise<void> | void) {
    this.#limit = limit;
    this.#close = close;
  }

  /** How many clients there are. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Lends a client for as long as something runs.
   *
   * @param key What sets the client apart.
   * @param create Makes it, if there is none.
   * @param use What to do with it.
   */
  async use<T>(
    key: string,
    create: () => Promise<C>,
    use: (client: C) => Promise<T>,
  ): Promise<T> {
    const entry = this.#take(key, create);
    try {
      return await use(await entry.client);
    } finally {
      entry.users -= 1;
    }
  }

  /** Closes every client. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map((entry) => this.#closeEntry(entry)));
  }

  #take(key: string, create: () => Promise<C>): Entry<C> {
    const found = this.#entries.get(key);
    if (found !== undefined) {
      // Only where there is a choice of which to drop does the order matter.
      if (this.#entries.size > 1) {
        this.#entries.delete(key);
        this.#entries.set(key, found);
      }
      found.users += 1;
      return found;
    }
    const entry: Entry<C> = { client: create(), users: 1 };
    this.#entries.set(key, entry);
    // A client that could not be made must not be handed out again.
    entry.client.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    this.#dropOldest();
    return entry;
  }

  #dropOldest(): void {
    if (this.#entries.size <= this.#limit) return;
    for (const [key, entry] of this.#entries) {
      if (entry.users > 0) continue;
      this.#entries.delete(key);
      void this.#closeEntry(entry);
      return;
    }
  }

  async #closeEntry(entry: Entry<C>): Promise<void> {
    const client = await entry.client.catch(() => undefined);
    if (client !== undefined) await this.#close(client);
  }
}
