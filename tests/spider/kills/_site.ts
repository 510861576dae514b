import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** How many pages there are; the first {@linkcode STARTS} are start requests. */
export const PAGES = 800;
/** How many start requests there are. */
export const STARTS = 40;

/** The items of a page: none, one, or a few. */
export function itemsOf(page: number): { id: string; text: string }[] {
  return Array.from({ length: page % 4 }, (_, i) => ({
    id: `${page}-${i}`,
    text: `Ätna, "${page}" & <${i}>`,
  }));
}

/** Every item of the site, by its id. */
export function allItems(): string[] {
  return Array.from({ length: PAGES }, (_, page) => itemsOf(page).map(({ id }) => id)).flat()
    .sort();
}

/** The pages that a page leads to; most are led to by several. */
function linksOf(page: number): number[] {
  return [page + STARTS, page * 2, page * 3 + 1, page - 1].filter((to) => to >= 0 && to < PAGES);
}

/** A site on loopback that answers from memory. */
export async function startSite(): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const page = Number(request.url?.slice(1));
    const links = linksOf(page).map((to) => `<a href="/${to}">${to}</a>`).join("");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("set-cookie", `page${page % 5}=${page}; path=/`);
    response.end(`<title>${page}</title>${links}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
