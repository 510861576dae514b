import { html } from "parse5";

const TAG_COUNT = Math.max(...Object.values(html.TAG_ID).map(Number).filter(Number.isInteger)) + 1;

/**
 * A number for each of parse5's tags, by the tag's own number.
 *
 * @param groups The numbers other than 0, each with the tags that have it.
 */
export function tagTable(
  groups: readonly (readonly [value: number, tags: readonly number[]])[],
): Uint8Array {
  const table = new Uint8Array(TAG_COUNT);
  for (const [value, tags] of groups) {
    for (const tag of tags) table[tag] = value;
  }
  return table;
}
