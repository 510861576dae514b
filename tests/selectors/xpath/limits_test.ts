import assert from "node:assert/strict";
import { parseXml } from "../../../selectors/document/xml.ts";
import { xpath } from "./_evaluate.ts";

const DEPTH = 100_000;
const SMALL = parseXml("<r><a/><a/></r>");

/** Each of them would take minutes, or overflow the stack, if it climbed or recursed at each node. */
const QUERIES: Readonly<Record<string, number>> = {
  "count(//b)": DEPTH,
  "count(//b//b)": DEPTH - 1,
  "count(//b/ancestor::*)": DEPTH,
  "count(//b[ancestor::r])": DEPTH,
  "count(//b[ancestor::none])": 0,
  "count(//b[.//b])": DEPTH - 1,
  "count(//b[.//i])": 0,
  "count(//b[following::i])": DEPTH,
  "count(//b[preceding::i])": 0,
  "count(//b/descendant-or-self::node())": DEPTH + 1,
  "count(//b[1])": DEPTH,
  "count(//b/..)": DEPTH,
  "count(//b/following::*)": 1,
  "string-length(/)": 1,
  "count(//b[.='x'])": DEPTH,
  "count(//b[.='y'])": 0,
  "count(//b[.!='xx'])": DEPTH,
  "count(//b[contains(., 'x')])": DEPTH,
  "count(//b[string-length() = 1])": DEPTH,
};

Deno.test(`XPath takes linear time in ${DEPTH} nested elements`, async (t) => {
  const deep = parseXml(`<r>${"<b>".repeat(DEPTH)}x${"</b>".repeat(DEPTH)}<i/></r>`);
  for (const [expression, expected] of Object.entries(QUERIES)) {
    await t.step(expression, () => assert.equal(xpath(deep, expression), expected));
  }
});

Deno.test("XPath compares texts that are spread over many nested elements", () => {
  const depth = 1_000;
  const spread = parseXml(`<r>${"<b>a<i/>".repeat(depth)}${"c</b>".repeat(depth)}</r>`);
  const whole = "a".repeat(depth) + "c".repeat(depth);
  assert.equal(xpath(spread, "string(/)"), whole);
  assert.equal(xpath(spread, `count(//b[.='${whole}'])`), 1);
  assert.equal(xpath(spread, `count(//b[.='${whole.slice(1, -1)}'])`), 1);
  assert.equal(xpath(spread, `count(//b[.='${"a".repeat(2 * depth)}'])`), 0);
  assert.equal(xpath(spread, `count(//b[.='${whole.slice(1)}'])`), 0);
});

Deno.test(`XPath takes linear time in ${DEPTH} siblings`, async (t) => {
  const wide = parseXml(`<r>${"<b/>".repeat(DEPTH)}</r>`);
  const queries: Readonly<Record<string, number | boolean>> = {
    "count(//b/following-sibling::b)": DEPTH - 1,
    "count(//b/preceding-sibling::b)": DEPTH - 1,
    "count(//b/following::b)": DEPTH - 1,
    "count(//b/preceding::b)": DEPTH - 1,
    "count(//b[preceding-sibling::i])": 0,
    "count(//b[following-sibling::b])": DEPTH - 1,
    "count(//b[following-sibling::b[1]])": DEPTH - 1,
    "count(//b[1])": 1,
    "count(//b[8])": 1,
    "count(//b[50000])": 1,
    "count(//b[last()])": 1,
    "count(//i[last()])": 0,
    "//b = //b": true,
    "//b != //b": false,
    "//b < //b": false,
  };
  for (const [expression, expected] of Object.entries(queries)) {
    await t.step(expression, () => assert.equal(xpath(wide, expression), expected));
  }
});

Deno.test("Expressions of 100 KB that nest are refused", () => {
  const nested = [
    `${"(".repeat(50_000)}1${")".repeat(50_000)}`,
    "(".repeat(100_000),
    `a${"[a".repeat(30_000)}${"]".repeat(30_000)}`,
    `${"not(".repeat(25_000)}1${")".repeat(25_000)}`,
  ];
  for (const expression of nested) {
    assert.throws(() => xpath(SMALL, expression), {
      name: "XPathSyntaxError",
      message: /levels of nesting/,
    });
  }
});

Deno.test("Expressions of 100 KB that don't nest are answered", () => {
  assert.equal(xpath(SMALL, `1${"+1".repeat(50_000)}`), 50_001);
  assert.equal(xpath(SMALL, `1${"=1".repeat(50_000)}`), true);
  assert.equal(xpath(SMALL, `0${" or 0".repeat(20_000)}`), false);
  assert.equal(xpath(SMALL, `1${" and 1".repeat(17_000)}`), true);
  assert.equal(xpath(SMALL, `${"-".repeat(100_000)}1`), 1);
  assert.deepEqual(xpath(SMALL, `a${"/a".repeat(50_000)}`), []);
  assert.deepEqual(xpath(SMALL, `${"./".repeat(50_000)}.`), ["r"]);
  assert.deepEqual(xpath(SMALL, `a${"[1]".repeat(30_000)}`), ["a"]);
  assert.deepEqual(xpath(SMALL, `a${"|a".repeat(50_000)}`), ["a", "a"]);
  assert.equal(xpath(SMALL, `concat('a'${",'a'".repeat(25_000)})`), "a".repeat(25_001));
});

Deno.test("As many levels as are allowed are answered", () => {
  assert.equal(xpath(SMALL, `${"(".repeat(99)}1${")".repeat(99)}`), 1);
  assert.deepEqual(xpath(SMALL, `a${"[not(b".repeat(49)}${")]".repeat(49)}`), ["a", "a"]);
});
