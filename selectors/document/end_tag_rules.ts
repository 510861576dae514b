import { html } from "parse5";
import { tagTable } from "./tag_table.ts";

const { TAG_ID: Tag } = html;

/** What it takes to close the current element in a body, a cell or a caption. */
export const EndTagRule = {
  /** Nothing else but to take it from the stack of open elements. */
  Plain: 0,
  /** To take it from the list of active formatting elements, too. */
  Formatting: 1,
  /** Something of its own. */
  Other: 2,
} as const;

/** One of {@linkcode EndTagRule}. */
export type EndTagRule = typeof EndTagRule[keyof typeof EndTagRule];

/** The elements of which the adoption agency closes one (https://html.spec.whatwg.org/#formatting). */
export const FORMATTING_TAGS: readonly number[] = [
  Tag.A,
  Tag.B,
  Tag.BIG,
  Tag.CODE,
  Tag.EM,
  Tag.FONT,
  Tag.I,
  Tag.NOBR,
  Tag.S,
  Tag.SMALL,
  Tag.STRIKE,
  Tag.STRONG,
  Tag.TT,
  Tag.U,
];

/** Those that change the parser's mode, pointers or markers, and those that table modes see to. */
const OTHER: readonly number[] = [
  Tag.UNKNOWN,
  Tag.APPLET,
  Tag.BODY,
  Tag.BR,
  Tag.CAPTION,
  Tag.COL,
  Tag.COLGROUP,
  Tag.FORM,
  Tag.HTML,
  Tag.MARQUEE,
  Tag.OBJECT,
  Tag.TABLE,
  Tag.TBODY,
  Tag.TD,
  Tag.TEMPLATE,
  Tag.TFOOT,
  Tag.TH,
  Tag.THEAD,
  Tag.TR,
];

const rules = tagTable([[EndTagRule.Formatting, FORMATTING_TAGS], [EndTagRule.Other, OTHER]]);

/** What it takes to close the current element, an HTML element with parse5's number `tagID`. */
export function endTagRule(tagID: number): EndTagRule {
  return rules[tagID] as EndTagRule;
}
