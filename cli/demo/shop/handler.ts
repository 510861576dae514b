import { productAt } from "./catalogue.ts";
import { renderPage } from "./layout.ts";
import { countListingPages, renderListingPage } from "./listing_page.ts";
import { PAGE_TOKEN_HEADER, pageToken } from "./page_token.ts";
import { renderPlainProductPage, renderScriptedProductPage } from "./product_page.ts";

/** What the shop wants to know of a request. */
export interface ShopRequest {
  /** The request's method, such as `"GET"`. */
  readonly method: string;
  /** The request's target: path and query, such as `"/products?page=2"`. */
  readonly target: string;
  /**
   * Gives the value of a request header.
   *
   * @param name The header's name in lower case.
   */
  header(name: string): string | undefined;
}

/** What the shop answers. */
export interface ShopResponse {
  /** The response's status. */
  readonly status: number;
  /** The response's headers. */
  readonly headers: Readonly<Record<string, string>>;
  /** The response's body, to be sent as UTF-8. */
  readonly body: string;
}

/** How big a shop is. */
export interface ShopSize {
  /** How many products it has. */
  readonly productCount: number;
  /** How many products a listing page shows. */
  readonly listingSize: number;
}

/** Answers a request; pure: the same request always gets the same answer. */
export type ShopHandler = (request: ShopRequest) => ShopResponse;

const ROBOTS_TXT = `User-agent: *
Disallow: /cart
`;

/**
 * Makes the function that answers a shop's requests, so that any server can mount it.
 *
 * @param size How big the shop is.
 * @returns The shop's handler.
 *
 * @example
 * ```ts
 * import { createShopHandler } from "./handler.ts";
 * import assert from "node:assert/strict";
 *
 * const handler = createShopHandler({ productCount: 200, listingSize: 20 });
 * const response = handler({ method: "GET", target: "/plain/1", header: () => undefined });
 * assert.ok(response.body.includes("<h1>Amber Teapot</h1>"));
 * ```
 */
export function createShopHandler(size: ShopSize): ShopHandler {
  return (request) => {
    if (request.method !== "GET" && request.method !== "HEAD") return methodNotAllowed();
    const queryAt = request.target.indexOf("?");
    const path = queryAt < 0 ? request.target : request.target.slice(0, queryAt);
    const query = queryAt < 0 ? "" : request.target.slice(queryAt);
    return answer(path, query, request, size);
  };
}

function answer(
  path: string,
  query: string,
  request: ShopRequest,
  size: ShopSize,
): ShopResponse {
  switch (path) {
    case "/":
      return html(200, renderIndex(size));
    case "/robots.txt":
      return { status: 200, headers: { "content-type": "text/plain" }, body: ROBOTS_TXT };
    case "/products":
      return listing(query, size, "/products", "/product");
    case "/plain":
      return listing(query, size, "/plain", "/plain");
  }
  const [, section, digits] = /^\/(product|plain|api\/product)\/([1-9]\d{0,8})$/.exec(path) ?? [];
  const id = Number(digits);
  if (section === undefined || id > size.productCount) return notFound(path);
  if (section === "product") return html(200, renderScriptedProductPage(id));
  if (section === "plain") return html(200, renderPlainProductPage(id));
  return productJson(id, request);
}

function renderIndex(size: ShopSize): string {
  return renderPage({
    title: "The Orb & Weaver",
    main: `<h1>Welcome</h1>
<p>We keep ${size.productCount} articles.</p>
<ul>
<li><a class="listing" href="/products">All products</a></li>
<li><a class="plain-listing" href="/plain">All products, for browsers without JavaScript</a></li>
<li><a class="cart" href="/cart" rel="nofollow">Your basket</a></li>
</ul>`,
  });
}

function listing(
  query: string,
  size: ShopSize,
  listingPath: string,
  productPath: string,
): ShopResponse {
  const page = Number(new URLSearchParams(query).get("page") ?? "1");
  const pages = countListingPages(size.productCount, size.listingSize);
  if (!Number.isInteger(page) || page < 1 || page > pages) return notFound(listingPath + query);
  return html(200, renderListingPage({ ...size, page, listingPath, productPath }));
}

function productJson(id: number, request: ShopRequest): ShopResponse {
  if (request.header(PAGE_TOKEN_HEADER) !== pageToken(`/product/${id}`)) {
    return json(403, { error: `Only the script of /product/${id} may ask for this` });
  }
  return json(200, productAt(id));
}

function notFound(target: string): ShopResponse {
  return html(
    404,
    renderPage({
      title: "Not found",
      main:
        `<h1>Not found</h1>\n<p>There is nothing at this address (${target.length} characters long).</p>`,
    }),
  );
}

function methodNotAllowed(): ShopResponse {
  return {
    status: 405,
    headers: { "content-type": "text/plain", "allow": "GET, HEAD" },
    body: "The shop only answers GET and HEAD\n",
  };
}

function html(status: number, body: string): ShopResponse {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

function json(status: number, value: unknown): ShopResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
