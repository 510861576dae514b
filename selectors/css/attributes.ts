import { AttributeAction, type AttributeSelector } from "css-what";
import type { Matcher } from "./combinators.ts";
import type { NameSlots, Query } from "./query.ts";

/**
 * Attributes of which HTML compares values without regard to case
 * (https://html.spec.whatwg.org/#case-sensitivity-of-selectors).
 */
const CASE_INSENSITIVE: ReadonlySet<string> = new Set(
  ("accept accept-charset align alink axis bgcolor charset checked clear codetype color compact " +
    "declare defer dir direction disabled enctype face frame hreflang http-equiv lang language " +
    "link media method multiple nohref noresize noshade nowrap readonly rel rev rules scope " +
    "scrolling selected shape target text type valign valuetype vlink").split(" "),
);

type Test = (value: string) => boolean;

/** `[name]`, `[name=value]` and so on; `#id` and `.class` too, which css-what makes such of. */
export function attribute(selector: AttributeSelector, slots: NameSlots): Matcher {
  const slot = slots.slotOf(selector.name);
  const { action, value } = selector;
  if (action === AttributeAction.Exists) return (query, element) => find(query, element, slot) >= 0;
  const sensitive = testOf(action, value);
  const insensitive = testOf(action, value.toLowerCase());
  const isHtmlInsensitive = CASE_INSENSITIVE.has(selector.name.toLowerCase());
  if (selector.ignoreCase === true) return onLowerCase(slot, action, insensitive);
  if (selector.ignoreCase !== null || !isHtmlInsensitive) {
    return exact(slot, action, value) ?? onValue(slot, action, sensitive);
  }
  const inHtml = onLowerCase(slot, action, insensitive);
  const inXml = onValue(slot, action, sensitive);
  return (query, element) => (query.document.isXml ? inXml : inHtml)(query, element);
}

/** Index of the attribute in a slot, or -1. */
function find(query: Query, element: number, slot: number): number {
  const { document } = query;
  const id = query.ids[slot] as number;
  if (id !== 0) {
    const at = document.findAttribute(element, id);
    if (at !== -1) return at;
  }
  const mixedCaseId = query.mixedCaseIds[slot] as number;
  return mixedCaseId === 0 ? -1 : document.findAttribute(element, mixedCaseId);
}

/** The frequent tests, without making a string of the value. */
function exact(slot: number, action: AttributeAction, value: string): Matcher | undefined {
  if (action === AttributeAction.Equals) {
    return (query, element) => {
      const at = find(query, element, slot);
      return at !== -1 && query.document.attributeEquals(at, value);
    };
  }
  if (action !== AttributeAction.Element || !isToken(value)) return undefined;
  return (query, element) => {
    const at = find(query, element, slot);
    return at !== -1 && query.document.attributeHasToken(at, value);
  };
}

function onValue(slot: number, action: AttributeAction, test: Test): Matcher {
  const isMissingEnough = action === AttributeAction.Not && test("");
  return (query, element) => {
    const at = find(query, element, slot);
    return at === -1 ? isMissingEnough : test(query.document.attributeValue(at));
  };
}

function onLowerCase(slot: number, action: AttributeAction, test: Test): Matcher {
  return onValue(slot, action, (value) => test(value.toLowerCase()));
}

function testOf(action: AttributeAction, expected: string): Test {
  switch (action) {
    case AttributeAction.Equals:
      return (value) => value === expected;
    case AttributeAction.Not:
      return (value) => value !== expected;
    case AttributeAction.Start:
      return (value) => expected !== "" && value.startsWith(expected);
    case AttributeAction.End:
      return (value) => expected !== "" && value.endsWith(expected);
    case AttributeAction.Any:
      return (value) => expected !== "" && value.includes(expected);
    case AttributeAction.Hyphen:
      return (value) => value === expected || value.startsWith(`${expected}-`);
    default:
      return (value) => isToken(expected) && value.split(/[ \t\n\f\r]+/).includes(expected);
  }
}

function isToken(text: string): boolean {
  return text !== "" && !/[ \t\n\f\r]/.test(text);
}
