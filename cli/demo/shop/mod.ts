/**
 * The demo shop: a small, wholly deterministic web shop on loopback, which the bundled crawl visits.
 *
 * | path | answers |
 * | --- | --- |
 * | `/` | an index with links to both listings |
 * | `/robots.txt` | everything is allowed but `/cart` |
 * | `/products?page=N` | a listing: `a.product` leads to `/product/ID`, `a.next` to the next listing page |
 * | `/product/ID` | a product whose `h1` and `.price` exist only after its script ran in a browser; `.loaded` is there when they do |
 * | `/plain?page=N` | the same listing, whose `a.product` leads to `/plain/ID` |
 * | `/plain/ID` | the same product with `h1`, `.price` and `.loaded` in the HTML, for a crawl without a browser |
 * | `/api/product/ID` | the JSON that the product's script asks for; 403 without the script's `x-shop-page` header |
 *
 * @example
 * ```ts
 * import { startShop } from "./mod.ts";
 *
 * const shop = await startShop({ productCount: 3 });
 * const listing = await (await fetch(`${shop.url}/products`)).text();
 * console.assert(listing.includes('class="product"'));
 * await shop.close();
 * ```
 *
 * @module
 */
export { type Product, productAt } from "./catalogue.ts";
export {
  createShopHandler,
  type ShopHandler,
  type ShopRequest,
  type ShopResponse,
  type ShopSize,
} from "./handler.ts";
export { type Shop, type ShopOptions, type ShopVisit, startShop } from "./server.ts";
