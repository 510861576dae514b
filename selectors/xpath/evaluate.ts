import { LruCache } from "../css/cache.ts";
import type { Document } from "../document/document.ts";
import { InvalidArgumentError } from "../errors.ts";
import { type CompiledXPath, compileXPath } from "./compile.ts";
import { isNodeSet } from "./compiled.ts";
import { type Bindings, Environment } from "./environment.ts";
import { isNcName } from "./lexer.ts";
import { toMatches, toNumber } from "./nodes.ts";
import type { XPathNode, XPathResult, XPathVariable } from "./result.ts";

/** Options of {@linkcode evaluateXPath}. */
export interface EvaluateOptions {
  /**
   * Namespaces by the prefix that stands for them in the expression. The prefix "" stands for the
   * namespace of names without a prefix.
   */
  readonly namespaces?: Readonly<Record<string, string>> | undefined;
  /** Values of variables by name, without the `$`. */
  readonly variables?: Readonly<Record<string, XPathVariable>> | undefined;
}

const MAX_CACHED_EXPRESSIONS = 512;
/** Nobody writes longer ones by hand, and a cache full of them would take much memory. */
const MAX_CACHED_LENGTH = 10_000;
const cache = new LruCache<string, CompiledXPath>(MAX_CACHED_EXPRESSIONS);
const NO_BINDINGS: Bindings = { namespaces: new Map(), variables: new Map() };

/**
 * Evaluates an XPath 1.0 expression at a node of a document.
 *
 * @param document The document.
 * @param context The context node.
 * @param expression The expression.
 * @param options Namespaces and variables that the expression uses.
 * @returns Nodes in document order and without duplicates, or a value. A namespace node is given as
 * the attribute that declares it; the prefix `xml` has none.
 * @throws {XPathSyntaxError} If the expression can't be parsed or asks for something unsupported.
 * @throws {XPathEvaluationError} If a prefix or a variable is missing, or of the wrong type.
 * @throws {InvalidPatternError} If `re:test()` meets a pattern that is none.
 * @throws {InvalidArgumentError} If an option is of the wrong type.
 */
export function evaluateXPath(
  document: Document,
  context: XPathNode,
  expression: string,
  options?: EvaluateOptions,
): XPathResult {
  const { expression: compiled, tests } = compileCached(expression);
  const environment = new Environment(expression, document, tests, bindingsOf(options));
  const value = compiled.value(environment, toNumber(environment, context), 1, 1);
  if (isNodeSet(value)) return { type: "nodes", ...toMatches(environment, value) };
  return { type: typeof value, value } as XPathResult;
}

function compileCached(expression: string): CompiledXPath {
  const cached = cache.get(expression);
  if (cached !== undefined) return cached;
  const compiled = compileXPath(expression);
  if (expression.length <= MAX_CACHED_LENGTH) cache.set(expression, compiled);
  return compiled;
}

function bindingsOf(options: EvaluateOptions | undefined): Bindings {
  if (options?.namespaces === undefined && options?.variables === undefined) return NO_BINDINGS;
  const namespaces = new Map(Object.entries(options.namespaces ?? {}));
  for (const [prefix, uri] of namespaces) {
    if (prefix !== "" && !isNcName(prefix)) {
      throw new InvalidArgumentError("namespaces", prefix, "an object with prefixes as its keys");
    }
    if (typeof uri !== "string") {
      throw new InvalidArgumentError(`namespaces[${JSON.stringify(prefix)}]`, uri, "a string");
    }
  }
  const variables = new Map(Object.entries(options.variables ?? {}));
  for (const [name, value] of variables) {
    const isValue = Array.isArray(value) || ["string", "number", "boolean"].includes(typeof value);
    if (isValue) continue;
    const argument = `variables[${JSON.stringify(name)}]`;
    throw new InvalidArgumentError(argument, value, "a string, a number, a boolean or nodes");
  }
  return { namespaces, variables };
}
