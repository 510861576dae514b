import { html } from "parse5";
import { commonNameId } from "./names.ts";

/** A name of a tag or an attribute, as the parts that handle it know it. */
export interface KnownName {
  /** The name, in lower case. */
  readonly tagName: string;
  /** parse5's number for it. */
  readonly tagID: number;
  /** Its number in every document, or 0. */
  readonly commonId: number;
  /** Its last characters; see {@linkcode packed}. */
  readonly packed: number;
}

/** Longer names are no one's: remembering them would let a page fill the memory. */
export const MAX_KNOWN_LENGTH = 48;

/**
 * Numbers from 1 of the characters that usual names have, by their ASCII code; 0 for others. Capitals
 * have those of small letters.
 */
export const NAME_CODES: Uint8Array = new Uint8Array(128);
for (const [index, character] of [..."abcdefghijklmnopqrstuvwxyz0123456789-_:.@"].entries()) {
  NAME_CODES[character.charCodeAt(0)] = index + 1;
  NAME_CODES[character.toUpperCase().charCodeAt(0)] = index + 1;
}

/** As many characters as an integer has room for say what name it is. */
const PACKED_LENGTH = 5;
const SLOT_BITS = 12;
const names: (KnownName | undefined)[] = new Array(1 << SLOT_BITS).fill(undefined);

/** Adds a character, by its {@linkcode NAME_CODES}, to those that are packed into an integer. */
export function packed(before: number, nameCode: number): number {
  return (before << 6) | nameCode;
}

/**
 * The name at `start` to `end` of `source`, in lower case, without making a string of it when it was
 * seen before. Names that fall into the same slot take each other's place, so that there is a bounded
 * number of them.
 *
 * @param lastCharacters The name's characters, {@linkcode packed}.
 */
export function knownName(
  source: string,
  start: number,
  end: number,
  lastCharacters: number,
): KnownName {
  // The golden ratio spreads what differs in a few bits (Knuth, TAOCP 3, section 6.4).
  const slot = Math.imul(lastCharacters ^ (end - start), 0x9e3779b1) >>> (32 - SLOT_BITS);
  const candidate = names[slot];
  if (candidate !== undefined && candidate.packed === lastCharacters) {
    const { tagName } = candidate;
    const isShort = end - start <= PACKED_LENGTH && tagName.length <= PACKED_LENGTH;
    if (isShort || isAt(tagName, source, start, end)) return candidate;
  }
  const name = createName(source.slice(start, end), lastCharacters);
  names[slot] = name;
  return name;
}

/** The same for a name that is not in a source, in lower case. */
export function knownNameOf(name: string): KnownName {
  let lastCharacters = 0;
  for (let index = 0; index < name.length; index++) {
    lastCharacters = packed(lastCharacters, NAME_CODES[name.charCodeAt(index)] as number);
  }
  return knownName(name, 0, name.length, lastCharacters);
}

function createName(name: string, lastCharacters: number): KnownName {
  // The concatenation gives the name its own memory: it is going to outlive the page.
  const tagName = ` ${name}`.slice(1).toLowerCase();
  return {
    tagName,
    tagID: html.getTagID(tagName),
    commonId: commonNameId(tagName),
    packed: lastCharacters,
  };
}

/** Capitals differ from small letters, and from nothing else in a name, in the bit 0x20. */
function isAt(name: string, source: string, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index++) {
    const code = source.charCodeAt(start + index);
    const expected = name.charCodeAt(index);
    if (code !== expected && (code | 0x20) !== expected) return false;
  }
  return true;
}
