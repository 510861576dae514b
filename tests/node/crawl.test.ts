import {
  DynamicSession,
  FetchSession,
  findBrowser,
  type Response,
  type SessionManager,
  Spider,
} from "@orbweaver/orbweaver";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Shop } from "./shop.ts";

type Sessions = { listing: FetchSession; stock: FetchSession; browser: DynamicSession };

interface Product {
  name: string;
  stock?: string;
  price?: string;
}

/** Finds products as Chrome does, and asks for their stock with Node's own fetch. */
class StockSpider extends Spider<Product, Sessions> {
  override name = "stock";
  override startUrls: readonly string[];

  constructor(url: string) {
    super();
    this.startUrls = [url];
  }

  override configureSessions(manager: SessionManager<Sessions>): void {
    manager
      .add("listing", new FetchSession({ impersonate: "chrome" }))
      .add("stock", new FetchSession({ impersonate: false, stealthyHeaders: false }))
      .add("browser", new DynamicSession(), { lazy: true });
  }

  override async *parse(response: Response<Sessions>) {
    for (const link of response.css("a.product::attr(href)").getAll()) {
      yield response.follow(link, { sid: "stock", callback: this.parseStock });
    }
  }

  async *parseStock(response: Response<Sessions>) {
    yield {
      name: response.css("h1::text").get(""),
      stock: response.css(".stock::text").get(""),
    };
  }
}

/** The same, with the price, which only a browser sees. */
class PriceSpider extends StockSpider {
  override async *parse(response: Response<Sessions>) {
    for (const link of response.css("a.product::attr(href)").getAll()) {
      yield response.follow(link, {
        sid: "browser",
        callback: this.parsePrice,
        waitSelector: ".price",
      });
    }
  }

  async *parsePrice(response: Response<Sessions>) {
    yield {
      name: response.css("h1::text").get(""),
      price: response.css(".price::text").get(""),
    };
  }
}

test("a crawl goes through an impersonating and a native HTTP session", async () => {
  await using shop = await Shop.open();
  const { items, outcome, failures } = await new StockSpider(shop.url).start();

  assert.deepEqual(failures, []);
  assert.equal(outcome, "completed");
  assert.deepEqual(sorted(items), [{ name: "cup", stock: "3" }, { name: "tea", stock: "3" }]);

  const agents = new Map(shop.visits.map(({ path, userAgent }) => [path, userAgent]));
  assert.match(agents.get("/")!, /Mozilla.* Chrome\/\d/);
  assert.doesNotMatch(agents.get("/product/tea")!, /Mozilla/);
});

test(
  "a crawl goes on in a browser",
  { skip: hasBrowser() ? false : "no Chrome, Chromium or Edge on this machine" },
  async () => {
    await using shop = await Shop.open();
    const { items, failures } = await new PriceSpider(shop.url).start();

    assert.deepEqual(failures, []);
    assert.deepEqual(sorted(items), [
      { name: "cup", price: "4.50" },
      { name: "tea", price: "4.50" },
    ]);
  },
);

test("items come as a stream, and leaving it ends the crawl", async () => {
  await using shop = await Shop.open();
  for await (const item of new StockSpider(shop.url).stream()) {
    assert.equal(item.stock, "3");
    break;
  }
});

/** Only type-checked: each call must be an error. */
export function refused(response: Response<Sessions>): void {
  // @ts-expect-error There is no such session.
  response.follow("/", { sid: "nobody" });
  // @ts-expect-error A session without a browser can't wait for a selector.
  response.follow("/", { sid: "stock", waitSelector: ".price" });
}

function sorted(items: readonly Product[]): Product[] {
  return items.toSorted((a, b) => a.name.localeCompare(b.name));
}

function hasBrowser(): boolean {
  try {
    return Boolean(findBrowser());
  } catch {
    return false;
  }
}
