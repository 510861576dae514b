import type { Element, ElementContent, Root } from "hast";
import { type Document, NodeKind } from "../document/document.ts";
import { absolute } from "./range.ts";
import { isAroundMain } from "./main_content.ts";

/**
 * hast-util-to-mdast and mdast-util-to-markdown recurse; deeper elements give their content to the
 * deepest that is kept.
 */
const MAX_DEPTH = 100;

const LEFT_OUT: ReadonlySet<string> = new Set(
  ("script style noscript template head form select textarea button svg math iframe object embed " +
    "canvas audio video").split(" "),
);

/** The attributes that mean something in Markdown, and what hast calls them. */
const PROPERTIES: Readonly<Record<string, string>> = {
  align: "align",
  alt: "alt",
  checked: "checked",
  colspan: "colSpan",
  href: "href",
  reversed: "reversed",
  rowspan: "rowSpan",
  src: "src",
  start: "start",
  title: "title",
  type: "type",
};
const ADDRESSES: ReadonlySet<string> = new Set(["href", "src"]);

interface Level {
  readonly element: Root | Element;
  readonly end: number;
}

/** The subtree of `node` as the tree that Markdown is made of, without recursing. */
export function toHast(document: Document, node: number, { main }: { main: boolean }): Root {
  const root: Root = { type: "root", children: [] };
  const levels: Level[] = [{ element: root, end: Infinity }];
  const end = document.subtreeEnd(node);
  for (let at = node; at < end; at++) {
    while (levels.length > 1 && (levels.at(-1) as Level).end <= at) levels.pop();
    const { element: parent } = levels.at(-1) as Level;
    const kind = document.kinds[at];
    if (kind === NodeKind.Text) append(parent, { type: "text", value: document.data(at) });
    if (kind === NodeKind.Fragment && at !== node) at = document.subtreeEnd(at) - 1;
    if (kind !== NodeKind.Element) continue;
    const isLeftOut = LEFT_OUT.has(document.name(at)) || main && isAroundMain(document, at);
    if (isLeftOut && at !== node) {
      at = document.subtreeEnd(at) - 1;
      continue;
    }
    if (levels.length > MAX_DEPTH) continue;
    const element = toElement(document, at);
    append(parent, element);
    levels.push({ element, end: document.subtreeEnd(at) });
  }
  return root;
}

function append(parent: Root | Element, child: ElementContent): void {
  (parent.children as ElementContent[]).push(child);
}

function toElement(document: Document, node: number): Element {
  const properties: Element["properties"] = {};
  const end = document.attributeEnd(node);
  for (let at = document.attributeStart(node); at < end; at++) {
    const name = document.attributeName(at);
    const value = document.attributeValue(at);
    if (name === "class") properties["className"] = value.split(/\s+/);
    if (!Object.hasOwn(PROPERTIES, name)) continue;
    properties[PROPERTIES[name] as string] = ADDRESSES.has(name)
      ? absolute(document, value)
      : value;
  }
  return { type: "element", tagName: document.name(node), properties, children: [] };
}
