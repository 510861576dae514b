import type { NodeTest, Step } from "./ast.ts";
import type { Predicates } from "./predicates.ts";

/** A step with its predicates compiled. */
export interface PreparedStep extends Pick<Step, "axis" | "test">, Predicates {
  /** Where a node must stand among the siblings that pass, in place of a position on the axis. */
  readonly place?: Place;
}

/** A place among siblings. */
export interface Place {
  /** The place, from 1; `undefined` for the last. */
  readonly index: number | undefined;
}

/** Further from the beginning, counting the children of each parent is less work. */
const MAX_PLACE = 8;

const ANY_ELEMENT: NodeTest = { type: "any" };

/**
 * Steps that find the same with less work.
 *
 * `//p` is short for `/descendant-or-self::node()/child::p`. Unless a predicate counts the children
 * of each parent, that is `/descendant::p`, which doesn't gather all nodes first. `//p[1]` and
 * `//p[last()]` are the descendants that no such sibling stands before, or behind.
 */
export function rewriteSteps(steps: readonly PreparedStep[]): PreparedStep[] {
  const needed = steps.filter((step) => !isNode(step, "self"));
  const rewritten: PreparedStep[] = [];
  for (let index = 0; index < needed.length; index++) {
    const step = needed[index] as PreparedStep;
    const next = needed[index + 1];
    if (next === undefined || !isNode(step, "descendant-or-self")) rewritten.push(step);
    else if (next.axis === "attribute") rewritten.push({ ...step, test: ANY_ELEMENT });
    else if (mayDescend(next)) {
      rewritten.push({ ...next, axis: "descendant" });
      index++;
    } else if (placeOf(next) !== undefined) {
      rewritten.push({ ...next, axis: "descendant", positional: [], place: placeOf(next) });
      index++;
    } else rewritten.push(step);
  }
  return rewritten;
}

/** Whether a step is `axis::node()` and nothing more. */
function isNode(step: PreparedStep, axis: Step["axis"]): boolean {
  return step.axis === axis && step.test.type === "node" && !hasPredicates(step);
}

function mayDescend({ axis, positional }: PreparedStep): boolean {
  return (axis === "child" || axis === "descendant") && positional.length === 0;
}

/** The place that the only positional predicate of a step asks for, if it is a near one. */
function placeOf({ axis, positional }: PreparedStep): Place | undefined {
  const [predicate] = positional;
  if (axis !== "child" || positional.length !== 1 || predicate === undefined) return undefined;
  if (predicate.isLast) return { index: undefined };
  const { index } = predicate;
  return index !== undefined && index <= MAX_PLACE ? { index } : undefined;
}

/** Whether a step has any predicate. */
export function hasPredicates({ filter, positional }: Predicates): boolean {
  return filter !== undefined || positional.length > 0;
}
