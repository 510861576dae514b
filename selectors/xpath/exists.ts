import { NO_NODE } from "../document/document.ts";
import type { Axis } from "./ast.ts";
import { AXES, followingStart, passes, rangeOf, scan } from "./axes.ts";
import type { Environment } from "./environment.ts";
import { isTreeNode, ownerOf } from "./nodes.ts";
import type { CompiledStep } from "./step.ts";

/**
 * What has been found out about one step during one evaluation. Predicates such as `[ancestor::ul]`
 * ask the same of every node; without a memory, each would climb to the root, which takes minutes in
 * a page of 100,000 nested elements.
 */
export interface Memory {
  /** How often the step was asked for. */
  asked: number;
  /** By node: 0 for not known yet, 1 for no, 2 for yes. */
  answers: Uint8Array | undefined;
  /** Everything that passes, by root of its tree. */
  readonly passing: Map<number, Passing>;
}

/** All nodes of a tree that pass a step's test and predicates. */
interface Passing {
  readonly nodes: readonly number[];
  /** The least end of the subtrees of `nodes`. */
  readonly firstEnd: number;
}

/** Looking at single nodes is cheaper than gathering all that pass, as long as few ask. */
const ASKED_BEFORE_GATHERING = 16;

const UNKNOWN = 0;
const NO = 1;
const YES = 2;

/** Whether a step whose predicates don't ask for positions finds anything at `context`. */
export function exists(environment: Environment, step: CompiledStep, context: number): boolean {
  switch (step.axis) {
    case "ancestor":
    case "ancestor-or-self":
    case "following-sibling":
    case "preceding-sibling":
      return existsOnChain(environment, step, context);
    case "descendant":
    case "following":
    case "preceding": {
      const memory = environment.memoryOf(step);
      if (++memory.asked > ASKED_BEFORE_GATHERING) {
        return existsAmong(environment, step.axis, context, gather(environment, step, context));
      }
      return findsOne(environment, step, context);
    }
    default:
      return findsOne(environment, step, context);
  }
}

function findsOne(environment: Environment, step: CompiledStep, context: number): boolean {
  const found: number[] = [];
  const test = environment.test(step.test);
  AXES[step.axis](environment, test, step.filter, context, found, 1);
  return found.length > 0;
}

/** On the axes on which a node finds what its neighbour finds, and perhaps that neighbour. */
function existsOnChain(environment: Environment, step: CompiledStep, context: number): boolean {
  const { axis, filter } = step;
  const test = environment.test(step.test);
  if (!isTreeNode(context)) return findsOne(environment, step, context);
  if (axis === "ancestor-or-self" && passes(environment, test, filter, context)) return true;
  const memory = environment.memoryOf(step);
  const answers = memory.answers ??= new Uint8Array(environment.document.size);
  const neighbours = neighboursOf(environment, axis);
  let node = context;
  let answer = answers[node] as number;
  while (answer === UNKNOWN) {
    const neighbour = neighbours[node] as number;
    if (neighbour === NO_NODE) answer = NO;
    else if (passes(environment, test, filter, neighbour)) answer = YES;
    else answer = answers[node = neighbour] as number;
  }
  const last = node;
  for (node = context; node !== last; node = neighbours[node] as number) answers[node] = answer;
  answers[last] = answer;
  return answer === YES;
}

function neighboursOf({ document }: Environment, axis: Axis): Int32Array {
  if (axis === "following-sibling") return document.nextSiblings;
  if (axis === "preceding-sibling") return document.previousSiblings;
  return document.parents;
}

function gather(environment: Environment, step: CompiledStep, context: number): Passing {
  const { passing } = environment.memoryOf(step);
  const root = environment.rootOf(ownerOf(environment, context));
  let gathered = passing.get(root);
  if (gathered === undefined) {
    const nodes: number[] = [];
    const { start, end } = rangeOf(environment, root);
    scan(environment, environment.test(step.test), step.filter, start, end, nodes, Infinity);
    const { document } = environment;
    const firstEnd = nodes.reduce(
      (least, node) => Math.min(least, document.subtreeEnd(node)),
      Infinity,
    );
    gathered = { nodes, firstEnd };
    passing.set(root, gathered);
  }
  return gathered;
}

function existsAmong(
  environment: Environment,
  axis: "descendant" | "following" | "preceding",
  context: number,
  { nodes, firstEnd }: Passing,
): boolean {
  if (axis === "preceding") return firstEnd <= ownerOf(environment, context);
  if (axis === "following") {
    return (nodes.at(-1) ?? NO_NODE) >= followingStart(environment, context);
  }
  if (!isTreeNode(context)) return false;
  const next = nodes[firstAfter(nodes, context)];
  return next !== undefined && next < environment.document.subtreeEnd(context);
}

/** Index of the first of the sorted `nodes` that is greater than `node`. */
function firstAfter(nodes: readonly number[], node: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (nodes[middle] as number > node) high = middle;
    else low = middle + 1;
  }
  return low;
}
