/*
 * What candidates without selectors of their own take from a page, with the cheapest libraries there
 * are for it, and where they write it.
 */
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { peer } from "./_peer.mjs";

const { compile, selectAll, selectOne } = await peer("css-select");
const { parseDocument } = await peer("htmlparser2");

const compiled = (selector) => compile(selector);
const PRODUCT_LINKS = compiled("a.product");
const PAGE_LINKS = compiled("a.page");
const SKU = compiled(".product");
const NAME = compiled("h1");
const PRICE = compiled(".product .price");
const CATEGORY = compiled("ul.breadcrumb li:last-child a");
const STOCK = compiled("p.availability > span.stock");

/**
 * Reads a page.
 *
 * @param {string} html The page.
 * @returns {{ links: string[], item?: object }} The links to follow, or the product.
 */
export function readPage(html) {
  const { children } = parseDocument(html);
  const sku = selectOne(SKU, children);
  if (sku?.name !== "article") {
    const links = [...selectAll(PRODUCT_LINKS, children), ...selectAll(PAGE_LINKS, children)];
    return { links: links.map((link) => link.attribs.href) };
  }
  const text = (selector) => selectOne(selector, children)?.children[0]?.data ?? "";
  const item = {
    sku: sku.attribs["data-sku"],
    name: text(NAME),
    price: text(PRICE),
    category: text(CATEGORY),
    stock: text(STOCK),
  };
  return { links: [], item };
}

/** A JSONL file that counts its lines. */
export class Output {
  items = 0;
  #stream;

  /** @param {string} path The file. */
  constructor(path) {
    this.#stream = createWriteStream(path);
  }

  /** @param {object} item What to write. */
  write(item) {
    this.items += 1;
    this.#stream.write(`${JSON.stringify(item)}\n`);
  }

  /** Writes what is left. */
  async close() {
    this.#stream.end();
    await once(this.#stream, "close");
  }
}
