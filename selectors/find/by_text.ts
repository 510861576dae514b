import type { Document } from "../document/document.ts";
import { ownTextOf } from "../document/texts.ts";
import { InvalidArgumentError, InvalidPatternError } from "../errors.ts";
import type { ElementTest } from "./filters.ts";

/** How a text is compared. */
export interface TextMatchOptions {
  /** Whether the text need only contain what is looked for. Default: false. */
  readonly partial?: boolean | undefined;
  /** Whether capitals count. Default: false. */
  readonly caseSensitive?: boolean | undefined;
  /** Whether runs of white space count as one space, and not at the ends. Default: true. */
  readonly clean?: boolean | undefined;
}

const NEVER_SHOWN: ReadonlySet<string> = new Set(["script", "style", "noscript", "template"]);

/**
 * A test for elements whose own text, without that of their children, is `text`.
 *
 * @throws {InvalidArgumentError} If `text` is not a string.
 */
export function textTest(text: string, options: TextMatchOptions = {}): ElementTest {
  if (typeof text !== "string") throw new InvalidArgumentError("text", text, "a string");
  const { partial = false, caseSensitive = false, clean = true } = options;
  const prepare = (raw: string) => fold(clean ? cleaned(raw) : raw, caseSensitive);
  const wanted = prepare(text);
  return onOwnText((own) => {
    const prepared = prepare(own);
    return partial ? prepared.includes(wanted) : prepared === wanted;
  });
}

/**
 * A test for elements in whose own text `pattern` finds something.
 *
 * @throws {InvalidArgumentError} If `pattern` is neither a RegExp nor a string.
 * @throws {InvalidPatternError} If a string is no regular expression.
 */
export function patternTest(
  pattern: RegExp | string,
  options: Omit<TextMatchOptions, "partial"> = {},
): ElementTest {
  const { caseSensitive = false, clean = true } = options;
  const regExp = toRegExp(pattern, caseSensitive);
  return onOwnText((own) => (clean ? cleaned(own) : own).search(regExp) !== -1);
}

function onOwnText(isWanted: (own: string) => boolean): ElementTest {
  return (document: Document, node: number) => {
    if (NEVER_SHOWN.has(document.name(node))) return false;
    const own = ownTextOf(document, node);
    return own !== "" && isWanted(own);
  };
}

/** The text with one space for each run of white space, and none at the ends. */
export function cleaned(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function fold(text: string, caseSensitive: boolean): string {
  return caseSensitive ? text : text.toLowerCase();
}

/** A RegExp keeps its own flags: it says itself whether capitals count. */
function toRegExp(pattern: RegExp | string, caseSensitive: boolean): RegExp {
  if (pattern instanceof RegExp) return pattern;
  if (typeof pattern !== "string") {
    throw new InvalidArgumentError("pattern", pattern, "a RegExp or a string");
  }
  try {
    return new RegExp(pattern, caseSensitive ? "u" : "iu");
  } catch (cause) {
    throw new InvalidPatternError(pattern, cause);
  }
}
