import { type Document, NO_NODE } from "../document/document.ts";
import { ownTextOf } from "../document/texts.ts";
import { cleaned } from "./by_text.ts";
import { findElements } from "./search.ts";
import { textSimilarity } from "./similarity.ts";

/** Options of {@linkcode findSimilar}. */
export interface FindSimilarOptions {
  /** How alike the attributes must be, from 0 to 1. Default: 0.2. */
  readonly similarity?: number | undefined;
  /** Attributes that say nothing. Default: `href` and `src`. */
  readonly ignoreAttributes?: readonly string[] | undefined;
  /** Whether their own texts must be alike as well. Default: false. */
  readonly matchText?: boolean | undefined;
}

const DEFAULT_SIMILARITY = 0.2;
const DEFAULT_IGNORED: readonly string[] = ["href", "src"];

/**
 * The elements that stand where `node` stands in other parts of the page: at the same depth, with
 * the same tag, the same parent's tag and grandparent's tag, and attributes that are alike. From one
 * product in a list, that finds the others.
 */
export function findSimilar(
  document: Document,
  node: number,
  options: FindSimilarOptions = {},
): number[] {
  const { similarity = DEFAULT_SIMILARITY, matchText = false } = options;
  const ignored = new Set(options.ignoreAttributes ?? DEFAULT_IGNORED);
  const wanted = attributesWithout(document, node, ignored);
  const depths = depthsIn(document);
  return findElements(document, document.root, (_document, candidate) => {
    if (candidate === node || depths[candidate] !== depths[node]) return false;
    if (!hasSameTags(document, node, candidate)) return false;
    const attributes = attributesWithout(document, candidate, ignored);
    const scores = attributeScores(wanted, attributes);
    if (matchText) scores.push(textScore(document, node, candidate));
    return average(scores) >= similarity;
  });
}

/** A parent has a smaller handle than its children, so one pass is enough. */
function depthsIn(document: Document): Int32Array {
  const depths = new Int32Array(document.size);
  for (let node = 1; node < document.size; node++) {
    const parent = document.parents[node] as number;
    depths[node] = parent === NO_NODE ? 0 : depths[parent] as number + 1;
  }
  return depths;
}

/** Whether two elements have the same tag, and their parents and grandparents too. */
function hasSameTags({ nameIds, parents }: Document, a: number, b: number): boolean {
  let [first, second] = [a, b];
  for (let level = 0; level < 3; level++) {
    if (nameIds[first] !== nameIds[second]) return false;
    first = parents[first] as number;
    second = parents[second] as number;
  }
  return true;
}

function attributesWithout(
  document: Document,
  node: number,
  ignored: ReadonlySet<string>,
): Map<string, string> {
  const attributes = new Map<string, string>();
  const end = document.attributeEnd(node);
  for (let at = document.attributeStart(node); at < end; at++) {
    const name = document.attributeName(at);
    if (!ignored.has(name)) attributes.set(name, document.attributeValue(at));
  }
  return attributes;
}

/** One score for each attribute of the element that has more: a missing one scores nothing. */
function attributeScores(
  wanted: ReadonlyMap<string, string>,
  attributes: ReadonlyMap<string, string>,
): number[] {
  const count = Math.max(wanted.size, attributes.size);
  if (count === 0) return [1];
  const scores = new Array<number>(count).fill(0);
  let index = 0;
  for (const [name, value] of wanted) {
    const other = attributes.get(name);
    scores[index++] = other === undefined ? 0 : textSimilarity(value, other);
  }
  return scores;
}

function textScore(document: Document, a: number, b: number): number {
  return textSimilarity(cleaned(ownTextOf(document, a)), cleaned(ownTextOf(document, b)));
}

function average(scores: readonly number[]): number {
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}
