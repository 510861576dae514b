const XML = "http://www.w3.org/XML/1998/namespace";
const XMLNS = "http://www.w3.org/2000/xmlns/";

/** A name in parts. */
export interface QualifiedName {
  /** What stands before the colon, "" where there is none. */
  readonly prefix: string;
  /** What stands after it. */
  readonly local: string;
}

/**
 * The namespaces in scope while a document is read.
 *
 * saxes can do this itself, but climbs to the root for each element: quadratic time in a document of
 * 100,000 nested ones. Here a prefix has a stack of meanings.
 */
export class XmlNamespaces {
  readonly #meanings = new Map<string, string[]>([["", [""]], ["xml", [XML]], ["xmlns", [XMLNS]]]);
  /** The prefixes that each open element declares. */
  readonly #declared: (readonly string[])[] = [];

  /** Enters an element that has `attributes`. */
  enter(attributes: Iterable<readonly [name: string, value: string]>): void {
    const declared: string[] = [];
    for (const [name, value] of attributes) {
      const prefix = declaredPrefix(name);
      if (prefix === undefined || prefix === "xml" || prefix === "xmlns") continue;
      declared.push(prefix);
      const meanings = this.#meanings.get(prefix);
      if (meanings === undefined) this.#meanings.set(prefix, [value]);
      else meanings.push(value);
    }
    this.#declared.push(declared);
  }

  /** Leaves the element that was entered last. */
  leave(): void {
    for (const prefix of this.#declared.pop() ?? []) this.#meanings.get(prefix)?.pop();
  }

  /** The namespace that `prefix` stands for, or `undefined`. */
  resolve(prefix: string): string | undefined {
    return this.#meanings.get(prefix)?.at(-1);
  }
}

/** Cuts a name at its colon; `undefined` if it has a colon too many, or nothing beside one. */
export function splitName(name: string): QualifiedName | undefined {
  const colon = name.indexOf(":");
  if (colon === -1) return { prefix: "", local: name };
  if (colon === 0 || colon === name.length - 1 || name.includes(":", colon + 1)) return undefined;
  return { prefix: name.slice(0, colon), local: name.slice(colon + 1) };
}

function declaredPrefix(name: string): string | undefined {
  if (name === "xmlns") return "";
  return name.startsWith("xmlns:") ? name.slice("xmlns:".length) : undefined;
}
