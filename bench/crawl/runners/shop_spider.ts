import { FetchSession } from "@orbweaver/fetch-session";
import type { SessionManager } from "@orbweaver/session";
import { type Limits, type Response, Spider } from "@orbweaver/spider";

/** What every candidate takes from a product page. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly price: string;
  readonly category: string;
  readonly stock: string;
}

/** The spider's sessions. */
export type Sessions = { http: FetchSession };

/** How the shop is crawled. */
export interface ShopSpiderOptions {
  readonly url: string;
  readonly concurrency: number;
  readonly impersonate: boolean;
  readonly limits?: Limits;
}

/** Ours, as a user would write it. */
export class ShopSpider extends Spider<Product, Sessions> {
  override name = "shop";
  readonly #impersonate: boolean;

  constructor({ url, concurrency, impersonate, limits = {} }: ShopSpiderOptions) {
    super();
    this.startUrls = [url];
    this.concurrentRequests = concurrency;
    this.limits = limits;
    this.#impersonate = impersonate;
  }

  override configureSessions(manager: SessionManager<Sessions>): void {
    manager.add("http", new FetchSession(this.#impersonate ? {} : { impersonate: false }));
  }

  override async *parse(response: Response<Sessions>) {
    for (const href of response.css("a.product::attr(href)").getAll()) {
      yield response.follow(href, { callback: this.parseProduct });
    }
    for (const href of response.css("a.page::attr(href)").getAll()) yield response.follow(href);
  }

  async *parseProduct(response: Response<Sessions>) {
    yield {
      sku: response.css(".product::attr(data-sku)").get(""),
      name: response.css("h1::text").get(""),
      price: response.css(".product .price::text").get(""),
      category: response.css("ul.breadcrumb li:last-child a::text").get(""),
      stock: response.css("p.availability > span.stock::text").get(""),
    };
  }
}
