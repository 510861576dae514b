import { numberToBoolean, numberToString, stringToNumber } from "./convert.ts";
import type { Environment } from "./environment.ts";
import { stringValueOf } from "./nodes.ts";

/** Nodes in document order, without duplicates; see `nodes.ts` for the numbers. */
export type NodeSet = readonly number[];

/** Any value of XPath 1.0. */
export type Value = NodeSet | string | number | boolean;

/** A compiled expression, asked at a context node, at its position among so many. */
export type Evaluate<Result> = (
  environment: Environment,
  node: number,
  position: number,
  size: number,
) => Result;

/** What an expression gives; what a variable gives is known only when it is evaluated. */
export type StaticType = "nodes" | "string" | "number" | "boolean" | "variable";

/** An expression as closures: one for its own type, the others convert as XPath prescribes. */
export interface Compiled {
  readonly type: StaticType;
  /** Whether the answer depends on `position()` or `last()`. */
  readonly positional: boolean;
  /** Defined for `nodes` and `variable` only. */
  readonly nodes?: Evaluate<NodeSet>;
  readonly string: Evaluate<string>;
  readonly number: Evaluate<number>;
  readonly boolean: Evaluate<boolean>;
  readonly value: Evaluate<Value>;
  /** See {@linkcode NodeShortcuts.first}. */
  readonly first?: Evaluate<number | undefined>;
  /** See {@linkcode NodeShortcuts.single}. */
  readonly single?: Evaluate<string | undefined>;
}

/** Shortcuts for what needs fewer than all nodes. */
export interface NodeShortcuts {
  /** The first node in document order, or `undefined`. */
  readonly first: Evaluate<number | undefined>;
  /** Whether there is any. */
  readonly exists: Evaluate<boolean>;
  /** For what never finds two nodes: string value of the only one, or `undefined`. */
  readonly single?: Evaluate<string | undefined>;
}

/** An expression that gives nodes. */
export function nodesExpression(
  positional: boolean,
  nodes: Evaluate<NodeSet>,
  shortcuts: NodeShortcuts = {
    first: (environment, node, position, size) => nodes(environment, node, position, size)[0],
    exists: (environment, node, position, size) =>
      nodes(environment, node, position, size).length > 0,
  },
): Compiled & { readonly nodes: Evaluate<NodeSet> } {
  const string = firstString(shortcuts);
  return {
    type: "nodes",
    positional,
    nodes,
    string,
    number: (environment, node, position, size) =>
      stringToNumber(string(environment, node, position, size)),
    boolean: shortcuts.exists,
    value: nodes,
    first: shortcuts.first,
    single: shortcuts.single,
  };
}

function firstString({ first, single }: NodeShortcuts): Evaluate<string> {
  if (single !== undefined) {
    return (environment, node, position, size) => single(environment, node, position, size) ?? "";
  }
  return (environment, node, position, size) => {
    const found = first(environment, node, position, size);
    return found === undefined ? "" : stringValueOf(environment, found);
  };
}

/** An expression that gives a string. */
export function stringExpression(positional: boolean, string: Evaluate<string>): Compiled {
  return {
    type: "string",
    positional,
    string,
    number: (environment, node, position, size) =>
      stringToNumber(string(environment, node, position, size)),
    boolean: (environment, node, position, size) =>
      string(environment, node, position, size) !== "",
    value: string,
  };
}

/** An expression that gives a number. */
export function numberExpression(positional: boolean, number: Evaluate<number>): Compiled {
  return {
    type: "number",
    positional,
    string: (environment, node, position, size) =>
      numberToString(number(environment, node, position, size)),
    number,
    boolean: (environment, node, position, size) =>
      numberToBoolean(number(environment, node, position, size)),
    value: number,
  };
}

/** An expression that gives a boolean. */
export function booleanExpression(positional: boolean, boolean: Evaluate<boolean>): Compiled {
  return {
    type: "boolean",
    positional,
    string: (environment, node, position, size) =>
      String(boolean(environment, node, position, size)),
    number: (environment, node, position, size) =>
      boolean(environment, node, position, size) ? 1 : 0,
    boolean,
    value: boolean,
  };
}

/** A variable. */
export function variableExpression(name: string, offset: number): Compiled {
  const value: Evaluate<Value> = (environment) => environment.variable(name, offset);
  return {
    type: "variable",
    positional: false,
    nodes: (environment) => {
      const found = environment.variable(name, offset);
      if (isNodeSet(found)) return found;
      return environment.fail(offset, `$${name} is a ${typeof found}, not nodes`);
    },
    string: (environment) => toText(environment, environment.variable(name, offset)),
    number: (environment) => toNumber(environment, environment.variable(name, offset)),
    boolean: (environment) => toBoolean(environment.variable(name, offset)),
    value,
  };
}

/** Whether a value is a set of nodes. */
export function isNodeSet(value: Value): value is NodeSet {
  return typeof value === "object";
}

/** `string()` of any value. */
export function toText(environment: Environment, value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberToString(value);
  if (typeof value === "boolean") return String(value);
  const [first] = value;
  return first === undefined ? "" : stringValueOf(environment, first);
}

/** `number()` of any value. */
export function toNumber(environment: Environment, value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  return stringToNumber(toText(environment, value));
}

/** `boolean()` of any value. */
export function toBoolean(value: Value): boolean {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return numberToBoolean(value);
  return value.length > 0;
}
