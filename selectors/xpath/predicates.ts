import type { Filter } from "./axes.ts";
import { type Compiled, type Evaluate, toBoolean } from "./compiled.ts";
import type { Environment } from "./environment.ts";

/** A predicate whose answer depends on where a node stands. */
export interface Positional {
  /** The only position that it lets through, where it is written out: `[3]`. */
  readonly index: number | undefined;
  /** Whether it lets only the last through. */
  readonly isLast: boolean;
  readonly test: Evaluate<boolean>;
}

/** A list of predicates, cut where the first one asks for the position. */
export interface Predicates {
  /** Those in front, as one; they may be asked node by node. */
  readonly filter: Filter;
  readonly positional: readonly Positional[];
}

/** A predicate as its expression and as what that was compiled from. */
export interface CompiledPredicate {
  readonly compiled: Compiled;
  /** The number, if that is all that the predicate says. */
  readonly constant: number | undefined;
  /** Whether `last()` is all that the predicate says. */
  readonly isLast: boolean;
}

/** Cuts a list of predicates. */
export function arrangePredicates(predicates: readonly CompiledPredicate[]): Predicates {
  const cut = predicates.findIndex(({ compiled }) => asksForPosition(compiled));
  const free = cut === -1 ? predicates : predicates.slice(0, cut);
  return {
    filter: allOf(free.map(({ compiled }) => compiled.boolean)),
    positional: cut === -1 ? [] : predicates.slice(cut).map(toPositional),
  };
}

/** The nodes, in the order of their positions, that a predicate lets through. */
export function filterByPosition(
  environment: Environment,
  { index, isLast, test }: Positional,
  nodes: number[],
): number[] {
  if (index !== undefined) return nodes.slice(index - 1, index);
  if (isLast) return nodes.slice(-1);
  const size = nodes.length;
  return nodes.filter((node, at) => test(environment, node, at + 1, size));
}

function asksForPosition({ type, positional }: Compiled): boolean {
  return positional || type === "number" || type === "variable";
}

function allOf(tests: readonly Evaluate<boolean>[]): Filter {
  const [first] = tests;
  if (tests.length < 2) return first;
  return (environment, node, position, size) => {
    for (const test of tests) if (!test(environment, node, position, size)) return false;
    return true;
  };
}

function toPositional({ compiled, constant, isLast }: CompiledPredicate): Positional {
  const isPosition = constant !== undefined && Number.isInteger(constant) && constant > 0;
  return { index: isPosition ? constant : undefined, isLast, test: testOf(compiled) };
}

function testOf({ type, boolean, number, value }: Compiled): Evaluate<boolean> {
  switch (type) {
    case "number":
      return (environment, node, position, size) =>
        number(environment, node, position, size) === position;
    case "variable":
      return (environment, node, position, size) => {
        const found = value(environment, node, position, size);
        return typeof found === "number" ? found === position : toBoolean(found);
      };
    default:
      return boolean;
  }
}
