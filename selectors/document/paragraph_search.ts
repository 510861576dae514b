import { html } from "parse5";
import { tagTable } from "./tag_table.ts";

const { TAG_ID: Tag } = html;

/**
 * What an open element means to the search for a paragraph that a block would close
 * (https://html.spec.whatwg.org/#has-an-element-in-button-scope).
 */
export const ParagraphSearch = {
  /** Nothing: the search goes on with the element that it is in. */
  GoesOn: 0,
  /** There is none: what is in such an element closes nothing around it. */
  FindsNone: 1,
  /** A paragraph, or an element that may be of SVG or MathML, where names have other meanings. */
  MayFind: 2,
} as const;

/** One of {@linkcode ParagraphSearch}. */
export type ParagraphSearch = typeof ParagraphSearch[keyof typeof ParagraphSearch];

const table = tagTable([
  [ParagraphSearch.FindsNone, [
    Tag.APPLET,
    Tag.BUTTON,
    Tag.CAPTION,
    Tag.HTML,
    Tag.MARQUEE,
    Tag.OBJECT,
    Tag.TABLE,
    Tag.TD,
    Tag.TEMPLATE,
    Tag.TH,
  ]],
  [ParagraphSearch.MayFind, [
    Tag.P,
    Tag.ANNOTATION_XML,
    Tag.DESC,
    Tag.FOREIGN_OBJECT,
    Tag.MATH,
    Tag.MI,
    Tag.MN,
    Tag.MO,
    Tag.MS,
    Tag.MTEXT,
    Tag.SVG,
    Tag.TITLE,
  ]],
]);

/** What an open element with parse5's number `tagID` means to the search. */
export function paragraphSearch(tagID: number): ParagraphSearch {
  return table[tagID] as ParagraphSearch;
}
