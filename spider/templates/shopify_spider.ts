import type { SessionMap } from "@orbweaver/session";
import { SpiderOptionError } from "../errors.ts";
import { gather } from "../extract/_gather.ts";
import { textStream } from "../extract/_text_stream.ts";
import { Problems } from "../extract/problems.ts";
import { type ShopifyItem, shopifyItems, shopifyList } from "../extract/shopify_products.ts";
import { Request } from "../request.ts";
import type { Response } from "../response.ts";
import { followTo, isSuccess, TemplateSpider, textSource } from "./template_spider.ts";

/** The most that a shop gives on one page. */
const PAGE_SIZE = 250;

/** A shop that answers every page with the same list would have no end. */
const MOST_PAGES = 1000;

/**
 * A spider over all products of a Shopify shop, through the lists in JSON that every such shop has:
 * one item a variant, each once. Override `onScrapedItem` to change the items.
 *
 * @typeParam S The sessions by id. Default: any.
 *
 * @example
 * ```ts ignore
 * import { ShopifySpider } from "@orbweaver/spider";
 *
 * class Shop extends ShopifySpider {
 *   override targetWebsite = "shop.example.com";
 * }
 *
 * const { items } = await new Shop().start();
 * ```
 */
export class ShopifySpider<S extends SessionMap = SessionMap>
  extends TemplateSpider<ShopifyItem, S> {
  /** The spider's name. */
  override name = "shopify";
  /** The shop: a host or a URL. Default: the first of `startUrls`, else the only one of `allowedDomains`. */
  targetWebsite = "";
  readonly #given = new Set<number | string>();

  /**
   * The first request: the list of the shop's collections.
   *
   * @throws {SpiderOptionError} If it is not known which shop.
   */
  override async *startRequests(): AsyncIterable<Request | string | URL> {
    this.#given.clear();
    yield this.#collections(this.#shop(), 1);
  }

  /**
   * Reads a page of the list of collections.
   *
   * @param response The page.
   */
  override async *parse(response: Response<S>): AsyncGenerator<Request, void, undefined> {
    const page = Number(response.request.meta.page ?? 1);
    const { origin } = new URL(response.request.url);
    const collections = await this.#list(response, "collections");
    for (const { handle, products_count: count } of collections) {
      if (typeof handle !== "string" || handle === "" || count === 0) continue;
      yield followTo(response, productsUrl(origin, handle, 1), {
        callback: "parseCollection",
        meta: { handle, page: 1 },
      });
    }
    if (collections.length === 0 || page >= MOST_PAGES) return;
    yield followTo(response, collectionsUrl(origin, page + 1), {
      callback: "parse",
      meta: { page: page + 1 },
    });
  }

  /**
   * Reads a page of a collection's products.
   *
   * @param response The page.
   */
  async *parseCollection(
    response: Response<S>,
  ): AsyncGenerator<ShopifyItem | Request, void, undefined> {
    const { meta, url } = response.request;
    const { origin } = new URL(url);
    const page = Number(meta.page ?? 1);
    const handle = String(meta.handle);
    const problems = new Problems();
    const products = await this.#list(response, "products");
    for (const product of products) {
      for (const item of shopifyItems(product, { origin, handle }, problems)) {
        if (this.#given.has(item.identifier)) continue;
        this.#given.add(item.identifier);
        yield item;
      }
    }
    this.tell(response, problems);
    if (products.length === 0 || page >= MOST_PAGES) return;
    yield followTo(response, productsUrl(origin, handle, page + 1), {
      callback: "parseCollection",
      meta: { page: page + 1 },
    });
  }

  async #list(response: Response<S>, name: string): Promise<Readonly<Record<string, unknown>>[]> {
    const problems = new Problems();
    try {
      if (!isSuccess(response, problems)) return [];
      const text = await gather(textStream(textSource(response), problems));
      return shopifyList(text, name, problems);
    } finally {
      this.tell(response, problems);
    }
  }

  #collections(shop: URL, page: number): Request {
    return new Request(collectionsUrl(shop.origin, page), { callback: "parse", meta: { page } });
  }

  #shop(): URL {
    const [start] = this.startUrls;
    const domain = this.allowedDomains.length === 1 ? this.allowedDomains[0] : undefined;
    const source = this.targetWebsite || start || domain || "";
    const url = source.includes("://") ? source : `https://${source}`;
    if (source !== "" && URL.canParse(url)) return new URL(url);
    throw new SpiderOptionError(
      `Spider '${this.name}' needs a shop: override targetWebsite = "shop.example.com"; received ${
        JSON.stringify(source)
      }`,
    );
  }
}

function collectionsUrl(origin: string, page: number): string {
  return `${origin}/collections.json?page=${page}&limit=${PAGE_SIZE}`;
}

function productsUrl(origin: string, handle: string, page: number): string {
  const path = `/collections/${encodeURIComponent(handle)}/products.json`;
  return `${origin}${path}?page=${page}&limit=${PAGE_SIZE}`;
}
