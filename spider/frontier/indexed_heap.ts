/** What can stand in an {@linkcode IndexedHeap}: it remembers its place there. */
export interface HeapEntry {
  /** Where it stands; -1 while it is in no heap. Only the heap writes it. */
  heapIndex: number;
}

/** A binary heap whose entries can be moved and taken out, wherever they stand. */
export class IndexedHeap<T extends HeapEntry> {
  readonly #heap: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  /** @param before Whether one entry goes before another. */
  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#heap.length;
  }

  /** The first entry; `undefined` if there is none. */
  peek(): T | undefined {
    return this.#heap[0];
  }

  /** The entries, in no particular order. */
  values(): Iterable<T> {
    return this.#heap.values();
  }

  /** Puts an entry in. */
  add(entry: T): void {
    entry.heapIndex = this.#heap.length;
    this.#heap.push(entry);
    this.#rise(entry);
  }

  /** Puts an entry where it belongs after it changed. */
  moved(entry: T): void {
    this.#rise(entry);
    this.#sink(entry);
  }

  /** Takes an entry out. */
  remove(entry: T): void {
    const index = entry.heapIndex;
    const last = this.#heap.pop()!;
    entry.heapIndex = -1;
    if (last === entry) return;
    this.#put(last, index);
    this.moved(last);
  }

  #rise(entry: T): void {
    let index = entry.heapIndex;
    while (index > 0) {
      const parent = this.#heap[(index - 1) >> 1]!;
      if (!this.#before(entry, parent)) break;
      this.#put(parent, index);
      index = (index - 1) >> 1;
    }
    this.#put(entry, index);
  }

  #sink(entry: T): void {
    const size = this.#heap.length;
    let index = entry.heapIndex;
    for (let child = 2 * index + 1; child < size; child = 2 * index + 1) {
      const right = child + 1;
      if (right < size && this.#before(this.#heap[right]!, this.#heap[child]!)) child = right;
      if (!this.#before(this.#heap[child]!, entry)) break;
      this.#put(this.#heap[child]!, index);
      index = child;
    }
    this.#put(entry, index);
  }

  #put(entry: T, index: number): void {
    this.#heap[index] = entry;
    entry.heapIndex = index;
  }
}
