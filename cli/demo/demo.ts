import { BrowserNotFoundError, findBrowser } from "@orbweaver/browser-session";
import { PlainProductSpider, ProductSpider } from "./product_spider.ts";
import { startShop } from "./shop/mod.ts";

/** The demo crawl, ready to run; its shop is open until it is disposed of. */
export interface Demo extends AsyncDisposable {
  /** The spider. */
  readonly spider: ProductSpider;
  /** What to tell the person who runs it. */
  readonly notes: readonly string[];
}

/**
 * Opens the demo: the shop on a free port of this machine, and the spider for it. Without a browser, the
 * spider reads the shop's plain pages.
 */
export async function openDemo(): Promise<Demo> {
  const missing = missingBrowser();
  const shop = await startShop();
  const intro = `No spider file given: crawling the demo shop at ${shop.url}, ` +
    `${shop.productCount} products.`;
  return {
    spider: missing ? new PlainProductSpider(shop.url) : new ProductSpider(shop.url),
    notes: missing ? [intro, ...withoutBrowser(missing)] : [intro],
    [Symbol.asyncDispose]: () => shop.close(),
  };
}

function withoutBrowser({ message }: BrowserNotFoundError): string[] {
  return [
    `${message}.`,
    "Until then the demo does without: it reads the shop's plain pages over HTTP.",
  ];
}

function missingBrowser(): BrowserNotFoundError | undefined {
  try {
    findBrowser();
    return undefined;
  } catch (error) {
    if (error instanceof BrowserNotFoundError) return error;
    throw error;
  }
}
