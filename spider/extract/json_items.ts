import { linesOf } from "./_lines.ts";
import { gather } from "./_gather.ts";
import { Problems } from "./problems.ts";

/** How to read items from JSON. */
export interface JsonItemsOptions {
  /**
   * "json" for one JSON document, "lines" for one a line (https://jsonlines.org), "auto" to tell from the
   * text. Default "auto".
   */
  readonly format?: "auto" | "json" | "lines";
  /**
   * Where the items are in the document, such as "data.products", or a list of keys. Default: the
   * document if it is an array, else its `items` (https://www.jsonfeed.org), else the document itself.
   */
  readonly path?: string | readonly string[];
  /** Where to report what is wrong with the text. Default: nowhere. */
  readonly problems?: Problems;
}

const MOST_LINE_CHARS = 16 * 1024 * 1024;

/**
 * Gives the items of a JSON document or of JSON lines. A line that is broken costs no other.
 *
 * @param text The text, in pieces of any size.
 * @param options Format, path.
 *
 * @example
 * ```ts
 * import { readJsonItems } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const names: unknown[] = [];
 * const text = ['{"data": {"products": [{"name": "Lamp"}, {"name": "Cup"}]}}'];
 * for await (const item of readJsonItems(text, { path: "data.products" })) names.push(item);
 * assert.deepEqual(names, [{ name: "Lamp" }, { name: "Cup" }]);
 * ```
 */
export async function* readJsonItems(
  text: AsyncIterable<string> | Iterable<string>,
  options: JsonItemsOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const { format = "auto", problems = new Problems() } = options;
  const chunks = pieces(text);
  if (format === "lines") {
    yield* fromLines(chunks, problems);
    return;
  }
  const whole = await gather(chunks);
  const document = parseJson(whole);
  if ("value" in document) {
    yield* itemsOf(document.value, options.path, problems);
  } else if (format === "auto" && looksLikeLines(whole)) {
    yield* fromLines(pieces([whole]), problems);
  } else {
    problems.report("malformed", `Broken JSON: ${document.reason}`);
  }
}

async function* pieces(
  text: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string, void, undefined> {
  yield* text;
}

async function* fromLines(
  chunks: AsyncIterable<string>,
  problems: Problems,
): AsyncGenerator<unknown, void, undefined> {
  for await (const line of linesOf(chunks, MOST_LINE_CHARS)) {
    if (line.trim() === "") continue;
    const parsed = parseJson(line);
    if ("value" in parsed) yield parsed.value;
    else problems.report("malformed", `A line is no JSON: ${parsed.reason}`);
  }
}

function looksLikeLines(text: string): boolean {
  const start = text.trimStart();
  const end = start.search(/[\r\n]/);
  return end > 0 && "value" in parseJson(start.slice(0, end));
}

function parseJson(text: string): { value: unknown } | { reason: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function itemsOf(
  document: unknown,
  path: string | readonly string[] | undefined,
  problems: Problems,
): readonly unknown[] {
  if (path === undefined) {
    const items = member(document, "items");
    return listOf(Array.isArray(items) ? items : document);
  }
  const keys = typeof path === "string" ? path.split(".") : path;
  let place: unknown = document;
  for (const key of keys) {
    place = member(place, key);
    if (place === undefined) {
      problems.report("unexpected", `There is no '${key}' on the path '${keys.join(".")}'`);
      return [];
    }
  }
  return listOf(place);
}

function member(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
