/** Longer texts are compared by their beginnings, so that a page cannot make it slow. */
const MAX_COMPARED_LENGTH = 1000;

/**
 * How alike two texts are, from 0 to 1: the share of the pairs of neighbouring characters that they
 * have in common (the Sørensen-Dice coefficient). Takes linear time, unlike an edit distance.
 */
export function textSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  return listSimilarity([...a.slice(0, MAX_COMPARED_LENGTH)], [...b.slice(0, MAX_COMPARED_LENGTH)]);
}

/**
 * How alike two lists are, from 0 to 1: the share of the pairs of neighbours that they have in
 * common, where the beginning and the end have neighbours too. Two empty lists are the same.
 */
export function listSimilarity(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return a.length === b.length ? 1 : 0;
  const counts = new Map<string, number>();
  for (const pair of pairsOf(a)) counts.set(pair, (counts.get(pair) ?? 0) + 1);
  let common = 0;
  for (const pair of pairsOf(b)) {
    const left = counts.get(pair) ?? 0;
    if (left === 0) continue;
    counts.set(pair, left - 1);
    common++;
  }
  return 2 * common / (a.length + b.length + 2);
}

function* pairsOf(list: readonly string[]): Generator<string> {
  let previous = "";
  for (const item of list) {
    yield `${previous}\0${item}`;
    previous = item;
  }
  yield `${previous}\0`;
}
