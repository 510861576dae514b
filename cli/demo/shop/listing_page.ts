import { productAt } from "./catalogue.ts";
import { escapeHtml, renderPage } from "./layout.ts";

/** Which listing page to render, and where its links lead. */
export interface ListingPage {
  /** The page's number, counted from 1. */
  readonly page: number;
  /** How many products the shop has. */
  readonly productCount: number;
  /** How many products a listing page shows. */
  readonly listingSize: number;
  /** The listing's own path, to which `?page=N` is added. */
  readonly listingPath: string;
  /** The path to which a product's number is added. */
  readonly productPath: string;
}

/**
 * Counts the listing pages of a shop; an empty shop still has one.
 *
 * @param productCount How many products the shop has.
 * @param listingSize How many products a listing page shows.
 * @returns The number of listing pages.
 */
export function countListingPages(productCount: number, listingSize: number): number {
  return Math.max(1, Math.ceil(productCount / listingSize));
}

/**
 * Renders a listing page. Names and prices stay out of it, so that a crawl has to visit the products.
 *
 * @param listing Which page, and where its links lead.
 * @returns A whole HTML document.
 */
export function renderListingPage(listing: ListingPage): string {
  const pages = countListingPages(listing.productCount, listing.listingSize);
  return renderPage({
    title: `Products, page ${listing.page} of ${pages}`,
    main: `<h1>Products</h1>
<ul class="cards">
${renderCards(listing)}
</ul>
<nav class="pages" aria-label="Pages">${renderPager(listing, pages)}</nav>`,
  });
}

function renderCards(listing: ListingPage): string {
  const first = (listing.page - 1) * listing.listingSize + 1;
  const last = Math.min(first + listing.listingSize - 1, listing.productCount);
  const cards: string[] = [];
  for (let id = first; id <= last; id++) {
    const category = escapeHtml(productAt(id).category);
    cards.push(
      `<li><a class="product" href="${listing.productPath}/${id}">Article ${id}<small>${category}</small></a></li>`,
    );
  }
  return cards.join("\n");
}

function renderPager(listing: ListingPage, pages: number): string {
  const { page, listingPath } = listing;
  const previous = page > 1
    ? `<a class="previous" rel="prev" href="${listingPath}?page=${page - 1}">Previous</a>`
    : "";
  const next = page < pages
    ? `<a class="next" rel="next" href="${listingPath}?page=${page + 1}">Next</a>`
    : "";
  return `${previous}<span>Page ${page} of ${pages}</span>${next}`;
}
