import assert from "node:assert/strict";
import { defaultTreeAdapter as adapter, type DefaultTreeAdapterTypes as Parse5 } from "parse5";
import { type Document, DOCUMENT_NODE, NodeKind } from "../../../selectors/document/document.ts";

/*
 * Trees in the format of html5lib-tests. A node on the way is [node, depth]; a string is a line
 * that waits for its turn.
 */

/** The tree of a document of ours, of which it checks that handles follow document order. */
export function dumpDocument(document: Document): string {
  const lines: string[] = [];
  let handle: number = DOCUMENT_NODE;
  const waiting: [number, number][] = [];
  const pushChildren = (parent: number, depth: number) => {
    let child = document.lastChildren[parent] as number;
    for (; child !== 0; child = document.previousSiblings[child] as number) {
      waiting.push([child, depth]);
    }
  };
  pushChildren(DOCUMENT_NODE, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, depth] = next;
    assert.equal(node, ++handle);
    const indent = `| ${"  ".repeat(depth)}`;
    if (document.kinds[node] === NodeKind.Fragment) {
      lines.push(`${indent}content`);
    } else if (document.isElement(node)) {
      lines.push(`${indent}<${prefixOf(document.namespace(node))}${document.name(node)}>`);
      lines.push(...attributeLines(attributesOf(document, node), indent));
    } else if (document.kinds[node] === NodeKind.Text) {
      lines.push(`${indent}"${document.data(node)}"`);
    } else if (document.kinds[node] === NodeKind.Comment) {
      lines.push(`${indent}<!-- ${document.data(node)} -->`);
    } else {
      const { name, publicId, systemId } = document.doctype(node)!;
      lines.push(indent + doctypeLine(name, publicId, systemId));
    }
    pushChildren(node, depth + 1);
    const content = document.templateContent(node);
    if (content !== 0) waiting.push([content, depth + 1]);
  }
  assert.equal(handle, document.size - 1);
  return lines.join("\n");
}

/** The tree of a document, or a fragment, of parse5's default adapter. */
export function dumpParse5(root: Parse5.ParentNode): string {
  const lines: string[] = [];
  const waiting: [Parse5.Node | "content", number][] = [];
  const pushChildren = (parent: Parse5.ParentNode, depth: number) => {
    for (const child of parent.childNodes.toReversed()) waiting.push([child, depth]);
  };
  pushChildren(root, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, depth] = next;
    const indent = `| ${"  ".repeat(depth)}`;
    if (node === "content") {
      lines.push(`${indent}content`);
    } else if (adapter.isElementNode(node)) {
      lines.push(`${indent}<${prefixOf(node.namespaceURI)}${node.tagName}>`);
      const attributes = node.attrs.map(({ prefix, name, value }) =>
        [prefix ? `${prefix} ${name}` : name, value] as const
      );
      lines.push(...attributeLines(attributes, indent));
      pushChildren(node, depth + 1);
      if ("content" in node) {
        pushChildren((node as Parse5.Template).content, depth + 2);
        waiting.push(["content", depth + 1]);
      }
    } else if (adapter.isTextNode(node)) {
      lines.push(`${indent}"${node.value}"`);
    } else if (adapter.isCommentNode(node)) {
      lines.push(`${indent}<!-- ${node.data} -->`);
    } else if (adapter.isDocumentTypeNode(node)) {
      lines.push(indent + doctypeLine(node.name, node.publicId, node.systemId));
    }
  }
  return lines.join("\n");
}

function attributesOf(document: Document, node: number): [string, string][] {
  const attributes: [string, string][] = [];
  for (let at = document.attributeStart(node); at < document.attributeEnd(node); at++) {
    const name = document.attributeName(at);
    const shown = document.attributeNamespace(at) === "" ? name : name.replace(":", " ");
    attributes.push([shown, document.attributeValue(at)]);
  }
  return attributes;
}

function attributeLines(attributes: (readonly [string, string])[], indent: string): string[] {
  const sorted = attributes.toSorted(([a], [b]) => a < b ? -1 : 1);
  return sorted.map(([name, value]) => `${indent}  ${name}="${value}"`);
}

function doctypeLine(name: string, publicId: string, systemId: string): string {
  const ids = publicId === "" && systemId === "" ? "" : ` "${publicId}" "${systemId}"`;
  return `<!DOCTYPE ${name}${ids}>`;
}

function prefixOf(namespace: string): string {
  if (namespace === "http://www.w3.org/2000/svg") return "svg ";
  if (namespace === "http://www.w3.org/1998/Math/MathML") return "math ";
  return "";
}
