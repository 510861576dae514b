import { join } from "node:path";
import type { Callbacks } from "../callbacks.ts";
import type { Clock } from "../engine/clock.ts";
import { CrawlDirError } from "../errors.ts";
import { CodedFrontier } from "../frontier/coded.ts";
import type { Frontier } from "../frontier/frontier.ts";
import { decodeRequest, encodeRequest } from "../frontier/request_codec.ts";
import { type Durability, SqliteFrontier } from "../frontier/sqlite.ts";
import type { Request } from "../request.ts";

/** The file in a crawl's folder. */
const FILE = "crawl.sqlite";
/** The fact whose crawl it is. */
const SPIDER = "spider";
const CALLBACKS = "callbacks";

/** How a crawl's folder is opened. */
export interface CrawlDirOptions {
  /** The folder. */
  dir: string;
  /** What an acknowledged change survives. */
  durability: Durability;
  /** The spider's name. */
  spider: string;
  /** The spider's methods. */
  callbacks: Callbacks;
  /** Tells the time. */
  clock: Clock;
  /** Gives numbers from 0 to 1. */
  random?: (() => number) | undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Opens the frontier of a crawl's folder, and refuses one that this spider can't go on with.
 *
 * @param options The folder, and the spider.
 * @throws {FrontierStoreError} If the folder's file can't be used, or another process uses it.
 * @throws {CrawlDirError} If it is another spider's, or its requests name callbacks that are no more.
 */
export async function openCrawlDir(options: CrawlDirOptions): Promise<Frontier<Request>> {
  const { dir, durability, clock, random } = options;
  const settings = random === undefined ? { durability, clock } : { durability, clock, random };
  const store = await SqliteFrontier.open(crawlFileOf(dir), settings);
  try {
    const names = new CallbackNames(store, await kept(store, CALLBACKS));
    const frontier = new CodedFrontier<Request>(store, {
      encode(request) {
        names.use(request.callback as string | undefined);
        return encodeRequest(request);
      },
      decode: decodeRequest,
    });
    await checkSpider(store, options);
    await checkCallbacks(frontier, names, options);
    return frontier;
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * The file in which a crawl is kept.
 *
 * @param dir The crawl's folder.
 */
export function crawlFileOf(dir: string): string {
  return join(dir, FILE);
}

/**
 * The name of the spider whose crawl is kept in a store.
 *
 * @param store The store.
 * @returns `undefined` where no spider ever began one.
 */
export function spiderOf(store: SqliteFrontier): Promise<string | undefined> {
  return kept(store, SPIDER);
}

/** Every callback that a request was ever queued with, so that a missing one is known at once. */
class CallbackNames {
  readonly #store: SqliteFrontier;
  readonly #names: Set<string>;

  constructor(store: SqliteFrontier, text: string | undefined) {
    this.#store = store;
    this.#names = new Set(text === undefined ? [] : JSON.parse(text) as string[]);
  }

  get all(): readonly string[] {
    return [...this.#names];
  }

  /** It is written in the same turn as the request, and so committed together with it. */
  use(name: string | undefined): void {
    if (name === undefined || this.#names.has(name)) return;
    this.#names.add(name);
    // If this fails, so does the push that it comes with, which tells.
    this.#store.state.set(CALLBACKS, encoder.encode(JSON.stringify(this.all))).catch(() => {});
  }
}

async function checkSpider(
  store: SqliteFrontier,
  { dir, spider }: CrawlDirOptions,
): Promise<void> {
  const name = await spiderOf(store);
  if (name === undefined) return await store.state.set(SPIDER, encoder.encode(spider));
  if (name === spider) return;
  throw new CrawlDirError(
    `'${dir}' holds a crawl of spider '${name}', and this is spider '${spider}'; choose another ` +
      `folder, or if it was renamed, give it its old name until that crawl is done`,
    { dir },
  );
}

/** Only where a name is missing are the requests looked through, which may take a while. */
async function checkCallbacks(
  frontier: Frontier<Request>,
  names: CallbackNames,
  { dir, spider, callbacks }: CrawlDirOptions,
): Promise<void> {
  const missing = names.all.filter((name) => !callbacks.has(name));
  if (missing.length === 0) return;
  const found = new Map<string, { count: number; url: string }>();
  for await (const { callback, url } of frontier.pending()) {
    if (typeof callback !== "string" || !missing.includes(callback)) continue;
    found.set(callback, { count: (found.get(callback)?.count ?? 0) + 1, url });
  }
  if (found.size === 0) return;
  const list = [...found].map(([name, { count, url }]) => `'${name}' (${count}, such as ${url})`);
  throw new CrawlDirError(
    `'${dir}' has requests queued for callbacks that spider '${spider}' does not have: ${
      list.join(", ")
    }; give these methods their old names until that crawl is done, or choose another folder`,
    { dir, callbacks: [...found.keys()] },
  );
}

async function kept(store: SqliteFrontier, name: string): Promise<string | undefined> {
  const bytes = await store.state.get(name);
  return bytes === undefined ? undefined : decoder.decode(bytes);
}
