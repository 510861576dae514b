/** Four 32-bit words an entry. */
const WORDS = 4;
const FIRST_SLOTS = 1024;
/** How full the table may be; beyond, linear probing gets slow. */
const MOST_FILL = 0.7;

/**
 * The fingerprints seen so far: an open-addressing table of 128-bit numbers, 16 bytes a slot, since a
 * `Set` of strings takes five times as much and ends at 16.7 million.
 */
export class SeenSet {
  #table = new Uint32Array(FIRST_SLOTS * WORDS);
  #size = 0;
  /** The number zero marks a free slot, so it is remembered apart. */
  #hasZero = false;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds a fingerprint.
   *
   * @param fingerprint 32 hexadecimal digits.
   * @returns False if it was there before.
   */
  add(fingerprint: string): boolean {
    const [a, b, c, d] = wordsOf(fingerprint);
    const isNew = (a | b | c | d) === 0 ? this.#addZero() : this.#insert(a, b, c, d);
    if (!isNew) return false;
    this.#size += 1;
    if (this.#size > this.#slots * MOST_FILL) this.#grow();
    return true;
  }

  get #slots(): number {
    return this.#table.length / WORDS;
  }

  #addZero(): boolean {
    const isNew = !this.#hasZero;
    this.#hasZero = true;
    return isNew;
  }

  #insert(a: number, b: number, c: number, d: number): boolean {
    const table = this.#table;
    const last = table.length - WORDS;
    let at = (a * WORDS) % table.length;
    while ((table[at]! | table[at + 1]! | table[at + 2]! | table[at + 3]!) !== 0) {
      if (table[at] === a && table[at + 1] === b && table[at + 2] === c && table[at + 3] === d) {
        return false;
      }
      at = at === last ? 0 : at + WORDS;
    }
    table[at] = a;
    table[at + 1] = b;
    table[at + 2] = c;
    table[at + 3] = d;
    return true;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WORDS) {
      const [a, b, c, d] = [old[at]!, old[at + 1]!, old[at + 2]!, old[at + 3]!];
      if ((a | b | c | d) !== 0) this.#insert(a, b, c, d);
    }
  }
}

/**
 * Whether a text can be a fingerprint.
 *
 * @param text The text.
 */
export function isFingerprint(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

function wordsOf(fingerprint: string): [number, number, number, number] {
  const word = (index: number) => parseInt(fingerprint.slice(index * 8, index * 8 + 8), 16);
  return [word(0), word(1), word(2), word(3)];
}
