import { toMdast } from "hast-util-to-mdast";
import { gfmStrikethroughToMarkdown } from "mdast-util-gfm-strikethrough";
import { gfmTableToMarkdown } from "mdast-util-gfm-table";
import { gfmTaskListItemToMarkdown } from "mdast-util-gfm-task-list-item";
import { toMarkdown } from "mdast-util-to-markdown";
import { placeOf, type Selector } from "../selector.ts";
import { findMainContent } from "./main_content.ts";
import { toHast } from "./to_hast.ts";

/** Options of {@linkcode markdown}. */
export interface MarkdownOptions {
  /**
   * Whether to leave out what is around the main content: menus, headers, footers. Default: false.
   */
  main?: boolean;
}

/**
 * An element as Markdown (GitHub's, with tables), for people and for language models.
 *
 * Links and images have absolute addresses if the page's own is known. Scripts, styles and forms
 * are left out. Where elements nest deeper than anybody writes them, the deepest lose their format.
 *
 * @param selector The page, or a part of it.
 * @param options `main`: whether to leave out what is around the main content.
 *
 * @example
 * ```ts
 * import { Selector } from "@orbweaver/selectors";
 * import { markdown } from "@orbweaver/selectors/content";
 * import assert from "node:assert/strict";
 *
 * const page = Selector.fromHtml(`<h2>Tea</h2><ul><li><a href="/green">Green</a></ul>`, {
 *   url: "https://shop.example/",
 * });
 * assert.equal(markdown(page), "## Tea\n\n- [Green](https://shop.example/green)\n");
 * ```
 */
export function markdown(selector: Selector, options: MarkdownOptions = {}): string {
  const { document, node } = placeOf(selector);
  const { main = false } = options;
  const start = main ? findMainContent(document, node) : node;
  const tree = toMdast(toHast(document, start, { main }));
  return toMarkdown(tree, {
    bullet: "-",
    extensions: [
      gfmStrikethroughToMarkdown(),
      // Padded cells make the widest one as wide as the page says.
      gfmTableToMarkdown({ tablePipeAlign: false }),
      gfmTaskListItemToMarkdown(),
    ],
  });
}
