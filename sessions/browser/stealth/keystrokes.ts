import { between, type RandomSource } from "./random.ts";

/** A key of an American keyboard, as `Input.dispatchKeyEvent` wants it. */
export interface Key {
  readonly key: string;
  readonly code: string;
  readonly text: string;
  readonly windowsVirtualKeyCode: number;
}

/** How a character is typed. */
export interface Keystroke {
  /** The key; missing if an American keyboard has none for the character. */
  readonly key: Key | undefined;
  /** Whether Shift is held. */
  readonly shift: boolean;
}

/** Pairs of what a key gives without and with Shift, its code, and Windows' number for it. */
const SYMBOLS: readonly (readonly [pair: string, code: string, number: number])[] = [
  ["1!", "Digit1", 49],
  ["2@", "Digit2", 50],
  ["3#", "Digit3", 51],
  ["4$", "Digit4", 52],
  ["5%", "Digit5", 53],
  ["6^", "Digit6", 54],
  ["7&", "Digit7", 55],
  ["8*", "Digit8", 56],
  ["9(", "Digit9", 57],
  ["0)", "Digit0", 48],
  ["`~", "Backquote", 192],
  ["-_", "Minus", 189],
  ["=+", "Equal", 187],
  ["[{", "BracketLeft", 219],
  ["]}", "BracketRight", 221],
  ["\\|", "Backslash", 220],
  [";:", "Semicolon", 186],
  ["'\"", "Quote", 222],
  [",<", "Comma", 188],
  [".>", "Period", 190],
  ["/?", "Slash", 191],
];

/**
 * How a character is typed on an American keyboard.
 *
 * @param character The character; a line break is the Enter key.
 */
export function keystrokeFor(character: string): Keystroke {
  if (character === "\n") return plain("Enter", "Enter", "\r", 13);
  if (character === "\t") return plain("Tab", "Tab", "", 9);
  if (character === " ") return plain(" ", "Space", " ", 32);
  if (/^[a-z]$/i.test(character)) return letter(character);
  const symbol = SYMBOLS.find(([pair]) => pair.includes(character));
  if (symbol === undefined) return { key: undefined, shift: false };
  const [pair, code, windowsVirtualKeyCode] = symbol;
  const key = { key: character, code, text: character, windowsVirtualKeyCode };
  return { key, shift: pair[1] === character };
}

function plain(key: string, code: string, text: string, number: number): Keystroke {
  return { key: { key, code, text, windowsVirtualKeyCode: number }, shift: false };
}

function letter(character: string): Keystroke {
  const capital = character.toUpperCase();
  const code = `Key${capital}`;
  const windowsVirtualKeyCode = capital.charCodeAt(0);
  return {
    key: { key: character, code, text: character, windowsVirtualKeyCode },
    shift: character === capital,
  };
}

/** How long a key stays down, in milliseconds. */
const KEY_DOWN_MS = { least: 35, most: 95 };

/** From one key to the next, in milliseconds: about sixty words a minute. */
const BETWEEN_KEYS_MS = { least: 50, most: 160 };

/** Before a new word people think a little, now and then. */
const THOUGHT_MS = { least: 120, most: 380 };
const THOUGHT_CHANCE = 0.3;

/**
 * How long a key stays down, in milliseconds.
 *
 * @param random Where chance comes from.
 */
export function keyDownMs(random: RandomSource): number {
  return between(random, KEY_DOWN_MS.least, KEY_DOWN_MS.most);
}

/**
 * How long a person waits before the next key, in milliseconds.
 *
 * @param character What was typed last.
 * @param random Where chance comes from.
 */
export function pauseAfterMs(character: string, random: RandomSource): number {
  const pauseMs = between(random, BETWEEN_KEYS_MS.least, BETWEEN_KEYS_MS.most);
  const thinks = /[\s.,;:!?]/.test(character) && random() < THOUGHT_CHANCE;
  return thinks ? pauseMs + between(random, THOUGHT_MS.least, THOUGHT_MS.most) : pauseMs;
}
