import assert from "node:assert/strict";
import { SelectorSyntaxError } from "../../../selectors/errors.ts";
import { XPathSyntaxError } from "../../../selectors/xpath/errors.ts";
import { page, xpath } from "./_evaluate.ts";

const EMPTY = page("");

/** An expression, and where what is wrong with it. */
const MALFORMED: readonly [expression: string, offset: number, expected: RegExp][] = [
  ["", 0, /expression/],
  ["//", 2, /node test/],
  ["//li[", 5, /expression/],
  ["//li[]", 5, /expression/],
  ["//li]", 4, /operator or the end/],
  ["//li[@]", 6, /node test/],
  ["//li a", 5, /operator or the end/],
  ["'abc", 4, /closing '/],
  ['//a[@b="c]', 10, /closing "/],
  ["a:::b", 3, /name, a literal or an operator/],
  ["child::", 7, /node test/],
  ["cousin::p", 0, /name of an axis/],
  ["(1", 2, /`\)`/],
  ["1 +", 3, /expression/],
  ["#a", 0, /name, a literal or an operator/],
  ["$1", 1, /variable's name/],
  ["foo()", 0, /function of XPath/],
  ["constructor()", 0, /function of XPath/],
  ["__proto__()", 0, /function of XPath/],
  ["re:match('a', 'b')", 0, /function of XPath/],
  ["1 + count()", 4, /1 argument/],
  ["concat('a')", 0, /at least 2 arguments/],
  ["substring('a')", 0, /2 to 3 arguments/],
  ["true(1)", 0, /no argument/],
  ["count('a')", 0, /nodes/],
  ["sum(1)", 0, /nodes/],
  ["//a | 1", 0, /nodes on both sides/],
  ["'a'/b", 0, /nodes in front of a slash/],
  ["(1)[1]", 0, /nodes in front of a predicate/],
  ["//li[", 5, /expression/],
];

for (const [expression, offset, expected] of MALFORMED) {
  Deno.test(`XPath ${JSON.stringify(expression)} is refused at offset ${offset}`, () => {
    assert.throws(() => xpath(EMPTY, expression), (error: unknown) => {
      assert.ok(error instanceof XPathSyntaxError && error instanceof SelectorSyntaxError);
      assert.equal(error.name, "XPathSyntaxError");
      assert.equal(error.selector, expression);
      assert.equal(error.offset, offset);
      assert.match(error.expected, expected);
      return true;
    });
  });
}

Deno.test("An unknown prefix, variable or type of variable is told with its offset", () => {
  const name = "XPathEvaluationError";
  assert.throws(() => xpath(EMPTY, "//p/x:b"), { name, offset: 4, message: /prefix 'x'/ });
  assert.throws(() => xpath(EMPTY, "1 + $x"), { name, offset: 4, message: /\$x/ });
  assert.throws(() => xpath(EMPTY, "count($x)", { variables: { x: 1 } }), {
    name,
    offset: 6,
    message: /\$x is a number, not nodes/,
  });
});

Deno.test("Options of the wrong type are refused", () => {
  const bad = (options: unknown) => () => xpath(EMPTY, "1", options as never);
  assert.throws(bad({ namespaces: { a: 1 } }), { name: "InvalidArgumentError" });
  assert.throws(bad({ namespaces: { "a b": "urn:a" } }), { name: "InvalidArgumentError" });
  assert.throws(bad({ variables: { a: {} } }), { name: "InvalidArgumentError" });
  assert.throws(bad({ variables: { a: null } }), { name: "InvalidArgumentError" });
});
