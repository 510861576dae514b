/*
 * The libraries of npm that are measured beside ours. They are no dependencies of the workspace, so
 * their names are in strings that are imported when they are wanted; see `main.ts`.
 */
import type { BenchQuery } from "./works.ts";

/** A library, as the benchmark sees it. */
export interface Candidate {
  parse(html: string): unknown;
  query(page: unknown, query: BenchQuery): unknown[];
}

// deno-lint-ignore no-explicit-any -- they are not installed, so there are no types
type Library = any;

/** How to load each candidate. */
export const CANDIDATES: Record<string, () => Promise<Candidate>> = {
  "@orbweaver/selectors": async () => {
    const { Selector }: Library = await load("@orbweaver/selectors");
    return {
      parse: (html) => Selector.fromHtml(html),
      query: (page: Library, { css, take }) =>
        take === "elements" ? page.css(css) : page.css(`${withPseudo(css, take)}`).getAll(),
    };
  },
  "htmlparser2 + css-select": async () => {
    const { parseDocument }: Library = await load("npm:htmlparser2@12.0.0");
    const { selectAll }: Library = await load("npm:css-select@7.0.0");
    return {
      parse: (html) => parseDocument(html),
      query: (page: Library, { css, take }) => {
        const found = selectAll(css, page.children);
        if (take === "elements") return found;
        if (take !== "text") return found.map((one: Library) => one.attribs[take]).filter(isGiven);
        return found.flatMap((one: Library) =>
          one.children.filter(({ type }: Library) => type === "text").map(({ data }: Library) =>
            data
          )
        );
      },
    };
  },
  cheerio: async () => {
    const { load: parse }: Library = await load("npm:cheerio@1.2.0");
    return {
      parse,
      query: ($: Library, { css, take }) => {
        const found = $(css).toArray();
        if (take === "elements") return found;
        if (take !== "text") return found.map((one: Library) => $(one).attr(take)).filter(isGiven);
        return found.flatMap((one: Library) =>
          one.children.filter(({ type }: Library) => type === "text").map(({ data }: Library) =>
            data
          )
        );
      },
    };
  },
  linkedom: async () => {
    const { parseHTML }: Library = await load("npm:linkedom@0.18.12");
    return {
      parse: (html) => parseHTML(html).document,
      query: (page: Library, { css, take }) => domQuery([...page.querySelectorAll(css)], take),
    };
  },
  "node-html-parser": async () => {
    const { parse }: Library = await load("npm:node-html-parser@9.0.7");
    return {
      parse,
      query: (page, { css, take }) => domQuery((page as Library).querySelectorAll(css), take),
    };
  },
};

function domQuery(found: Library[], take: string): unknown[] {
  if (take === "elements") return found;
  if (take !== "text") return found.map((one) => one.getAttribute(take)).filter(isGiven);
  return found.flatMap((one) =>
    [...one.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ textContent }) =>
      textContent
    )
  );
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The query with `::text` or `::attr()` at the end of each entry. */
export function withPseudo(css: string, take: string): string {
  const pseudo = take === "text" ? "::text" : `::attr(${take})`;
  return css.split(", ").map((entry) => entry + pseudo).join(", ");
}

function load(specifier: string): Promise<Library> {
  return import(specifier);
}
