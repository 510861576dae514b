import { headerPairs, type HeadersInput, InvalidOptionError } from "@orbweaver/session";
import type { BrowserFetchOptions } from "./fetch_options.ts";

const GOOGLE = "https://www.google.com/";

/** The browser writes these itself; overriding them breaks the request. */
const FORBIDDEN_HEADERS = ["host", "connection", "content-length", "transfer-encoding"];

/**
 * Joins the headers of several levels: `extraHeaders` win over `headers`, and those of a later level
 * over those of an earlier one.
 *
 * @param levels The options of the session, then those of the request.
 * @throws {InvalidOptionError} If one is malformed, or is the browser's own business.
 */
export function joinHeaders(
  ...levels: readonly BrowserFetchOptions<never>[]
): Record<string, string> {
  const joined = new Map<string, [name: string, value: string]>();
  for (const option of ["headers", "extraHeaders"] as const) {
    for (const [name, value] of levels.flatMap((level) => checkedPairs(option, level[option]))) {
      joined.set(name.toLowerCase(), [name, value]);
    }
  }
  joined.delete("referer"); // as an extra header it would go with every image, too
  return Object.fromEntries(joined.values());
}

/**
 * The referer of the navigation: what the request says about it wins over what the session says.
 *
 * @param session The options of the session.
 * @param request The options of the request.
 * @returns `undefined` for none.
 */
export function chooseReferer(
  session: BrowserFetchOptions<never>,
  request: BrowserFetchOptions<never>,
): string | undefined {
  const told = toldReferer(request) ?? toldReferer(session);
  if (told !== undefined) return told === false ? undefined : told;
  return request.googleSearch ?? session.googleSearch ?? true ? GOOGLE : undefined;
}

function checkedPairs(option: string, input: HeadersInput | undefined): [string, string][] {
  const pairs = headerPairs(input);
  for (const [name, value] of pairs) {
    if (FORBIDDEN_HEADERS.includes(name.toLowerCase())) {
      throw new InvalidOptionError(option, name, "headers that the browser doesn't write itself");
    }
    try {
      new Headers([[name, value]]);
    } catch (cause) {
      const expected = "valid header names and values";
      throw new InvalidOptionError(option, { [name]: value }, expected, { cause });
    }
  }
  return pairs;
}

function toldReferer(level: BrowserFetchOptions<never>): string | false | undefined {
  if (level.referer !== undefined) return level.referer;
  const pairs = [...headerPairs(level.extraHeaders), ...headerPairs(level.headers)];
  return pairs.find(([name]) => name.toLowerCase() === "referer")?.[1];
}
