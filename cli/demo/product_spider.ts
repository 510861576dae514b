import { StealthSession } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { type Request, type Response, type SessionManager, Spider } from "@orbweaver/spider";

/** What the demo takes from a product's page. */
export interface ScrapedProduct {
  /** The product's number in the shop. */
  id: number;
  /** Its name. */
  name: string;
  /** Its price, as the shop shows it. */
  price: string;
  /** Its page. */
  url: string;
}

/** The demo's sessions by id. */
export type ProductSessions = { http: FetchSession; stealth: StealthSession };

/**
 * The demo: a fast HTTP session reads the shop's listings, and a stealth browser, which starts when it
 * is first needed, reads the products, whose names and prices only a browser gets to see.
 */
export class ProductSpider extends Spider<ScrapedProduct, ProductSessions> {
  /** The spider's name. */
  override name = "products";

  /**
   * Creates the spider.
   *
   * @param shopUrl Where the shop is, without a slash at the end.
   */
  constructor(shopUrl: string) {
    super();
    this.startUrls = [`${shopUrl}/products`];
  }

  /** Adds "http", which is the default, and "stealth", which starts when it is first needed. */
  override configureSessions(manager: SessionManager<ProductSessions>): void {
    manager
      .add("http", new FetchSession())
      .add("stealth", new StealthSession({ headless: true, maxPages: 4 }), { lazy: true });
  }

  /** Reads a listing page: its products, through the browser, and the next listing page. */
  override async *parse(
    response: Response<ProductSessions>,
  ): AsyncGenerator<ScrapedProduct | Request> {
    for (const link of response.css("a.product::attr(href)").getAll()) {
      yield response.follow(link, {
        sid: "stealth",
        callback: this.parseProduct,
        waitSelector: ".loaded",
      });
    }
    const next = response.css("a.next::attr(href)").get();
    if (next) yield response.follow(next);
  }

  /** Reads a product's page. */
  async *parseProduct(response: Response<ProductSessions>): AsyncGenerator<ScrapedProduct> {
    yield {
      id: Number(response.url.split("/").at(-1)),
      name: response.css("h1::text").get(""),
      price: response.css(".price::text").get(""),
      url: response.url,
    };
  }
}

/** The demo without a browser: the shop's plain pages, all of them through the HTTP session. */
export class PlainProductSpider extends ProductSpider {
  /**
   * Creates the spider.
   *
   * @param shopUrl Where the shop is, without a slash at the end.
   */
  constructor(shopUrl: string) {
    super(shopUrl);
    this.startUrls = [`${shopUrl}/plain`];
  }

  /** Adds "http" only. */
  override configureSessions(manager: SessionManager<ProductSessions>): void {
    manager.add("http", new FetchSession());
  }

  /** Reads a listing page: its products, and the next listing page. */
  override async *parse(
    response: Response<ProductSessions>,
  ): AsyncGenerator<ScrapedProduct | Request> {
    for (const link of response.css("a.product::attr(href)").getAll()) {
      yield response.follow(link, { callback: this.parseProduct });
    }
    const next = response.css("a.next::attr(href)").get();
    if (next) yield response.follow(next);
  }
}
