/** Gives numbers from 0 to 1, 1 excluded, as `Math.random` does. Tests pass one of their own. */
export type RandomSource = () => number;

/**
 * A random number.
 *
 * @param random Where chance comes from.
 * @param least The smallest that may come.
 * @param most What it stays below.
 */
export function between(random: RandomSource, least: number, most: number): number {
  return least + (most - least) * random();
}
