import { XPathSyntaxError } from "./errors.ts";

/** What a token is; an operator's own spelling is its kind. */
export type TokenKind =
  | "end"
  | "number"
  | "literal"
  | "variable"
  | "name"
  | "function"
  | "node-type"
  | "axis"
  | "or"
  | "and"
  | "div"
  | "mod"
  | "multiply"
  | Punctuation;

type Punctuation =
  | ("(" | ")" | "[" | "]" | "." | ".." | "@" | "," | "::")
  | ("/" | "//" | "|" | "+" | "-" | "=" | "!=" | "<" | "<=" | ">" | ">=" | "*");

/** One token of an expression. */
export interface Token {
  /** What it is. */
  readonly kind: TokenKind;
  /** Its text: a literal without its quotes, a variable without its `$`. */
  readonly text: string;
  /** Where it begins. */
  readonly offset: number;
}

const WHITESPACE = /[ \t\r\n]*/y;
const NUMBER = /\d+(?:\.\d*)?|\.\d+/y;
const LITERAL = /"[^"]*"|'[^']*'/y;
const PUNCTUATION = /\.\.|::|\/\/|!=|<=|>=|[()[\].@,/|+\-=<>*]/y;

// https://www.w3.org/TR/REC-xml-names/#NT-NCName
const NAME_START = "A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF" +
  "\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD" +
  "\\u{10000}-\\u{EFFFF}";
const NC_NAME = `[${NAME_START}][${NAME_START}\\-.0-9\\xB7\\u0300-\\u036F\\u203F\\u2040]*`;
// `child::p` is an axis, `svg:*` and `svg:path` are name tests.
const NAME = new RegExp(`${NC_NAME}(?::(?:\\*|${NC_NAME}))?`, "uy");
const VARIABLE = new RegExp(`\\$(${NC_NAME}(?::${NC_NAME})?)`, "uy");
const IS_NC_NAME = new RegExp(`^${NC_NAME}$`, "u");

const OPERATOR_NAMES: ReadonlySet<string> = new Set(["or", "and", "div", "mod"]);
const NODE_TYPES: ReadonlySet<string> = new Set([
  "comment",
  "text",
  "processing-instruction",
  "node",
]);

/** After these, and at the beginning, `*` is a name test and `div` is a name. */
const BEFORE_OPERAND: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...(["@", "::", "(", "[", ",", "or", "and", "div", "mod", "multiply"] as const),
  ...(["/", "//", "|", "+", "-", "=", "!=", "<", "<=", ">", ">="] as const),
]);

/** Whether `name` could be a prefix or a local name. */
export function isNcName(name: string): boolean {
  return IS_NC_NAME.test(name);
}

/**
 * Cuts an expression into tokens (https://www.w3.org/TR/xpath-10/#exprlex).
 *
 * @throws {XPathSyntaxError} At the first character that begins no token.
 */
export function tokenize(expression: string): Token[] {
  const tokens: Token[] = [];
  let offset = skip(expression, WHITESPACE, 0);
  while (offset < expression.length) {
    const token = tokenAt(expression, offset, tokens.at(-1));
    tokens.push(token);
    offset = skip(expression, WHITESPACE, offset + lengthOf(token));
  }
  tokens.push({ kind: "end", text: "", offset: expression.length });
  return tokens;
}

function tokenAt(expression: string, offset: number, previous: Token | undefined): Token {
  const number = matchAt(expression, NUMBER, offset);
  if (number !== undefined) return { kind: "number", text: number, offset };
  const literal = matchAt(expression, LITERAL, offset);
  if (literal !== undefined) return { kind: "literal", text: literal.slice(1, -1), offset };
  const punctuation = matchAt(expression, PUNCTUATION, offset);
  if (punctuation !== undefined) return punctuationToken(punctuation, offset, previous);
  const variable = matchAt(expression, VARIABLE, offset);
  if (variable !== undefined) return { kind: "variable", text: variable.slice(1), offset };
  const name = matchAt(expression, NAME, offset);
  if (name !== undefined) return nameToken(expression, name, offset, previous);
  throw unknownCharacter(expression, offset);
}

function punctuationToken(text: string, offset: number, previous: Token | undefined): Token {
  const isMultiply = text === "*" && mayBeOperator(previous);
  return { kind: isMultiply ? "multiply" : text as Punctuation, text, offset };
}

function nameToken(
  expression: string,
  text: string,
  offset: number,
  previous: Token | undefined,
): Token {
  if (mayBeOperator(previous)) {
    if (OPERATOR_NAMES.has(text)) return { kind: text as TokenKind, text, offset };
    throw new XPathSyntaxError(expression, offset, "an operator or the end");
  }
  const next = skip(expression, WHITESPACE, offset + text.length);
  if (expression[next] === "(") {
    return { kind: NODE_TYPES.has(text) ? "node-type" : "function", text, offset };
  }
  if (expression.startsWith("::", next)) return { kind: "axis", text, offset };
  return { kind: "name", text, offset };
}

function mayBeOperator(previous: Token | undefined): boolean {
  return previous !== undefined && previous.kind !== "axis" && !BEFORE_OPERAND.has(previous.kind);
}

function lengthOf({ kind, text }: Token): number {
  if (kind === "literal") return text.length + 2;
  return kind === "variable" ? text.length + 1 : text.length;
}

function unknownCharacter(expression: string, offset: number): XPathSyntaxError {
  const character = expression[offset];
  if (character === '"' || character === "'") {
    return new XPathSyntaxError(expression, expression.length, `a closing ${character}`);
  }
  if (character === "$") return new XPathSyntaxError(expression, offset + 1, "a variable's name");
  return new XPathSyntaxError(expression, offset, "a name, a literal or an operator");
}

function matchAt(expression: string, pattern: RegExp, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(expression)?.[0];
}

function skip(expression: string, pattern: RegExp, offset: number): number {
  return offset + (matchAt(expression, pattern, offset)?.length ?? 0);
}
