import { DOCUMENT_NODE, NO_NODE, NodeKind } from "../document/document.ts";
import type { Axis } from "./ast.ts";
import type { Evaluate } from "./compiled.ts";
import type { Environment } from "./environment.ts";
import { namespacesInScope } from "./namespace_axis.ts";
import type { ResolvedTest } from "./node_tests.ts";
import { attributeNode, isTreeNode, ownerOf, parentOf } from "./nodes.ts";

/** What a node must satisfy beside the node test: predicates that don't ask for the position. */
export type Filter = Evaluate<boolean> | undefined;

/**
 * Adds what an axis finds at `node` to `out`, the nearest first, until `out` has `limit` nodes. None
 * of them recurses: how deep a page is nested is up to its author.
 */
export type Walk = (
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
) => void;

/** The axes. */
export const AXES: Readonly<Record<Axis, Walk>> = {
  child: walkChildren,
  parent: walkParent,
  self: walkSelf,
  attribute: walkAttributes,
  namespace: walkNamespaces,
  descendant: walkDescendants,
  "descendant-or-self": (environment, test, filter, node, out, limit) => {
    walkSelf(environment, test, filter, node, out);
    if (out.length < limit) walkDescendants(environment, test, filter, node, out, limit);
  },
  ancestor: (environment, test, filter, node, out, limit) =>
    climb(environment, test, filter, parentOf(environment, node), out, limit),
  "ancestor-or-self": (environment, test, filter, node, out, limit) => {
    walkSelf(environment, test, filter, node, out);
    climb(environment, test, filter, parentOf(environment, node), out, limit);
  },
  "following-sibling": walkFollowingSiblings,
  "preceding-sibling": walkPrecedingSiblings,
  following: walkFollowing,
  preceding: walkPreceding,
};

/** The axes that find the nearest node first, which is the last one in document order. */
export const REVERSE_AXES: ReadonlySet<Axis> = new Set<Axis>([
  ...(["ancestor", "ancestor-or-self", "preceding", "preceding-sibling"] as const),
]);

/** Whether a node of the tree passes. */
export function passes(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
): boolean {
  const { kinds, nameIds } = environment.document;
  if (test.nameId !== -1 && nameIds[node] !== test.nameId) return false;
  if ((test.kinds >>> (kinds[node] as number) & 1) === 0) return false;
  if (test.further !== undefined && !test.further(node)) return false;
  return filter === undefined || filter(environment, node, 1, 1);
}

function walkSelf(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
): void {
  if (isTreeNode(node)) {
    if (passes(environment, test, filter, node)) out.push(node);
    return;
  }
  // `self::node()` and the like: attributes are never elements, texts or comments.
  if (test.kinds >>> NodeKind.Document === 0) return;
  if (filter === undefined || filter(environment, node, 1, 1)) out.push(node);
}

function walkChildren(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
): void {
  if (!isTreeNode(node)) return;
  const { firstChildren, nextSiblings } = environment.document;
  followLinks(environment, test, filter, firstChildren[node]!, nextSiblings, out, limit);
}

function walkParent(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
): void {
  const parent = parentOf(environment, node);
  if (parent !== NO_NODE && passes(environment, test, filter, parent)) out.push(parent);
}

function walkAttributes(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
): void {
  const { document } = environment;
  if (!isTreeNode(node) || !document.isElement(node)) return;
  if (test.kinds === 0 || test.nameId === 0) return;
  const end = document.attributeEnd(node);
  for (let at = document.attributeStart(node); at < end; at++) {
    if (test.nameId !== -1 && document.attributeNameIds[at] !== test.nameId) continue;
    if (test.furtherAttribute !== undefined && !test.furtherAttribute(at)) continue;
    const attribute = attributeNode(environment, at, node);
    if (filter !== undefined && !filter(environment, attribute, 1, 1)) continue;
    out.push(attribute);
    if (out.length >= limit) return;
  }
}

function walkNamespaces(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
): void {
  if (!isTreeNode(node) || !environment.document.isElement(node) || test.kinds === 0) return;
  for (const { prefix, number } of namespacesInScope(environment, node)) {
    if (test.namespacePrefix !== undefined && test.namespacePrefix !== prefix) continue;
    if (filter !== undefined && !filter(environment, number, 1, 1)) continue;
    out.push(number);
    if (out.length >= limit) return;
  }
}

function walkDescendants(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
): void {
  if (!isTreeNode(node)) return;
  const { start, end } = rangeOf(environment, node);
  scan(environment, test, filter, start, end, out, limit);
}

/** Looks at the handles from `start` to before `end`, which are nodes in document order. */
export function scan(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  start: number,
  end: number,
  out: number[],
  limit: number,
): void {
  const { document } = environment;
  const { kinds, nameIds } = document;
  const { nameId, further } = test;
  if (test.kinds === 0 || nameId === 0) return;
  const mayHaveFragments = document.hasTemplates;
  for (let node = start; node < end; node++) {
    const kind = kinds[node] as number;
    if (mayHaveFragments && kind === NodeKind.Fragment) node = document.subtreeEnd(node) - 1;
    if (nameId !== -1 && nameIds[node] !== nameId) continue;
    if ((test.kinds >>> kind & 1) === 0 || kind === NodeKind.Fragment) continue;
    if (further !== undefined && !further(node)) continue;
    if (filter !== undefined && !filter(environment, node, 1, 1)) continue;
    out.push(node);
    if (out.length >= limit) return;
  }
}

/** Goes from node to node along one of the document's arrays of links: parents, or siblings. */
function followLinks(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  first: number,
  links: Int32Array,
  out: number[],
  limit: number,
): void {
  for (let node = first; node !== NO_NODE && out.length < limit; node = links[node] as number) {
    if (passes(environment, test, filter, node)) out.push(node);
  }
}

function climb(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  start: number,
  out: number[],
  limit: number,
): void {
  followLinks(environment, test, filter, start, environment.document.parents, out, limit);
}

function walkFollowingSiblings(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
): void {
  if (!isTreeNode(node)) return;
  const { nextSiblings } = environment.document;
  followLinks(environment, test, filter, nextSiblings[node]!, nextSiblings, out, limit);
}

function walkPrecedingSiblings(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
): void {
  if (!isTreeNode(node)) return;
  const { previousSiblings } = environment.document;
  followLinks(environment, test, filter, previousSiblings[node]!, previousSiblings, out, limit);
}

function walkFollowing(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
): void {
  const start = followingStart(environment, node);
  const { end } = rangeOf(environment, environment.rootOf(ownerOf(environment, node)));
  scan(environment, test, filter, start, end, out, limit);
}

/** Where the axis `following` begins; what is in the element of an attribute follows the attribute. */
export function followingStart(environment: Environment, node: number): number {
  if (isTreeNode(node)) return environment.document.subtreeEnd(node);
  return ownerOf(environment, node) + 1;
}

/** The handles of what is below the root of a tree. */
export function rangeOf(
  { document }: Environment,
  root: number,
): { readonly start: number; readonly end: number } {
  const end = root === DOCUMENT_NODE ? document.size : document.subtreeEnd(root);
  return { start: root + 1, end };
}

function walkPreceding(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  node: number,
  out: number[],
  limit: number,
): void {
  const { document } = environment;
  const owner = ownerOf(environment, node);
  if (document.hasTemplates) {
    walkPrecedingTemplates(environment, test, filter, owner, out, limit);
    return;
  }
  let ancestor = document.parents[owner] as number;
  for (let before = owner - 1; before > 0; before--) {
    if (before === ancestor) ancestor = document.parents[ancestor] as number;
    else if (passes(environment, test, filter, before)) {
      out.push(before);
      if (out.length >= limit) return;
    }
  }
}

/** Forwards: only from its beginning can the content of a template be passed over. */
function walkPrecedingTemplates(
  environment: Environment,
  test: ResolvedTest,
  filter: Filter,
  owner: number,
  out: number[],
  limit: number,
): void {
  const { document } = environment;
  const found: number[] = [];
  for (let before = environment.rootOf(owner) + 1; before < owner; before++) {
    const end = document.subtreeEnd(before);
    if (document.kinds[before] === NodeKind.Fragment) before = end - 1;
    else if (end <= owner && passes(environment, test, filter, before)) found.push(before);
  }
  for (let at = found.length - 1; at >= 0 && out.length < limit; at--) {
    out.push(found[at] as number);
  }
}
