/*
 * The shop that is crawled: product pages of 10 KB, 50 to a listing. What stands on a page follows
 * from its number alone, so that whoever has crawled the shop can be checked without it.
 */

/** How many products a listing has of its own. */
export const LISTING_SIZE = 50;

/** Numbers in URLs begin here, so that all have seven digits and a page can be patched in place. */
export const FIRST_NUMBER = 1_000_000;

/** Products that every listing shows again, as shops do. */
const BESTSELLERS = 10;
/** How many listings before and after itself the pager of a listing leads to. */
const PAGER_REACH = 5;

const CATEGORIES = ["Lamps", "Chairs", "Désks", "Shelves", "Rugs", "Clocks", "Vases", "Beds"];
const MATERIALS = ["Oak", "Steel", "Wool", "Glass", "Cork", "Brass", "Jute", "Slate"];
const WORDS =
  ("A quiet piece for a bright room made by hand in small numbers from wood that was left to dry " +
    "for years it stands on four feet and carries what you give it für immer à côté de la fenêtre")
    .split(" ");

/** How many kinds of product pages there are: text and category vary with the kind. */
export const KINDS = CATEGORIES.length * MATERIALS.length;
const PAGE_BYTES = 10_000;

/** How many listings a shop has. */
export function listingCount(products: number): number {
  return Math.ceil(products / LISTING_SIZE);
}

/** How many pages a crawl of the whole shop fetches. */
export function pageCount(products: number): number {
  return products + listingCount(products);
}

/** The price of a product, in cents; always five digits. */
export function priceCents(product: number): number {
  return 10_000 + (product * 7_919) % 90_000;
}

/** How many of a product are left; always three digits. */
export function stockOf(product: number): number {
  return 100 + (product * 31) % 900;
}

/** The sum of all prices, in cents. */
export function totalCents(products: number): number {
  let sum = 0;
  for (let product = 0; product < products; product++) sum += priceCents(product);
  return sum;
}

/** What stands for the numbers of a product in a page of its kind, each as long as what replaces it. */
export const SLOTS = {
  number: "#NUMBER",
  price: "#PRICE",
  stock: "#ST",
  listing: "#LISTIN",
} as const;

/** A product page in which {@linkcode SLOTS} are still open. */
export function productPage(kind: number): string {
  const category = CATEGORIES[kind % CATEGORIES.length]!;
  const material = MATERIALS[Math.floor(kind / CATEGORIES.length)]!;
  const { number, price, stock, listing } = SLOTS;
  const html = (reviews: string) =>
    page(
      `${material} ${number}`,
      `<ul class="breadcrumb"><li><a href="/list/${FIRST_NUMBER}">Home</a></li>
<li><a href="/list/${listing}">${category}</a></li></ul>
<article class="product" data-sku="${number}">
<h1>${material} ${number}</h1>
<p><span class="price">${price}</span> <span class="currency">&euro;</span></p>
<p class="availability"><span class="stock">${stock}</span> in stock</p>
<p class="description">${words(kind, 40)}.</p>
</article>
<section class="reviews">${reviews}</section>`,
    );
  let reviews = "";
  for (let review = 0; byteLength(html(reviews)) < PAGE_BYTES; review++) {
    reviews += `<blockquote id="review-${review}" class="review">
<p class="stars" title="${1 + (kind + review) % 5} of 5">★</p>
<p>${words(kind + review * 7, 24)} <em>${words(review, 3)}</em> ${words(kind, 6)}.</p>
</blockquote>\n`;
  }
  return html(reviews);
}

/**
 * A listing: its products, the bestsellers again, and a pager.
 *
 * @param listing Its number, from 0.
 * @param products How many products the shop has.
 */
export function listingPage(listing: number, products: number): string {
  const last = listingCount(products) - 1;
  const first = listing * LISTING_SIZE;
  const own = range(first, Math.min(products, first + LISTING_SIZE));
  const pager = range(
    Math.max(0, listing - PAGER_REACH),
    Math.min(last, listing + PAGER_REACH) + 1,
  );
  return page(
    `Products, page ${listing + 1}`,
    `<h1>Products</h1>
<ul class="products">${own.map(card).join("")}</ul>
<ul class="bestsellers">${range(0, Math.min(products, BESTSELLERS)).map(card).join("")}</ul>
<nav class="pager">${
      pager.map((number) =>
        `<a class="page" href="/list/${FIRST_NUMBER + number}">${number + 1}</a>`
      )
        .join("\n")
    }</nav>`,
  );
}

/** A page that leads nowhere, for the crawl of one page. */
export function lonelyPage(): string {
  return page("Closed", "<h1>Closed today</h1>");
}

function card(product: number): string {
  const material = MATERIALS[Math.floor(product / CATEGORIES.length) % MATERIALS.length]!;
  return `<li class="card"><a class="product" href="/product/${
    FIRST_NUMBER + product
  }">${material}</a> ` +
    `<span class="teaser">${words(product, 6)}</span></li>\n`;
}

function page(title: string, main: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<style>body { font: 1rem/1.5 serif; margin: 0 auto; max-width: 60rem }</style>
</head>
<body>
<header><p class="brand">The Shop</p></header>
<main>
${main}
</main>
<footer><p>&copy; The Shop</p></footer>
</body>
</html>
`;
}

function words(seed: number, count: number): string {
  return range(0, count).map((at) => WORDS[(seed * 13 + at * (1 + seed % 7)) % WORDS.length]).join(
    " ",
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
