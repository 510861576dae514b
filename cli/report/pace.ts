/** How far back the pace looks, in milliseconds. */
const WINDOW_MS = 5_000;

/** How fast something grows, over the last seconds. */
export class Pace {
  readonly #samples: { time: number; count: number }[];

  /**
   * @param count How many there are at the start.
   * @param now The time in milliseconds.
   */
  constructor(count: number, now: number) {
    this.#samples = [{ time: now, count }];
  }

  /**
   * Takes the present count.
   *
   * @param count How many there are by now.
   * @param now The time in milliseconds.
   * @returns How many a second there were lately.
   */
  sample(count: number, now: number): number {
    this.#samples.push({ time: now, count });
    while (this.#samples.length > 2 && this.#samples[1]!.time <= now - WINDOW_MS) {
      this.#samples.shift();
    }
    const oldest = this.#samples[0]!;
    return now > oldest.time ? (count - oldest.count) * 1000 / (now - oldest.time) : 0;
  }
}
