/** Longer ones are a page's text, or a mistake; they are kept in statistics and dead letters. */
const LONGEST = 2_000;

/**
 * What went wrong, in words.
 *
 * @param error What was thrown; may be anything.
 * @returns Its message, at most 2,000 characters.
 */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? textOf(error.message) : textOf(error);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/**
 * A value as text, for messages; some objects can't be made text.
 *
 * @param value The value; may be anything.
 */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
