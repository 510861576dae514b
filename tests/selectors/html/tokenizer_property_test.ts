import assert from "node:assert/strict";
import { parse, parseFragment, serialize } from "parse5";
import { DOCUMENT_NODE } from "../../../selectors/document/document.ts";
import { parseHtml, parseHtmlFragment } from "../../../selectors/document/parse_html.ts";
import { innerHtml } from "../../../selectors/document/serialize.ts";
import { mutations } from "./_mutations.ts";
import { dumpDocument, dumpParse5 } from "./_tree_dump.ts";

/** `MUTATIONS=1000000 deno test …` for a longer search. */
const COUNT = Number(Deno.env.get("MUTATIONS") ?? 10_000);
const OPTIONS = { scriptingEnabled: false };
const SEED = Number(Deno.env.get("MUTATION_SEED") ?? 1);

Deno.test(`parseHtml() agrees with parse5 on ${COUNT} mutated pieces of real documents`, () => {
  let number = 0;
  for (const page of mutations(COUNT, SEED)) {
    const asFragment = number++ % 8 === 0;
    const ours = asFragment ? parseHtmlFragment(page) : parseHtml(page);
    const theirs = asFragment ? parseFragment(page, OPTIONS) : parse(page, OPTIONS);
    const [ourTree, theirTree] = [dumpDocument(ours), dumpParse5(theirs)];
    // Comparing is cheaper than what assert makes of two long strings.
    if (ourTree !== theirTree) {
      assert.equal(ourTree, theirTree, `mutation ${number}: ${JSON.stringify(page)}`);
    }
    const [ourHtml, theirHtml] = [innerHtml(ours, DOCUMENT_NODE), serialize(theirs, OPTIONS)];
    if (ourHtml !== theirHtml) assert.equal(ourHtml, theirHtml, JSON.stringify(page));
  }
});
