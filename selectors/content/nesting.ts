/** Properties in properties in properties have the same text again and again. */
const MAX_NESTED_PROPERTIES = 32;

/** Counts the properties that an element is in, so that a page cannot multiply its own text. */
export class Nesting {
  readonly #ends: number[] = [];

  /** Whether the property at `node`, which ends before `end`, is in few enough others. */
  enter(node: number, end: number): boolean {
    while ((this.#ends.at(-1) ?? Infinity) <= node) this.#ends.pop();
    if (this.#ends.length >= MAX_NESTED_PROPERTIES) return false;
    this.#ends.push(end);
    return true;
  }
}
