import type { Document } from "../document/document.ts";
import { flat } from "../document/flat.ts";
import { absolute } from "./range.ts";

/** The attribute with the value of a property, by the tag of the element that has the property. */
const VALUE_ATTRIBUTES: Readonly<Record<string, string>> = {
  meta: "content",
  data: "value",
  meter: "value",
  time: "datetime",
};
const ADDRESS_ATTRIBUTES: Readonly<Record<string, string>> = {
  audio: "src",
  embed: "src",
  iframe: "src",
  img: "src",
  source: "src",
  track: "src",
  video: "src",
  a: "href",
  area: "href",
  link: "href",
  object: "data",
};

/** Value of a property (https://html.spec.whatwg.org/#concept-property-value). */
export function valueOf(document: Document, node: number): string {
  const tag = document.name(node);
  const address = addressOf(document, node, tag);
  if (address !== undefined) return address;
  const name = Object.hasOwn(VALUE_ATTRIBUTES, tag) ? VALUE_ATTRIBUTES[tag] : undefined;
  const value = name === undefined ? undefined : document.attribute(node, name);
  if (value !== undefined) return flat(value);
  return tag === "meta" ? "" : document.textContent(node).trim();
}

function addressOf(document: Document, node: number, tag: string): string | undefined {
  if (!Object.hasOwn(ADDRESS_ATTRIBUTES, tag)) return undefined;
  const value = document.attribute(node, ADDRESS_ATTRIBUTES[tag] as string);
  return value === undefined ? undefined : flat(absolute(document, value));
}
