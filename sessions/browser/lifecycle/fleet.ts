import type { RunningBrowser } from "./running_browser.ts";

/** The command line switches of a browser; one that needs others is another browser. */
export type Variant = readonly string[];

/** When a browser is replaced, and how one is started. */
export interface FleetSettings<Page> {
  /** Starts a browser. */
  start(variant: Variant): Promise<RunningBrowser<Page>>;
  /** After how many pages a browser is replaced; 0 is never. */
  readonly recycleAfterPages: number;
  /** From how much memory on a browser is replaced, in bytes. */
  readonly maxMemoryBytes: number | undefined;
  /** Whether a browser has to be gone before its successor starts, as with a profile that stays. */
  readonly oneAtATime: boolean;
}

/** A browser for the time of one page. */
export interface Berth<Page> {
  readonly browser: RunningBrowser<Page>;
  /** Says that the page is done. To be called once. */
  leave(): void;
}

interface Entry<Page> {
  readonly variant: string;
  readonly starting: Promise<RunningBrowser<Page>>;
  readonly ended: PromiseWithResolvers<void>;
  active: number;
  pages: number;
  retired: boolean;
}

/**
 * The browsers of a session: one for each variant that is asked for, replaced when it crashes, has
 * shown enough pages, or has grown too large. One that is replaced finishes what it has begun.
 */
export class Fleet<Page> {
  readonly #settings: FleetSettings<Page>;
  readonly #current = new Map<string, Entry<Page>>();
  readonly #all = new Set<Entry<Page>>();

  /** @param settings When a browser is replaced, and how one is started. */
  constructor(settings: FleetSettings<Page>) {
    this.#settings = settings;
  }

  /**
   * Gives a browser for one page; starts it if there is none.
   *
   * @param variant The switches that it has to have.
   */
  async take(variant: Variant): Promise<Berth<Page>> {
    const key = variant.join(" ");
    const entry = this.#current.get(key) ?? this.#launch(key, variant);
    entry.active += 1;
    try {
      const browser = await entry.starting;
      return { browser, leave: () => this.#leave(entry) };
    } catch (error) {
      entry.active -= 1;
      throw error;
    }
  }

  /** Ends every browser, those that are just starting included. */
  async close(): Promise<void> {
    const all = [...this.#all];
    this.#current.clear();
    const results = await Promise.allSettled(all.map((entry) => this.#end(entry)));
    const failures = results.flatMap((each) => each.status === "rejected" ? [each.reason] : []);
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, "Several browsers did not close");
  }

  /** Kills every browser that runs, without waiting. */
  kill(): void {
    for (const { starting } of this.#all) starting.then((browser) => browser.kill(), () => {});
  }

  #launch(key: string, variant: Variant): Entry<Page> {
    const entry: Entry<Page> = {
      variant: key,
      starting: this.#start(variant),
      ended: Promise.withResolvers(),
      active: 0,
      pages: 0,
      retired: false,
    };
    this.#current.set(key, entry);
    this.#all.add(entry);
    const retire = () => this.#retire(entry, { atOnce: true });
    entry.starting.then(
      ({ crashed }) => crashed.addEventListener("abort", retire, { once: true }),
      retire,
    );
    return entry;
  }

  async #start(variant: Variant): Promise<RunningBrowser<Page>> {
    if (this.#settings.oneAtATime) {
      await Promise.all([...this.#all].map(({ ended }) => ended.promise));
    }
    return await this.#settings.start(variant);
  }

  #leave(entry: Entry<Page>): void {
    entry.active -= 1;
    entry.pages += 1;
    const { recycleAfterPages, maxMemoryBytes } = this.#settings;
    if (recycleAfterPages > 0 && entry.pages >= recycleAfterPages) this.#retire(entry);
    else if (maxMemoryBytes !== undefined) void this.#retireIfLarge(entry, maxMemoryBytes);
    this.#endIfUnused(entry);
  }

  async #retireIfLarge(entry: Entry<Page>, maxBytes: number): Promise<void> {
    try {
      const browser = await entry.starting;
      if (await browser.memoryBytes() > maxBytes) this.#retire(entry);
    } catch {
      // it is crashing, which is noticed elsewhere
    }
  }

  #retire(entry: Entry<Page>, { atOnce }: { atOnce: boolean } = { atOnce: false }): void {
    entry.retired = true;
    if (this.#current.get(entry.variant) === entry) this.#current.delete(entry.variant);
    if (atOnce) this.#end(entry).catch(() => {});
    else this.#endIfUnused(entry);
  }

  #endIfUnused(entry: Entry<Page>): void {
    // What does not close in order is killed, and what still fails then is told by close().
    if (entry.retired && entry.active === 0) this.#end(entry).catch(() => {});
  }

  async #end(entry: Entry<Page>): Promise<void> {
    const browser = await entry.starting.catch(() => undefined);
    try {
      await browser?.close();
    } finally {
      this.#all.delete(entry);
      entry.ended.resolve();
    }
  }
}
