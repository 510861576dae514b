import { html } from "parse5";
import { FORMATTING_TAGS } from "./end_tag_rules.ts";
import { tagTable } from "./tag_table.ts";

const { TAG_ID: Tag } = html;

/**
 * What a start tag does in a body, a cell or a caption, as far as it is little
 * (https://html.spec.whatwg.org/#parsing-main-inbody).
 */
export const StartTagRule = {
  /** Something of its own: parse5 knows what. */
  Other: 0,
  /** It opens an element. */
  Plain: 1,
  /** It closes an open paragraph, and opens an element. */
  Block: 2,
  /** The same, but that a heading does not contain another. */
  Heading: 3,
  /** It opens an item of a list. */
  ListItem: 4,
  /** It opens an element that is opened again after a parent that is closed too early. */
  Formatting: 5,
  /** It is an element without content. */
  Void: 6,
} as const;

/** One of {@linkcode StartTagRule}. */
export type StartTagRule = typeof StartTagRule[keyof typeof StartTagRule];

const rules = tagTable([
  [StartTagRule.Plain, [Tag.UNKNOWN, Tag.LABEL, Tag.RUBY, Tag.SPAN, Tag.SUB, Tag.SUP, Tag.VAR]],
  [StartTagRule.Block, [
    Tag.ADDRESS,
    Tag.ARTICLE,
    Tag.ASIDE,
    Tag.BLOCKQUOTE,
    Tag.CENTER,
    Tag.DETAILS,
    Tag.DIALOG,
    Tag.DIR,
    Tag.DIV,
    Tag.DL,
    Tag.FIELDSET,
    Tag.FIGCAPTION,
    Tag.FIGURE,
    Tag.FOOTER,
    Tag.HEADER,
    Tag.HGROUP,
    Tag.MAIN,
    Tag.MENU,
    Tag.NAV,
    Tag.OL,
    Tag.P,
    Tag.SEARCH,
    Tag.SECTION,
    Tag.SUMMARY,
    Tag.UL,
  ]],
  [StartTagRule.Heading, [Tag.H1, Tag.H2, Tag.H3, Tag.H4, Tag.H5, Tag.H6]],
  [StartTagRule.ListItem, [Tag.DD, Tag.DT, Tag.LI]],
  // A <nobr> closes one that is open.
  [StartTagRule.Formatting, FORMATTING_TAGS.filter((tag) => tag !== Tag.NOBR)],
  [StartTagRule.Void, [Tag.AREA, Tag.BR, Tag.EMBED, Tag.IMG, Tag.WBR]],
]);

/** What a start tag with parse5's number `tagID` does. */
export function startTagRule(tagID: number): StartTagRule {
  return rules[tagID] as StartTagRule;
}

/** Whether the items of which `tagID` is one are items of the element `parentID`. */
export function isListOf(parentID: number | undefined, tagID: number): boolean {
  if (tagID !== Tag.LI) return parentID === Tag.DL;
  return parentID === Tag.UL || parentID === Tag.OL || parentID === Tag.MENU;
}
