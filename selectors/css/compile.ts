import { isTraversal, parse, type Selector as Token, SelectorType } from "css-what";
import { SelectorSyntaxError } from "../errors.ts";
import { LruCache } from "./cache.ts";
import type { SelectorNames } from "./query.ts";
import { SelectorCompiler, type Subject } from "./selector_compiler.ts";
import { checkSyntax } from "./syntax.ts";

/** A selector list, ready to be asked about elements of any document. */
export interface CompiledSelector {
  /** Entries that select elements. */
  readonly elements: readonly Subject[];
  /** Entries that end with `::text`: they select the texts directly in the elements they match. */
  readonly texts: readonly Subject[];
  /** Entries that end with `::attr(name)`. */
  readonly attributes: readonly { name: string; subject: Subject }[];
  /** Names to look up in the document. */
  readonly names: SelectorNames;
  /** Offset of the first pseudo-element, where there is one. */
  readonly pseudoElementOffset: number | undefined;
}

const UNIVERSAL: Token = { type: SelectorType.Universal, namespace: null };

const MAX_CACHED_SELECTORS = 512;
/** Longer ones are made up by programs, each a little different. */
const MAX_CACHED_LENGTH = 4096;
const cache = new LruCache<string, CompiledSelector>(MAX_CACHED_SELECTORS);

/**
 * Compiles `selector`, or takes it from the cache.
 *
 * @throws {SelectorSyntaxError} If it can't be parsed or asks for something unsupported.
 */
export function compileSelector(selector: string): CompiledSelector {
  const cached = cache.get(selector);
  if (cached !== undefined) return cached;
  const { pseudoElementOffset } = checkSyntax(selector);
  const compiled = { ...compileEntries(parsed(selector)), pseudoElementOffset };
  if (selector.length <= MAX_CACHED_LENGTH) cache.set(selector, compiled);
  return compiled;
}

function compileEntries(entries: Token[][]): Omit<CompiledSelector, "pseudoElementOffset"> {
  const compiler = new SelectorCompiler();
  const elements: Subject[] = [];
  const texts: Subject[] = [];
  const attributes: { name: string; subject: Subject }[] = [];
  for (const entry of entries) {
    const last = entry.at(-1);
    if (last?.type !== SelectorType.PseudoElement) elements.push(compiler.subject(entry));
    else {
      const owners = ownersOf(entry.slice(0, -1)).map((owner) => compiler.subject(owner));
      if (last.name === "text") texts.push(...owners);
      else attributes.push(...owners.map((subject) => ({ name: argumentOf(last.data), subject })));
    }
  }
  return { elements, texts, attributes, names: compiler.names };
}

/**
 * Selectors of the elements whose text or attribute is meant. `p ::text` and `p *::text` take that
 * of the `p` too, as in Parsel (its XPath is `p/descendant-or-self::text()`).
 */
function ownersOf(entry: Token[]): Token[][] {
  const last = entry.at(-1);
  const owners = last === undefined || isTraversal(last) ? [...entry, UNIVERSAL] : entry;
  const isAnyDescendant = owners.at(-1)?.type === SelectorType.Universal &&
    owners.at(-2)?.type === SelectorType.Descendant;
  return isAnyDescendant ? [owners, owners.slice(0, -2)] : [owners];
}

/** The attribute's name in `::attr(name)`, `::attr( name )` and `::attr("name")`. */
function argumentOf(data: string | null): string {
  const argument = (data ?? "").trim();
  return /^["']/.test(argument) ? argument.slice(1, -1) : argument;
}

/** Whatever css-what rejects after our own check is still a selector's error. */
function parsed(selector: string): Token[][] {
  try {
    return parse(selector);
  } catch (cause) {
    throw new SelectorSyntaxError(selector, 0, "a selector that css-what can parse", { cause });
  }
}
