import { linesOf } from "./_lines.ts";
import { Problems } from "./problems.ts";
import { resolveUrl } from "./_urls.ts";
import type { XmlNode } from "./xml_node.ts";
import { readXml } from "./xml_stream.ts";

/** One entry of a sitemap. */
export interface SitemapEntry {
  /** A page, or another sitemap. */
  readonly kind: "page" | "sitemap";
  /** Its address, absolute. */
  readonly url: string;
  /** When it last changed, as written. */
  readonly lastmod?: string;
  /** How often it changes, as written: "daily". */
  readonly changefreq?: string;
  /** How much it matters within the site, from 0 to 1. */
  readonly priority?: number;
  /** The same page in other languages. */
  readonly alternates: readonly Alternate[];
}

/** A page in another language. */
export interface Alternate {
  /** Its address, absolute. */
  readonly url: string;
  /** Its language, such as "de" or "x-default". */
  readonly hreflang: string;
}

/** What a sitemap is read with. */
export interface SitemapOptions {
  /** The sitemap's own URL, which relative addresses are taken to be relative to. */
  readonly url: string;
  /** Where to report what is wrong with it. Default: nowhere. */
  readonly problems?: Problems;
}

const ROOTS = ["urlset", "sitemapindex", "rss", "feed", "RDF"];
const ENTRY_TAGS = ["url", "sitemap", "item", "entry"];
const MOST_ALTERNATES = 1000;
const MOST_LINE_CHARS = 64 * 1024;
const BYTE_ORDER_MARK = /^\uFEFF/;

/**
 * Reads a sitemap as it comes: XML sitemaps and indexes of them
 * (https://www.sitemaps.org/protocol.html), RSS and Atom feeds, and lists with one URL a line.
 *
 * @param text The sitemap's text, in pieces of any size.
 * @param options Its URL, and where to report mistakes.
 *
 * @example
 * ```ts
 * import { readSitemap } from "@orbweaver/spider";
 * import assert from "node:assert/strict";
 *
 * const text = "<urlset><url><loc>/tea</loc><lastmod>2026-05-01</lastmod></url></urlset>";
 * for await (const entry of readSitemap([text], { url: "https://shop.example/sitemap.xml" })) {
 *   assert.equal(entry.url, "https://shop.example/tea");
 *   assert.equal(entry.lastmod, "2026-05-01");
 * }
 * ```
 */
export async function* readSitemap(
  text: AsyncIterable<string> | Iterable<string>,
  options: SitemapOptions,
): AsyncGenerator<SitemapEntry, void, undefined> {
  const { url, problems = new Problems() } = options;
  const start = await openText(text);
  if (start.isXml) yield* xmlEntries(start.chunks, url, problems);
  else yield* textEntries(start.chunks, url, problems);
}

/** Looks at the first character that is no white space. */
async function openText(
  text: AsyncIterable<string> | Iterable<string>,
): Promise<{ isXml: boolean; chunks: AsyncIterable<string> }> {
  const chunks = iterate(text);
  let head = "";
  for (;;) {
    const { value, done } = await chunks.next();
    if (done) break;
    head = value.replace(BYTE_ORDER_MARK, "").trimStart();
    if (head !== "") break;
  }
  async function* again(): AsyncGenerator<string, void, undefined> {
    yield head;
    yield* chunks;
  }
  return { isXml: head.startsWith("<"), chunks: again() };
}

async function* iterate<T>(
  source: AsyncIterable<T> | Iterable<T>,
): AsyncGenerator<T, void, undefined> {
  yield* source;
}

async function* xmlEntries(
  chunks: AsyncIterable<string>,
  base: string,
  problems: Problems,
): AsyncGenerator<SitemapEntry, void, undefined> {
  const onRoot = (name: string) => {
    if (ROOTS.includes(name)) return;
    problems.report("unexpected", `<${name.slice(0, 40)}> is no sitemap`);
  };
  for await (const node of readXml(chunks, { tags: ENTRY_TAGS, problems, onRoot })) {
    const entry = toEntry(node, base, problems);
    if (entry !== undefined) yield entry;
  }
}

function toEntry(node: XmlNode, base: string, problems: Problems): SitemapEntry | undefined {
  const url = toUrl(locationOf(node), base, problems);
  if (url === undefined) return undefined;
  const priority = Number.parseFloat(node.textOf("priority"));
  return {
    kind: node.name === "sitemap" ? "sitemap" : "page",
    url,
    ...optional("lastmod", lastChangeOf(node)),
    ...optional("changefreq", node.textOf("changefreq").toLowerCase()),
    ...(Number.isFinite(priority) ? { priority } : {}),
    alternates: alternatesOf(node, base, problems),
  };
}

function locationOf(node: XmlNode): string {
  if (node.name === "item") return node.textOf("link");
  if (node.name !== "entry") return node.textOf("loc");
  const links = node.findAll("link");
  const page = links.find((link) => (link.attr("rel") ?? "alternate") === "alternate") ?? links[0];
  return page?.attr("href") ?? "";
}

function lastChangeOf(node: XmlNode): string {
  if (node.name === "item") return node.textOf("pubDate") || node.textOf("date");
  if (node.name === "entry") return node.textOf("updated");
  return node.textOf("lastmod");
}

function alternatesOf(node: XmlNode, base: string, problems: Problems): Alternate[] {
  if (node.name !== "url") return [];
  const alternates: Alternate[] = [];
  for (const link of node.findAll("link").slice(0, MOST_ALTERNATES)) {
    if (link.attr("rel") !== "alternate") continue;
    const url = toUrl(link.attr("href") ?? "", base, problems);
    if (url !== undefined) alternates.push({ url, hreflang: link.attr("hreflang") ?? "" });
  }
  return alternates;
}

async function* textEntries(
  chunks: AsyncIterable<string>,
  base: string,
  problems: Problems,
): AsyncGenerator<SitemapEntry, void, undefined> {
  for await (const line of linesOf(chunks, MOST_LINE_CHARS)) {
    const href = line.trim();
    if (href === "") continue;
    // A relative address would make a page of every line of any text.
    const url = URL.canParse(href) ? toUrl(href, base, problems) : undefined;
    if (url !== undefined) yield { kind: "page", url, alternates: [] };
    else if (!URL.canParse(href)) problems.report("badUrl", `No URL: ${shown(href)}`);
  }
}

function toUrl(href: string, base: string, problems: Problems): string | undefined {
  const url = href === "" ? "malformed" : resolveUrl(href, base);
  if (url instanceof URL) return url.href;
  problems.report("badUrl", `No page's URL (${url}): ${shown(href)}`);
  return undefined;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}

function optional<K extends string>(name: K, value: string): { [name in K]?: string } {
  return value === "" ? {} : { [name]: value } as { [name in K]: string };
}

/**
 * The sitemaps that a robots.txt names (https://www.sitemaps.org/protocol.html#submit_robots).
 *
 * @param text The file's text.
 * @param url The file's URL.
 * @param problems Where to report URLs that are none.
 * @returns Absolute URLs, each once.
 */
export function sitemapsInRobotsTxt(text: string, url: string, problems: Problems): string[] {
  const found = new Set<string>();
  for (const [, href] of text.matchAll(/^[ \t]*sitemap[ \t]*:[ \t]*(\S+)/gim)) {
    const sitemap = toUrl(href!, url, problems);
    if (sitemap !== undefined) found.add(sitemap);
  }
  return [...found];
}

/**
 * Whether something changed at or after a time. A date alone stands for the whole of that day, a
 * month for the whole of it.
 *
 * @param lastmod A W3C date (https://www.w3.org/TR/NOTE-datetime), or another that `Date` can read.
 * @param since The time.
 * @returns `undefined` if the date can't be read.
 */
export function changedSince(lastmod: string, since: Date): boolean | undefined {
  const start = new Date(lastmod);
  if (Number.isNaN(start.getTime())) return undefined;
  if (/^\d{4}$/.test(lastmod)) start.setUTCFullYear(start.getUTCFullYear() + 1);
  else if (/^\d{4}-\d\d$/.test(lastmod)) start.setUTCMonth(start.getUTCMonth() + 1);
  else if (/^\d{4}-\d\d-\d\d$/.test(lastmod)) start.setUTCDate(start.getUTCDate() + 1);
  else return start >= since;
  return start > since;
}
