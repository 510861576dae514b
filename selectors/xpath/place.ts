import { NO_NODE } from "../document/document.ts";
import { type Filter, passes } from "./axes.ts";
import type { Place } from "./rewrite.ts";

/**
 * A filter for what stands at `place` among the siblings that pass the test with the number `test`
 * and `filter`. Each sibling is looked at by as many of those behind it as the place is far from the
 * beginning, so that many siblings take linear time.
 */
export function placeFilter({ index }: Place, test: number, filter: Filter): Filter {
  return (environment, node) => {
    if (filter !== undefined && !filter(environment, node, 1, 1)) return false;
    const resolved = environment.test(test);
    const { nextSiblings, previousSiblings } = environment.document;
    const siblings = index === undefined ? nextSiblings : previousSiblings;
    const wanted = index === undefined ? 0 : index - 1;
    let passed = 0;
    let sibling = siblings[node] as number;
    for (; sibling !== NO_NODE && passed <= wanted; sibling = siblings[sibling] as number) {
      if (passes(environment, resolved, filter, sibling)) passed++;
    }
    return passed === wanted;
  };
}
