import { listSimilarity, textSimilarity } from "../find/similarity.ts";
import type { ElementDescription } from "./describe.ts";

/** Attributes that tell an element from others by themselves. */
const TELLING_ATTRIBUTES: readonly string[] = ["id", "class", "href", "src"];

/**
 * How alike two elements are, from 0 to 1: the mean of these parts, each from 0 to 1. A part that
 * the original has nothing to say about is left out, so that it neither helps nor harms.
 *
 * | part | score | left out |
 * | --- | --- | --- |
 * | tag | 1 if it is the same, else 0 | never |
 * | text | similarity of the own texts | if the original has none |
 * | attributes | for each name that either has: 0 if only one has it, else the mean of 1 and the similarity of the values; the mean of those, or 1 if there are none | never |
 * | id, class, href, src | similarity of the values, each a part | if the original lacks it |
 * | path | similarity of the lists of tags | never |
 * | siblings | similarity of the lists of tags | if the original has none |
 * | parent's tag | 1 if it is the same, else 0 | if the original has no parent |
 * | parent's attributes | as the element's own | if the original has no parent |
 * | parent's text | similarity of the own texts | if the original's parent has none |
 *
 * The same two descriptions always have the same score: nothing depends on time or order.
 */
export function similarityScore(original: ElementDescription, other: ElementDescription): number {
  const scores: number[] = [
    Number(original.tag === other.tag),
    attributeScore(original.attributes, other.attributes),
    listSimilarity(original.path, other.path),
  ];
  if (original.text !== "") scores.push(textSimilarity(original.text, other.text));
  for (const name of TELLING_ATTRIBUTES) {
    const value = valueOf(original.attributes, name);
    if (value) scores.push(textSimilarity(value, valueOf(other.attributes, name) ?? ""));
  }
  if (original.siblings.length > 0) {
    scores.push(listSimilarity(original.siblings, other.siblings));
  }
  scores.push(...parentScores(original.parent, other.parent));
  return rounded(scores.reduce((sum, score) => sum + score, 0) / scores.length);
}

function parentScores(
  original: ElementDescription["parent"],
  other: ElementDescription["parent"],
): number[] {
  if (original === undefined) return [];
  const scores = [
    Number(original.tag === other?.tag),
    other === undefined ? 0 : attributeScore(original.attributes, other.attributes),
  ];
  if (original.text !== "") scores.push(textSimilarity(original.text, other?.text ?? ""));
  return scores;
}

function attributeScore(
  original: Readonly<Record<string, string>>,
  other: Readonly<Record<string, string>>,
): number {
  const names = new Set([...Object.keys(original), ...Object.keys(other)]);
  if (names.size === 0) return 1;
  let sum = 0;
  for (const name of names) {
    const [a, b] = [valueOf(original, name), valueOf(other, name)];
    if (a !== undefined && b !== undefined) sum += (1 + textSimilarity(a, b)) / 2;
  }
  return sum / names.size;
}

/** Of an object that JSON made, which inherits a `constructor`. */
function valueOf(attributes: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

/** To a hundredth of a percent: what differs less is as good. */
function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}
