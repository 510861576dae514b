import { type Document, NodeKind } from "./document.ts";
import { joined } from "./flat.ts";

/** Where the texts of a document are, so that a subtree's texts are found without walking through it. */
interface TextIndex {
  /** The texts outside the content of templates, in document order. */
  readonly texts: Int32Array;
  /** How many characters all texts before each of them have; one more entry for all of them. */
  readonly offsets: Float64Array;
}

const indexes = new WeakMap<Document, TextIndex>();

/**
 * The same as `document.textContent(node) === text`, without building that string: asked of each of many
 * nested elements, it takes time for the elements and not for all that is below each of them.
 *
 * @param document A document without templates.
 * @param node A node that can have children.
 * @param text What is expected.
 */
export function hasIndexedText(document: Document, node: number, text: string): boolean {
  const index = indexOf(document);
  const [first, behind] = textRange(document, index, node);
  const { offsets } = index;
  if ((offsets[behind] as number) - (offsets[first] as number) !== text.length) return false;
  let from = 0;
  for (let at = first; at < behind; at++) {
    const data = document.data(index.texts[at] as number);
    if (!text.startsWith(data, from)) return false;
    from += data.length;
  }
  return true;
}

/**
 * The same as `document.textContent(node)`, in time for the texts below `node` and not for all nodes.
 *
 * @param document A document without templates.
 * @param node A node that can have children.
 */
export function indexedText(document: Document, node: number): string {
  const index = indexOf(document);
  const [first, behind] = textRange(document, index, node);
  return joined(Array.from(index.texts.subarray(first, behind), (text) => document.data(text)));
}

function textRange(document: Document, { texts }: TextIndex, node: number): [number, number] {
  return [lowerBound(texts, node), lowerBound(texts, document.subtreeEnd(node))];
}

function indexOf(document: Document): TextIndex {
  let index = indexes.get(document);
  if (index === undefined) indexes.set(document, index = buildIndex(document));
  return index;
}

function buildIndex(document: Document): TextIndex {
  const { kinds, size } = document;
  const texts: number[] = [];
  for (let node = 1; node < size; node++) {
    // Empty texts would be walked over in vain by each element around them.
    if (kinds[node] === NodeKind.Text && document.data(node) !== "") texts.push(node);
  }
  const offsets = new Float64Array(texts.length + 1);
  for (const [at, node] of texts.entries()) {
    offsets[at + 1] = (offsets[at] as number) + document.data(node).length;
  }
  return { texts: Int32Array.from(texts), offsets };
}

/** The first place in sorted `values` with one that is not less than `least`. */
function lowerBound(values: Int32Array, least: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
