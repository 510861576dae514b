import type { Document } from "../document/document.ts";
import { InvalidArgumentError } from "../errors.ts";

/**
 * What an attribute must be: exactly that string, what a RegExp finds something in, one of several,
 * there (`true`) or missing (`false`). For `class`, a string asks for those classes among others,
 * and a RegExp is tried on each class.
 */
export type AttributeFilter = string | RegExp | boolean | readonly (string | RegExp)[];

/** Attributes by name, all of which an element must satisfy. */
export type AttributeFilters = Readonly<Record<string, AttributeFilter>>;

/** Whether an element is one of those that are looked for. */
export type ElementTest = (document: Document, node: number) => boolean;

/** A test for one of the tags `names`; HTML's are case-insensitive. */
export function tagTest(names: readonly string[]): ElementTest {
  const lowerCase = new Set(names.map((name) => name.toLowerCase()));
  const exact = new Set(names);
  return (document, node) => {
    const name = document.name(node);
    return document.isXml ? exact.has(name) : lowerCase.has(name.toLowerCase());
  };
}

/**
 * A test for all of `filters`.
 *
 * @throws {InvalidArgumentError} If one of them is of the wrong type.
 */
export function attributeTest(filters: AttributeFilters): ElementTest {
  const tests = Object.entries(filters).map(([name, filter]) => {
    checkFilter(name, filter);
    return name.toLowerCase() === "class" ? classTest(name, filter) : valueTest(name, filter);
  });
  return (document, node) => tests.every((test) => test(document, node));
}

function checkFilter(name: string, filter: AttributeFilter): void {
  const isText = (value: unknown) => typeof value === "string" || value instanceof RegExp;
  if (typeof filter === "boolean" || isText(filter)) return;
  if (Array.isArray(filter) && filter.every(isText)) return;
  const expected = "a string, a RegExp, a boolean or an array of strings and RegExps";
  throw new InvalidArgumentError(`filters.${name}`, filter, expected);
}

function valueTest(name: string, filter: AttributeFilter): ElementTest {
  const isWanted = anyOf(filter, (pattern) => (value) => isMatch(pattern, value));
  return (document, node) => isWanted(document.attribute(node, name));
}

function classTest(name: string, filter: AttributeFilter): ElementTest {
  const isWanted = anyOf(filter, (pattern) => (value) => {
    const classes = wordsOf(value);
    if (pattern instanceof RegExp) return classes.some((each) => isMatch(pattern, each));
    const wanted = wordsOf(pattern);
    return wanted.length > 0 && wanted.every((each) => classes.includes(each));
  });
  return (document, node) => isWanted(document.attribute(node, name));
}

function anyOf(
  filter: AttributeFilter,
  testOf: (pattern: string | RegExp) => (value: string) => boolean,
): (value: string | undefined) => boolean {
  if (typeof filter === "boolean") return (value) => (value !== undefined) === filter;
  const patterns = typeof filter === "string" || filter instanceof RegExp ? [filter] : filter;
  const tests = patterns.map(testOf);
  return (value) => value !== undefined && tests.some((test) => test(value));
}

function isMatch(pattern: string | RegExp, value: string): boolean {
  if (typeof pattern === "string") return pattern === value;
  // Not `test()`: it would go by the caller's `lastIndex`, and move it.
  return value.search(pattern) !== -1;
}

function wordsOf(value: string): string[] {
  return value.split(/[ \t\n\f\r]+/).filter((word) => word !== "");
}
