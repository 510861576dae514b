import type { Compiled, Evaluate, NodeSet, NodeShortcuts } from "./compiled.ts";
import type { Environment } from "./environment.ts";
import { attributeNode, isTreeNode, stringValueOf } from "./nodes.ts";
import { type CompiledStep, findsAnything, firstFound, takeStep } from "./step.ts";

/** Where a path begins. */
export type Start = "root" | "context" | Compiled;

/** A path as closures. */
export interface CompiledPath {
  readonly nodes: Evaluate<NodeSet>;
  readonly shortcuts: NodeShortcuts;
}

/** Compiles a path from its start and its steps. */
export function compilePath(start: Start, steps: readonly CompiledStep[]): CompiledPath {
  const last = steps.at(-1);
  if (last === undefined) return compileStart(start);
  if (steps.length === 1 && start === "context") return compileSingleStep(last);
  const before = compileSteps(start, steps.slice(0, -1));
  const nodes: Evaluate<NodeSet> = (environment, node, position, size) =>
    takeStep(environment, last, before(environment, node, position, size));
  return {
    nodes,
    shortcuts: {
      first: (environment, node, position, size) => {
        const contexts = before(environment, node, position, size);
        if (contexts.length === 1) return firstFound(environment, last, contexts[0] as number);
        return takeStep(environment, last, contexts)[0];
      },
      exists: (environment, node, position, size) => {
        const contexts = before(environment, node, position, size);
        for (const context of contexts) if (findsAnything(environment, last, context)) return true;
        return false;
      },
    },
  };
}

/** The path of most predicates: nothing is gathered to begin with. */
function compileSingleStep(step: CompiledStep): CompiledPath {
  return {
    nodes: (environment, node) => takeStep(environment, step, [node]),
    shortcuts: {
      first: (environment, node) => firstFound(environment, step, node),
      exists: (environment, node) => findsAnything(environment, step, node),
    },
  };
}

function compileStart(start: Start): CompiledPath {
  const nodes = compileSteps(start, []);
  return {
    nodes,
    shortcuts: {
      first: (environment, node, position, size) => nodes(environment, node, position, size)[0],
      exists: (environment, node, position, size) =>
        nodes(environment, node, position, size).length > 0,
    },
  };
}

function compileSteps(start: Start, steps: readonly CompiledStep[]): Evaluate<NodeSet> {
  const begin = startNodes(start);
  if (steps.length === 0) return begin;
  return (environment, node, position, size) => {
    let nodes = begin(environment, node, position, size);
    for (const step of steps) nodes = takeStep(environment, step, nodes);
    return nodes;
  };
}

function startNodes(start: Start): Evaluate<NodeSet> {
  if (start === "context") return (_environment, node) => [node];
  if (start === "root") return (environment, node) => [environment.rootOf(node)];
  return start.nodes as Evaluate<NodeSet>;
}

/**
 * `@name` alone, the path that most predicates are made of: no list of one attribute is made to
 * read its value.
 */
export function attributeShortcuts(test: number): NodeShortcuts {
  const find = (environment: Environment, node: number): number => {
    const { document } = environment;
    if (!isTreeNode(node) || !document.isElement(node)) return -1;
    const { nameId, furtherAttribute } = environment.test(test);
    const attribute = document.findAttribute(node, nameId);
    if (attribute === -1 || furtherAttribute === undefined) return attribute;
    return furtherAttribute(attribute) ? attribute : -1;
  };
  return {
    first: (environment, node) => {
      const attribute = find(environment, node);
      return attribute === -1 ? undefined : attributeNode(environment, attribute, node);
    },
    exists: (environment, node) => find(environment, node) !== -1,
    single: (environment, node) => {
      const attribute = find(environment, node);
      return attribute === -1 ? undefined : environment.document.attributeValue(attribute);
    },
  };
}

/** `.` alone. */
export const SELF_SHORTCUTS: NodeShortcuts = {
  first: (_environment, node) => node,
  exists: () => true,
  single: stringValueOf,
};
