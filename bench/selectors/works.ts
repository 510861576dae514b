import { existsSync, readFileSync } from "node:fs";
import process from "node:process";

/** What a query is to give: elements, or the texts or an attribute of elements. */
export interface BenchQuery {
  css: string;
  take: "elements" | "text" | string;
}

/** Pages and what to ask of each; every candidate does the same. */
export interface Work {
  name: string;
  title: string;
  pages: string[];
  queries: BenchQuery[];
  /** How often to run it before and while it is timed. */
  warmUps: number;
  runs: number;
}

const DOCUMENTS = ["buffer", "http", "n-api", "url"].map((name) =>
  `/usr/share/doc/nodejs/api/${name}.html`
);
const OTHER_DOCUMENTS = ["library/datetime", "library/ssl", "reference/datamodel", "glossary"].map(
  (name) => `/usr/share/doc/python3.11/html/${name}.html`,
);

/** The three works. */
export function works(): Work[] {
  return [nested(), realDocuments(), productPages()];
}

/** Scrapling's own benchmark. */
function nested(): Work {
  const depth = 5_000;
  const page = `<html><body>${'<div class="item">'.repeat(depth)}${
    "</div>".repeat(depth)
  }</body></html>`;
  return {
    name: "a",
    title: `${depth} nested elements, .item::text`,
    pages: [page],
    queries: [{ css: ".item", take: "text" }],
    warmUps: 12,
    runs: 100, // as Scrapling's own benchmark does
  };
}

function realDocuments(): Work {
  const paths = [DOCUMENTS, OTHER_DOCUMENTS].find((paths) =>
    paths.every((path) => existsSync(path))
  );
  if (paths === undefined) {
    console.error(`Install nodejs-doc or python3.11-doc: there is no ${DOCUMENTS[0]}`);
    process.exit(1);
  }
  const pages = paths.map((path) => readFileSync(path, "utf8"));
  const sizes = pages.map((page) => `${Math.round(page.length / 1_000)}`).join(", ");
  return {
    name: "b",
    title: `4 real documents (${sizes} KB), parse + 10 queries`,
    pages,
    queries: [
      { css: "title", take: "text" },
      { css: "a", take: "href" },
      { css: "h2, h3, h4", take: "elements" },
      { css: "p code", take: "text" },
      { css: "div > p", take: "elements" },
      { css: "li:first-child > a[href]", take: "text" },
      { css: "a[href^='#']", take: "href" },
      { css: ".api_metadata span, .headerlink", take: "text" },
      { css: "pre code, pre span", take: "text" },
      { css: "#toc li a, #apicontent h3 a, section section h3", take: "elements" },
    ],
    warmUps: 4,
    runs: 7,
  };
}

function productPages(): Work {
  const count = 2_000;
  return {
    name: "c",
    title: `${count} product pages of 10 KB, parse + 4 queries`,
    pages: Array.from({ length: count }, (_, number) => productPage(number)),
    queries: [
      { css: "h1", take: "text" },
      { css: ".product .price", take: "text" },
      { css: "li.product > a.title", take: "href" },
      { css: "ul.breadcrumb li:last-child", take: "text" },
    ],
    warmUps: 1,
    runs: 3,
  };
}

const WORDS = ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor " +
  "incididunt ut labore et dolore magna aliqua").split(" ");

function productPage(number: number): string {
  let state = number + 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state % limit;
  };
  const words = (count: number) =>
    Array.from({ length: count }, () => WORDS[below(WORDS.length)]).join(" ");
  const product = (id: number) => `
      <li class="product ${id % 2 ? "odd" : "even"}" data-id="${id}">
        <a class="title" href="/product/${id}?ref=list&amp;page=${number}" title="${words(3)}">${
    words(4)
  }</a>
        <img src="/img/${id}.jpg" alt="${words(2)}" width="120" height="90" loading="lazy">
        <p class="description">${words(12)} <em>${words(2)}</em> ${words(6)}.</p>
        <span class="price">&euro;${below(1_000)}.${
    below(10)
  }9</span> <span class="stock">in stock</span>
      </li>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Products ${number}</title>
  <link rel="stylesheet" href="/style.css">
  <script>window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); }</script>
</head>
<body class="listing">
  <!-- navigation -->
  <nav><ul class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/c">Catalogue</a></li><li>Page ${number}</li></ul></nav>
  <main>
    <h1>${words(3)} ${number}</h1>
    <ul class="products">${
    Array.from({ length: 18 }, (_, index) => product(number * 100 + index)).join("")
  }
    </ul>
  </main>
  <footer><p>&copy; 2026 Example</p></footer>
</body>
</html>
`;
}
