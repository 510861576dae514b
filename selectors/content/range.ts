import { type Document, NodeKind } from "../document/document.ts";

/** The part of a document that is looked at: the handles from `start` to before `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The elements in a range, in document order, without the content of templates. */
export function* elementsIn(document: Document, { start, end }: Range): Generator<number> {
  for (let node = start; node < end; node++) {
    if (document.kinds[node] === NodeKind.Element) yield node;
    else if (document.kinds[node] === NodeKind.Fragment && node !== start) {
      node = document.subtreeEnd(node) - 1;
    }
  }
}

/** The words of an attribute that is a list of some, without repeats. */
export function wordsOf(value: string | undefined): string[] {
  return [...new Set((value ?? "").split(/[ \t\n\f\r]+/).filter((word) => word !== ""))];
}

/** An address, absolute if the page's own is known and it is one. */
export function absolute(document: Document, address: string): string {
  if (document.url === undefined) return address;
  return URL.parse(address, document.url)?.href ?? address;
}
