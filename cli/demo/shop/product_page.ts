import { type Product, productAt } from "./catalogue.ts";
import { escapeHtml, renderPage } from "./layout.ts";
import { PAGE_TOKEN_HEADER, pageToken } from "./page_token.ts";

/** How long a product page is, in characters, so that a crawl meets pages of an ordinary weight. */
const PAGE_LENGTH = 10_000;

const REVIEWS = [
  "It arrived wrapped in brown paper and string, and has been in use every day since.",
  "Heavier in the hand than it looks in the picture, which I count as a virtue.",
  "My neighbour asked where it came from, and now there are two of them in our street.",
  "The finish has worn in rather than worn out, and cleans up with a damp cloth.",
  "I had my doubts about the colour, but in the evening light it is exactly right.",
  "A drawer full of cheaper ones went to the charity shop the week that this one came.",
  "The instructions are one line long, and one line is all that anyone could need.",
] as const;

/**
 * Renders a product page whose name and price only a browser gets to see.
 *
 * @param id The product's number.
 * @returns A whole HTML document, about 10 KB long.
 */
export function renderScriptedProductPage(id: number): string {
  const main = `<div id="product" aria-busy="true" aria-live="polite">
<p class="loading">One moment, we are fetching it from the shelf&hellip;</p>
<noscript><p>This page needs JavaScript.</p></noscript>
</div>`;
  return renderFrame(id, main, productScript(id));
}

/**
 * Renders a product page with everything in its HTML.
 *
 * @param id The product's number.
 * @returns A whole HTML document, about 10 KB long.
 */
export function renderPlainProductPage(id: number): string {
  return renderFrame(id, renderProduct(productAt(id)), undefined);
}

function renderProduct(product: Product): string {
  return `<article class="loaded">
<h1>${escapeHtml(product.name)}</h1>
<p class="price">${escapeHtml(product.price)}</p>
<p class="category">${escapeHtml(product.category)}</p>
<p class="description">${escapeHtml(product.description)}</p>
<p class="stock">${product.stock} in stock</p>
</article>`;
}

function productScript(id: number): string {
  return `"use strict";
${pageToken.toString()}
function line(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
}
function show(product) {
  const article = document.createElement("article");
  article.className = "loaded";
  article.append(
    line("h1", "", product.name),
    line("p", "price", product.price),
    line("p", "category", product.category),
    line("p", "description", product.description),
    line("p", "stock", product.stock + " in stock"),
  );
  const shelf = document.getElementById("product");
  shelf.replaceChildren(article);
  shelf.setAttribute("aria-busy", "false");
}
function fail(reason) {
  document.getElementById("product").replaceChildren(line("p", "failed", String(reason)));
}
fetch("/api/product/${id}", { headers: { "${PAGE_TOKEN_HEADER}": pageToken(location.pathname) } })
  .then((response) => response.ok ? response.json() : Promise.reject("The shelf answered " + response.status))
  .then(show, fail);`;
}

function renderFrame(id: number, main: string, script: string | undefined): string {
  const render = (reviews: string) =>
    renderPage({
      title: `Article ${id}`,
      main: `<div class="product-page">
${renderPicture(id)}
<div>
${main}
<h2>What people say</h2>
${reviews}</div>
</div>`,
      script,
    });
  return render(renderReviews(id, PAGE_LENGTH - render("").length));
}

function renderReviews(id: number, length: number): string {
  let reviews = "";
  for (let count = 0; reviews.length < length; count++) {
    const first = REVIEWS[(id + count) % REVIEWS.length]!;
    const second = REVIEWS[(id + count * 3 + 2) % REVIEWS.length]!;
    reviews += `<blockquote><p>${first} ${second}</p></blockquote>\n`;
  }
  return reviews;
}

function renderPicture(id: number): string {
  const hue = (id * 47) % 360;
  const rings = [70, 52, 34, 16].map((radius, ring) =>
    `<circle cx="${100 + ((id * (ring + 3)) % 21) - 10}" cy="100" r="${radius}" fill="hsl(${
      (hue + ring * 18) % 360
    } 45% ${35 + ring * 12}%)"/>`
  );
  return `<svg viewBox="0 0 200 200" role="img" aria-label="Article ${id}"><rect width="200" height="200" fill="hsl(${hue} 30% 88%)"/>${
    rings.join("")
  }</svg>`;
}
