import sax from "sax";

/** An attribute as `sax` gives it. */
export interface SaxAttribute {
  readonly name: string;
  readonly value: string;
}

/** A tag as `sax` gives it with `xmlns: true`. */
export interface SaxTag {
  readonly name: string;
  readonly local: string;
  readonly uri: string;
}

/** As much of a parser of npm `sax` as is used here; the package has no types of its own. */
export interface SaxParser {
  error: Error | null;
  onerror: (error: Error) => void;
  onattribute: (attribute: SaxAttribute) => void;
  onopentag: (tag: SaxTag) => void;
  onclosetag: (name: string) => void;
  ontext: (text: string) => void;
  oncdata: (text: string) => void;
  write(chunk: string): unknown;
  close(): unknown;
}

/**
 * A strict parser that knows namespaces. It never expands the entities that a document defines, so there is
 * no "billion laughs"; the named entities of HTML are known, as feeds use them undeclared.
 */
export function newSaxParser(): SaxParser {
  return (sax as { parser(strict: boolean, options: object): SaxParser })
    .parser(true, { xmlns: true, position: true });
}
