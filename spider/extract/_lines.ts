/**
 * The lines of a text that comes in pieces, without their ends.
 *
 * @param chunks The pieces.
 * @param mostChars Of a longer line, the rest is left out.
 */
export async function* linesOf(
  chunks: AsyncIterable<string>,
  mostChars: number,
): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split(/\r\n|\r|\n/);
    rest = lines.pop()!.slice(0, mostChars);
    yield* lines;
  }
  yield rest;
}
