/**
 * The closing line of `deno test`, which the other test runners here print too:
 * `ok | 3 passed (2 steps) | 1 failed | 0 ignored (12ms)`.
 *
 * @module
 */

/** How many tests there were, by how they ended. */
export interface Counts {
  /** Those that passed. */
  readonly passed: number;
  /** Those that failed. */
  readonly failed: number;
  /** Those that were not run. */
  readonly ignored: number;
}

/**
 * Reads the last closing line in a text.
 *
 * @param text What a test runner printed, without colours.
 * @returns What the line says; zeros if there is none.
 */
export function reportedCounts(text: string): Counts {
  const line = text.split("\n").findLast((line) => /^(ok|FAILED) \| \d+ passed/.test(line)) ?? "";
  const count = (what: string) => Number(new RegExp(`\\| (\\d+) ${what}`).exec(line)?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed"), ignored: count("ignored") };
}

/**
 * Writes a closing line.
 *
 * @param counts How many tests there were.
 */
export function closingLine({ passed, failed, ignored }: Counts): string {
  const line = `${failed > 0 ? "FAILED" : "ok"} | ${passed} passed | ${failed} failed`;
  return ignored > 0 ? `${line} | ${ignored} ignored` : line;
}
