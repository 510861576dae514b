import { headerPairs, type HeadersInput, InvalidOptionError } from "@orbweaver/session";

/** A header that the user gave. */
export interface UserHeader {
  /** Its name as the user wrote it. */
  readonly name: string;
  /** Its name in lower case. */
  readonly key: string;
  /** Its value. */
  readonly value: string;
}

/**
 * The session's headers with those of one request, which win by name.
 *
 * @throws {InvalidOptionError} For a name or a value that can't stand in a header: a line break in
 * one would let whoever wrote it add headers of their own.
 */
export function mergeUserHeaders(
  base: readonly UserHeader[],
  input: HeadersInput,
): readonly UserHeader[] {
  const own = headerPairs(input).map(([name, value]) => userHeader(name, String(value)));
  const names = new Set(own.map((header) => header.key));
  return [...base.filter((header) => !names.has(header.key)), ...own];
}

function userHeader(name: string, value: string): UserHeader {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) {
    throw new InvalidOptionError("headers", name, "headers with names of letters, digits and '-'");
  }
  if (!isHeaderValue(value)) {
    const expected = `headers in Latin-1 without line breaks, which '${name}' is not`;
    throw new InvalidOptionError("headers", value, expected);
  }
  return { name, key: name.toLowerCase(), value: value.trim() };
}

/**
 * Whether a text can be a header's value: Latin-1 without control characters.
 *
 * @param value The text.
 */
export function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
