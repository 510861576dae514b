import { round } from "./convert.ts";

// XPath counts characters, JavaScript UTF-16 code units: they differ only where there are surrogates.
const SURROGATE = /[\uD800-\uDFFF]/;
const SPACE = 0x20;

/** `string-length()`, in characters. */
export function stringLength(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let length = 0;
  for (const _ of text) length++;
  return length;
}

/**
 * `substring()`, counted from 1: the characters at positions that are at least `round(start)` and,
 * with a length, less than `round(start) + round(length)`.
 */
export function substring(text: string, start: number, length?: number): string {
  const from = round(start);
  const to = length === undefined ? Infinity : from + round(length);
  // Written so that a NaN anywhere makes it empty.
  if (!(from < to)) return "";
  const begin = Math.max(from - 1, 0);
  const end = Math.max(to - 1, 0);
  if (!SURROGATE.test(text)) return text.slice(begin, end);
  return [...text].slice(begin, end).join("");
}

/** `substring-before()` */
export function substringBefore(text: string, separator: string): string {
  const index = text.indexOf(separator);
  return index === -1 ? "" : text.slice(0, index);
}

/** `substring-after()` */
export function substringAfter(text: string, separator: string): string {
  const index = text.indexOf(separator);
  return index === -1 ? "" : text.slice(index + separator.length);
}

/** `translate()`: of a character that is listed twice, the first replacement counts. */
export function translate(text: string, from: string, to: string): string {
  const replacements = new Map<string, string>();
  const targets = [...to];
  let index = 0;
  for (const character of from) {
    const replacement = targets[index++] ?? "";
    if (!replacements.has(character)) replacements.set(character, replacement);
  }
  let translated = "";
  for (const character of text) translated += replacements.get(character) ?? character;
  return translated;
}

/** `normalize-space()`: XML's white space only, so a no-break space stays. */
export function normalizeSpace(text: string): string {
  return isNormal(text) ? text : words(text).join(" ");
}

/** Most texts are as they should be: single spaces only, and none at the ends. */
function isNormal(text: string): boolean {
  let followsSpace = true;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const space = isSpace(code);
    if (space && (followsSpace || code !== SPACE)) return false;
    followsSpace = space;
  }
  return !followsSpace || text === "";
}

/** What stands between XML's white space. */
export function words(text: string): string[] {
  const found: string[] = [];
  let start = -1;
  for (let index = 0; index <= text.length; index++) {
    const isBetween = index === text.length || isSpace(text.charCodeAt(index));
    if (!isBetween && start === -1) start = index;
    if (isBetween && start !== -1) {
      found.push(text.slice(start, index));
      start = -1;
    }
  }
  return found;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === 0x09 || code === 0x0a || code === 0x0d;
}
