import assert from "node:assert/strict";
import fc from "fast-check";
import { Selector, SelectorList } from "@orbweaver/selectors";

/** An element, known to the test without any parser. */
interface Tree {
  tag: string;
  classes: string[];
  children: (Tree | string)[];
  parent?: Tree;
  /** Rank in document order. */
  rank: number;
}

type Combinator = " " | ">" | "+" | "~";
interface Compound {
  tag: string;
  className: string | undefined;
  pseudo: "" | ":first-child" | ":not(.a)" | ":has(> i)";
}
interface Complex {
  compounds: Compound[];
  combinators: Combinator[];
}

const { tree } = fc.letrec<{ tree: Tree; child: Tree | string }>((tie) => ({
  child: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom("t", "u v"),
    tie("tree"),
  ),
  tree: fc.record({
    tag: fc.constantFrom("div", "b", "i"),
    classes: fc.uniqueArray(fc.constantFrom("a", "c"), { maxLength: 2 }),
    // Two texts in a row would be one after parsing.
    children: fc.array(tie("child"), { maxLength: 5 }).map((children) =>
      children.filter((child, index) =>
        typeof child !== "string" || typeof children[index - 1] !== "string"
      )
    ),
    rank: fc.constant(0),
  }),
}));

const compound: fc.Arbitrary<Compound> = fc.record({
  tag: fc.constantFrom("*", "div", "b", "i"),
  className: fc.option(fc.constantFrom("a", "c"), { nil: undefined }),
  pseudo: fc.constantFrom<Compound["pseudo"]>("", "", "", ":first-child", ":not(.a)", ":has(> i)"),
});

const complex: fc.Arbitrary<Complex> = fc.array(compound, { minLength: 1, maxLength: 4 }).chain(
  (compounds) =>
    fc.record({
      compounds: fc.constant(compounds),
      combinators: fc.array(fc.constantFrom<Combinator>(" ", ">", "+", "~"), {
        minLength: compounds.length - 1,
        maxLength: compounds.length - 1,
      }),
    }),
);

const selectorList = fc.array(complex, { minLength: 1, maxLength: 3 });

/** A copy with ranks and parents, as what fast-check generated has to stay as it was. */
function prepare(tree: Tree): Tree[] {
  const elements: Tree[] = [];
  const copy = (original: Tree, parent: Tree | undefined): Tree => {
    const element: Tree = { ...original, rank: elements.length, parent };
    elements.push(element);
    element.children = original.children.map((child) =>
      isElement(child) ? copy(child, element) : child
    );
    return element;
  };
  copy(tree, undefined);
  return elements;
}

function toHtml(node: Tree | string): string {
  if (typeof node === "string") return node;
  const { tag, classes, rank, children } = node;
  return `<${tag} rank="${rank}" class="${classes.join(" ")}">${
    children.map(toHtml).join("")
  }</${tag}>`;
}

function toCss({ compounds, combinators }: Complex): string {
  return compounds.map(({ tag, className, pseudo }, index) =>
    `${combinators[index - 1] ?? ""}${tag}${className ? `.${className}` : ""}${pseudo}`
  ).join("");
}

const isElement = (node: Tree | string): node is Tree => typeof node !== "string";
const elementsIn = (element: Tree): Tree[] => element.children.filter(isElement);

function fits(element: Tree, { tag, className, pseudo }: Compound): boolean {
  if (tag !== "*" && tag !== element.tag) return false;
  if (className !== undefined && !element.classes.includes(className)) return false;
  if (pseudo === ":not(.a)") return !element.classes.includes("a");
  if (pseudo === ":has(> i)") return elementsIn(element).some((child) => child.tag === "i");
  if (pseudo === ":first-child") {
    return element.parent === undefined || elementsIn(element.parent)[0] === element;
  }
  return true;
}

/** The elements that may stand to the left of a combinator, none of them outside of `root`. */
function candidates(element: Tree, combinator: Combinator, root: Tree): Tree[] {
  if (element === root || element.parent === undefined) return [];
  const siblings = elementsIn(element.parent);
  const before = siblings.slice(0, siblings.indexOf(element));
  if (combinator === "+") return before.slice(-1);
  if (combinator === "~") return before;
  if (combinator === ">") return [element.parent];
  return [element.parent, ...candidates(element.parent, " ", root)];
}

function matches(element: Tree, selector: Complex, root: Tree): boolean {
  const compounds = selector.compounds.slice(0, -1);
  const combinators = selector.combinators.slice(0, -1);
  if (!fits(element, selector.compounds.at(-1) as Compound)) return false;
  const combinator = selector.combinators.at(-1);
  if (combinator === undefined) return true;
  return candidates(element, combinator, root).some((candidate) =>
    matches(candidate, { compounds, combinators }, root)
  );
}

function isInside(element: Tree | undefined, root: Tree): boolean {
  return element === root || (element !== undefined && isInside(element.parent, root));
}

function naive(elements: Tree[], roots: Tree[], selectors: Complex[]): Tree[] {
  return elements.filter((element) =>
    roots.some((root) =>
      isInside(element, root) && selectors.some((selector) => matches(element, selector, root))
    )
  );
}

/** The elements of a tree, and the same elements after parsing. */
function pageOf(tree: Tree): { elements: Tree[]; selectors: Selector[] } {
  const elements = prepare(tree);
  const page = Selector.fromHtml(toHtml(elements[0] as Tree));
  return { elements, selectors: [...page.css("[rank]")] };
}

/** Whether the texts of `element` are meant: ` *::text` also means those of what stands before it. */
function ownsTexts(element: Tree, selector: Complex, root: Tree): boolean {
  if (matches(element, selector, root)) return true;
  const { tag, className, pseudo } = selector.compounds.at(-1) as Compound;
  const isAnyDescendant = tag === "*" && className === undefined && pseudo === "" &&
    selector.combinators.at(-1) === " ";
  return isAnyDescendant && matches(element, {
    compounds: selector.compounds.slice(0, -1),
    combinators: selector.combinators.slice(0, -1),
  }, root);
}

const ranks = (list: Iterable<Selector>) => [...list].map((one) => Number(one.attr("rank")));

Deno.test("Selector.css() agrees with a naive walk over generated trees and selectors", () => {
  fc.assert(
    fc.property(tree, selectorList, fc.nat(), (tree, list, pick) => {
      const { elements, selectors } = pageOf(tree);
      const at = pick % elements.length;
      const found = (selectors[at] as Selector).css(list.map(toCss).join());
      const expected = naive(elements, [elements[at] as Tree], list);
      assert.deepEqual(ranks(found), expected.map(({ rank }) => rank));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("SelectorList.css() gives the union of its items' answers in document order", () => {
  const picks = fc.array(fc.nat(), { maxLength: 6 });
  fc.assert(
    fc.property(tree, selectorList, picks, (tree, list, picks) => {
      const { elements, selectors } = pageOf(tree);
      const indexes = picks.map((pick) => pick % elements.length);
      const items = new SelectorList(indexes.map((index) => selectors[index] as Selector));
      const roots = indexes.map((index) => elements[index] as Tree);
      const expected = naive(elements, roots, list);
      assert.deepEqual(
        ranks(items.css(list.map(toCss).join())),
        expected.map(({ rank }) => rank),
      );
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("Selector.css() gives texts and attributes in the order of a naive walk", () => {
  fc.assert(
    fc.property(tree, complex, complex, (tree, ofTexts, ofAttributes) => {
      const { elements, selectors } = pageOf(tree);
      const root = elements[0] as Tree;
      const expected: string[] = [];
      const visit = (element: Tree) => {
        if (ownsTexts(element, ofAttributes, root)) expected.push(String(element.rank));
        for (const child of element.children) {
          if (isElement(child)) visit(child);
          else if (ownsTexts(element, ofTexts, root)) expected.push(child);
        }
      };
      visit(root);
      const query = `${toCss(ofTexts)}::text, ${toCss(ofAttributes)}::attr(rank)`;
      assert.deepEqual((selectors[0] as Selector).css(query).getAll(), expected);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("SelectorList.css() answers page by page when its items are of several pages", () => {
  const one = Selector.fromHtml("<p>1</p><p>2</p>");
  const two = Selector.fromHtml("<p>3</p>");
  const list = new SelectorList([two, one, two]);
  assert.deepEqual(list.css("p::text").getAll(), ["3", "1", "2"]);
});
