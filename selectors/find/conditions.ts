import { InvalidArgumentError } from "../errors.ts";
import { type AttributeFilters, attributeTest, type ElementTest, tagTest } from "./filters.ts";

/** What an element must be: of a tag or one of several, have attributes, or satisfy a predicate. */
export type FindCondition<Item> =
  | string
  | readonly string[]
  | AttributeFilters
  | ((element: Item) => boolean);

/**
 * A test for all of `conditions`.
 *
 * @param conditions The conditions, at least one.
 * @param testOf Makes a test of a predicate.
 * @throws {InvalidArgumentError} If there is no condition, or one is of the wrong type.
 */
export function conditionsTest<Item>(
  conditions: readonly FindCondition<Item>[],
  testOf: (predicate: (element: Item) => boolean) => ElementTest,
): ElementTest {
  if (conditions.length === 0) throw invalid(undefined);
  const tests = conditions.map((condition) => {
    if (typeof condition === "function") return testOf(condition);
    if (typeof condition === "string") return tagTest([condition]);
    if (isTags(condition)) return tagTest(condition);
    if (typeof condition !== "object" || condition === null) throw invalid(condition);
    return attributeTest(condition);
  });
  return (document, node) => tests.every((test) => test(document, node));
}

function isTags(condition: readonly string[] | AttributeFilters): condition is readonly string[] {
  if (!Array.isArray(condition)) return false;
  if (condition.every((tag) => typeof tag === "string")) return true;
  throw invalid(condition);
}

function invalid(condition: unknown): InvalidArgumentError {
  return new InvalidArgumentError("condition", condition, "a tag, tags, attributes or a predicate");
}
