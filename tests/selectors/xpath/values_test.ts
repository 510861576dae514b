import assert from "node:assert/strict";
import { page, xpath } from "./_evaluate.ts";

const EMPTY = page("");

const TABLE: Readonly<Record<string, string | number | boolean>> = {
  // Numbers as strings: no exponent, however big or small.
  "string(1000000000000000000000)": "1000000000000000000000",
  "string(123456789012345678901234567890)": "123456789012345680000000000000",
  "string(0.0000001)": "0.0000001",
  "string(-0.00000012345)": "-0.00000012345",
  "string(1 div 0)": "Infinity",
  "string(-1 div 0)": "-Infinity",
  "string(0 div 0)": "NaN",
  "string(-0)": "0",
  "string(0.5)": "0.5",
  "string(.5)": "0.5",
  "string(5.)": "5",
  // Strings as numbers: what XPath can write, and white space around it.
  "number('1e3')": NaN,
  "number('+1')": NaN,
  "number('0x10')": NaN,
  "number('Infinity')": NaN,
  "number('1 2')": NaN,
  "number('- 1')": NaN,
  "number('\t\n 1.5 \r')": 1.5,
  "number('-.5')": -0.5,
  "number('\u00a01')": NaN,
  // Rounding, with negative zero.
  "round(-0.5)": -0,
  "round(-0.2)": -0,
  "round(1.5)": 2,
  "round(-1.5)": -1,
  "round(1 div 0)": Infinity,
  "1 div round(-0.2)": -Infinity,
  "ceiling(-0.5)": -0,
  "floor(-0.5)": -1,
  "-0 = 0": true,
  "0 div 0 = 0 div 0": false,
  "0 div 0 != 0 div 0": true,
  // Operators are told from names by what stands before them.
  "3 * 4": 12,
  "div div div": NaN,
  "* * *": NaN,
  "6 div 3 mod 2": 0,
  "2 - 1": 1,
  "1 -1": 0,
  "- - 3": 3,
  "1 or 0 and 0": true,
  "(1 or 0) and 0": false,
  "1 + 1 = 2 and 2 > 1": true,
  "3 > 2 > 1": false,
  // Characters, not UTF-16 code units.
  "string-length('😀')": 1,
  "substring('😀b', 2)": "b",
  "translate('😀', '😀', 'a')": "a",
  // The recommendation's own examples.
  "substring('12345', 1.5, 2.6)": "234",
  "substring('12345', 0, 3)": "12",
  "substring('12345', 0 div 0, 3)": "",
  "substring('12345', 1, 0 div 0)": "",
  "substring('12345', -42, 1 div 0)": "12345",
  "substring('12345', -1 div 0, 1 div 0)": "",
  "substring-before('1999/04/01', '/')": "1999",
  "substring-after('1999/04/01', '19')": "99/04/01",
  "translate('--aaa--', 'abc-', 'ABC')": "AAA",
  "normalize-space('\u00a0 a \u00a0')": "\u00a0 a \u00a0",
  "concat('a', 'b', 1, true())": "ab1true",
  'concat("it\'s", \' "q"\')': 'it\'s "q"',
  "boolean('false')": true,
  "not('')": true,
  "lang('en')": false,
  "last() + position()": 2,
};

for (const [expression, expected] of Object.entries(TABLE)) {
  Deno.test(`XPath ${expression.replaceAll(/\s/g, " ")} is ${JSON.stringify(expected)}`, () => {
    const actual = xpath(EMPTY, expression);
    assert.ok(Object.is(actual, expected), `got ${JSON.stringify(actual)}`);
  });
}
