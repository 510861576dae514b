import { type Document, NO_NODE } from "../document/document.ts";
import { flat } from "../document/flat.ts";
import { Nesting } from "./nesting.ts";
import { ItemBuilder } from "./item_builder.ts";
import { valueOf } from "./item_value.ts";
import { isOpenGraph } from "./open_graph.ts";
import { absolute, elementsIn, type Range, wordsOf } from "./range.ts";
import type { StructuredItem } from "./structured_data.ts";

/** What an element sets for everything in it. */
interface Scope {
  readonly item: ItemBuilder | undefined;
  readonly vocabulary: string;
  readonly end: number;
}

/** Prefixes that need no declaration (https://www.w3.org/2011/rdfa-context/rdfa-1.1). */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ["schema", "http://schema.org/"],
  ["dc", "http://purl.org/dc/terms/"],
  ["dcterms", "http://purl.org/dc/terms/"],
  ["foaf", "http://xmlns.com/foaf/0.1/"],
  ["gr", "http://purl.org/goodrelations/v1#"],
  ["v", "http://rdf.data-vocabulary.org/#"],
]);

/** Top-level items of RDFa Lite (https://www.w3.org/TR/rdfa-lite/), in one pass. */
export function extractRdfa(document: Document, range: Range): StructuredItem[] {
  const topLevel: ItemBuilder[] = [];
  const outermost = {
    item: undefined,
    vocabulary: vocabularyAround(document, range.start),
    end: Infinity,
  };
  const scopes: Scope[] = [outermost];
  const nesting = new Nesting();
  for (const node of elementsIn(document, range)) {
    while ((scopes.at(-1) as Scope).end <= node) scopes.pop();
    const around = scopes.at(-1) as Scope;
    const vocabulary = document.attribute(node, "vocab")?.trim() ?? around.vocabulary;
    const types = wordsOf(document.attribute(node, "typeof"));
    const names = wordsOf(document.attribute(node, "property")).filter((name) =>
      !isOpenGraph(name)
    );
    let { item } = around;
    if (types.length > 0) {
      const expand = (term: string) => expanded(term, vocabulary);
      item = new ItemBuilder(types.map(expand), resourceOf(document, node));
      if (names.length === 0 || around.item === undefined) topLevel.push(item);
      else around.item.add(names, item);
    } else if (names.length > 0 && nesting.enter(node, document.subtreeEnd(node))) {
      around.item?.add(names, propertyValue(document, node));
    }
    if (item !== around.item || vocabulary !== around.vocabulary) {
      scopes.push({ item, vocabulary, end: document.subtreeEnd(node) });
    }
  }
  return topLevel;
}

/** Above a part of a page there may be a vocabulary too. */
function vocabularyAround(document: Document, node: number): string {
  let element = document.parentElement(node);
  for (; element !== NO_NODE; element = document.parentElement(element)) {
    const vocabulary = document.attribute(element, "vocab");
    if (vocabulary !== undefined) return vocabulary.trim();
  }
  return "";
}

function expanded(term: string, vocabulary: string): string {
  const [prefix = "", local] = term.split(":", 2);
  const known = PREFIXES.get(prefix.toLowerCase());
  if (local !== undefined && known !== undefined && !local.startsWith("//")) return known + local;
  return local === undefined ? vocabulary + term : term;
}

function resourceOf(document: Document, node: number): string | undefined {
  const resource = document.attribute(node, "resource") ?? document.attribute(node, "about");
  return resource === undefined ? undefined : flat(absolute(document, resource.trim()));
}

function propertyValue(document: Document, node: number): string {
  const content = document.attribute(node, "content");
  if (content !== undefined) return flat(content);
  const resource = document.attribute(node, "resource");
  return resource === undefined ? valueOf(document, node) : flat(absolute(document, resource));
}
