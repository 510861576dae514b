import type { Axis, NodeTest } from "./ast.ts";
import { type Document, NodeKind } from "../document/document.ts";

/** What a name test or a wildcard looks for on an axis. */
export type PrincipalKind = "element" | "attribute" | "namespace";

/** A node test with names as the numbers that they have in one document. */
export interface ResolvedTest {
  /** Bit `kind` is set where a node of that kind may pass. */
  readonly kinds: number;
  /** Number of the qualified name that a node must have, or -1 for any name. */
  readonly nameId: number;
  /** What else the node must have, where that is not all. */
  readonly further: ((node: number) => boolean) | undefined;
  /** The same for an attribute, of which the name is checked already. */
  readonly furtherAttribute: ((attribute: number) => boolean) | undefined;
  /** The prefix that a namespace node must have; `undefined` for any. */
  readonly namespacePrefix: string | undefined;
}

/** Finds the namespace that a prefix stands for in an expression. */
export type ResolvePrefix = (prefix: string, offset: number) => string;

const ANY_NAME = -1;
const XMLNS = "http://www.w3.org/2000/xmlns/";

const ELEMENT = 1 << NodeKind.Element;
const TEXT = 1 << NodeKind.Text;
const COMMENT = 1 << NodeKind.Comment;
const INSTRUCTION = 1 << NodeKind.ProcessingInstruction;
const DOCUMENT = 1 << NodeKind.Document | 1 << NodeKind.Fragment;

const NOTHING: ResolvedTest = {
  kinds: 0,
  nameId: ANY_NAME,
  further: undefined,
  furtherAttribute: undefined,
  namespacePrefix: undefined,
};

/** The kind of node that name tests on `axis` look for. */
export function principalKindOf(axis: Axis): PrincipalKind {
  return axis === "attribute" || axis === "namespace" ? axis : "element";
}

/** Prepares `test` for the nodes of `document`. */
export function resolveTest(
  document: Document,
  test: NodeTest,
  kind: PrincipalKind,
  resolvePrefix: ResolvePrefix,
): ResolvedTest {
  if (kind === "attribute") return resolveAttributeTest(document, test, resolvePrefix);
  if (kind === "namespace") return resolveNamespaceTest(test);
  switch (test.type) {
    case "node":
      // A document type declaration is no node to XPath.
      return ofKinds(ELEMENT | TEXT | COMMENT | INSTRUCTION | DOCUMENT);
    case "text":
      return { ...ofKinds(TEXT), further: (node) => !document.isEmptyText(node) };
    case "comment":
      return ofKinds(COMMENT);
    case "any":
      return ofKinds(ELEMENT);
    case "processing-instruction": {
      const nameId = test.target === undefined ? ANY_NAME : document.names.idOf(test.target);
      return { ...ofKinds(INSTRUCTION), nameId };
    }
    case "namespace": {
      const namespaceId = document.namespaces.idOf(resolvePrefix(test.prefix, test.offset));
      return {
        ...ofKinds(ELEMENT),
        further: (node) => document.namespaceIds[node] === namespaceId,
      };
    }
    case "name":
      return resolveElementName(document, test, resolvePrefix);
  }
}

type NameTest = Extract<NodeTest, { type: "name" }>;

/**
 * In HTML, as in lxml, a name without a prefix finds elements of any namespace: `//div` and `//svg`
 * are what everybody writes. In XML it finds those without a namespace, as XPath prescribes, or
 * those of the namespace that the caller gave the prefix "".
 */
function resolveElementName(
  document: Document,
  { prefix, local, offset }: NameTest,
  resolvePrefix: ResolvePrefix,
): ResolvedTest {
  const { namespaceIds, nameIds, names } = document;
  if (prefix === undefined && !document.isXml) {
    return { ...ofKinds(ELEMENT), nameId: names.idOf(local) };
  }
  const namespaceId = document.namespaces.idOf(resolvePrefix(prefix ?? "", offset));
  if (namespaceId === -1) return NOTHING;
  const isInNamespace = (node: number) => namespaceIds[node] === namespaceId;
  if (!document.isXml || namespaceId === 0) {
    return { ...ofKinds(ELEMENT), nameId: names.idOf(local), further: isInNamespace };
  }
  const hasLocalName = localNameTest(document, local);
  return {
    ...ofKinds(ELEMENT),
    further: (node) => isInNamespace(node) && hasLocalName(nameIds[node] as number),
  };
}

function resolveAttributeTest(
  document: Document,
  test: NodeTest,
  resolvePrefix: ResolvePrefix,
): ResolvedTest {
  const { isXml, names } = document;
  // In XML, declarations of namespaces are no attributes.
  const isAttribute = isXml
    ? (attribute: number) => document.attributeNamespace(attribute) !== XMLNS
    : undefined;
  const any: ResolvedTest = { ...NOTHING, kinds: ELEMENT, furtherAttribute: isAttribute };
  if (test.type === "any" || test.type === "node") return any;
  if (test.type !== "name" && test.type !== "namespace") return NOTHING;
  if (test.type === "name" && test.prefix === undefined) {
    return { ...any, nameId: names.idOf(test.local) };
  }
  const namespace = resolvePrefix(test.prefix as string, test.offset);
  const isInNamespace = (attribute: number) => document.attributeNamespace(attribute) === namespace;
  if (test.type === "namespace") return { ...any, furtherAttribute: isInNamespace };
  // HTML's own elements have `xml:lang` without the namespace.
  if (!isXml && test.prefix === "xml") return { ...any, nameId: names.idOf(`xml:${test.local}`) };
  const hasLocalName = localNameTest(document, test.local);
  return {
    ...any,
    furtherAttribute: (attribute) =>
      isInNamespace(attribute) && hasLocalName(document.attributeNameIds[attribute] as number),
  };
}

function resolveNamespaceTest(test: NodeTest): ResolvedTest {
  if (test.type === "any" || test.type === "node") return { ...NOTHING, kinds: ELEMENT };
  if (test.type !== "name" || test.prefix !== undefined) return NOTHING;
  return { ...NOTHING, kinds: ELEMENT, namespacePrefix: test.local };
}

/** Whether the local part of a name is `local`; remembers the answers, as few names are many. */
function localNameTest(document: Document, local: string): (nameId: number) => boolean {
  const answers = new Map<number, boolean>();
  return (nameId) => {
    let answer = answers.get(nameId);
    if (answer === undefined) {
      const name = document.names.nameOf(nameId);
      answer = name.slice(name.indexOf(":") + 1) === local;
      answers.set(nameId, answer);
    }
    return answer;
  };
}

function ofKinds(kinds: number): ResolvedTest {
  return { ...NOTHING, kinds, nameId: ANY_NAME };
}
