import { type Document, NodeKind } from "../document/document.ts";
import type { ElementTest } from "./filters.ts";

/** `node` and the elements below it that pass `test`, in document order, `limit` of them at most. */
export function findElements(
  document: Document,
  node: number,
  test: ElementTest,
  limit = Infinity,
): number[] {
  const { kinds } = document;
  const found: number[] = [];
  const end = document.subtreeEnd(node);
  for (let at = node; at < end && found.length < limit; at++) {
    if (kinds[at] === NodeKind.Element) {
      if (test(document, at)) found.push(at);
    } else if (kinds[at] === NodeKind.Fragment && at !== node) {
      // The content of a template.
      at = document.subtreeEnd(at) - 1;
    }
  }
  return found;
}
