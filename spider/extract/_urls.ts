/** Longer URLs than this are no links for people; the figure is the sitemap protocol's. */
export const MOST_URL_CHARS = 2048;

/** Why a string is no link to follow. */
export type UrlFault = "malformed" | "scheme" | "tooLong";

/**
 * Makes a link absolute.
 *
 * @param href The link as written.
 * @param base What it is relative to; `undefined` if it has to be absolute.
 * @param mostChars The longest link to accept, before and after.
 * @returns The URL, or why there is none.
 */
export function resolveUrl(
  href: string,
  base: string | undefined,
  mostChars: number = MOST_URL_CHARS,
): URL | UrlFault {
  if (href.length > mostChars) return "tooLong";
  if (!URL.canParse(href, base)) return "malformed";
  const url = new URL(href, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") return "scheme";
  return url.href.length > mostChars ? "tooLong" : url;
}

/**
 * Puts the query's parameters in order, which makes two spellings of one address the same. The
 * parameters themselves stay as they were written, since servers tell `?a` from `?a=`.
 *
 * @param url The URL; it is not changed.
 * @param options `keepFragment`: keep what follows "#".
 */
export function canonicalUrl(url: URL, options: { keepFragment: boolean }): string {
  const canonical = new URL(url);
  if (!options.keepFragment) canonical.hash = "";
  if (canonical.search === "") {
    // Setting it takes away a "?" that nothing follows.
    canonical.search = "";
    return canonical.href;
  }
  const parameters = canonical.search.slice(1).split("&").filter((parameter) => parameter !== "");
  canonical.search = parameters.map((text) => ({ text, name: text.split("=", 1)[0]! }))
    .sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
    .map(({ text }) => text)
    .join("&");
  return canonical.href;
}
