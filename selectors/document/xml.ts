import { SaxesParser } from "saxes";
import { type Attribute, DocumentBuilder } from "./builder.ts";
import { type Document, DOCUMENT_NODE } from "./document.ts";
import { type QualifiedName, splitName, XmlNamespaces } from "./xml_namespaces.ts";
import { XmlSyntaxError } from "./xml_syntax_error.ts";

/** Options of {@linkcode parseXml}. */
export interface ParseXmlOptions {
  /** Where the document came from. */
  url?: string | undefined;
  /** Whether to read on where the document is not well-formed. Default: false. */
  recover?: boolean | undefined;
}

/**
 * Parses an XML document, such as a feed or a sitemap, with its namespaces.
 *
 * Document type definitions are passed over: nothing is loaded, and the only entities are those of
 * XML itself, so there is nothing to blow up. Declarations of namespaces are kept as attributes.
 *
 * @param text The document.
 * @param options `url`: where it came from; `recover`: whether to read on after mistakes.
 * @throws {XmlSyntaxError} If the document is not well-formed and `recover` is off.
 */
export function parseXml(text: string, options: ParseXmlOptions = {}): Document {
  const { url, recover = false } = options;
  const builder = new DocumentBuilder({ isXml: true, ...(url === undefined ? {} : { url }) });
  new XmlReader(builder, recover).read(text);
  return builder.finish();
}

/** Feeds a builder with what the parser finds. */
class XmlReader extends SaxesParser {
  readonly #builder: DocumentBuilder;
  readonly #recover: boolean;
  readonly #namespaces = new XmlNamespaces();
  readonly #open: number[] = [];

  constructor(builder: DocumentBuilder, recover: boolean) {
    super();
    this.#builder = builder;
    this.#recover = recover;
    this.on("opentag", ({ name, attributes }) => this.#start(name, Object.entries(attributes)));
    this.on("closetag", () => this.#end());
    this.on("text", (data) => this.#text(data));
    this.on("cdata", (data) => this.#text(data));
    this.on("comment", (data) => this.#append(builder.createComment(data)));
    this.on(
      "processinginstruction",
      ({ target, body }) => this.#append(builder.createProcessingInstruction(target, body)),
    );
    this.on("doctype", (declaration) => this.#doctype(declaration));
  }

  read(text: string): void {
    this.write(text).close();
  }

  /** In place of the parser's own, which makes an error for each mistake even if nobody wants it. */
  override fail(message: string): this {
    if (this.#recover) return this;
    throw new XmlSyntaxError(message.replace(/\.$/, ""), this.line, this.column);
  }

  #start(name: string, attributes: [string, string][]): void {
    this.#namespaces.enter(attributes);
    const { prefix } = this.#split(name);
    const namespace = this.#resolve(prefix);
    const element = this.#builder.createElement(
      name,
      namespace,
      attributes.map(([name, value]) => this.#attribute(name, value)),
    );
    this.#append(element);
    this.#open.push(element);
  }

  #end(): void {
    this.#namespaces.leave();
    this.#open.pop();
  }

  #text(data: string): void {
    const parent = this.#open.at(-1);
    // Between the top and the root there is white space, or a mistake.
    if (parent !== undefined && data !== "") this.#builder.appendText(parent, data);
  }

  #append(node: number): void {
    this.#builder.append(this.#open.at(-1) ?? DOCUMENT_NODE, node);
  }

  #attribute(name: string, value: string): Attribute {
    const { prefix, local } = this.#split(name);
    // Unlike an element, an attribute without a prefix has no namespace.
    if (name === "xmlns") return { name, value, namespace: this.#resolve("xmlns") };
    if (prefix === "") return { name, value };
    return { name: local, prefix, value, namespace: this.#resolve(prefix) };
  }

  #split(name: string): QualifiedName {
    const parts = splitName(name);
    if (parts !== undefined) return parts;
    this.fail(`malformed name: ${name}`);
    return { prefix: "", local: name };
  }

  #resolve(prefix: string): string {
    const namespace = this.#namespaces.resolve(prefix);
    if (namespace === undefined) this.fail(`unbound namespace prefix: ${prefix}`);
    return namespace ?? "";
  }

  #doctype(declaration: string): void {
    const [, name = "", kind, first = "", second = ""] = DOCTYPE.exec(declaration) ?? [];
    const publicId = kind === "PUBLIC" ? unquoted(first) : "";
    const systemId = kind === "PUBLIC" ? unquoted(second) : unquoted(first);
    this.#append(this.#builder.createDoctype(name, publicId, systemId));
  }
}

const LITERAL = `"[^"]*"|'[^']*'`;
const DOCTYPE = new RegExp(
  `^\\s*([^\\s[]+)(?:\\s+(PUBLIC|SYSTEM)\\s+(${LITERAL})(?:\\s+(${LITERAL}))?)?`,
);

function unquoted(literal: string): string {
  return literal.slice(1, -1);
}
