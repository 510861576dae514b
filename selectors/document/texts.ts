import { type Document, NO_NODE, NodeKind } from "./document.ts";
import { flat } from "./flat.ts";

/**
 * The texts in the subtree of `node`, in document order, without those in descendants that are named
 * as in `ignored` (in lower case) or in the content of templates. They share memory with the page.
 */
export function textsIn(document: Document, node: number, ignored: ReadonlySet<string>): string[] {
  if (document.kinds[node] === NodeKind.Text) return [document.data(node)];
  const { kinds, nameIds } = document;
  const ignoredIds = idsOf(document, ignored);
  const texts: string[] = [];
  const end = document.subtreeEnd(node);
  for (let at = node + 1; at < end; at++) {
    const kind = kinds[at];
    if (kind === NodeKind.Text) texts.push(document.data(at));
    else if (kind === NodeKind.Fragment || ignoredIds.includes(nameIds[at] as number)) {
      at = document.subtreeEnd(at) - 1;
    }
  }
  return texts;
}

/** The texts that are children of `node`, put together, with own memory. */
export function ownTextOf(document: Document, node: number): string {
  if (document.kinds[node] === NodeKind.Text) return flat(document.data(node));
  let text = "";
  let child = document.firstChildren[node] as number;
  for (; child !== NO_NODE; child = document.nextSiblings[child] as number) {
    if (document.kinds[child] === NodeKind.Text) text += document.data(child);
  }
  return flat(text);
}

function idsOf({ names }: Document, wanted: ReadonlySet<string>): number[] {
  return Array.from(wanted, (name) => names.idOf(name)).filter((id) => id !== 0);
}
