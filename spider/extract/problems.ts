/**
 * What can be wrong with a page's links, a sitemap or a feed without it being worthless.
 *
 * - "malformed": broken XML, CSV or JSON; what could be read was kept
 * - "truncated": compressed data that ends too early or is damaged
 * - "tooLarge": more bytes than allowed, decompressed, or one item that is too large
 * - "tooDeep": elements nested deeper than any real document
 * - "encoding": an encoding that nobody knows, or bytes that are not in it
 * - "badUrl": a URL that can't be parsed, is too long, or is neither `http:` nor `https:`
 * - "badDate": a date that can't be read
 * - "columns": a row with more or fewer cells than there are columns
 * - "status": an answer that is no success, such as a sitemap that is not found
 * - "unexpected": a document of another kind, such as a web page where a sitemap should be
 */
export type ProblemKind =
  | "malformed"
  | "truncated"
  | "tooLarge"
  | "tooDeep"
  | "encoding"
  | "badUrl"
  | "badDate"
  | "columns"
  | "status"
  | "unexpected";

/** Something that was wrong, and how often. */
export interface Problem {
  /** What kind of problem it is. */
  readonly kind: ProblemKind;
  /** The first one, in words. */
  readonly message: string;
  /** How many there were. */
  readonly count: number;
}

const MOST_MESSAGE_CHARS = 500;

/** Counts what is wrong with one document; a million mistakes take no more room than one. */
export class Problems {
  readonly #byKind = new Map<ProblemKind, { message: string; count: number }>();

  /**
   * Counts one, or several of the same kind.
   *
   * @param kind What kind of problem it is.
   * @param message What is wrong; the first message of a kind is kept.
   * @param count How many there are. Default 1.
   */
  report(kind: ProblemKind, message: string, count = 1): void {
    const known = this.#byKind.get(kind);
    if (known !== undefined) known.count += count;
    else if (count > 0) {
      this.#byKind.set(kind, { message: message.slice(0, MOST_MESSAGE_CHARS), count });
    }
  }

  /** What was reported so far, one entry a kind. */
  list(): Problem[] {
    return [...this.#byKind].map(([kind, problem]) => ({ kind, ...problem }));
  }
}
