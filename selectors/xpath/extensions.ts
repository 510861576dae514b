import {
  booleanExpression,
  type Compiled,
  type Evaluate,
  type NodeSet,
  nodesExpression,
  stringExpression,
} from "./compiled.ts";
import type { Environment } from "./environment.ts";
import type { XPathFunction } from "./functions.ts";
import { attributeValueOf, stringValueOf } from "./nodes.ts";
import { compileRegExp } from "./patterns.ts";
import { words } from "./strings.ts";

/**
 * What Parsel adds to the core library: `has-class()`, and those functions of EXSLT that work on
 * nodes of the page, under the prefixes that Parsel gives them (http://exslt.org/regexp/,
 * http://exslt.org/set/). EXSLT's `re:match()` makes new nodes and is therefore missing.
 */
export const EXTENSION_FUNCTIONS: Readonly<Record<string, XPathFunction>> = {
  __proto__: null as never,

  "has-class": { min: 1, max: Infinity, compile: compileHasClass },
  "re:test": { min: 2, max: 3, compile: compileTest },
  "re:replace": { min: 4, max: 4, compile: compileReplace },
  "set:difference": setFunction(nodesExpression, (left, right) => {
    const others = new Set(right);
    return left.filter((node) => !others.has(node));
  }),
  "set:intersection": setFunction(nodesExpression, (left, right) => {
    const others = new Set(right);
    return left.filter((node) => others.has(node));
  }),
  "set:has-same-node": setFunction(booleanExpression, (left, right) => {
    const others = new Set(right);
    return left.some((node) => others.has(node));
  }),
  "set:leading": setFunction(nodesExpression, (left, right) => {
    const [first] = right;
    return first === undefined ? left : left.slice(0, Math.max(left.indexOf(first), 0));
  }),
  "set:trailing": setFunction(nodesExpression, (left, right) => {
    const [first] = right;
    if (first === undefined) return left;
    return left.includes(first) ? left.slice(left.indexOf(first) + 1) : [];
  }),
  "set:distinct": { min: 1, max: 1, nodeArguments: [0], compile: compileDistinct },
};

function compileHasClass(args: readonly Compiled[]): Compiled {
  return booleanExpression(
    args.some(({ positional }) => positional),
    (environment, node, position, size) => {
      const value = attributeValueOf(environment, node, "class");
      if (value === undefined) return false;
      const classes = words(value.replaceAll("\f", " "));
      return args.every((argument) =>
        classes.includes(argument.string(environment, node, position, size))
      );
    },
  );
}

/** `re:test(text, pattern, flags?)`; the flag `g` says nothing here. */
function compileTest(args: readonly Compiled[]): Compiled {
  const [text, pattern, flags] = args as [Compiled, Compiled, Compiled | undefined];
  return booleanExpression(
    args.some(({ positional }) => positional),
    (environment, node, position, size) =>
      compileRegExp(
        pattern.string(environment, node, position, size),
        flags?.string(environment, node, position, size) ?? "",
      )
        .test(text.string(environment, node, position, size)),
  );
}

/** `re:replace(text, pattern, flags, replacement)`: the first match, or with the flag `g` all. */
function compileReplace(args: readonly Compiled[]): Compiled {
  const [text, pattern, flags, replacement] = args as [Compiled, Compiled, Compiled, Compiled];
  return stringExpression(
    args.some(({ positional }) => positional),
    (environment, node, position, size) => {
      const flagText = flags.string(environment, node, position, size);
      const regExp = compileRegExp(pattern.string(environment, node, position, size), flagText);
      const by = replacement.string(environment, node, position, size);
      const source = text.string(environment, node, position, size);
      return flagText.includes("g")
        ? source.replaceAll(new RegExp(regExp, `${regExp.flags}g`), by)
        : source.replace(regExp, by);
    },
  );
}

function setFunction<Result>(
  expression: (positional: boolean, evaluate: Evaluate<Result>) => Compiled,
  compute: (left: NodeSet, right: NodeSet) => Result,
): XPathFunction {
  return {
    min: 2,
    max: 2,
    nodeArguments: [0, 1],
    compile: (args) => {
      const [left, right] = args.map(({ nodes }) => nodes) as [
        Evaluate<NodeSet>,
        Evaluate<NodeSet>,
      ];
      return expression(
        args.some(({ positional }) => positional),
        (environment, node, position, size) =>
          compute(
            left(environment, node, position, size),
            right(environment, node, position, size),
          ),
      );
    },
  };
}

/** The first node of each string value. */
function compileDistinct([argument]: readonly Compiled[]): Compiled {
  const { nodes, positional } = argument as Compiled;
  return nodesExpression(positional, (environment: Environment, node, position, size) => {
    const seen = new Set<string>();
    return (nodes as Evaluate<NodeSet>)(environment, node, position, size).filter((node) => {
      const text = stringValueOf(environment, node);
      return !seen.has(text) && seen.add(text);
    });
  });
}
