import type { Axis, BinaryOperator, Expression, NodeTest, Step } from "./ast.ts";
import { XPathSyntaxError } from "./errors.ts";
import { type Token, tokenize, type TokenKind } from "./lexer.ts";

/**
 * Parses an expression (https://www.w3.org/TR/xpath-10/#section-Expressions).
 *
 * @throws {XPathSyntaxError} At the first thing that is wrong.
 */
export function parseXPath(expression: string): Expression {
  return new Parser(expression).parse();
}

/** Deeper nesting than anybody writes, and far from what overflows the stack. */
const MAX_NESTING = 100;

const AXES: ReadonlySet<string> = new Set<Axis>([
  ...(["ancestor", "ancestor-or-self", "attribute", "child", "descendant"] as const),
  ...(["descendant-or-self", "following", "following-sibling", "namespace", "parent"] as const),
  ...(["preceding", "preceding-sibling", "self"] as const),
]);

/** From the loosest to the tightest. */
const BINARY_LEVELS: readonly ReadonlySet<TokenKind>[] = [
  new Set<TokenKind>(["or"]),
  new Set<TokenKind>(["and"]),
  new Set<TokenKind>(["=", "!="]),
  new Set<TokenKind>(["<", "<=", ">", ">="]),
  new Set<TokenKind>(["+", "-"]),
  new Set<TokenKind>(["multiply", "div", "mod"]),
];

const STEP_BEGINNINGS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...([".", "..", "@", "*", "axis", "name", "node-type"] as const),
]);

const ANY_NODE: NodeTest = { type: "node" };
const EVERYTHING_BELOW: Step = { axis: "descendant-or-self", test: ANY_NODE, predicates: [] };

class Parser {
  readonly #expression: string;
  readonly #tokens: readonly Token[];
  #index = 0;
  #nesting = 0;

  constructor(expression: string) {
    this.#expression = expression;
    this.#tokens = tokenize(expression);
  }

  parse(): Expression {
    const expression = this.#nested();
    if (this.#next.kind !== "end") this.#fail("an operator or the end");
    return expression;
  }

  /** What is in brackets, in parentheses or an argument. */
  #nested(): Expression {
    if (++this.#nesting > MAX_NESTING) this.#fail(`at most ${MAX_NESTING} levels of nesting`);
    const expression = this.#binary(0);
    this.#nesting--;
    return expression;
  }

  #binary(level: number): Expression {
    const operators = BINARY_LEVELS[level];
    if (operators === undefined) return this.#unary();
    const first = this.#binary(level + 1);
    if (!operators.has(this.#next.kind)) return first;
    const rest: { operator: TokenKind; operand: Expression }[] = [];
    while (operators.has(this.#next.kind)) {
      rest.push({ operator: this.#take().kind, operand: this.#binary(level + 1) });
    }
    const operator = rest[0]?.operator;
    if (operator === "or" || operator === "and") {
      return { type: operator, operands: [first, ...rest.map(({ operand }) => operand)] };
    }
    return {
      type: "chain",
      first,
      rest: rest as { operator: BinaryOperator; operand: Expression }[],
    };
  }

  #unary(): Expression {
    let times = 0;
    for (; this.#takeIf("-"); times++);
    const operand = this.#union();
    return times === 0 ? operand : { type: "negation", operand, times };
  }

  #union(): Expression {
    const { offset } = this.#next;
    const operands = [this.#path()];
    while (this.#takeIf("|")) operands.push(this.#path());
    return operands.length === 1 ? operands[0] as Expression : { type: "union", operands, offset };
  }

  #path(): Expression {
    const { kind, offset } = this.#next;
    if (kind === "/" || kind === "//") return this.#absolutePath();
    if (STEP_BEGINNINGS.has(kind)) {
      return { type: "path", start: "context", steps: this.#steps([this.#step()]), offset };
    }
    const start = this.#filtered();
    const steps = this.#steps([]);
    return steps.length === 0 ? start : { type: "path", start, steps, offset };
  }

  #absolutePath(): Expression {
    const { kind, offset } = this.#take();
    if (kind === "//") {
      const steps = this.#steps([EVERYTHING_BELOW, this.#step()]);
      return { type: "path", start: "root", steps, offset };
    }
    const hasSteps = STEP_BEGINNINGS.has(this.#next.kind);
    const steps = hasSteps ? this.#steps([this.#step()]) : [];
    return { type: "path", start: "root", steps, offset };
  }

  /** The steps after `first`, each with its slash in front. */
  #steps(first: Step[]): Step[] {
    const steps = first;
    for (;;) {
      if (this.#takeIf("//")) steps.push(EVERYTHING_BELOW);
      else if (!this.#takeIf("/")) return steps;
      steps.push(this.#step());
    }
  }

  #step(): Step {
    if (this.#takeIf(".")) return { axis: "self", test: ANY_NODE, predicates: [] };
    if (this.#takeIf("..")) return { axis: "parent", test: ANY_NODE, predicates: [] };
    const axis = this.#axis();
    return { axis, test: this.#nodeTest(), predicates: this.#predicates() };
  }

  #axis(): Axis {
    if (this.#takeIf("@")) return "attribute";
    if (this.#next.kind !== "axis") return "child";
    if (!AXES.has(this.#next.text)) this.#fail("the name of an axis");
    const axis = this.#take().text as Axis;
    this.#require("::");
    return axis;
  }

  #nodeTest(): NodeTest {
    const { kind, text, offset } = this.#next;
    if (kind === "*") {
      this.#take();
      return { type: "any" };
    }
    if (kind === "node-type") return this.#nodeTypeTest();
    if (kind !== "name") this.#fail("a node test, such as a tag's name, * or text()");
    this.#take();
    const [first, second] = text.split(":") as [string, string | undefined];
    if (second === "*") return { type: "namespace", prefix: first, offset };
    if (second === undefined) return { type: "name", prefix: undefined, local: first, offset };
    return { type: "name", prefix: first, local: second, offset };
  }

  #nodeTypeTest(): NodeTest {
    const { text } = this.#take();
    this.#require("(");
    const hasTarget = text === "processing-instruction" && this.#next.kind === "literal";
    const target = hasTarget ? this.#take().text : undefined;
    this.#require(")");
    if (text === "processing-instruction") return { type: text, target };
    return { type: text as "node" | "text" | "comment" };
  }

  #predicates(): Expression[] {
    const predicates: Expression[] = [];
    while (this.#takeIf("[")) {
      predicates.push(this.#nested());
      this.#require("]");
    }
    return predicates;
  }

  #filtered(): Expression {
    const { offset } = this.#next;
    const primary = this.#primary();
    const predicates = this.#predicates();
    return predicates.length === 0 ? primary : { type: "filter", primary, predicates, offset };
  }

  #primary(): Expression {
    const { kind, text, offset } = this.#next;
    switch (kind) {
      case "literal":
        this.#take();
        return { type: "literal", value: text };
      case "number":
        this.#take();
        return { type: "number", value: Number(text) };
      case "variable":
        this.#take();
        return { type: "variable", name: text, offset };
      case "(": {
        this.#take();
        const expression = this.#nested();
        this.#require(")");
        return expression;
      }
      case "function":
        return this.#call();
      default:
        return this.#fail("an expression");
    }
  }

  #call(): Expression {
    const { text, offset } = this.#take();
    this.#require("(");
    const args: Expression[] = [];
    if (this.#next.kind !== ")") {
      do args.push(this.#nested()); while (this.#takeIf(","));
    }
    this.#require(")");
    return { type: "call", name: text, arguments: args, offset };
  }

  get #next(): Token {
    return this.#tokens[this.#index] as Token;
  }

  #take(): Token {
    return this.#tokens[this.#index++] as Token;
  }

  #takeIf(kind: TokenKind): boolean {
    if (this.#next.kind !== kind) return false;
    this.#index++;
    return true;
  }

  #require(kind: TokenKind): void {
    if (!this.#takeIf(kind)) this.#fail(`\`${kind}\``);
  }

  #fail(expected: string): never {
    throw new XPathSyntaxError(this.#expression, this.#next.offset, expected);
  }
}
