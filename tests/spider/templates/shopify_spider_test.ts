import assert from "node:assert/strict";
import {
  type PageWarning,
  type SessionManager,
  ShopifySpider,
  SpiderOptionError,
} from "@orbweaver/spider";
import { type File, FilesSession } from "./_files_session.ts";

class Shop extends ShopifySpider {
  override targetWebsite = "shop.test";
  override logLevel = "silent" as const;
  readonly session: FilesSession;
  readonly told: PageWarning[] = [];

  constructor(files: Record<string, string | File>) {
    super();
    this.session = new FilesSession(files);
  }

  override configureSessions(manager: SessionManager): void {
    manager.add("files", this.session);
  }

  override onWarning(warning: PageWarning): void {
    this.told.push(warning);
  }
}

const json = (value: unknown): File => ({ body: JSON.stringify(value), type: "application/json" });
const collections = (page: number) => `/collections.json?page=${page}&limit=250`;
const products = (handle: string, page: number) =>
  `/collections/${handle}/products.json?page=${page}&limit=250`;

const LAMP = {
  title: "Lamp",
  handle: "lamp",
  vendor: "Lumen",
  body_html: "<p>Bright &amp; <b>warm</b></p>",
  images: [{ src: "https://cdn.test/lamp.jpg" }],
  variants: [
    { id: 1, title: "Red", price: "9.50", sku: "L-R", available: true, compare_at_price: "12.00" },
    { id: 2, title: "Default Title", price: "8.00", available: false, compare_at_price: "0.00" },
  ],
};

Deno.test("ShopifySpider gives one item a variant, each once, over all collections and pages", async () => {
  const shop = new Shop({
    [collections(1)]: json({
      collections: [
        { handle: "desk-lamps", products_count: 1 },
        { handle: "empty", products_count: 0 },
        { handle: "sale", products_count: 1 },
      ],
    }),
    [collections(2)]: json({ collections: [] }),
    [products("desk-lamps", 1)]: json({ products: [LAMP] }),
    [products("desk-lamps", 2)]: json({ products: [] }),
    [products("sale", 1)]: json({ products: [LAMP] }),
    [products("sale", 2)]: json({ products: [] }),
  });
  shop.concurrentRequests = 1;
  const { items, outcome } = await shop.start();
  assert.equal(outcome, "completed");
  assert.deepEqual(items, [
    {
      name: "Lamp - Red",
      price: "9.50",
      category: "Desk Lamps",
      brand: "Lumen",
      identifier: 1,
      sku: "L-R",
      stock: null,
      imageUrl: "https://cdn.test/lamp.jpg",
      url: "https://shop.test/collections/desk-lamps/products/lamp",
      description: "Bright & warm",
      oldPrice: "12.00",
      barcode: "",
    },
    {
      name: "Lamp",
      price: "8.00",
      category: "Desk Lamps",
      brand: "Lumen",
      identifier: 2,
      sku: "",
      stock: 0,
      imageUrl: "https://cdn.test/lamp.jpg",
      url: "https://shop.test/collections/desk-lamps/products/lamp",
      description: "Bright & warm",
      oldPrice: "",
      barcode: "",
    },
  ]);
  assert.ok(!shop.session.paths.some((path) => path.includes("empty")));
  assert.deepEqual(shop.told, []);
});

Deno.test("a shop that answers nonsense costs warnings, not the crawl", async () => {
  const shop = new Shop({
    [collections(1)]: json({
      collections: [{ handle: "a" }, { handle: "b" }, { handle: 3 }, null, { handle: "../x" }],
    }),
    [collections(2)]: json([]),
    [products("a", 1)]: { body: "<html>" },
    [products("b", 1)]: json({
      products: [{}, { variants: [null, {}, { id: 5 }] }, { variants: "x" }],
    }),
    [products("b", 2)]: json({ products: [] }),
  });
  const { items, failures, stats } = await shop.start();
  assert.deepEqual(failures, []);
  assert.deepEqual(items.map(({ identifier, name, price }) => [identifier, name, price]), [
    [5, "", ""],
  ]);
  assert.deepEqual(stats.customStats.warnings, { unexpected: 1, malformed: 3, status: 1 });
  assert.ok(shop.session.paths.includes("/collections/..%2Fx/products.json?page=1&limit=250"));
});

Deno.test("the shop is targetWebsite, else the first start URL, else the only domain", async () => {
  const asked = async (members: Partial<Shop>) => {
    const shop = Object.assign(new Shop({}), { targetWebsite: "" }, members);
    const requests = [];
    for await (const request of shop.startRequests()) requests.push(String(request));
    return requests;
  };
  const page = (origin: string) => [`GET ${origin}${collections(1)}`];
  assert.deepEqual(await asked({ targetWebsite: "http://a.test:81/x" }), page("http://a.test:81"));
  assert.deepEqual(await asked({ startUrls: ["https://b.test/y"] }), page("https://b.test"));
  assert.deepEqual(await asked({ allowedDomains: ["c.test"] }), page("https://c.test"));
  await assert.rejects(asked({}), SpiderOptionError);
  await assert.rejects(asked({ allowedDomains: ["c.test", "d.test"] }), SpiderOptionError);
});
