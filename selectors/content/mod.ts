/**
 * What a page is about: its text as Markdown, and what it says about itself for machines.
 *
 * An entry point of its own, so that only those who use it load the libraries behind it.
 *
 * @example
 * ```ts
 * import { Selector } from "@orbweaver/selectors";
 * import { markdown, structuredData } from "@orbweaver/selectors/content";
 * import assert from "node:assert/strict";
 *
 * const page = Selector.fromHtml(`
 *   <title>Tea</title><meta property="og:title" content="Tea">
 *   <nav><a href="/">Home</a></nav>
 *   <main><h1>Tea</h1><p>Green <b>and</b> black.</p></main>
 * `);
 * assert.equal(markdown(page, { main: true }), "# Tea\n\nGreen **and** black.\n");
 * assert.deepEqual(structuredData(page).openGraph["og:title"], ["Tea"]);
 * ```
 *
 * @module
 */
export { markdown, type MarkdownOptions } from "./markdown.ts";
export { type StructuredData, structuredData, type StructuredItem } from "./structured_data.ts";
export type * from "../mod.ts";
