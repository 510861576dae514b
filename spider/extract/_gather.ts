/**
 * The whole of a text that comes in pieces.
 *
 * @param chunks The pieces.
 */
export async function gather(chunks: AsyncIterable<string>): Promise<string> {
  const pieces: string[] = [];
  for await (const chunk of chunks) pieces.push(chunk);
  return pieces.join("");
}
