import { type Document, NO_NODE, NodeKind } from "./document.ts";

/** Child elements of `node`. */
export function childElements(document: Document, node: number): number[] {
  const children: number[] = [];
  let child = document.nextElement(document.firstChildren[node] as number);
  while (child !== NO_NODE) {
    children.push(child);
    child = document.nextElement(document.nextSiblings[child] as number);
  }
  return children;
}

/** Elements with the same parent, without `node`; the root has no siblings. */
export function siblingElements(document: Document, node: number): number[] {
  const parent = document.parentElement(node);
  if (parent === NO_NODE) return [];
  return childElements(document, parent).filter((sibling) => sibling !== node);
}

/** The elements around `node`, the nearest first. */
export function ancestorElements(document: Document, node: number): number[] {
  const ancestors: number[] = [];
  let ancestor = document.parentElement(node);
  for (; ancestor !== NO_NODE; ancestor = document.parentElement(ancestor)) {
    ancestors.push(ancestor);
  }
  return ancestors;
}

/** Elements below `node`, in document order. */
export function descendantElements(document: Document, node: number): number[] {
  const { kinds } = document;
  const elements: number[] = [];
  const end = document.subtreeEnd(node);
  for (let at = node + 1; at < end; at++) {
    if (kinds[at] === NodeKind.Element) elements.push(at);
    else if (kinds[at] === NodeKind.Fragment) at = document.subtreeEnd(at) - 1;
  }
  return elements;
}
