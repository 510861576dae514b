import { InvalidOptionError } from "@orbweaver/session";
import { newSaxParser, type SaxAttribute, type SaxParser, type SaxTag } from "./_sax.ts";
import { Problems } from "./problems.ts";
import { splitName, XmlNode } from "./xml_node.ts";

/** What to read of an XML document. */
export interface XmlOptions {
  /**
   * The elements to give, such as `["item", "entry"]`; one inside another is not given on its own. A
   * prefix has to be one of `namespaces`; a name without one matches in any namespace.
   */
  readonly tags: readonly string[];
  /** Namespaces by the prefix that `tags`, and queries on the elements, use for them. */
  readonly namespaces?: Readonly<Record<string, string>>;
  /** Where to report what is wrong with the document. Default: nowhere. */
  readonly problems?: Problems;
  /** Hears the document element's name without its prefix, before any element is given. */
  readonly onRoot?: (name: string) => void;
}

/** No real feed is nested so deeply; looking up a namespace takes time in proportion to it. */
const MOST_DEPTH = 256;

/** So much of one element is kept in memory, in characters; each node counts as 64 more. */
const MOST_ITEM_SIZE = 8 * 1024 * 1024;
const NODE_SIZE = 64;

/** After so many mistakes the rest is not XML. */
const MOST_MISTAKES = 100;

/** A bare "&" does no harm, and some sites have one in every URL. */
const MOST_BARE_AMPERSANDS = 100_000;

/**
 * Reads an XML document as it comes and gives its elements of some name one by one, so that a large
 * feed is never in memory as a whole. Broken XML is read as far as it makes sense; entities that the
 * document defines are not expanded.
 *
 * @param text The document's text, in pieces of any size.
 * @param options Which elements, and where to report mistakes.
 * @throws {InvalidOptionError} If a tag's prefix is not declared in `namespaces`.
 */
export async function* readXml(
  text: AsyncIterable<string> | Iterable<string>,
  options: XmlOptions,
): AsyncGenerator<XmlNode, void, undefined> {
  const reader = new Reader(options);
  for await (const chunk of text) {
    reader.write(chunk);
    yield* reader.take();
    if (reader.gaveUp) return;
  }
  reader.end();
  yield* reader.take();
}

/** An element while it is being read. */
interface Open {
  readonly tag: SaxTag;
  readonly attributes: readonly SaxAttribute[];
  readonly content: (string | XmlNode)[];
}

/** Ends the parsing from inside one of the parser's events. */
class GaveUp extends Error {
  override name = "GaveUp";
}

class Reader {
  readonly #parser: SaxParser = newSaxParser();
  readonly #problems: Problems;
  readonly #namespaces: Readonly<Record<string, string>>;
  readonly #wanted: (tag: SaxTag) => boolean;
  readonly #onRoot: (name: string) => void;
  /** The element to give that is being read, and those open in it. */
  #open: Open[] = [];
  #ready: XmlNode[] = [];
  /** Those of the tag that opens next; `sax` loses one named `__proto__` in the tag's own object. */
  #attributes: SaxAttribute[] = [];
  #depth = 0;
  #itemSize = 0;
  /** The depth of an element that is too large and passed over, while inside it. */
  #skippedAtDepth: number | undefined;
  #mistakes = 0;
  #bareAmpersands = 0;
  gaveUp = false;

  constructor({ tags, namespaces = {}, problems = new Problems(), onRoot }: XmlOptions) {
    this.#problems = problems;
    this.#namespaces = namespaces;
    this.#wanted = matcher(tags, namespaces);
    this.#onRoot = onRoot ?? (() => {});
    this.#parser.onerror = (error) => this.#mistake(error);
    this.#parser.onattribute = (attribute) => this.#attributes.push(attribute);
    this.#parser.onopentag = (tag) => this.#openTag(tag);
    this.#parser.onclosetag = () => this.#closeTag();
    this.#parser.ontext = (text) => this.#text(text);
    this.#parser.oncdata = (text) => this.#text(text);
  }

  write(chunk: string): void {
    this.#untilGivenUp(() => this.#parser.write(chunk));
  }

  end(): void {
    this.#untilGivenUp(() => this.#parser.close());
  }

  take(): XmlNode[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #untilGivenUp(parse: () => unknown): void {
    if (this.gaveUp) return;
    try {
      parse();
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      this.gaveUp = true;
    }
  }

  #openTag(tag: SaxTag): void {
    const attributes = this.#attributes;
    this.#attributes = [];
    this.#depth += 1;
    if (this.#depth === 1) this.#onRoot(tag.local);
    if (this.#depth > MOST_DEPTH) {
      this.#problems.report("tooDeep", `More than ${MOST_DEPTH} elements one in the other`);
      throw new GaveUp();
    }
    if (this.#skippedAtDepth !== undefined) return;
    if (this.#open.length === 0) {
      if (!this.#wanted(tag)) return;
      this.#itemSize = 0;
    }
    this.#open.push({ tag, attributes, content: [] });
    this.#grow(NODE_SIZE + sizeOf(attributes));
  }

  #closeTag(): void {
    this.#depth -= 1;
    if (this.#skippedAtDepth !== undefined) {
      if (this.#depth < this.#skippedAtDepth) this.#skippedAtDepth = undefined;
      return;
    }
    const closed = this.#open.pop();
    if (closed === undefined) return;
    const node = this.#toNode(closed);
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#ready.push(node);
    else parent.content.push(node);
  }

  #text(text: string): void {
    const open = this.#open.at(-1);
    if (open === undefined) return;
    open.content.push(text);
    this.#grow(text.length + NODE_SIZE);
  }

  #grow(size: number): void {
    this.#itemSize += size;
    if (this.#itemSize <= MOST_ITEM_SIZE) return;
    const name = this.#open[0]!.tag.name.slice(0, 100);
    this.#problems.report("tooLarge", `A <${name}> of more than ${MOST_ITEM_SIZE} characters`);
    this.#skippedAtDepth = this.#depth - this.#open.length + 1;
    this.#open = [];
  }

  #toNode({ tag, attributes, content }: Open): XmlNode {
    return new XmlNode({
      qualifiedName: tag.name,
      namespace: tag.uri,
      attributes: Object.fromEntries(attributes.map(({ name, value }) => [name, value])),
      content,
      namespaces: this.#namespaces,
    });
  }

  #mistake(error: Error): void {
    this.#parser.error = null; // the parser goes on after it
    const message = error.message.replaceAll("\n", ", ");
    this.#problems.report("malformed", `Broken XML: ${message}`);
    const isAmpersand = error.message.startsWith("Invalid character") &&
      error.message.includes("entity");
    if (isAmpersand) this.#bareAmpersands += 1;
    else this.#mistakes += 1;
    if (this.#mistakes > MOST_MISTAKES || this.#bareAmpersands > MOST_BARE_AMPERSANDS) {
      throw new GaveUp();
    }
  }
}

function sizeOf(attributes: readonly SaxAttribute[]): number {
  return attributes.reduce(
    (size, { name, value }) => size + name.length + value.length + NODE_SIZE,
    0,
  );
}

function matcher(
  tags: readonly string[],
  namespaces: Readonly<Record<string, string>>,
): (tag: SaxTag) => boolean {
  const wanted = tags.map((tag) => {
    const [prefix, name] = splitName(tag);
    if (prefix !== "" && !Object.hasOwn(namespaces, prefix)) {
      throw new InvalidOptionError(
        "tags",
        tag,
        `a name whose prefix '${prefix}' is in 'namespaces'`,
      );
    }
    return { name, uri: prefix === "" ? undefined : namespaces[prefix] };
  });
  return (tag) =>
    wanted.some(({ name, uri }) => tag.local === name && (uri === undefined || tag.uri === uri));
}
