import type { Document } from "../document/document.ts";
import { flat } from "../document/flat.ts";
import { elementsIn, type Range } from "./range.ts";

/** Open Graph's own properties, its types' and those that Facebook and Twitter added. */
const OPEN_GRAPH = /^(?:og|article|book|profile|music|video|product|fb|twitter|al):/i;

/** Whether a `property` is Open Graph's, which is no RDFa item's. */
export function isOpenGraph(property: string): boolean {
  return OPEN_GRAPH.test(property);
}

/** All values of each property, in an object without a prototype. */
export function extractOpenGraph(document: Document, range: Range): Record<string, string[]> {
  const found: Record<string, string[]> = Object.create(null);
  for (const node of elementsIn(document, range)) {
    if (document.name(node) !== "meta") continue;
    const property =
      (document.attribute(node, "property") ?? document.attribute(node, "name") ?? "")
        .trim();
    const content = document.attribute(node, "content");
    if (content === undefined || !isOpenGraph(property)) continue;
    (found[property.toLowerCase()] ??= []).push(flat(content));
  }
  return found;
}
