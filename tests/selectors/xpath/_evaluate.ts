import { NO_ATTRIBUTE } from "../../../selectors/css/select.ts";
import type { Document } from "../../../selectors/document/document.ts";
import { NodeKind } from "../../../selectors/document/document.ts";
import { parseHtml } from "../../../selectors/document/parse_html.ts";
import { type EvaluateOptions, evaluateXPath } from "../../../selectors/xpath/evaluate.ts";
import type { XPathNode } from "../../../selectors/xpath/result.ts";

/** A page as an HTML document. */
export function page(body: string): Document {
  return parseHtml(`<!DOCTYPE html><html><head></head><body>${body}</body></html>`);
}

/** What an expression gives at the root: a value, or for each node its name or value. */
export function xpath(
  document: Document,
  expression: string,
  options?: EvaluateOptions,
  context: XPathNode = { node: document.root },
): string | number | boolean | string[] {
  const result = evaluateXPath(document, context, expression, options);
  if (result.type !== "nodes") return result.value;
  const { nodes, attributes } = result;
  return nodes.map((node, index) => show(document, node, attributes?.[index]));
}

/** `p#id`, `@href=/a` or a text's value. */
function show(document: Document, node: number, attribute = NO_ATTRIBUTE): string {
  if (attribute !== NO_ATTRIBUTE) {
    return `@${document.attributeName(attribute)}=${document.attributeValue(attribute)}`;
  }
  if (document.kinds[node] !== NodeKind.Element) return document.data(node);
  const id = document.attribute(node, "id");
  return id === undefined ? document.name(node) : `${document.name(node)}#${id}`;
}

/** The nodes that an expression gives at the root. */
export function find(document: Document, expression: string): XPathNode[] {
  const result = evaluateXPath(document, { node: document.root }, expression);
  if (result.type !== "nodes") throw new TypeError(`${expression} gives a ${result.type}`);
  const { nodes, attributes } = result;
  return nodes.map((node, index) => ({ node, attribute: attributes?.[index] }));
}
