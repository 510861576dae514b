import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const PARSE = `override async *parse(response: Response): AsyncGenerator<unknown> {
    yield { page: response.url, products: response.css("a.product").length };
    const next = response.css("a.next::attr(href)").get();
    if (next) yield response.follow(next);
  }`;

/** What differs from the usual spider, in TypeScript. */
export interface SpiderParts {
  name?: string;
  parse?: string;
  /** More members of the class. */
  members?: string;
}

/**
 * Writes a spider file that crawls the listing pages of a shop, in a folder outside of this project.
 *
 * @param folder The folder.
 * @param shopUrl The shop.
 * @param parts What differs from the usual spider.
 * @returns The file's path.
 */
export async function writeSpider(
  folder: string,
  shopUrl: string,
  { name = "listings", parse = PARSE, members = "" }: SpiderParts = {},
): Promise<string> {
  const path = join(folder, "spider.ts");
  const source = `import { type Response, Spider } from "@orbweaver/spider";

export default class Listings extends Spider {
  override name = "${name}";
  override startUrls = ["${shopUrl}/plain"];

  ${parse}

  ${members}
}
`;
  await writeFile(path, source);
  return path;
}
