/** V8 copies slices that are shorter than this instead of pointing into the string they are cut from. */
const SHORTEST_SHARED_SLICE = 13;

/**
 * The same text with memory of its own.
 *
 * A slice of a page would keep the whole page alive for as long as the slice is. Cutting a space
 * off a concatenation makes V8 write the text into a new buffer first.
 */
export function flat(text: string): string {
  return text.length < SHORTEST_SHARED_SLICE ? text : ` ${text}`.slice(1);
}

/** Texts put together, with own memory: joining a single one would give that very one. */
export function joined(texts: readonly string[], separator: string = ""): string {
  return texts.length === 1 ? flat(texts[0] as string) : texts.join(separator);
}
