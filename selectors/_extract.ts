import { InvalidArgumentError, InvalidPatternError } from "./errors.ts";

/**
 * What `pattern` finds in `text`, as in Parsel: whole matches where it has no groups, else all
 * groups of each match in one flat list, "" for a group that took no part.
 *
 * @throws {InvalidPatternError} If `pattern` is a string that is no regular expression.
 * @throws {InvalidArgumentError} If `pattern` is neither a RegExp nor a string.
 */
export function* extract(pattern: RegExp | string, text: string): Generator<string> {
  for (const [whole, ...groups] of text.matchAll(globalPattern(pattern))) {
    if (groups.length === 0) yield whole;
    else for (const group of groups) yield group ?? "";
  }
}

/** A copy that finds every match: the caller's own RegExp keeps its flags and its `lastIndex`. */
function globalPattern(pattern: RegExp | string): RegExp {
  if (pattern instanceof RegExp) {
    return new RegExp(pattern.source, `${pattern.flags.replace("g", "")}g`);
  }
  if (typeof pattern !== "string") {
    throw new InvalidArgumentError("pattern", pattern, "a RegExp or a string");
  }
  try {
    return new RegExp(pattern, "gu");
  } catch (cause) {
    throw new InvalidPatternError(pattern, cause);
  }
}
