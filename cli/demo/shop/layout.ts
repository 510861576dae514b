const STYLE = `
:root { color-scheme: light dark; --ink: #1d2a2f; --paper: #fbfaf6; --line: #d9d4c5; --accent: #0d6e5f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9e6dc; --paper: #171c1e; --line: #38424a; --accent: #63cdb8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 Georgia, "Times New Roman", serif; }
header, main, footer { max-width: 60rem; margin: 0 auto; padding: 1.25rem; }
header { display: flex; gap: 1.5rem; align-items: baseline; border-bottom: 1px solid var(--line); }
header strong { font-size: 1.3rem; letter-spacing: .02em; }
a { color: var(--accent); }
h1 { margin: .5rem 0; font-size: 2rem; line-height: 1.15; }
.price { margin: 0; font-size: 1.5rem; color: var(--accent); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 1rem; padding: 0; list-style: none; }
.cards a { display: block; padding: 1rem; border: 1px solid var(--line); border-radius: .6rem; text-decoration: none; }
.cards a:hover, .cards a:focus-visible { border-color: var(--accent); }
.cards small { display: block; opacity: .75; }
.product-page { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); gap: 2rem; }
.product-page svg { width: 100%; height: auto; border-radius: .6rem; }
blockquote { margin: 0 0 1rem; padding-left: 1rem; border-left: 3px solid var(--line); }
nav.pages { display: flex; justify-content: space-between; }
footer { border-top: 1px solid var(--line); font-size: .85rem; }
@media (max-width: 40rem) { .product-page { grid-template-columns: 1fr; } }
`;

/** What goes into the frame that all the shop's pages share. */
export interface PageParts {
  /** The document's title, as plain text. */
  readonly title: string;
  /** The HTML inside `<main>`. */
  readonly main: string;
  /** A script's source to run at the end of the body. */
  readonly script?: string;
}

/**
 * Frames a page: head, style, header and footer.
 *
 * @param parts The page's own parts.
 * @returns A whole HTML document.
 */
export function renderPage(parts: PageParts): string {
  const script = parts.script === undefined ? "" : `<script>\n${parts.script}\n</script>\n`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(parts.title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header><strong>The Orb &amp; Weaver</strong><a href="/">Home</a><a href="/products">Products</a></header>
<main>
${parts.main}
</main>
<footer><p>A make-believe shop that ships with Orbweaver. Nothing here can be bought.</p></footer>
${script}</body>
</html>
`;
}

/**
 * Escapes text for HTML content and double-quoted attributes.
 *
 * @param text Plain text.
 * @returns The text with `&`, `<`, `>` and `"` as character references.
 */
export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
