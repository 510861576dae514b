/** The parts of a crawl that CPU time is told apart by. */
export const LAYERS = [
  "transport",
  "response",
  "charset",
  "parse",
  "select",
  "engine",
  "frontier",
  "sink",
  "callback",
  "runtime",
  "garbage collection",
  "native",
  "idle",
] as const;

/** One of {@linkcode LAYERS}. */
export type Layer = typeof LAYERS[number];

/** The first that fits wins. */
const BY_PATH: readonly (readonly [RegExp, Layer])[] = [
  [/\/bench\/crawl\//, "callback"],
  [/decode_body|selectors\/encoding|html-encoding-sniffer|whatwg-encoding|iconv-lite/, "charset"],
  [/\/sessions\/fetch\/|wreq-js|undici/, "transport"],
  [/\/sessions\/core\/|tough-cookie/, "response"],
  [/\/selectors\/document\/|\/parse5|\/entities\//, "parse"],
  [/\/selectors\/|css-what|css-select|domhandler/, "select"],
  [/\/spider\/frontier\//, "frontier"],
  [/\/spider\/sinks\//, "sink"],
  [/\/spider\//, "engine"],
];

/** What V8 calls what it does besides running code. */
const BY_NAME: Readonly<Record<string, Layer>> = {
  "(garbage collector)": "garbage collection",
  "(program)": "native",
  "(idle)": "idle",
};

/**
 * The layer of a function.
 *
 * @param name Its name.
 * @param url Its file; empty for what is built in.
 * @param caller The layer of its caller, which what is built in and the runtime work for.
 */
export function layerOf(name: string, url: string, caller: Layer | undefined): Layer {
  const special = BY_NAME[name];
  if (special !== undefined) return special;
  const found = BY_PATH.find(([pattern]) => pattern.test(url));
  return found?.[1] ?? caller ?? "runtime";
}
