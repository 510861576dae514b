import type { FrontierState } from "../frontier/frontier.ts";

/** Something that a crawl has learnt and needs again when it goes on. */
export interface Keeper {
  /** The name it is kept under. */
  readonly name: string;
  /** What there is to keep; `undefined` if nothing changed since the last call. */
  save(): string | undefined;
  /**
   * Takes up what was kept.
   *
   * @throws If it is not what `save` gives.
   */
  load(text: string): void | Promise<void>;
}

/** A keeper may take this share of the time. */
const MOST_SHARE = 1 / 20;

/** A keeper, and what its saving has cost. */
interface Kept {
  readonly keeper: Keeper;
  last: string | undefined;
  /** When it may be saved again, by `performance.now()`. */
  notBefore: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Keeps what a crawl has learnt in its frontier's state. What is saved quickly is saved before each page is
 * done; what takes long is saved now and then, so that it never takes more than a twentieth of the time.
 */
export class Keepers {
  readonly #state: FrontierState;
  readonly #kept: Kept[] = [];

  /** @param state Where to keep it. */
  constructor(state: FrontierState) {
    this.#state = state;
  }

  /**
   * Takes up what was kept under a keeper's name, and keeps it from now on. What can't be read is told and
   * left out: it is learnt anew.
   *
   * @param keeper The keeper.
   * @param tell Hears of what can't be read.
   */
  async add(keeper: Keeper, tell: (message: string, error: unknown) => void): Promise<void> {
    const bytes = await this.#state.get(keeper.name);
    const last = bytes === undefined ? undefined : decoder.decode(bytes);
    this.#kept.push({ keeper, last, notBefore: 0 });
    if (last === undefined) return;
    try {
      await keeper.load(last);
    } catch (error) {
      tell(`What was kept as '${keeper.name}' can't be read, and is learnt anew`, error);
    }
  }

  /** Saves what has changed, and may be saved again. */
  async save(): Promise<void> {
    await this.#save(performance.now());
  }

  /** Saves what has changed. */
  async saveAll(): Promise<void> {
    await this.#save(Infinity);
  }

  async #save(now: number): Promise<void> {
    const saved: Promise<void>[] = [];
    for (const kept of this.#kept) {
      if (kept.notBefore > now) continue;
      const begin = performance.now();
      const text = kept.keeper.save();
      if (text !== undefined && text !== kept.last) {
        kept.last = text;
        saved.push(this.#state.set(kept.keeper.name, encoder.encode(text)));
      }
      const end = performance.now();
      kept.notBefore = end + (end - begin) / MOST_SHARE;
    }
    if (saved.length > 0) await Promise.all(saved);
  }
}
