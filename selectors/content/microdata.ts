import type { Document } from "../document/document.ts";
import { ItemBuilder } from "./item_builder.ts";
import { valueOf } from "./item_value.ts";
import { Nesting } from "./nesting.ts";
import { absolute, elementsIn, type Range, wordsOf } from "./range.ts";
import type { StructuredItem } from "./structured_data.ts";

/** An item, and the range of handles in which its properties are. */
interface OpenItem {
  readonly item: ItemBuilder;
  readonly end: number;
}

/** An item that has properties elsewhere too, under these ids. */
interface Reference {
  readonly item: ItemBuilder;
  readonly ids: readonly string[];
}

/** Nobody refers to more, and each reference is a walk through what it refers to. */
const MAX_REFERENCES = 100;

/**
 * Top-level items of microdata (https://html.spec.whatwg.org/#microdata), in one pass: items that
 * are open are on a stack of our own, however deep they nest.
 */
export function extractMicrodata(document: Document, range: Range): StructuredItem[] {
  const reader = new MicrodataReader(document);
  reader.read(range, []);
  reader.resolveReferences();
  return reader.topLevel;
}

class MicrodataReader {
  readonly topLevel: ItemBuilder[] = [];
  readonly #document: Document;
  readonly #items = new Map<number, ItemBuilder>();
  readonly #references: Reference[] = [];

  constructor(document: Document) {
    this.#document = document;
  }

  /** Reads the items in a range; `open` are those that it is a part of. */
  read(range: Range, open: OpenItem[]): void {
    const nesting = new Nesting();
    for (const node of elementsIn(this.#document, range)) {
      while (open.length > 0 && (open.at(-1) as OpenItem).end <= node) open.pop();
      const names = wordsOf(this.#document.attribute(node, "itemprop"));
      const isItem = this.#document.attribute(node, "itemscope") !== undefined;
      const owner = open.at(-1)?.item;
      if (!isItem) {
        const end = this.#document.subtreeEnd(node);
        if (names.length > 0 && nesting.enter(node, end)) {
          owner?.add(names, valueOf(this.#document, node));
        }
        continue;
      }
      const known = this.#items.get(node);
      const item = known ?? this.#createItem(node);
      if (names.length === 0) {
        if (known === undefined) this.topLevel.push(item);
      } else owner?.add(names, item);
      const end = this.#document.subtreeEnd(node);
      // Its properties are known already where it is read once more, for a reference.
      open.push({ item: known === undefined ? item : new ItemBuilder([], undefined), end });
    }
  }

  /** Adds the properties that items have elsewhere. */
  resolveReferences(): void {
    if (this.#references.length === 0) return;
    const byId = this.#elementsById();
    for (const { item, ids } of this.#references.slice(0, MAX_REFERENCES)) {
      for (const id of ids.slice(0, MAX_REFERENCES)) {
        const node = byId.get(id);
        if (node === undefined || this.#items.get(node) === item) continue;
        const end = this.#document.subtreeEnd(node);
        this.read({ start: node, end }, [{ item, end: Infinity }]);
      }
    }
  }

  #createItem(node: number): ItemBuilder {
    const types = wordsOf(this.#document.attribute(node, "itemtype"));
    const id = this.#document.attribute(node, "itemid")?.trim();
    const item = new ItemBuilder(types, id === undefined ? id : absolute(this.#document, id));
    this.#items.set(node, item);
    const ids = wordsOf(this.#document.attribute(node, "itemref"));
    if (ids.length > 0) this.#references.push({ item, ids });
    return item;
  }

  #elementsById(): Map<string, number> {
    const byId = new Map<string, number>();
    for (const node of elementsIn(this.#document, { start: 1, end: this.#document.size })) {
      const id = this.#document.attribute(node, "id");
      if (id !== undefined && !byId.has(id)) byId.set(id, node);
    }
    return byId;
  }
}
