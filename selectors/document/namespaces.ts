/** Numbers of the namespaces that HTML knows; an XML document may add others. */
export const Namespace = {
  /** No namespace. */
  None: 0,
  /** HTML. */
  Html: 1,
  /** SVG. */
  Svg: 2,
  /** MathML. */
  MathMl: 3,
  /** XLink, of attributes such as `xlink:href`. */
  XLink: 4,
  /** XML, of attributes such as `xml:lang`. */
  Xml: 5,
  /** XMLNS, of attributes that declare namespaces. */
  XmlNs: 6,
} as const;

const KNOWN_URIS: readonly string[] = [
  "",
  "http://www.w3.org/1999/xhtml",
  "http://www.w3.org/2000/svg",
  "http://www.w3.org/1998/Math/MathML",
  "http://www.w3.org/1999/xlink",
  "http://www.w3.org/XML/1998/namespace",
  "http://www.w3.org/2000/xmlns/",
];

const KNOWN_IDS: ReadonlyMap<string, number> = new Map(KNOWN_URIS.map((uri, id) => [uri, id]));

/** The namespaces of a document, as numbers. */
export class NamespaceTable {
  readonly #uris: string[] = [];
  #ids: Map<string, number> | undefined;

  /** The number of the namespace `uri`, or -1 where the document has no such namespace. */
  idOf(uri: string): number {
    return KNOWN_IDS.get(uri) ?? this.#ids?.get(uri) ?? -1;
  }

  /** The number of the namespace `uri`, which gets one if it has none; "" is no namespace. */
  intern(uri: string): number {
    const known = this.idOf(uri);
    if (known !== -1) return known;
    const id = KNOWN_URIS.length + this.#uris.length;
    this.#uris.push(uri);
    (this.#ids ??= new Map()).set(uri, id);
    return id;
  }

  /** The URI of the namespace with the number `id`; "" is no namespace. */
  uriOf(id: number): string {
    return (id < KNOWN_URIS.length ? KNOWN_URIS[id] : this.#uris[id - KNOWN_URIS.length]) ?? "";
  }
}
