import type { XmlNode } from "./xml_node.ts";

/** An entry of a news feed, whichever format the feed has. What it does not say is "". */
export interface FeedEntry {
  /** Its title. */
  readonly title: string;
  /** The page it is about, as written; it may be relative. */
  readonly link: string;
  /** What tells it from all others. */
  readonly id: string;
  /** When it was published, as written. */
  readonly published: string;
  /** When it last changed, as written. */
  readonly updated: string;
  /** A short text, often HTML. */
  readonly summary: string;
  /** The whole text, often HTML. */
  readonly content: string;
  /** Who wrote it. */
  readonly authors: readonly string[];
  /** What it is filed under. */
  readonly categories: readonly string[];
  /** Files that belong to it, such as a podcast's sound file. */
  readonly enclosures: readonly Enclosure[];
}

/** A file that belongs to an entry. */
export interface Enclosure {
  /** Its address, as written. */
  readonly url: string;
  /** Its media type. */
  readonly type: string;
}

/**
 * Reads an `<item>` of RSS (2.0, 1.0) or an `<entry>` of Atom (RFC 4287).
 *
 * @param node The element.
 *
 * @example
 * ```ts
 * import { feedEntry, readXml } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const atom = `<feed xmlns="http://www.w3.org/2005/Atom">
 *   <entry><title>Tea</title><link href="/tea"/><author><name>Ann</name></author></entry>
 * </feed>`;
 * for await (const node of readXml([atom], { tags: ["item", "entry"] })) {
 *   const entry = feedEntry(node);
 *   assert.equal(entry.link, "/tea");
 *   assert.deepEqual(entry.authors, ["Ann"]);
 * }
 * ```
 */
export function feedEntry(node: XmlNode): FeedEntry {
  return node.name === "entry" ? atomEntry(node) : rssItem(node);
}

function atomEntry(node: XmlNode): FeedEntry {
  const links = node.findAll("link");
  const ofKind = (rel: string) => links.filter((link) => (link.attr("rel") ?? "alternate") === rel);
  return {
    title: node.textOf("title"),
    link: ofKind("alternate")[0]?.attr("href") ?? node.find("content")?.attr("src") ?? "",
    id: node.textOf("id"),
    published: node.textOf("published"),
    updated: node.textOf("updated"),
    summary: node.textOf("summary"),
    content: node.textOf("content"),
    authors: texts(node, "author/name"),
    categories: node.findAll("category")
      .map((category) => category.attr("label") ?? category.attr("term") ?? "")
      .filter((category) => category !== ""),
    enclosures: ofKind("enclosure").map((link) => toEnclosure(link, "href")),
  };
}

function rssItem(node: XmlNode): FeedEntry {
  const guid = node.find("guid");
  const isLink = guid !== undefined && guid.attr("isPermaLink")?.toLowerCase() !== "false";
  return {
    title: node.textOf("title"),
    link: node.textOf("link") || (isLink ? guid.text : "") || (node.attr("rdf:about") ?? ""),
    id: guid?.text || (node.attr("rdf:about") ?? ""),
    published: node.textOf("pubDate") || node.textOf("date"),
    updated: node.textOf("updated") || node.textOf("modified"),
    summary: node.textOf("description"),
    content: node.textOf("encoded"),
    authors: [...texts(node, "author"), ...texts(node, "creator")],
    categories: [...texts(node, "category"), ...texts(node, "subject")],
    enclosures: node.findAll("enclosure").map((enclosure) => toEnclosure(enclosure, "url")),
  };
}

function texts(node: XmlNode, path: string): string[] {
  return node.findAll(path).map((found) => found.text).filter((text) => text !== "");
}

function toEnclosure(node: XmlNode, attribute: string): Enclosure {
  return { url: node.attr(attribute) ?? "", type: node.attr("type") ?? "" };
}
