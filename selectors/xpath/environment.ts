import { type Document, DOCUMENT_NODE, NO_NODE } from "../document/document.ts";
import type { NodeTest } from "./ast.ts";
import type { Value } from "./compiled.ts";
import { XPathEvaluationError } from "./errors.ts";
import type { Memory } from "./exists.ts";
import { inDocumentOrder, toNumber } from "./nodes.ts";
import type { XPathVariable } from "./result.ts";
import type { CompiledStep } from "./step.ts";
import { type PrincipalKind, type ResolvedTest, resolveTest } from "./node_tests.ts";

/** A node test that a compiled expression needs; its index is its number in the environment. */
export interface NeededTest {
  readonly test: NodeTest;
  readonly kind: PrincipalKind;
}

/** A namespace that is in scope at an element. */
export interface NamespaceNode {
  /** The element. */
  readonly owner: number;
  /** The prefix, "" for the default namespace. */
  readonly prefix: string;
  /** The namespace. */
  readonly uri: string;
  /** Number of the attribute node that declares it; none declares the prefix `xml`. */
  readonly declaration: number | undefined;
}

/** What the caller gives beside the expression. */
export interface Bindings {
  readonly namespaces: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, XPathVariable>;
}

const PREDECLARED: ReadonlyMap<string, string> = new Map([
  ["xml", "http://www.w3.org/XML/1998/namespace"],
]);

/** What an expression is evaluated with: one document, one caller's options. */
export class Environment {
  readonly document: Document;
  /** Owners of the attributes that have been met, by index. */
  readonly attributeOwners: Int32Array;
  /** The namespace nodes that have been met. */
  readonly namespaceNodes: NamespaceNode[] = [];
  readonly #namespaceNumbers = new Map<string, number>();
  readonly #tests: readonly ResolvedTest[];
  readonly #memories = new Map<CompiledStep, Memory>();
  readonly #expression: string;
  readonly #bindings: Bindings;
  #roots: Int32Array | undefined;

  constructor(
    expression: string,
    document: Document,
    tests: readonly NeededTest[],
    bindings: Bindings,
  ) {
    this.#expression = expression;
    this.#bindings = bindings;
    this.document = document;
    this.attributeOwners = ownersIn(document);
    const resolvePrefix = (prefix: string, offset: number) => this.#namespace(prefix, offset);
    this.#tests = tests.map(({ test, kind }) => resolveTest(document, test, kind, resolvePrefix));
  }

  /** Value of a variable that is used at `offset`. */
  variable(name: string, offset: number): Value {
    const value = this.#bindings.variables.get(name);
    if (typeof value === "object") {
      return inDocumentOrder(this, value.map((node) => toNumber(this, node)));
    }
    if (value !== undefined) return value;
    return this.fail(offset, `the variable $${name} has no value; give it one in 'variables'`);
  }

  /** The top of the tree that `node` is in: the document or the content of a `<template>`. */
  rootOf(node: number): number {
    if (!this.document.hasTemplates) return DOCUMENT_NODE;
    this.#roots ??= rootsIn(this.document);
    return this.#roots[node] as number;
  }

  /** A node test by its number. */
  test(number: number): ResolvedTest {
    return this.#tests[number] as ResolvedTest;
  }

  /** What has been found out about `step` so far. */
  memoryOf(step: CompiledStep): Memory {
    let memory = this.#memories.get(step);
    if (memory === undefined) {
      memory = { asked: 0, answers: undefined, passing: new Map() };
      this.#memories.set(step, memory);
    }
    return memory;
  }

  /** Number of a namespace node; the same one for the same element and prefix. */
  namespaceNumber(node: NamespaceNode): number {
    const key = `${node.owner} ${node.prefix}`;
    let number = this.#namespaceNumbers.get(key);
    if (number === undefined) {
      number = this.namespaceNodes.push(node) - 1;
      this.#namespaceNumbers.set(key, number);
    }
    return number;
  }

  /** Throws an error that tells the expression and the offset. */
  fail(offset: number, problem: string): never {
    throw new XPathEvaluationError(this.#expression, offset, problem);
  }

  #namespace(prefix: string, offset: number): string {
    const uri = this.#bindings.namespaces.get(prefix) ?? PREDECLARED.get(prefix);
    if (uri !== undefined) return uri;
    if (prefix === "") return "";
    return this.fail(offset, `the prefix '${prefix}' is unknown; declare it in 'namespaces'`);
  }
}

const attributeOwners = new WeakMap<Document, Int32Array>();

function ownersIn(document: Document): Int32Array {
  let owners = attributeOwners.get(document);
  if (owners === undefined) {
    owners = new Int32Array(document.attributeNameIds.length);
    attributeOwners.set(document, owners);
  }
  return owners;
}

/** By node, the top of its tree; a parent has a smaller handle than its children. */
function rootsIn(document: Document): Int32Array {
  const roots = new Int32Array(document.size);
  for (let node = 1; node < document.size; node++) {
    const parent = document.parents[node] as number;
    roots[node] = parent === NO_NODE ? node : roots[parent] as number;
  }
  return roots;
}
