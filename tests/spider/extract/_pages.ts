import { SessionResponse } from "@orbweaver/spider";

/** A page as a session would give it. */
export function page(
  html: string,
  facts: { url?: string; headers?: Record<string, string> } = {},
): SessionResponse {
  return new SessionResponse({
    url: facts.url ?? "https://site.test/shop/",
    status: 200,
    headers: facts.headers ?? { "content-type": "text/html; charset=utf-8" },
    body: new TextEncoder().encode(html),
  });
}

/** All that an iteration gives. */
export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** A text in pieces of a size, to find what breaks at a border. */
export function* inPieces(text: string, size: number): Generator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
