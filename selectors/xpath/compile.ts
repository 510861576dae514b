import type {
  BinaryOperator,
  Expression,
  FilteredExpression,
  FunctionCall,
  Path,
  Step,
} from "./ast.ts";
import { type Comparison, comparisons } from "./compare.ts";
import {
  booleanExpression,
  type Compiled,
  type Evaluate,
  type NodeSet,
  nodesExpression,
  type NodeShortcuts,
  numberExpression,
  stringExpression,
  variableExpression,
} from "./compiled.ts";
import type { NeededTest } from "./environment.ts";
import { XPathSyntaxError } from "./errors.ts";
import { EXTENSION_FUNCTIONS } from "./extensions.ts";
import { CORE_FUNCTIONS, type XPathFunction } from "./functions.ts";
import { principalKindOf } from "./node_tests.ts";
import { inDocumentOrder } from "./nodes.ts";
import { parseXPath } from "./parse.ts";
import { placeFilter } from "./place.ts";
import { attributeShortcuts, compilePath, SELF_SHORTCUTS, type Start } from "./path.ts";
import {
  arrangePredicates,
  type CompiledPredicate,
  filterByPosition,
  type Positional,
} from "./predicates.ts";
import { hasPredicates, type PreparedStep, rewriteSteps } from "./rewrite.ts";
import type { CompiledStep } from "./step.ts";

/** An expression, ready to be evaluated in any document. */
export interface CompiledXPath {
  readonly expression: Compiled;
  /** The node tests that it asks for, in the order of their numbers. */
  readonly tests: readonly NeededTest[];
}

/**
 * Parses and compiles an expression.
 *
 * @throws {XPathSyntaxError} If it can't be parsed or asks for something unsupported.
 */
export function compileXPath(source: string): CompiledXPath {
  const compiler = new Compiler(source);
  const expression = compiler.compile(parseXPath(source));
  return { expression, tests: compiler.tests };
}

class Compiler {
  readonly tests: NeededTest[] = [];
  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  compile(expression: Expression): Compiled {
    switch (expression.type) {
      case "literal":
        return stringExpression(false, () => expression.value);
      case "number":
        return numberExpression(false, () => expression.value);
      case "variable":
        return variableExpression(expression.name, expression.offset);
      case "call":
        return this.#call(expression);
      case "negation":
        return negation(this.compile(expression.operand), expression.times);
      case "or":
        return disjunction(expression.operands.map((operand) => this.compile(operand)));
      case "and":
        return conjunction(expression.operands.map((operand) => this.compile(operand)));
      case "chain":
        return this.#chain(expression);
      case "union":
        return this.#union(expression);
      case "filter":
        return this.#filter(expression);
      case "path":
        return this.#path(expression);
    }
  }

  #call({ name, arguments: args, offset }: FunctionCall): Compiled {
    const { min, max, nodeArguments, compile } = this.#function(name, offset);
    if (args.length < min || args.length > max) {
      this.#fail(offset, `${name}() with ${numberOfArguments(min, max)}`);
    }
    const compiled = args.map((argument) => this.compile(argument));
    compiled.forEach((argument, index) => {
      const mustBeNodes = nodeArguments?.includes(index) ?? false;
      if (mustBeNodes) this.#requireNodes(argument, offset, `${name}() with nodes to work on`);
    });
    return compile(compiled);
  }

  #function(name: string, offset: number): XPathFunction {
    return CORE_FUNCTIONS[name] ?? EXTENSION_FUNCTIONS[name] ??
      this.#fail(offset, "a function of XPath 1.0, has-class(), re:test() or another of EXSLT's");
  }

  #chain({ first, rest }: Extract<Expression, { type: "chain" }>): Compiled {
    const { operator } = rest[0] as { operator: BinaryOperator };
    const operands = rest.map(({ operand }) => this.compile(operand));
    if (!isComparison(operator)) {
      return arithmetic(this.compile(first), rest.map(({ operator }) => operator), operands);
    }
    const operators = rest.map(({ operator }) => operator as Comparison);
    return comparisons(this.compile(first), operators, operands);
  }

  #union({ operands, offset }: Extract<Expression, { type: "union" }>): Compiled {
    const compiled = operands.map((operand) => this.compile(operand));
    for (const operand of compiled) this.#requireNodes(operand, offset, "nodes on both sides of |");
    return nodesExpression(somePositional(compiled), (environment, node, position, size) => {
      const found = new Set<number>();
      for (const { nodes } of compiled) {
        const ofOperand = (nodes as Evaluate<NodeSet>)(environment, node, position, size);
        for (const each of ofOperand) found.add(each);
      }
      return inDocumentOrder(environment, [...found]);
    });
  }

  #filter({ primary, predicates, offset }: FilteredExpression): Compiled {
    const compiled = this.compile(primary);
    this.#requireNodes(compiled, offset, "nodes in front of a predicate");
    const { filter, positional } = arrangePredicates(this.#predicates(predicates));
    const nodes = compiled.nodes as Evaluate<NodeSet>;
    return nodesExpression(compiled.positional, (environment, node, position, size) => {
      let found = [...nodes(environment, node, position, size)];
      if (filter !== undefined) found = found.filter((node) => filter(environment, node, 1, 1));
      for (const predicate of positional) found = filterByPosition(environment, predicate, found);
      return found;
    }, shortcutsOfFirst(compiled, filter === undefined ? positional : []));
  }

  #path({ start, steps, offset }: Path): Compiled {
    const begin: Start = start === "root" || start === "context" ? start : this.compile(start);
    if (typeof begin === "object") this.#requireNodes(begin, offset, "nodes in front of a slash");
    const prepared = rewriteSteps(steps.map((step) => this.#prepare(step)));
    const compiled = prepared.map((step) => this.#step(step));
    const { nodes, shortcuts } = compilePath(begin, compiled);
    const positional = typeof begin === "object" && begin.positional;
    const special = begin === "context" ? shortcutsOf(prepared, compiled) : undefined;
    return nodesExpression(positional, nodes, special ?? shortcuts);
  }

  #prepare({ axis, test, predicates }: Step): PreparedStep {
    return { axis, test, ...arrangePredicates(this.#predicates(predicates)) };
  }

  #step({ axis, test, filter, positional, place }: PreparedStep): CompiledStep {
    const number = this.tests.push({ test, kind: principalKindOf(axis) }) - 1;
    const combined = place === undefined ? filter : placeFilter(place, number, filter);
    return { axis, test: number, filter: combined, positional };
  }

  #predicates(predicates: readonly Expression[]): CompiledPredicate[] {
    return predicates.map((expression) => ({
      compiled: this.compile(expression),
      constant: expression.type === "number" ? expression.value : undefined,
      isLast: expression.type === "call" && expression.name === "last",
    }));
  }

  #requireNodes({ type }: Compiled, offset: number, expected: string): void {
    if (type !== "nodes" && type !== "variable") this.#fail(offset, expected);
  }

  #fail(offset: number, expected: string): never {
    throw new XPathSyntaxError(this.#source, offset, expected);
  }
}

/** `(//a)[1]` needs no more than the first `a`. */
function shortcutsOfFirst(
  { first, boolean }: Compiled,
  positional: readonly Positional[],
): NodeShortcuts | undefined {
  if (positional.length !== 1 || positional[0]?.index !== 1) return undefined;
  return first === undefined ? undefined : { first, exists: boolean };
}

function shortcutsOf(
  prepared: readonly PreparedStep[],
  compiled: readonly CompiledStep[],
): NodeShortcuts | undefined {
  const [step] = prepared;
  if (step === undefined) return SELF_SHORTCUTS;
  const isNamedAttribute = prepared.length === 1 && step.axis === "attribute" &&
    step.test.type === "name" && step.test.prefix === undefined && !hasPredicates(step);
  return isNamedAttribute ? attributeShortcuts(compiled[0]?.test as number) : undefined;
}

function negation({ positional, number }: Compiled, times: number): Compiled {
  const sign = times % 2 === 0 ? 1 : -1;
  return numberExpression(
    positional,
    (environment, node, position, size) => sign * number(environment, node, position, size),
  );
}

function disjunction(operands: readonly Compiled[]): Compiled {
  const tests = operands.map(({ boolean }) => boolean);
  return booleanExpression(somePositional(operands), (environment, node, position, size) => {
    for (const test of tests) if (test(environment, node, position, size)) return true;
    return false;
  });
}

function conjunction(operands: readonly Compiled[]): Compiled {
  const tests = operands.map(({ boolean }) => boolean);
  return booleanExpression(somePositional(operands), (environment, node, position, size) => {
    for (const test of tests) if (!test(environment, node, position, size)) return false;
    return true;
  });
}

function arithmetic(
  first: Compiled,
  operators: readonly BinaryOperator[],
  operands: readonly Compiled[],
): Compiled {
  return numberExpression(
    somePositional([first, ...operands]),
    (environment, node, position, size) => {
      let result = first.number(environment, node, position, size);
      operands.forEach((operand, index) => {
        result = calculate(
          operators[index],
          result,
          operand.number(environment, node, position, size),
        );
      });
      return result;
    },
  );
}

function calculate(operator: BinaryOperator | undefined, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "multiply":
      return left * right;
    case "div":
      return left / right;
    default:
      // `mod` truncates, as JavaScript's remainder does.
      return left % right;
  }
}

function isComparison(operator: BinaryOperator): operator is Comparison {
  return ["=", "!=", "<", "<=", ">", ">="].includes(operator);
}

function somePositional(operands: readonly Compiled[]): boolean {
  return operands.some(({ positional }) => positional);
}

function numberOfArguments(min: number, max: number): string {
  if (max === Infinity) return `at least ${min} argument${min === 1 ? "" : "s"}`;
  if (min !== max) return `${min} to ${max} arguments`;
  return min === 0 ? "no argument" : `${min} argument${min === 1 ? "" : "s"}`;
}
