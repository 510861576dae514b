import type { Document } from "../document/document.ts";
import { findElements } from "../find/search.ts";
import { describe, type ElementDescription } from "./describe.ts";
import { similarityScore } from "./score.ts";

/** What an element was relocated as. */
export interface Relocation {
  /** The elements with the best score, in document order; none if that is below the threshold. */
  readonly nodes: readonly number[];
  /** Their score, from 0 to 1. */
  readonly score: number;
}

/** How alike an element must be to be taken for the one that was lost. */
export const DEFAULT_THRESHOLD = 0.4;

/** Finds the elements in the subtree of `scope` that are most like a description. */
export function relocate(
  document: Document,
  scope: number,
  original: ElementDescription,
  threshold: number = DEFAULT_THRESHOLD,
): Relocation {
  let best = 0;
  let nodes: number[] = [];
  for (const node of findElements(document, scope, () => true)) {
    const score = similarityScore(original, describe(document, node));
    if (score > best) [best, nodes] = [score, []];
    if (score === best) nodes.push(node);
  }
  return { nodes: best >= threshold ? nodes : [], score: best };
}
