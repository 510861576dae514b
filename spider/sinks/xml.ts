import { InvalidOptionError } from "@orbweaver/session";
import { InvalidYieldError } from "../errors.ts";
import { jsonFields } from "./_json_form.ts";
import { TextFile, type TextMark } from "./_text_file.ts";
import type { ResumableSink, SinkMark } from "./sink.ts";

/** How an {@linkcode XmlSink} writes. */
export interface XmlSinkOptions {
  /** The name of the document element. Default "items". */
  readonly rootTag?: string;
  /** The name of each item's element. Default "item". */
  readonly itemTag?: string;
}

/**
 * Writes items to a file as XML: an element an item, an element a field, a `<value>` for each entry of a
 * list. A field whose name can't be an element's gets one that can, and its own name as the attribute
 * `name`; characters that XML forbids are left out. The file appears when the sink is closed, however the
 * crawl ended, and is well-formed; until then the items go to a `.partial` file beside it.
 *
 * @example
 * ```ts
 * import { XmlSink } from "@orbweaver/spider";
 * import { readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import assert from "node:assert/strict";
 *
 * const path = join(tmpdir(), crypto.randomUUID(), "items.xml");
 * {
 *   await using sink = new XmlSink(path);
 *   await sink.open();
 *   await sink.write({ name: "Salt & pepper", "in stock": true });
 * }
 * assert.match(await readFile(path, "utf8"), /<name>Salt &amp; pepper<\/name>/);
 * assert.match(await readFile(path, "utf8"), /<in_stock name="in stock">true<\/in_stock>/);
 * await rm(join(path, ".."), { recursive: true });
 * ```
 */
export class XmlSink implements ResumableSink {
  /** The file's path. */
  readonly path: string;
  readonly #file: TextFile;
  readonly #rootTag: string;
  readonly #itemTag: string;
  #items = 0;

  /**
   * Makes a sink; nothing is written before it is opened.
   *
   * @param path The file to write.
   * @param options How to write it.
   * @throws {InvalidOptionError} If a tag can't be an element's name.
   */
  constructor(path: string, options: XmlSinkOptions = {}) {
    this.path = path;
    this.#file = new TextFile(path);
    this.#rootTag = checkedTag("rootTag", options.rootTag ?? "items");
    this.#itemTag = checkedTag("itemTag", options.itemTag ?? "item");
  }

  /**
   * Creates the partial file.
   *
   * @throws {SinkError} If it can't be created.
   */
  async open(): Promise<void> {
    await this.#file.open();
    await this.#file.append(`<?xml version="1.0" encoding="UTF-8"?>\n<${this.#rootTag}>\n`);
  }

  /** The file's path, which names the output. */
  get place(): string {
    return this.path;
  }

  /**
   * Goes on with the file of an earlier run, or creates a partial file.
   *
   * @throws {SinkError} If it can't be created.
   */
  async resume(mark: SinkMark | undefined): Promise<number> {
    if (mark !== undefined && await this.#file.resume(mark as unknown as TextMark)) {
      this.#items = mark.items;
    } else await this.open();
    return this.#items;
  }

  /** Sees to it that what was written is in the partial file, and says how far it is. */
  async mark(durability: "normal" | "full"): Promise<SinkMark> {
    return { ...await this.#file.mark(durability), items: this.#items };
  }

  /**
   * Writes one item.
   *
   * @throws {InvalidYieldError} If it has no fields, no JSON form, or is nested too deeply.
   * @throws {SinkError} If the file can't be written, for example because the disk is full.
   */
  async write(item: unknown): Promise<void> {
    const text = element(this.#itemTag, jsonFields(item), 0);
    this.#items += 1;
    await this.#file.append(`  ${text}\n`);
  }

  /**
   * Ends the document and gives the file its name.
   *
   * @throws {SinkError} If that can't be done; the partial file then stays.
   */
  close(): Promise<void> {
    return this.#file.finish(`</${this.#rootTag}>\n`);
  }

  /** Closes the file; see {@linkcode XmlSink.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** As deep as XML readers go without complaint; libxml2's limit is 256. */
const MOST_DEPTH = 200;

function element(name: string, value: unknown, depth: number): string {
  if (depth > MOST_DEPTH) {
    throw new InvalidYieldError(`The item is nested more than ${MOST_DEPTH} levels deep`);
  }
  const tag = tagFor(name);
  const attribute = tag === name ? "" : ` name="${escaped(name)}"`;
  const content = contentOf(value, depth);
  return content === "" ? `<${tag}${attribute}/>` : `<${tag}${attribute}>${content}</${tag}>`;
}

function contentOf(value: unknown, depth: number): string {
  if (value === null) return "";
  if (Array.isArray(value)) {
    return value.map((entry) => element("value", entry, depth + 1)).join("");
  }
  if (typeof value !== "object") return escaped(String(value));
  return Object.entries(value).map(([name, entry]) => element(name, entry, depth + 1)).join("");
}

const NAME = /^[A-Za-z_][\w.-]*$/;

/** Letters of all scripts would be allowed; ASCII is what every reader copes with. */
function tagFor(name: string): string {
  if (NAME.test(name) && !/^xml/i.test(name)) return name;
  const safe = name.slice(0, 200).replace(/[^\w.-]/g, "_");
  return /^[A-Za-z_]/.test(safe) && !/^xml/i.test(safe) ? safe : `_${safe}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  // As they are, readers turn them into spaces or line feeds (XML 1.0, 2.11 and 3.3.3).
  "\r": "&#13;",
  "\t": "&#9;",
  "\n": "&#10;",
};

/** What the production Char of XML 1.0 leaves out: controls, lone surrogates, U+FFFE and U+FFFF. */
const FORBIDDEN =
  // deno-lint-ignore no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

function escaped(text: string): string {
  return text.replace(FORBIDDEN, "").replace(/[&<>"\r\t\n]/g, (char) => ENTITIES[char]!);
}

function checkedTag(option: string, tag: string): string {
  if (typeof tag === "string" && NAME.test(tag) && !/^xml/i.test(tag)) return tag;
  throw new InvalidOptionError(option, tag, 'a name for an element, such as "item"');
}
