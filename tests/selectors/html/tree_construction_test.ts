import assert from "node:assert/strict";
import { defaultTreeAdapter, html, parse, parseFragment } from "parse5";
import { parseHtml, parseHtmlFragment } from "../../../selectors/document/parse_html.ts";
import { hasHtml5lib, html5libFiles, type TreeCase, treeCases } from "./_html5lib.ts";
import { dumpDocument, dumpParse5 } from "./_tree_dump.ts";

/** The cases that parse5 8.1.1 itself fails: they are of the rules for `<select>` of 2025. */
const FAILED_BY_PARSE5: Record<string, number[]> = {
  "menuitem-element.dat": [14],
  "tests1.dat": [30, 100],
  "tests10.dat": [4, 5, 17, 18],
  "tests18.dat": [14, 15],
  "tests7.dat": [34],
  "tests9.dat": [5, 6, 18, 19],
  "tests_innerHTML_1.dat": [77, 78],
  "webkit02.dat": [19, 36, 38, 39, 40, 41, 42, 43, 45, 46, 47, 48],
};

function contextOf(context: string) {
  const [name, prefix] = context.split(" ").reverse() as [string, string | undefined];
  const namespace = prefix === "svg"
    ? html.NS.SVG
    : prefix === "math"
    ? html.NS.MATHML
    : html.NS.HTML;
  return { name, namespace, attributes: [] };
}

function ours({ data, context }: TreeCase): string {
  return dumpDocument(
    context === undefined ? parseHtml(data) : parseHtmlFragment(data, contextOf(context)),
  );
}

function theirs({ data, context }: TreeCase): string {
  const options = { scriptingEnabled: false };
  if (context === undefined) return dumpParse5(parse(data, options));
  const { name, namespace } = contextOf(context);
  const element = defaultTreeAdapter.createElement(name, namespace, []);
  return dumpParse5(parseFragment(element, data, options));
}

for (const { name, path } of html5libFiles("tree-construction", ".dat")) {
  Deno.test(`parseHtml() builds the trees of html5lib's ${name}`, () => {
    const cases = treeCases(path).filter(({ scripting }) => scripting !== true);
    const failed = cases.filter((one) => ours(one) !== one.expected);
    assert.deepEqual(failed.map(({ number }) => number), FAILED_BY_PARSE5[name] ?? []);
    for (const one of cases) assert.equal(ours(one), theirs(one), `${name} ${one.number}`);
  });
}

Deno.test({
  name: "html5lib's tree-construction cases are all there",
  ignore: !hasHtml5lib,
  fn() {
    const files = html5libFiles("tree-construction", ".dat");
    const cases = files.flatMap(({ path }) => treeCases(path));
    assert.ok(cases.length > 1_700, `${cases.length} cases`);
    assert.ok(cases.filter(({ context }) => context !== undefined).length > 150);
  },
});
