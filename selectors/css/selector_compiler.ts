import { isTraversal, parse, type Selector as Token, SelectorType, type Traversal } from "css-what";
import { ALIASES } from "./aliases.ts";
import { attribute } from "./attributes.ts";
import { adjacent, child, descendant, type Matcher, sibling } from "./combinators.ts";
import { contains, icontains } from "./contains.ts";
import { hasAdjacent, hasChild, hasDescendant, hasSibling } from "./has.ts";
import { lang } from "./lang.ts";
import { nth } from "./nth.ts";
import { isAnchor, PSEUDO_CLASSES } from "./pseudo_classes.ts";
import { NameSlots, type SelectorNames } from "./query.ts";

/** What a complex selector matches, and what is known of it beforehand. */
export interface Subject {
  /** Whether an element is one. */
  readonly matches: Matcher;
  /** Slot of the name that such an element has, or -1 if it can have any. */
  readonly tagSlot: number;
  /** Whether the name is all there is to it. */
  readonly isTagOnly: boolean;
}

/** Where a part of a selector stands: `:scope` is something else inside `:has()`. */
interface Place {
  readonly isInsideHas: boolean;
}

const TOP_LEVEL: Place = { isInsideHas: false };
const INSIDE_HAS: Place = { isInsideHas: true };

const SCOPE: Token = { type: SelectorType.Pseudo, name: "scope", data: null };

/** A compound selector and the combinator to its left. */
interface Compound {
  combinator: Traversal["type"] | undefined;
  tokens: Token[];
}

/** Makes matchers of what css-what has parsed. */
export class SelectorCompiler {
  readonly #slots = new NameSlots();

  /** The names that the matchers look for. */
  get names(): SelectorNames {
    const { names } = this.#slots;
    return { asWritten: names, inLowerCase: names.map((name) => name.toLowerCase()) };
  }

  /** Compiles a complex selector at the top level, where a combinator in front is `:scope`'s. */
  subject(tokens: readonly Token[]): Subject {
    const [first] = tokens;
    const isRelative = first !== undefined && isTraversal(first);
    const compounds = compoundsOf(isRelative ? [SCOPE, ...tokens] : tokens);
    const last = compounds.at(-1) as Compound;
    const tag = last.tokens.find(({ type }) => type === SelectorType.Tag);
    return {
      matches: this.#complex(compounds, TOP_LEVEL),
      tagSlot: tag?.type === SelectorType.Tag ? this.#slots.slotOf(tag.name) : -1,
      isTagOnly: compounds.length === 1 && last.tokens.length === 1 && tag !== undefined,
    };
  }

  #list(entries: readonly Token[][], place: Place): Matcher {
    return any(entries.map((entry) => this.#complex(compoundsOf(entry), place)));
  }

  #complex([first, ...others]: Compound[], place: Place): Matcher {
    let matcher = this.#compound(first?.tokens ?? [], place);
    for (const { combinator, tokens } of others) {
      matcher = combine(matcher, combinator, this.#compound(tokens, place));
    }
    return matcher;
  }

  #compound(tokens: readonly Token[], place: Place): Matcher {
    const cheapFirst = tokens.toSorted((one, other) => cost(one) - cost(other));
    return all(cheapFirst.map((token) => this.#simple(token, place)));
  }

  #simple(token: Token, place: Place): Matcher {
    switch (token.type) {
      case SelectorType.Tag:
        return this.#tag(token.name);
      case SelectorType.Attribute:
        return attribute(token, this.#slots);
      case SelectorType.Pseudo:
        return this.#pseudoClass(token.name, token.data, place);
      default:
        return () => true;
    }
  }

  #tag(name: string): Matcher {
    const slot = this.#slots.slotOf(name);
    return (query, element) => {
      const id = query.nameIds[element] as number;
      if (id === query.ids[slot]) return true;
      if (query.document.isXml) return query.document.localName(element) === name;
      return id === query.mixedCaseIds[slot];
    };
  }

  #pseudoClass(name: string, data: Token[][] | string | null, place: Place): Matcher {
    if (Array.isArray(data)) return this.#selectorFunction(name, data, place);
    if (data !== null) return this.#textFunction(name, data, place);
    const alias = ALIASES.get(name);
    if (alias !== undefined) return this.#list(parse(alias), TOP_LEVEL);
    if (name === "scope" && place.isInsideHas) return isAnchor;
    const create = PSEUDO_CLASSES.get(name);
    if (create === undefined) throw new TypeError(`Unknown pseudo-class :${name}`);
    return create();
  }

  #selectorFunction(name: string, entries: Token[][], place: Place): Matcher {
    if (name === "has") return any(entries.map((entry) => this.#has(entry)));
    const matches = this.#list(entries, place);
    return name === "not" ? (query, element) => !matches(query, element) : matches;
  }

  #textFunction(name: string, data: string, place: Place): Matcher {
    if (name === "contains") return contains(data);
    if (name === "icontains") return icontains(data);
    if (name === "lang") return lang(data);
    const [formula = "", list] = data.trim().split(/\s+of\s+(.*)/is);
    return nth(formula, {
      fromEnd: name.startsWith("nth-last"),
      ofType: name.endsWith("of-type"),
      of: list === undefined ? undefined : this.#list(parse(list.trim()), place),
    });
  }

  #has(tokens: Token[]): Matcher {
    const relative = withoutLeadingScope(tokens);
    const compounds = compoundsOf(relative);
    let matcher: Matcher | undefined;
    for (const { combinator, tokens } of compounds.toReversed()) {
      const compound = this.#compound(tokens, INSIDE_HAS);
      const inner = matcher === undefined ? compound : all([compound, matcher]);
      matcher = having(combinator, inner);
    }
    const has = matcher as Matcher;
    if (!relative.some(mentionsScope)) return has;
    return (query, element) => query.withAnchor(element, () => has(query, element));
  }
}

/** `:has(:scope > a)` is `:has(> a)`. */
function withoutLeadingScope(tokens: Token[]): Token[] {
  const [first, second] = tokens;
  const isScope = first?.type === SelectorType.Pseudo && first.name === "scope";
  return isScope && second !== undefined && isTraversal(second) ? tokens.slice(1) : tokens;
}

function mentionsScope(token: Token): boolean {
  if (token.type !== SelectorType.Pseudo) return false;
  if (Array.isArray(token.data)) {
    return token.name !== "has" && token.data.some((entry) => entry.some(mentionsScope));
  }
  return token.name === "scope";
}

function compoundsOf(tokens: readonly Token[]): Compound[] {
  const compounds: Compound[] = [];
  let current: Compound = { combinator: undefined, tokens: [] };
  for (const [index, token] of tokens.entries()) {
    if (!isTraversal(token)) current.tokens.push(token);
    else {
      if (index > 0) compounds.push(current);
      current = { combinator: token.type, tokens: [] };
    }
  }
  return [...compounds, current];
}

function combine(
  left: Matcher,
  combinator: Traversal["type"] | undefined,
  right: Matcher,
): Matcher {
  switch (combinator) {
    case SelectorType.Child:
      return child(left, right);
    case SelectorType.Adjacent:
      return adjacent(left, right);
    case SelectorType.Sibling:
      return sibling(left, right);
    default:
      return descendant(left, right);
  }
}

function having(combinator: Traversal["type"] | undefined, inner: Matcher): Matcher {
  switch (combinator) {
    case SelectorType.Child:
      return hasChild(inner);
    case SelectorType.Adjacent:
      return hasAdjacent(inner);
    case SelectorType.Sibling:
      return hasSibling(inner);
    default:
      return hasDescendant(inner);
  }
}

/** What is asked first has to be cheap, or rule out much. */
function cost(token: Token): number {
  if (token.type === SelectorType.Tag) return 0;
  if (token.type === SelectorType.Attribute) return token.name === "id" ? 1 : 2;
  if (token.type !== SelectorType.Pseudo) return 3;
  if (token.data === null) return ALIASES.has(token.name) ? 5 : 4;
  return token.name.includes("contains") || token.name === "has" ? 7 : 6;
}

/** Whether all of some matchers match. */
function all(matchers: readonly Matcher[]): Matcher {
  const [first, second, ...others] = matchers;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (others.length === 0) {
    return (query, element) => first(query, element) && second(query, element);
  }
  return (query, element) => {
    for (const matches of matchers) if (!matches(query, element)) return false;
    return true;
  };
}

/** Whether one of some matchers matches. */
function any(matchers: readonly Matcher[]): Matcher {
  const [only, second] = matchers;
  if (only !== undefined && second === undefined) return only;
  return (query, element) => {
    for (const matches of matchers) if (matches(query, element)) return true;
    return false;
  };
}
