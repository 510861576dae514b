import type { BinaryOperator } from "./ast.ts";
import {
  booleanExpression,
  type Compiled,
  type Evaluate,
  isNodeSet,
  type NodeSet,
  toBoolean,
  toNumber,
  toText,
  type Value,
} from "./compiled.ts";
import type { Environment } from "./environment.ts";
import { stringToNumber } from "./convert.ts";
import { hasStringValue, stringValueOf } from "./nodes.ts";

/** An operator that gives a boolean. */
export type Comparison = Extract<BinaryOperator, "=" | "!=" | "<" | "<=" | ">" | ">=">;

/**
 * `a = b`, or `a = b = c`, which compares whether `a = b` with `c`
 * (https://www.w3.org/TR/xpath-10/#booleans). A loop: closures in closures would overflow the stack.
 */
export function comparisons(
  first: Compiled,
  operators: readonly Comparison[],
  operands: readonly Compiled[],
): Compiled {
  const begin = comparison(operators[0] as Comparison, first, operands[0] as Compiled);
  if (operands.length === 1) return begin;
  const positional = [first, ...operands].some((operand) => operand.positional);
  return booleanExpression(positional, (environment, node, position, size) => {
    let result = begin.boolean(environment, node, position, size);
    for (let index = 1; index < operands.length; index++) {
      const operand = (operands[index] as Compiled).value(environment, node, position, size);
      result = compareValues(environment, operators[index] as Comparison, result, operand);
    }
    return result;
  });
}

function comparison(operator: Comparison, left: Compiled, right: Compiled): Compiled {
  const positional = left.positional || right.positional;
  return booleanExpression(positional, compileComparison(operator, left, right));
}

function compileComparison(
  operator: Comparison,
  left: Compiled,
  right: Compiled,
): Evaluate<boolean> {
  if (isSingle(left) && isSingle(right)) return compileSingles(operator, left, right);
  if (left.type === "nodes" && right.type === "string" && isEquality(operator)) {
    return nodesWithString(operator, left, right);
  }
  if (right.type === "nodes" && left.type === "string" && isEquality(operator)) {
    return nodesWithString(operator, right, left);
  }
  return (environment, node, position, size) =>
    compareValues(
      environment,
      operator,
      left.value(environment, node, position, size),
      right.value(environment, node, position, size),
    );
}

function isSingle({ type }: Compiled): boolean {
  return type === "string" || type === "number" || type === "boolean";
}

function isEquality(operator: Comparison): operator is "=" | "!=" {
  return operator === "=" || operator === "!=";
}

function compileSingles(operator: Comparison, left: Compiled, right: Compiled): Evaluate<boolean> {
  if (!isEquality(operator)) {
    return (environment, node, position, size) =>
      compareNumbers(
        operator,
        left.number(environment, node, position, size),
        right.number(environment, node, position, size),
      );
  }
  const type = equalityType(left.type, right.type);
  const wanted = operator === "=";
  return (environment, node, position, size) =>
    (left[type](environment, node, position, size) ===
      right[type](environment, node, position, size)) === wanted;
}

function equalityType(left: string, right: string): "boolean" | "number" | "string" {
  if (left === "boolean" || right === "boolean") return "boolean";
  return left === "number" || right === "number" ? "number" : "string";
}

/** The comparison that predicates are made of: `@class = "x"`, `text() != ""`. */
function nodesWithString(
  operator: "=" | "!=",
  nodes: Compiled,
  string: Compiled,
): Evaluate<boolean> {
  const wanted = operator === "=";
  const { single } = nodes;
  if (single === stringValueOf) {
    return (environment, node, position, size) =>
      hasStringValue(environment, node, string.string(environment, node, position, size)) ===
        wanted;
  }
  if (single !== undefined) {
    return (environment, node, position, size) => {
      const found = single(environment, node, position, size);
      if (found === undefined) return false;
      return (found === string.string(environment, node, position, size)) === wanted;
    };
  }
  const find = nodes.nodes as Evaluate<NodeSet>;
  return (environment, node, position, size) => {
    const text = string.string(environment, node, position, size);
    for (const found of find(environment, node, position, size)) {
      if (hasStringValue(environment, found, text) === wanted) return true;
    }
    return false;
  };
}

/** Compares values whose types are known only now. */
function compareValues(
  environment: Environment,
  operator: Comparison,
  left: Value,
  right: Value,
): boolean {
  if (isNodeSet(left)) {
    return isNodeSet(right)
      ? compareNodeSets(environment, operator, left, right)
      : compareNodes(environment, operator, left, right);
  }
  if (isNodeSet(right)) return compareNodes(environment, mirrored(operator), right, left);
  if (!isEquality(operator)) {
    return compareNumbers(operator, toNumber(environment, left), toNumber(environment, right));
  }
  return areEqual(environment, left, right) === (operator === "=");
}

function areEqual(environment: Environment, left: Value, right: Value): boolean {
  switch (equalityType(typeof left, typeof right)) {
    case "boolean":
      return toBoolean(left) === toBoolean(right);
    case "number":
      return toNumber(environment, left) === toNumber(environment, right);
    default:
      return toText(environment, left) === toText(environment, right);
  }
}

/** Whether any of `nodes` compares with `other`; a boolean is compared with whether there are any. */
function compareNodes(
  environment: Environment,
  operator: Comparison,
  nodes: NodeSet,
  other: string | number | boolean,
): boolean {
  if (typeof other === "boolean") {
    return compareValues(environment, operator, nodes.length > 0, other);
  }
  return nodes.some((node) =>
    compareValues(environment, operator, stringValueOf(environment, node), other)
  );
}

/** Whether any pair compares, without looking at all pairs. */
function compareNodeSets(
  environment: Environment,
  operator: Comparison,
  left: NodeSet,
  right: NodeSet,
): boolean {
  if (left.length === 0 || right.length === 0) return false;
  const strings = (nodes: NodeSet) => nodes.map((node) => stringValueOf(environment, node));
  if (operator === "=") {
    const ofLeft = new Set(strings(left));
    return right.some((node) => ofLeft.has(stringValueOf(environment, node)));
  }
  if (operator === "!=") return new Set([...strings(left), ...strings(right)]).size > 1;
  const extreme = (nodes: NodeSet, wantsLeast: boolean) => {
    const numbers = strings(nodes).map(stringToNumber).filter((number) => !Number.isNaN(number));
    return numbers.reduce(
      (least, number) => (number < least) === wantsLeast ? number : least,
      numbers[0] ?? NaN,
    );
  };
  const leftShouldBeLess = operator === "<" || operator === "<=";
  return compareNumbers(
    operator,
    extreme(left, leftShouldBeLess),
    extreme(right, !leftShouldBeLess),
  );
}

function compareNumbers(operator: Comparison, left: number, right: number): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "=":
      return left === right;
    case "!=":
      return left !== right;
  }
}

function mirrored(operator: Comparison): Comparison {
  switch (operator) {
    case "<":
      return ">";
    case "<=":
      return ">=";
    case ">":
      return "<";
    case ">=":
      return "<=";
    default:
      return operator;
  }
}
