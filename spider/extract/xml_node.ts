/** What an {@linkcode XmlNode} is made of. */
export interface XmlNodeParts {
  /** The name with its prefix, as written. */
  readonly qualifiedName: string;
  /** The namespace, "" for none. */
  readonly namespace: string;
  /** The attributes by their names as written. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Texts and elements inside, in document order. */
  readonly content: readonly (string | XmlNode)[];
  /** Prefixes that queries may use, whatever prefixes the document has. */
  readonly namespaces: Readonly<Record<string, string>>;
}

/**
 * An element of a feed: one item, or something in it.
 *
 * @example
 * ```ts
 * import { readXml } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const feed = `<rss xmlns:m="http://search.yahoo.com/mrss/"><channel>
 *   <item><title>Lamp</title><m:thumbnail url="/lamp.png"/></item>
 * </channel></rss>`;
 * for await (const item of readXml([feed], { tags: ["item"] })) {
 *   assert.equal(item.textOf("title"), "Lamp");
 *   assert.equal(item.find("m:thumbnail")?.attr("url"), "/lamp.png");
 * }
 * ```
 */
export class XmlNode {
  /** The name without its prefix. */
  readonly name: string;
  /** The prefix as written, "" for none. */
  readonly prefix: string;
  /** The namespace, "" for none. */
  readonly namespace: string;
  /** The attributes by their names as written, prefixes included. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Texts and elements inside, in document order. */
  readonly content: readonly (string | XmlNode)[];
  readonly #namespaces: Readonly<Record<string, string>>;

  /**
   * Makes a node; {@linkcode readXml} does.
   *
   * @param parts What it is made of. The content is kept, not copied.
   */
  constructor(parts: XmlNodeParts) {
    [this.prefix, this.name] = splitName(parts.qualifiedName);
    this.namespace = parts.namespace;
    this.attributes = parts.attributes;
    this.content = parts.content;
    this.#namespaces = parts.namespaces;
  }

  /** The elements directly inside. */
  get children(): XmlNode[] {
    return this.content.filter((entry) => typeof entry !== "string");
  }

  /** All text inside, without white space at its ends. */
  get text(): string {
    return this.#rawText().trim();
  }

  /**
   * The value of an attribute.
   *
   * @param name Its name as written, prefix included.
   */
  attr(name: string): string | undefined {
    return Object.hasOwn(this.attributes, name) ? this.attributes[name] : undefined;
  }

  /**
   * The elements directly inside that have a name, or those at the end of a path of names.
   *
   * @param path Names with "/" between them. One without a prefix finds elements of this node's own
   * namespace, else those of any; a prefix is one of the reader's `namespaces`, else the document's.
   */
  findAll(path: string): XmlNode[] {
    let found: XmlNode[] = [this];
    for (const name of path.split("/")) found = found.flatMap((node) => node.#named(name));
    return found;
  }

  /**
   * The first of {@linkcode XmlNode.findAll}.
   *
   * @param path Names with "/" between them.
   */
  find(path: string): XmlNode | undefined {
    return this.findAll(path)[0];
  }

  /**
   * The text of the first element at a path.
   *
   * @param path Names with "/" between them.
   * @param fallback What to return where there is none. Default "".
   */
  textOf(path: string, fallback = ""): string {
    return this.find(path)?.text ?? fallback;
  }

  #named(qualifiedName: string): XmlNode[] {
    const [prefix, name] = splitName(qualifiedName);
    const sameName = this.children.filter((child) => child.name === name);
    if (prefix === "") {
      const own = sameName.filter((child) => child.namespace === this.namespace);
      return own.length > 0 ? own : sameName;
    }
    const uri = Object.hasOwn(this.#namespaces, prefix) ? this.#namespaces[prefix] : undefined;
    return sameName.filter((child) =>
      uri === undefined ? child.prefix === prefix : child.namespace === uri
    );
  }

  #rawText(): string {
    return this.content.map((entry) => typeof entry === "string" ? entry : entry.#rawText())
      .join("");
  }
}

/** Prefix and local name. */
export function splitName(qualifiedName: string): [prefix: string, name: string] {
  const colon = qualifiedName.indexOf(":");
  if (colon < 0) return ["", qualifiedName];
  return [qualifiedName.slice(0, colon), qualifiedName.slice(colon + 1)];
}
