/** What comes deeper tells pages apart, not kinds of pages. */
const MOST_SEGMENTS = 6;
const LONGEST_ROUTE = 300;

/**
 * The host of a URL and the shape of its path: what pages of one kind have in common. A segment with a
 * digit names one page, and so does the last of several: `/products/lamp` and `/products/42` are
 * `/products/*`. The query does not count.
 *
 * @param url An absolute URL.
 */
export function routeOf(url: string): string {
  const { host, pathname } = new URL(url);
  const segments = pathname.split("/").slice(1);
  const shape = segments.slice(0, MOST_SEGMENTS).map((segment, index) => {
    const isLastOfSeveral = index > 0 && index === segments.length - 1 && segment !== "";
    return isLastOfSeveral || /\d/.test(segment) ? "*" : segment;
  });
  return `${host}/${shape.join("/")}`.slice(0, LONGEST_ROUTE);
}
