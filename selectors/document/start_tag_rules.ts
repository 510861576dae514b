import { html } from "parse5";

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

const TAGS: readonly [StartTagRule, readonly number[]][] = [
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
  [StartTagRule.Formatting, [
    Tag.A,
    Tag.B,
    Tag.BIG,
    Tag.CODE,
    Tag.EM,
    Tag.FONT,
    Tag.I,
    Tag.S,
    Tag.SMALL,
    Tag.STRIKE,
    Tag.STRONG,
    Tag.TT,
    Tag.U,
  ]],
  [StartTagRule.Void, [Tag.AREA, Tag.BR, Tag.EMBED, Tag.IMG, Tag.WBR]],
];

const TAG_COUNT = Math.max(...Object.values(Tag).map(Number).filter(Number.isInteger)) + 1;

const rules = new Uint8Array(TAG_COUNT);
for (const [rule, tags] of TAGS) {
  for (const tag of tags) rules[tag] = rule;
}

/** What a start tag with parse5's number `tagID` does. */
export function startTagRule(tagID: number): StartTagRule {
  return rules[tagID] as StartTagRule;
}

/** Where a search for an open paragraph ends (https://html.spec.whatwg.org/#has-an-element-in-button-scope). */
export const ParagraphSearch = {
  /** Not here. */
  GoesOn: 0,
  /** The paragraph. */
  Found: 1,
  /** An element that what is in it can't close a paragraph around. */
  Ends: 2,
  /** An element that may be of SVG or MathML, where names have other meanings. */
  IsUnsure: 3,
} as const;

/** One of {@linkcode ParagraphSearch}. */
export type ParagraphSearch = typeof ParagraphSearch[keyof typeof ParagraphSearch];

const PARAGRAPH_SEARCH: readonly [ParagraphSearch, readonly number[]][] = [
  [ParagraphSearch.Found, [Tag.P]],
  [ParagraphSearch.Ends, [
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
  [ParagraphSearch.IsUnsure, [
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
];

const paragraphSearches = new Uint8Array(TAG_COUNT);
for (const [what, tags] of PARAGRAPH_SEARCH) {
  for (const tag of tags) paragraphSearches[tag] = what;
}

/** What an open element with parse5's number `tagID` means to the search for an open paragraph. */
export function paragraphSearch(tagID: number): ParagraphSearch {
  return paragraphSearches[tagID] as ParagraphSearch;
}

/** Whether the items of which `tagID` is one are items of the element `parentID`. */
export function isListOf(parentID: number | undefined, tagID: number): boolean {
  if (tagID !== Tag.LI) return parentID === Tag.DL;
  return parentID === Tag.UL || parentID === Tag.OL || parentID === Tag.MENU;
}
