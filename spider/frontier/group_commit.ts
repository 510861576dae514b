/** What waits to be committed. */
interface Waiting<T, R> {
  readonly entry: T;
  readonly bytes: number;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

/** The most entries and bytes that go together. */
const MOST_ENTRIES = 128;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Commits entries in groups: what comes in one turn goes together, and so does what comes while a group is
 * on its way, in the next; so who is alone does not wait, and many share the cost of a round trip.
 */
export class GroupCommit<T, R> {
  readonly #commit: (entries: readonly T[]) => Promise<readonly R[]>;
  #waiting: Waiting<T, R>[] = [];
  #isCommitting = false;

  /** @param commit Commits a group, and gives what came of each entry. */
  constructor(commit: (entries: readonly T[]) => Promise<readonly R[]>) {
    this.#commit = commit;
  }

  /**
   * Commits one entry.
   *
   * @param entry The entry.
   * @param bytes Its size.
   */
  add(entry: T, bytes: number): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, bytes, resolve, reject });
      if (this.#isCommitting) return;
      this.#isCommitting = true;
      queueMicrotask(() => this.#commitAll());
    });
  }

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#nextGroup();
      try {
        const results = await this.#commit(group.map(({ entry }) => entry));
        group.forEach(({ resolve }, index) => resolve(results[index]!));
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#isCommitting = false;
  }

  #nextGroup(): Waiting<T, R>[] {
    let size = 0;
    let bytes = 0;
    while (size < Math.min(this.#waiting.length, MOST_ENTRIES)) {
      bytes += this.#waiting[size]!.bytes;
      if (size > 0 && bytes > MOST_BYTES) break;
      size += 1;
    }
    return this.#waiting.splice(0, size);
  }
}
