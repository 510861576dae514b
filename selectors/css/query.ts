import { type Document, NO_NODE } from "../document/document.ts";

/** How many steps per node a query goes before it starts to remember answers. */
const STEPS_PER_NODE = 16;

/** What is the same for all nodes that a query looks at. Compiled selectors know no document. */
export class Query {
  /** What is being asked. */
  readonly document: Document;
  /** See {@linkcode Document.kinds}. */
  readonly kinds: Uint8Array;
  /** See {@linkcode Document.nameIds}. */
  readonly nameIds: Int32Array;
  /** See {@linkcode Document.parents}. */
  readonly parents: Int32Array;
  /** See {@linkcode Document.previousSiblings}. */
  readonly previousSiblings: Int32Array;
  /** Numbers that the selector's names have in the document; 0 is none. */
  readonly ids: readonly number[];
  /** The same for SVG's names with capitals, which HTML finds in lower case. */
  readonly mixedCaseIds: readonly number[];
  /** The element whose subtree is being searched: no part of a selector matches outside of it. */
  searched: number = NO_NODE;
  /** The handle after those of that subtree. */
  searchedEnd: number = NO_NODE;
  /** What `:scope` matches inside `:has()`. */
  anchor: number = NO_NODE;
  /** Steps to go until combinators remember what they saw, so that a query takes linear time. */
  stepsLeft: number = 0;
  readonly #roots: readonly number[];
  #rootSet: ReadonlySet<number> | undefined;
  #memory: Map<object, unknown> | undefined;
  #memoryOfDocument: Map<object, unknown> | undefined;

  constructor(document: Document, names: SelectorNames, roots: readonly number[]) {
    this.document = document;
    this.kinds = document.kinds;
    this.nameIds = document.nameIds;
    this.parents = document.parents;
    this.previousSiblings = document.previousSiblings;
    this.#roots = roots;
    const { isXml, names: table } = document;
    const searchedFor = isXml ? names.asWritten : names.inLowerCase;
    this.ids = searchedFor.map((name) => table.idOf(name));
    this.mixedCaseIds = searchedFor.map((name) => isXml ? 0 : table.mixedCaseIdOf(name));
  }

  /** Whether `:scope` matches an element. */
  isRoot(element: number): boolean {
    if (this.#roots.length === 1) return this.#roots[0] === element;
    this.#rootSet ??= new Set(this.#roots);
    return this.#rootSet.has(element);
  }

  /** Goes on to the subtree of `root`, from there to before `end`. */
  search(root: number, end: number): void {
    this.searched = root;
    this.searchedEnd = end;
    this.stepsLeft = STEPS_PER_NODE * (end - root);
    this.#memory = undefined;
  }

  /** What `owner` remembers while the same subtree is being searched. */
  remembered<Memory>(owner: object, create: () => Memory): Memory {
    return rememberedIn(this.#memory ??= new Map(), owner, create);
  }

  /** What `owner` remembers during the whole query. */
  rememberedOfDocument<Memory>(owner: object, create: () => Memory): Memory {
    return rememberedIn(this.#memoryOfDocument ??= new Map(), owner, create);
  }

  /** Runs `ask` with `:scope` as `anchor`, on which whatever is remembered meanwhile depends. */
  withAnchor(anchor: number, ask: () => boolean): boolean {
    const outerAnchor = this.anchor;
    const outerMemory = this.#memory;
    this.anchor = anchor;
    this.#memory = undefined;
    try {
      return ask();
    } finally {
      this.anchor = outerAnchor;
      this.#memory = outerMemory;
    }
  }
}

function rememberedIn<Memory>(
  memories: Map<object, unknown>,
  owner: object,
  create: () => Memory,
): Memory {
  let memory = memories.get(owner) as Memory | undefined;
  if (memory === undefined) {
    memory = create();
    memories.set(owner, memory);
  }
  return memory;
}

/** The names in a compiled selector. */
export interface SelectorNames {
  /** XML's. */
  readonly asWritten: readonly string[];
  /** HTML's. */
  readonly inLowerCase: readonly string[];
}

/** The names in a selector, each of which a {@linkcode Query} looks up once. */
export class NameSlots {
  /** The names. */
  readonly names: string[] = [];

  /** Index of `name` in {@linkcode Query.ids}. */
  slotOf(name: string): number {
    const slot = this.names.indexOf(name);
    return slot === -1 ? this.names.push(name) - 1 : slot;
  }
}
