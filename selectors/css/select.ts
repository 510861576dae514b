import { type Document, NO_NODE, NodeKind } from "../document/document.ts";
import { SelectorSyntaxError } from "../errors.ts";
import { type CompiledSelector, compileSelector } from "./compile.ts";
import { Query } from "./query.ts";
import type { Subject } from "./selector_compiler.ts";

/** Stands for no attribute where the index of one may stand. */
export const NO_ATTRIBUTE = -1;

/** What a selector found: elements and texts, or attributes of elements. */
export interface Matches {
  /** The elements and texts, in document order. */
  readonly nodes: readonly number[];
  /**
   * For each node, the index of the attribute that was found, or {@linkcode NO_ATTRIBUTE}; none at
   * all if the selector doesn't ask for attributes.
   */
  readonly attributes: readonly number[] | undefined;
}

/**
 * Everything that `selector` finds in the subtrees of `roots`, the roots included (as in Parsel),
 * in document order and without duplicates.
 *
 * @throws {SelectorSyntaxError} If the selector can't be parsed.
 */
export function select(document: Document, roots: readonly number[], selector: string): Matches {
  const compiled = compileSelector(selector);
  const query = new Query(document, compiled.names, roots);
  const found = new Collector(query, compiled);
  let searchedUntil = NO_NODE;
  for (const root of ascending(roots)) {
    const isInsidePrevious = root < searchedUntil;
    if (isInsidePrevious) continue;
    searchedUntil = document.subtreeEnd(root);
    found.search(root, searchedUntil);
  }
  return found.matches();
}

/**
 * `element` or its nearest ancestor that matches `selector`.
 *
 * @throws {SelectorSyntaxError} If the selector can't be parsed or selects no elements.
 */
export function closest(document: Document, element: number, selector: string): number {
  const { elements, names, pseudoElementOffset } = compileSelector(selector);
  if (pseudoElementOffset !== undefined) {
    throw new SelectorSyntaxError(selector, pseudoElementOffset, "no pseudo-element in closest()");
  }
  const query = new Query(document, names, [element]);
  query.search(document.root, document.subtreeEnd(document.root));
  let current = element;
  while (current !== NO_NODE && !elements.some(({ matches }) => matches(query, current))) {
    current = document.parentElement(current);
  }
  return current;
}

/** Gathers what the entries of a selector find. */
class Collector {
  readonly #query: Query;
  readonly #compiled: CompiledSelector;
  readonly #nodes: number[] = [];
  readonly #attributes: number[] | undefined;
  /** Whether nodes were found after others, or twice. */
  #isSorted = true;

  constructor(query: Query, compiled: CompiledSelector) {
    this.#query = query;
    this.#compiled = compiled;
    this.#attributes = compiled.attributes.length > 0 ? [] : undefined;
  }

  /** Looks at the nodes from `start` to before `end`, of which the first is the root. */
  search(start: number, end: number): void {
    const query = this.#query;
    query.search(start, end);
    const { elements, texts, attributes } = this.#compiled;
    if (elements.length > 0) this.#scan(elements, start, end, (node) => this.#add(node));
    if (texts.length > 0) this.#scan(texts, start, end, (node) => this.#addTexts(node));
    for (const { name, subject } of attributes) {
      this.#scan([subject], start, end, (node) => this.#addAttribute(node, name));
    }
  }

  /** What was found, in document order. */
  matches(): Matches {
    const nodes = this.#nodes;
    const attributes = this.#attributes;
    if (this.#isSorted) return { nodes, attributes };
    if (attributes === undefined) {
      return { nodes: withoutRepetitions(Int32Array.from(nodes).sort()), attributes };
    }
    return inDocumentOrder(nodes, attributes);
  }

  /** Calls `add` with each element that one of `subjects` matches. */
  #scan(
    subjects: readonly Subject[],
    start: number,
    end: number,
    add: (node: number) => void,
  ): void {
    const candidates = subjects.map((subject) => candidateOf(this.#query, subject))
      .filter(({ canMatch }) => canMatch);
    const [only, second] = candidates;
    if (only === undefined) return;
    if (second !== undefined) this.#scanForAny(candidates, start, end, add);
    else if (only.nameId === ANY_NAME || this.#query.document.hasTemplates) {
      this.#scanForOne(only, start, end, add);
    } else this.#scanForName(only, start, end, add);
  }

  #scanForName(
    { nameId, isNameEnough, matches }: Candidate,
    start: number,
    end: number,
    add: (node: number) => void,
  ): void {
    const query = this.#query;
    const { kinds, nameIds } = query;
    let node = nextNamed(nameIds, nameId, start, end);
    for (; node < end; node = nextNamed(nameIds, nameId, node + 1, end)) {
      if (kinds[node] !== NodeKind.Element) continue;
      if (isNameEnough || matches(query, node)) add(node);
    }
  }

  #scanForOne(
    { nameId, isNameEnough, matches }: Candidate,
    start: number,
    end: number,
    add: (node: number) => void,
  ): void {
    const query = this.#query;
    const { kinds, nameIds, document } = query;
    for (let node = start; node < end; node++) {
      const kind = kinds[node];
      if (kind === NodeKind.Element) {
        if (nameId !== ANY_NAME && nameIds[node] !== nameId) continue;
        if (isNameEnough || matches(query, node)) add(node);
      } else if (kind === NodeKind.Fragment) {
        node = document.subtreeEnd(node) - 1;
      }
    }
  }

  #scanForAny(
    candidates: readonly Candidate[],
    start: number,
    end: number,
    add: (node: number) => void,
  ): void {
    const query = this.#query;
    const { kinds, nameIds, document } = query;
    for (let node = start; node < end; node++) {
      const kind = kinds[node];
      if (kind === NodeKind.Fragment) node = document.subtreeEnd(node) - 1;
      if (kind !== NodeKind.Element) continue;
      for (let index = 0; index < candidates.length; index++) {
        const { nameId, isNameEnough, matches } = candidates[index] as Candidate;
        if (nameId !== ANY_NAME && nameIds[node] !== nameId) continue;
        if (!isNameEnough && !matches(query, node)) continue;
        add(node);
        break;
      }
    }
  }

  #add(node: number, attribute: number = NO_ATTRIBUTE): void {
    const nodes = this.#nodes;
    if (nodes.length > 0 && (nodes[nodes.length - 1] as number) >= node) this.#isSorted = false;
    nodes.push(node);
    this.#attributes?.push(attribute);
  }

  #addTexts(element: number): void {
    const { kinds, document } = this.#query;
    let child = document.firstChildren[element] as number;
    for (; child !== NO_NODE; child = document.nextSiblings[child] as number) {
      if (kinds[child] === NodeKind.Text) this.#add(child);
    }
  }

  #addAttribute(element: number, name: string): void {
    const at = this.#query.document.findAttributeNamed(element, name);
    if (at !== -1) this.#add(element, at);
  }
}

/**
 * The first node from `start` on with the name, or `end`. A loop of its own: with the rest in it, five
 * queries on a product page took 1.2 times as long.
 */
function nextNamed(nameIds: Int32Array, nameId: number, start: number, end: number): number {
  let node = start;
  while (node < end && nameIds[node] !== nameId) node++;
  return node;
}

/** Elements of more than one name may match. */
const ANY_NAME = 0;

/** A subject, with what the document says about the name that it asks for. */
interface Candidate {
  /** Number of the only name that can match, or {@linkcode ANY_NAME}. */
  nameId: number;
  /** Whether every element of that name matches. */
  isNameEnough: boolean;
  /** Whether the document has the name at all. */
  canMatch: boolean;
  matches: Subject["matches"];
}

function candidateOf(query: Query, { matches, tagSlot, isTagOnly }: Subject): Candidate {
  // XML's names may have prefixes and SVG's capitals: then there can be several for one.
  const isOneName = tagSlot !== -1 && !query.document.isXml && query.mixedCaseIds[tagSlot] === 0;
  if (!isOneName) return { nameId: ANY_NAME, isNameEnough: false, canMatch: true, matches };
  const nameId = query.ids[tagSlot] as number;
  return { nameId, isNameEnough: isTagOnly, canMatch: nameId !== 0, matches };
}

function ascending(roots: readonly number[]): readonly number[] {
  return roots.length < 2 ? roots : roots.toSorted((one, other) => one - other);
}

function withoutRepetitions(ascending: Int32Array): number[] {
  const distinct: number[] = [];
  for (const number of ascending) if (number !== distinct.at(-1)) distinct.push(number);
  return distinct;
}

/**
 * Matches in document order, each once: by node, an element before its attributes, and these in
 * source order.
 */
export function inDocumentOrder(
  nodes: readonly number[],
  attributes: readonly number[],
): { nodes: number[]; attributes: number[] } {
  const order = Array.from(nodes, (_, index) => index).sort((one, other) =>
    (nodes[one] as number) - (nodes[other] as number) ||
    (attributes[one] as number) - (attributes[other] as number)
  ).filter((index, position, all) => {
    const previous = all[position - 1];
    return previous === undefined || nodes[previous] !== nodes[index] ||
      attributes[previous] !== attributes[index];
  });
  return {
    nodes: order.map((index) => nodes[index] as number),
    attributes: order.map((index) => attributes[index] as number),
  };
}
