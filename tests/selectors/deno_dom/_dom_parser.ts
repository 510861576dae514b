import { type DefaultTreeAdapterMap, parse } from "parse5";

type TreeNode = DefaultTreeAdapterMap["node"];

/**
 * Stands in for deno-dom, which is on JSR only: the same shape, over parse5's own tree. Like
 * deno-dom's, its nodes don't tell their namespace.
 */
export class DOMParser {
  parseFromString(source: string, mimeType: string): StandInNode {
    if (mimeType !== "text/html") throw new TypeError(mimeType);
    return new StandInNode(parse(source, { scriptingEnabled: false }));
  }
}

const NODE_TYPES: Readonly<Record<string, number>> = {
  "#text": 3,
  "#comment": 8,
  "#document": 9,
  "#documentType": 10,
  "#document-fragment": 11,
};

class StandInNode {
  readonly #node: TreeNode;

  constructor(node: TreeNode) {
    this.#node = node;
  }

  get nodeType(): number {
    return NODE_TYPES[this.#node.nodeName] ?? 1;
  }

  get childNodes(): StandInNode[] {
    return "childNodes" in this.#node
      ? this.#node.childNodes.map((child) => new StandInNode(child))
      : [];
  }

  get nodeValue(): string | null {
    if ("value" in this.#node) return this.#node.value;
    return "data" in this.#node ? this.#node.data : null;
  }

  get localName(): string {
    return this.#node.nodeName.toLowerCase();
  }

  get name(): string {
    return "name" in this.#node ? this.#node.name : "";
  }

  get content(): StandInNode | undefined {
    return "content" in this.#node ? new StandInNode(this.#node.content) : undefined;
  }

  getAttributeNames(): string[] {
    return this.#attributes().map(([name]) => name);
  }

  getAttribute(name: string): string | null {
    return this.#attributes().find(([each]) => each === name)?.[1] ?? null;
  }

  #attributes(): [string, string][] {
    if (!("attrs" in this.#node)) return [];
    return this.#node.attrs.map(({ prefix, name, value }) => [
      prefix ? `${prefix}:${name}` : name,
      value,
    ]);
  }
}
