import assert from "node:assert/strict";
import { selectAll } from "css-select";
import { type Element, isTag, type ParentNode } from "domhandler";
import fc from "fast-check";
import { parse } from "parse5";
import { adapter } from "parse5-htmlparser2-tree-adapter";
import { select } from "../../selectors/css/select.ts";
import { type Document, NodeKind } from "../../selectors/document/document.ts";
import { parseHtml } from "../../selectors/document/parse_html.ts";
import { PAGES } from "./html/_pages.ts";

/*
 * css-select 7, on a tree of parse5's, says what is right. Left out is where the standard says
 * otherwise:
 * - `[a~=""]` matches nothing, and `:nth-child(n)` the root as well
 * - in `:has(a b)`, the `a` is not the element that is asked, and in `:has(+ :is(a))`, there can be
 *   an `a` that is not below it
 * - in a whole document, `:scope` is the root
 * - attributes with a prefix, which its tree does not have, and names of SVG in lower case
 */

function elementsOf(root: ParentNode): Element[] {
  const elements: Element[] = [];
  const waiting = root.children.toReversed();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isTag(node)) continue;
    elements.push(node);
    waiting.push(...node.children.toReversed());
  }
  return elements;
}

function handlesOf(document: Document): number[] {
  const handles: number[] = [];
  for (let node = 1; node < document.size; node++) {
    if (document.kinds[node] === NodeKind.Fragment) node = document.subtreeEnd(node) - 1;
    else if (document.isElement(node)) handles.push(node);
  }
  return handles;
}

/** Ranks, in document order, of the elements that css-select and we find. */
function ask(html: string) {
  const tree = parse(html, { treeAdapter: adapter, scriptingEnabled: false });
  const rankOfElement = new Map(elementsOf(tree).map((element, rank) => [element, rank]));
  const document = parseHtml(html);
  const rankOfHandle = new Map(handlesOf(document).map((handle, rank) => [handle, rank]));
  assert.equal(rankOfHandle.size, rankOfElement.size);
  return {
    theirs: (selector: string) =>
      (selectAll(selector, tree.children) as Element[]).map((one) => rankOfElement.get(one)),
    ours: (selector: string) =>
      select(document, [document.root], selector).nodes.map((one) => rankOfHandle.get(one)),
  };
}

const name = fc.constantFrom("div", "p", "b", "ul", "li", "a", "input", "option", "P", "*");
const attributeName = fc.constantFrom("class", "id", "data-x", "TYPE", "lang", "href", "disabled");
const attributeValue = fc.constantFrom(
  "a",
  "b",
  "c d",
  "text",
  "TEXT",
  "en-US",
  "x-a",
  "-",
  "A",
  "1",
);
const operator = fc.constantFrom("=", "^=", "$=", "*=", "|=", "!=", "~=");
const flag = fc.constantFrom("", "", " i", " s");
const formula = fc.constantFrom(
  "odd",
  "even",
  "1",
  "2",
  "-n+2",
  "2n+1",
  "3n-1",
  "n+2",
  "-2n+5",
  "0n+1",
  "+3",
  "-1",
);

const attributeTest = fc.oneof(
  attributeName.map((name) => `[${name}]`),
  fc.tuple(attributeName, operator, attributeValue, flag)
    .map(([name, operator, value, flag]) => `[${name}${operator}"${value}"${flag}]`),
  fc.constantFrom(".a", ".b", ".c", "#x", "#y", ".A"),
);

const plainPseudoClass = fc.constantFrom(
  ..."first-child last-child only-child first-of-type last-of-type only-of-type empty root".split(
    " ",
  ),
  ..."any-link link visited hover active disabled enabled checked selected required optional".split(
    " ",
  ),
  ..."read-only read-write input button text checkbox radio parent header submit".split(" "),
).map((name) => `:${name}`);

const plainCompound = fc.tuple(name, fc.array(attributeTest, { maxLength: 1 }))
  .map(([name, tests]) => name + tests.join(""));

const plainComplex = fc.tuple(
  plainCompound,
  fc.array(fc.tuple(fc.constantFrom(" ", " > ", " + ", " ~ "), plainCompound), { maxLength: 2 }),
).map(([first, others]) => first + others.map((other) => other.join("")).join(""));

const { complex } = fc.letrec<
  { complex: string; compound: string; list: string; relative: string; pseudo: string }
>(
  (tie) => ({
    pseudo: fc.oneof(
      { maxDepth: 3, depthIdentifier: "selector" },
      plainPseudoClass,
      fc.constantFrom(
        ":contains(a)",
        ":icontains(B)",
        ":contains('b a')",
        ":lang(en)",
        ":lang('*-US')",
      ),
      fc.tuple(
        fc.constantFrom("nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"),
        formula,
      )
        .map(([name, formula]) => `:${name}(${formula})`),
      fc.tuple(fc.constantFrom("nth-child", "nth-last-child"), formula, tie("list"))
        .map(([name, formula, list]) => `:${name}(${formula} of ${list})`),
      fc.tuple(fc.constantFrom("is", "not", "where", "matches"), tie("list"))
        .map(([name, list]) => `:${name}(${list})`),
      fc.array(tie("relative"), { minLength: 1, maxLength: 2 }).map((list) =>
        `:has(${list.join()})`
      ),
    ),
    compound: fc.tuple(
      fc.option(name, { nil: "" }),
      fc.oneof(
        fc.constant([]),
        fc.array(fc.oneof(attributeTest, tie("pseudo")), { minLength: 1, maxLength: 2 }),
      ),
    ).map(([name, tests]) => name + tests.join("") || "*"),
    complex: fc.tuple(
      tie("compound"),
      fc.array(fc.tuple(fc.constantFrom(" ", " > ", " + ", " ~ "), tie("compound")), {
        maxLength: 3,
      }),
    ).map(([first, others]) => first + others.map((other) => other.join("")).join("")),
    relative: fc.oneof(
      tie("compound"),
      fc.tuple(fc.constantFrom("> ", ":scope > "), tie("complex")).map((parts) => parts.join("")),
      fc.tuple(fc.constantFrom("+ ", "~ "), plainComplex).map((parts) => parts.join("")),
    ),
    list: fc.array(tie("complex"), { minLength: 1, maxLength: 2 }).map((list) => list.join()),
  }),
);

const selectorList = fc.array(complex, { minLength: 1, maxLength: 3 }).map((list) =>
  list.join(", ")
);

const attributes = fc.array(
  fc.constantFrom(
    ..."class=a|class='b a'|class='c d'|id=x|id=y|data-x=a|data-x='x-a'|data-x=''|type=text|type=TEXT"
      .split("|"),
    ..."type=checkbox|type=radio|checked|disabled|selected|lang=en|lang=en-US|lang=''|href=a|required"
      .split("|"),
    ..."readonly|multiple|CLASS=A|data-x='c d'|xml:lang=de".split("|"),
  ),
  { maxLength: 3 },
).map((list) => list.join(" "));

const piece = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      ..."div p b ul li a input option select optgroup fieldset legend h1 textarea button".split(
        " ",
      ),
    ),
    attributes,
  ).map(([name, attributes]) => `<${name} ${attributes}>`),
  fc.constantFrom(..."div p b ul li a select fieldset legend optgroup".split(" ")).map((name) =>
    `</${name}>`
  ),
  fc.constantFrom(
    "a",
    "b a",
    " ",
    "\n",
    "<!-- a -->",
    "B",
    "<svg><g class=a><rect></g></svg>",
    "<table><tr><td>a",
  ),
);

const page = fc.oneof(
  { weight: 10, arbitrary: fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join("")) },
  fc.constantFrom(...PAGES.map((page) => page.replace(/<\/?template>| xlink:href="#g"/g, ""))),
);

Deno.test("select() agrees with css-select on generated selectors and documents", () => {
  fc.assert(
    fc.property(page, fc.array(selectorList, { minLength: 4, maxLength: 4 }), (html, selectors) => {
      const { ours, theirs } = ask(html);
      for (const selector of selectors) {
        assert.deepEqual(ours(selector), theirs(selector), selector);
      }
    }),
    { numRuns: Number(Deno.env.get("SELECTOR_RUNS") ?? 4_000) },
  );
});
