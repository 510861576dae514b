/**
 * Crawls a documentation tree: every reachable page once, with its title, headings and links. Give it a
 * folder of HTML, which it serves on loopback, or the URL of a site.
 *
 *     deno run -A examples/docs_site.ts /usr/share/doc/python3/html
 *     deno run -A examples/docs_site.ts https://docs.example.org/
 */
import { type Request, type Response, Spider } from "@orbweaver/spider";
import { serveFolder } from "./serve_folder.ts";

export interface Page {
  url: string;
  title: string;
  headings: string[];
  links: number;
}

export default class DocsSpider extends Spider<Page> {
  override name = "docs";
  override startUrls: readonly string[] = [];

  /** @param start The first page; only pages below its folder are visited. */
  constructor(start: string) {
    super();
    this.startUrls = [start];
    this.allowedDomains = [new URL(start).hostname];
  }

  override async *parse(response: Response): AsyncGenerator<Page | Request> {
    if (!response.ok || !isHtml(response)) return;
    const links = pagesLinked(response);
    yield {
      url: response.url,
      title: response.css("title::text").get("").trim(),
      headings: response.css("h1, h2, h3").map((heading) => heading.text({ strip: true })),
      links: links.length,
    };
    for (const link of links) yield response.follow(link);
  }
}

function isHtml(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/html") ?? false;
}

/** Links to other pages of the tree; a link that is no URL leads nowhere and is passed over. */
function pagesLinked(response: Response): string[] {
  return response.css("a::attr(href)").getAll().filter((href) => {
    if (!URL.canParse(href, response.baseUrl)) return false;
    const { origin, pathname } = new URL(href, response.baseUrl);
    return origin === new URL(response.url).origin && /(?:\.html?|\/)$/.test(pathname);
  });
}

if (import.meta.main) {
  const [where] = Deno.args;
  if (where === undefined) {
    console.error("Usage: deno run -A examples/docs_site.ts <folder of HTML | URL>");
    Deno.exit(2);
  }
  await using server = where.startsWith("http") ? undefined : await serveFolder(where);
  const spider = new DocsSpider(server === undefined ? where : `${server.url}/index.html`);
  const { items, stats } = await spider.start();
  console.table(items.slice(0, 10).map(({ url, title, links }) => ({ url, title, links })));
  const { startTime, endTime = startTime, failedRequestsCount } = stats;
  console.log(
    `${items.length} pages in ${(endTime - startTime) / 1000} s, ${failedRequestsCount} failed`,
  );
}
