/** The axes of XPath 1.0 (https://www.w3.org/TR/xpath-10/#axes). */
export type Axis =
  | ("ancestor" | "ancestor-or-self" | "attribute" | "child" | "descendant")
  | ("descendant-or-self" | "following" | "following-sibling" | "namespace" | "parent")
  | ("preceding" | "preceding-sibling" | "self");

/** What a step lets through. */
export type NodeTest =
  | { readonly type: "node" | "text" | "comment" | "any" }
  | { readonly type: "processing-instruction"; readonly target: string | undefined }
  | { readonly type: "namespace"; readonly prefix: string; readonly offset: number }
  | {
    readonly type: "name";
    readonly prefix: string | undefined;
    readonly local: string;
    readonly offset: number;
  };

/** One step of a path. */
export interface Step {
  readonly axis: Axis;
  readonly test: NodeTest;
  readonly predicates: readonly Expression[];
}

/** Operators between two numbers, or two values that are compared. */
export type BinaryOperator =
  | ("=" | "!=" | "<" | "<=" | ">" | ">=")
  | ("+" | "-" | "multiply" | "div" | "mod");

/**
 * A parsed expression. What may be repeated at length (`a or b or c`, `1 + 1 + 1`, `a/b/c`) is a
 * list, not a nest: only brackets and parentheses make the tree deeper.
 */
export type Expression =
  | { readonly type: "literal"; readonly value: string }
  | { readonly type: "number"; readonly value: number }
  | { readonly type: "variable"; readonly name: string; readonly offset: number }
  | FunctionCall
  | { readonly type: "negation"; readonly operand: Expression; readonly times: number }
  | { readonly type: "or" | "and"; readonly operands: readonly Expression[] }
  | {
    readonly type: "chain";
    readonly first: Expression;
    readonly rest: readonly { readonly operator: BinaryOperator; readonly operand: Expression }[];
  }
  | { readonly type: "union"; readonly operands: readonly Expression[]; readonly offset: number }
  | FilteredExpression
  | Path;

/** `name(a, b)` */
export interface FunctionCall {
  readonly type: "call";
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly offset: number;
}

/** `(…)[1]` */
export interface FilteredExpression {
  readonly type: "filter";
  readonly primary: Expression;
  readonly predicates: readonly Expression[];
  readonly offset: number;
}

/** Steps from the root, from the context node or from what another expression finds. */
export interface Path {
  readonly type: "path";
  readonly start: "root" | "context" | Expression;
  readonly steps: readonly Step[];
  readonly offset: number;
}
