import {
  booleanExpression,
  type Compiled,
  type Evaluate,
  type NodeSet,
  nodesExpression,
  numberExpression,
  stringExpression,
} from "./compiled.ts";
import { round, stringToNumber } from "./convert.ts";
import {
  expandedNameOf,
  isInLanguage,
  nodesById,
  qualifiedNameOf,
  stringValueOf,
} from "./nodes.ts";
import {
  normalizeSpace,
  stringLength,
  substring,
  substringAfter,
  substringBefore,
  translate,
  words,
} from "./strings.ts";

/** How many arguments a function takes, and what it does with them. */
export interface XPathFunction {
  /** The fewest arguments. */
  readonly min: number;
  /** The most arguments. */
  readonly max: number;
  /** Which arguments must be nodes, by index. */
  readonly nodeArguments?: readonly number[];
  /** Makes the call; there are as many arguments as there should be. */
  readonly compile: (args: readonly Compiled[]) => Compiled;
}

/** The core function library (https://www.w3.org/TR/xpath-10/#corelib). */
export const CORE_FUNCTIONS: Readonly<Record<string, XPathFunction>> = {
  __proto__: null as never,

  last: nullary(() => numberExpression(true, (_environment, _node, _position, size) => size)),
  position: nullary(() => numberExpression(true, (_environment, _node, position) => position)),
  count: nodesFunction((nodes, positional) =>
    numberExpression(
      positional,
      (environment, node, position, size) => nodes(environment, node, position, size).length,
    )
  ),
  id: { min: 1, max: 1, compile: ([ids]) => compileId(ids as Compiled) },
  "local-name": nameFunction((environment, node) => expandedNameOf(environment, node).local),
  "namespace-uri": nameFunction((environment, node) => expandedNameOf(environment, node).namespace),
  name: nameFunction(qualifiedNameOf),

  string: contextual(({ positional, string }) => stringExpression(positional, string)),
  concat: { min: 2, max: Infinity, compile: compileConcat },
  "starts-with": ofTwoStrings(booleanExpression, (text, start) => text.startsWith(start)),
  contains: ofTwoStrings(booleanExpression, (text, part) => text.includes(part)),
  "substring-before": ofTwoStrings(stringExpression, substringBefore),
  "substring-after": ofTwoStrings(stringExpression, substringAfter),
  substring: { min: 2, max: 3, compile: compileSubstring },
  "string-length": contextual(({ positional, string }) =>
    numberExpression(
      positional,
      (environment, node, position, size) =>
        stringLength(string(environment, node, position, size)),
    )
  ),
  "normalize-space": contextual(({ positional, string }) =>
    stringExpression(
      positional,
      (environment, node, position, size) =>
        normalizeSpace(string(environment, node, position, size)),
    )
  ),
  translate: { min: 3, max: 3, compile: compileTranslate },

  boolean: unary(({ positional, boolean }) => booleanExpression(positional, boolean)),
  not: unary(({ positional, boolean }) =>
    booleanExpression(
      positional,
      (environment, node, position, size) => !boolean(environment, node, position, size),
    )
  ),
  true: nullary(() => booleanExpression(false, () => true)),
  false: nullary(() => booleanExpression(false, () => false)),
  lang: unary(({ positional, string }) =>
    booleanExpression(
      positional,
      (environment, node, position, size) =>
        isInLanguage(environment, node, string(environment, node, position, size)),
    )
  ),

  number: contextual(({ positional, number }) => numberExpression(positional, number)),
  sum: nodesFunction((nodes, positional) =>
    numberExpression(positional, (environment, node, position, size) => {
      let sum = 0;
      for (const each of nodes(environment, node, position, size)) {
        sum += stringToNumber(stringValueOf(environment, each));
      }
      return sum;
    })
  ),
  floor: ofNumber(Math.floor),
  ceiling: ofNumber(Math.ceil),
  round: ofNumber(round),
};

/** The context node, as what `string()` and the like take where they have no argument. */
const CONTEXT_NODE: Compiled = nodesExpression(false, (_environment, node) => [node], {
  first: (_environment, node) => node,
  exists: () => true,
});

function nullary(compile: () => Compiled): XPathFunction {
  return { min: 0, max: 0, compile };
}

function unary(compile: (argument: Compiled) => Compiled): XPathFunction {
  return { min: 1, max: 1, compile: ([argument]) => compile(argument as Compiled) };
}

function contextual(compile: (argument: Compiled) => Compiled): XPathFunction {
  return { min: 0, max: 1, compile: ([argument = CONTEXT_NODE]) => compile(argument) };
}

function nodesFunction(
  compile: (nodes: Evaluate<NodeSet>, positional: boolean) => Compiled,
): XPathFunction {
  return {
    min: 1,
    max: 1,
    nodeArguments: [0],
    compile: ([argument]) => {
      const { nodes, positional } = argument as Compiled;
      return compile(nodes as Evaluate<NodeSet>, positional);
    },
  };
}

function nameFunction(
  nameOf: (...args: Parameters<typeof qualifiedNameOf>) => string,
): XPathFunction {
  return {
    min: 0,
    max: 1,
    nodeArguments: [0],
    compile: ([argument]) => {
      if (argument === undefined) return stringExpression(false, nameOf);
      const nodes = argument.nodes as Evaluate<NodeSet>;
      return stringExpression(argument.positional, (environment, node, position, size) => {
        const [first] = nodes(environment, node, position, size);
        return first === undefined ? "" : nameOf(environment, first);
      });
    },
  };
}

function ofTwoStrings<Result>(
  expression: (positional: boolean, evaluate: Evaluate<Result>) => Compiled,
  compute: (first: string, second: string) => Result,
): XPathFunction {
  return {
    min: 2,
    max: 2,
    compile: (args) => {
      const [{ string: first }, { string: second }] = args as [Compiled, Compiled];
      return expression(somePositional(args), (environment, node, position, size) =>
        compute(
          first(environment, node, position, size),
          second(environment, node, position, size),
        ));
    },
  };
}

function ofNumber(compute: (number: number) => number): XPathFunction {
  return unary(({ positional, number }) =>
    numberExpression(
      positional,
      (environment, node, position, size) => compute(number(environment, node, position, size)),
    )
  );
}

function compileConcat(args: readonly Compiled[]): Compiled {
  return stringExpression(somePositional(args), (environment, node, position, size) => {
    let text = "";
    for (const argument of args) text += argument.string(environment, node, position, size);
    return text;
  });
}

function compileSubstring(args: readonly Compiled[]): Compiled {
  const [text, start, length] = args as [Compiled, Compiled, Compiled | undefined];
  return stringExpression(
    somePositional(args),
    (environment, node, position, size) =>
      substring(
        text.string(environment, node, position, size),
        start.number(environment, node, position, size),
        length?.number(environment, node, position, size),
      ),
  );
}

function compileTranslate(args: readonly Compiled[]): Compiled {
  const [text, from, to] = args as [Compiled, Compiled, Compiled];
  return stringExpression(
    somePositional(args),
    (environment, node, position, size) =>
      translate(
        text.string(environment, node, position, size),
        from.string(environment, node, position, size),
        to.string(environment, node, position, size),
      ),
  );
}

/** Of nodes, the ids that each of them lists; of anything else, those that its text lists. */
function compileId({ positional, type, nodes, string, value }: Compiled): Compiled {
  return nodesExpression(positional, (environment, node, position, size) => {
    const found = type === "variable" ? value(environment, node, position, size) : undefined;
    const listing = type === "nodes" ? nodes?.(environment, node, position, size) : found;
    const texts = typeof listing === "object"
      ? listing.map((node) => stringValueOf(environment, node))
      : [string(environment, node, position, size)];
    return nodesById(environment, texts.flatMap(words));
  });
}

function somePositional(args: readonly Compiled[]): boolean {
  return args.some(({ positional }) => positional);
}
