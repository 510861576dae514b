import { NO_NODE } from "../document/document.ts";
import type { Matcher } from "./combinators.ts";
import type { Query } from "./query.ts";

const YES = 1;
const NO = 2;

/** `:lang(en, "de-*")`: the nearest `lang` or `xml:lang` is in one of the ranges. */
export function lang(argument: string): Matcher {
  const ranges = argument.split(",")
    .map((range) => range.trim())
    .filter((range) => range !== "")
    .map((range) => range.replace(/^['"]|['"]$/g, "").toLowerCase().split("-"));
  const accepts = (language: string) => isInAnyRange(language, ranges);
  const owner = {};
  return (query, element) => {
    const memory = query.rememberedOfDocument(owner, () => new Uint8Array(query.document.size));
    return isAccepted(query, element, memory, accepts);
  };
}

/** Remembers the answer for each ancestor on the way. */
function isAccepted(
  query: Query,
  element: number,
  memory: Uint8Array,
  accepts: (language: string) => boolean,
): boolean {
  const passed: number[] = [];
  let current = element;
  let answer = 0;
  while (answer === 0) {
    const language = current === NO_NODE ? "" : languageOf(query, current);
    if (language !== undefined) answer = accepts(language) ? YES : NO;
    else answer = memory[current] as number;
    if (answer !== 0) break;
    passed.push(current);
    current = query.document.parentElement(current);
  }
  for (const each of passed) memory[each] = answer;
  return answer === YES;
}

function languageOf({ document }: Query, element: number): string | undefined {
  return document.attribute(element, "xml:lang") ?? document.attribute(element, "lang");
}

function isInAnyRange(language: string, ranges: readonly string[][]): boolean {
  if (language === "") return ranges.some(([first]) => first === "");
  const tag = language.toLowerCase().split("-");
  return ranges.some((range) => isInRange(tag, range));
}

/** Extended filtering (RFC 4647, section 3.3.2). */
function isInRange(tag: readonly string[], range: readonly string[]): boolean {
  if (range[0] !== "*" && range[0] !== tag[0]) return false;
  let at = 1;
  for (const subtag of range.slice(1)) {
    if (subtag === "*") continue;
    while (at < tag.length && tag[at] !== subtag) {
      const isSingleton = (tag[at++] as string).length <= 1;
      if (isSingleton) return false;
    }
    if (at++ >= tag.length) return false;
  }
  return true;
}
