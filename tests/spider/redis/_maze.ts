import { createServer } from "node:http";
import { listen } from "../../site/listen.ts";

/** A site of numbered pages, each with links to some others, that counts how often each was asked for. */
export interface Maze extends AsyncDisposable {
  readonly url: string;
  /** How often each page was asked for. */
  readonly asked: ReadonlyMap<number, number>;
  /** When pages were asked for, in milliseconds, in order. */
  readonly times: readonly number[];
  /** Lets the answers out that were held back, and all that come. */
  release(): void;
}

/** The pages that a page links to: the next ones of a tree, and some that were there before. */
export function linksOf(page: number, pages: number): number[] {
  return [2 * page + 1, 2 * page + 2, page >> 1, (page * 7) % pages].filter((to) => to < pages);
}

/** The items of a page: one or two, or none. */
export function itemsOf(page: number): string[] {
  return Array.from({ length: page % 3 }, (_, index) => `${page}.${index}`);
}

/** The items of the whole site. */
export function allItems(pages: number): string[] {
  return Array.from({ length: pages }, (_, page) => itemsOf(page)).flat().sort();
}

/**
 * Starts a site.
 *
 * @param pages How many pages it has.
 * @param holdAfter So many requests are answered; the others wait for {@linkcode Maze.release}.
 */
export async function startMaze(pages: number, holdAfter = Infinity): Promise<Maze> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const asked = new Map<number, number>();
  const times: number[] = [];
  const server = createServer(async (request, response) => {
    const page = Number(/\d+/.exec(request.url ?? "")?.[0]);
    asked.set(page, (asked.get(page) ?? 0) + 1);
    times.push(performance.now());
    if (times.length > holdAfter) await released;
    const links = linksOf(page, pages).map((to) => `<a href="/${to}">${to}</a>`);
    const items = itemsOf(page).map((item) => `<p>${item}</p>`);
    response.setHeader("content-type", "text/html");
    response.end(`<html>${links.join("")}${items.join("")}</html>`);
  });
  const { port, close } = await listen(server);
  const url = `http://127.0.0.1:${port}`;
  return { url, asked, times, release, [Symbol.asyncDispose]: close };
}
