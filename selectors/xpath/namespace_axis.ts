import { NO_NODE } from "../document/document.ts";
import type { Environment } from "./environment.ts";
import { attributeNode, namespaceNode } from "./nodes.ts";

/** A namespace node, found on the axis `namespace`. */
export interface NamespaceInScope {
  readonly prefix: string;
  /** Its number; see `nodes.ts`. */
  readonly number: number;
}

const XMLNS = "http://www.w3.org/2000/xmlns/";
const XML = "http://www.w3.org/XML/1998/namespace";

/**
 * The namespaces in scope at an element: those that attributes declare there or further up, and that
 * of the prefix `xml`. HTML has no declarations, so there is that one alone.
 */
export function namespacesInScope(environment: Environment, element: number): NamespaceInScope[] {
  const { document } = environment;
  const found: NamespaceInScope[] = [];
  const declared = new Set<string>();
  const add = (prefix: string, uri: string, declaration: number | undefined) => {
    if (declared.has(prefix)) return;
    declared.add(prefix);
    // `xmlns=""` takes the default namespace away.
    if (uri === "") return;
    const number = namespaceNode(environment, { owner: element, prefix, uri, declaration });
    found.push({ prefix, number });
  };
  add("xml", XML, undefined);
  if (!document.isXml) return found;
  for (let node = element; node !== NO_NODE; node = document.parents[node] as number) {
    const end = document.attributeEnd(node);
    for (let at = document.attributeStart(node); at < end; at++) {
      if (document.attributeNamespace(at) !== XMLNS) continue;
      const name = document.attributeName(at);
      const prefix = name === "xmlns" ? "" : name.slice("xmlns:".length);
      add(prefix, document.attributeValue(at), attributeNode(environment, at, node));
    }
  }
  return found;
}
