/** What a {@linkcode PriorityQueue} orders by. */
export interface Ordered {
  /** Higher goes first. */
  readonly priority: number;
  /** Among equals, lower goes first. */
  readonly order: number;
}

/** A binary heap: the highest priority first, and first in, first out within a priority. */
export class PriorityQueue<T extends Ordered> {
  readonly #heap: T[] = [];

  /** How many entries are waiting. */
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

  /** Adds an entry. */
  push(entry: T): void {
    let index = this.#heap.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex]!;
      if (!goesFirst(entry, parent)) break;
      this.#heap[index] = parent;
      index = parentIndex;
    }
    this.#heap[index] = entry;
  }

  /** Takes the first entry out; `undefined` if there is none. */
  pop(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first !== undefined && last !== undefined && first !== last) this.#sink(last);
    return first;
  }

  #sink(entry: T): void {
    const size = this.#heap.length;
    let index = 0;
    for (let child = 1; child < size; child = 2 * index + 1) {
      const right = child + 1;
      if (right < size && goesFirst(this.#heap[right]!, this.#heap[child]!)) child = right;
      if (!goesFirst(this.#heap[child]!, entry)) break;
      this.#heap[index] = this.#heap[child]!;
      index = child;
    }
    this.#heap[index] = entry;
  }
}

function goesFirst(a: Ordered, b: Ordered): boolean {
  return a.priority === b.priority ? a.order < b.order : a.priority > b.priority;
}
