import { LruCache } from "../css/cache.ts";
import type { ElementDescription } from "./describe.ts";

/**
 * Where descriptions of elements are kept, to find the elements again when a page has changed.
 *
 * Synchronous, as queries are.
 */
export interface AdaptiveStore {
  /**
   * Remembers an element in place of the one that was known by the same names.
   *
   * @param host The host of the page, "" where it is unknown.
   * @param id What the element is known by on that host.
   * @param description The element.
   */
  save(host: string, id: string, description: ElementDescription): void;
  /**
   * The element that was remembered last, or `undefined`.
   *
   * @param host The host of the page, "" where it is unknown.
   * @param id What the element is known by on that host.
   */
  load(host: string, id: string): ElementDescription | undefined;
}

const DEFAULT_MAX_ENTRIES = 10_000;

/** Keeps descriptions in memory, and forgets those that were not asked for the longest. */
export class MemoryAdaptiveStore implements AdaptiveStore {
  readonly #entries: LruCache<string, ElementDescription>;

  /**
   * Makes an empty store.
   *
   * @param options `maxEntries`: how many elements it remembers at most. Default: 10,000.
   */
  constructor(options: { maxEntries?: number } = {}) {
    this.#entries = new LruCache(options.maxEntries ?? DEFAULT_MAX_ENTRIES);
  }

  /**
   * Remembers an element.
   *
   * @param host The host of the page, "" where it is unknown.
   * @param id What the element is known by on that host.
   * @param description The element.
   */
  save(host: string, id: string, description: ElementDescription): void {
    this.#entries.set(keyOf(host, id), description);
  }

  /**
   * The element that was remembered last, or `undefined`.
   *
   * @param host The host of the page, "" where it is unknown.
   * @param id What the element is known by on that host.
   */
  load(host: string, id: string): ElementDescription | undefined {
    return this.#entries.get(keyOf(host, id));
  }
}

/** No host contains a space. */
function keyOf(host: string, id: string): string {
  return `${host} ${id}`;
}
