import { NO_NODE } from "../document/document.ts";
import type { Axis } from "./ast.ts";
import { AXES, type Filter, followingStart, passes, REVERSE_AXES } from "./axes.ts";
import type { NodeSet } from "./compiled.ts";
import type { Environment } from "./environment.ts";
import { exists } from "./exists.ts";
import { inDocumentOrder, isTreeNode, ownerOf, parentOf } from "./nodes.ts";
import { filterByPosition, type Positional } from "./predicates.ts";

/** A compiled step of a path. */
export interface CompiledStep {
  readonly axis: Axis;
  /** Number of its node test in the environment. */
  readonly test: number;
  /** The predicates that stand first and don't ask for the position. */
  readonly filter: Filter;
  /** The predicates from the first on that does. */
  readonly positional: readonly Positional[];
}

/** What `step` finds at `contexts`, in document order. */
export function takeStep(environment: Environment, step: CompiledStep, contexts: NodeSet): NodeSet {
  if (contexts.length === 0) return contexts;
  if (contexts.length === 1) return takeStepAt(environment, step, contexts[0] as number);
  if (step.positional.length === 0) return takeStepAtAll(environment, step, contexts);
  const found: number[] = [];
  const { firstChildren } = environment.document;
  for (const context of contexts) {
    if (step.axis === "child" && !(firstChildren[context] as number > 0)) continue;
    for (const node of takeStepAt(environment, step, context)) found.push(node);
  }
  return inDocumentOrder(environment, found);
}

/** Whether `step` finds anything at `context`. */
export function findsAnything(
  environment: Environment,
  step: CompiledStep,
  context: number,
): boolean {
  if (step.positional.length > 0) return takeStepAt(environment, step, context).length > 0;
  return exists(environment, step, context);
}

/** The first in document order of what `step` finds at `context`. */
export function firstFound(
  environment: Environment,
  step: CompiledStep,
  context: number,
): number | undefined {
  if (step.positional.length > 0 || REVERSE_AXES.has(step.axis)) {
    return takeStepAt(environment, step, context)[0];
  }
  return nearest(environment, step, context);
}

function nearest(
  environment: Environment,
  step: CompiledStep,
  context: number,
): number | undefined {
  const found: number[] = [];
  walk(environment, step, context, found, 1);
  return found[0];
}

/** At one node: positions are counted along the axis. */
function takeStepAt(environment: Environment, step: CompiledStep, context: number): NodeSet {
  const { positional } = step;
  let found: number[] = [];
  walk(environment, step, context, found, positional[0]?.index ?? Infinity);
  for (const predicate of positional) found = filterByPosition(environment, predicate, found);
  return REVERSE_AXES.has(step.axis) ? found.reverse() : found;
}

/**
 * At many nodes, without looking at any node twice: in a page of 100,000 nested elements, `//b//i`
 * and `//b/ancestor::i` would else take minutes.
 */
function takeStepAtAll(environment: Environment, step: CompiledStep, contexts: NodeSet): NodeSet {
  const found: number[] = [];
  if (step.axis === "ancestor" || step.axis === "ancestor-or-self") {
    climbFromAll(environment, step, contexts, found);
  } else {
    for (const context of sufficientContexts(environment, step.axis, contexts)) {
      walk(environment, step, context, found, Infinity);
    }
  }
  const inSourceOrder = step.axis === "attribute" || step.axis === "namespace";
  return inSourceOrder ? found : inDocumentOrder(environment, found);
}

function walk(
  environment: Environment,
  { axis, test, filter }: CompiledStep,
  context: number,
  found: number[],
  limit: number,
): void {
  const resolved = environment.test(test);
  AXES[axis](environment, resolved, filter, context, found, limit);
}

/** Those of `contexts` at which an axis finds all that it finds at any of them. */
function sufficientContexts(environment: Environment, axis: Axis, contexts: NodeSet): NodeSet {
  switch (axis) {
    case "descendant":
    case "descendant-or-self":
      return outermost(environment, contexts);
    case "following-sibling":
      return firstOfEachParent(environment, contexts);
    case "preceding-sibling":
      return firstOfEachParent(environment, contexts.toReversed());
    case "following":
      return [least(contexts, (node) => followingStart(environment, node))];
    case "preceding":
      return [least(contexts, (node) => -ownerOf(environment, node))];
    default:
      return contexts;
  }
}

function outermost(environment: Environment, contexts: NodeSet): NodeSet {
  let end = 0;
  return contexts.filter((node) => {
    if (!isTreeNode(node)) return true;
    if (node < end) return false;
    end = environment.document.subtreeEnd(node);
    return true;
  });
}

function firstOfEachParent({ document }: Environment, contexts: NodeSet): NodeSet {
  const parents = new Set<number>();
  return contexts.filter((node) => {
    if (!isTreeNode(node)) return false;
    const parent = document.parents[node] as number;
    return !parents.has(parent) && parents.add(parent);
  });
}

function least(nodes: NodeSet, rankOf: (node: number) => number): number {
  return nodes.reduce((best, node) => rankOf(node) < rankOf(best) ? node : best);
}

function climbFromAll(
  environment: Environment,
  { axis, test, filter }: CompiledStep,
  contexts: NodeSet,
  found: number[],
): void {
  const { parents } = environment.document;
  const resolved = environment.test(test);
  const visited = new Uint8Array(environment.document.size);
  for (const context of contexts) {
    const includesSelf = axis === "ancestor-or-self";
    if (includesSelf && !isTreeNode(context)) {
      AXES.self(environment, resolved, filter, context, found, Infinity);
    }
    const startsAtSelf = includesSelf && isTreeNode(context);
    let node = startsAtSelf ? context : parentOf(environment, context);
    for (; node !== NO_NODE && visited[node] === 0; node = parents[node] as number) {
      visited[node] = 1;
      if (passes(environment, resolved, filter, node)) found.push(node);
    }
  }
}
