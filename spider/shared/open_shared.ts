import { createHash } from "node:crypto";
import type { SessionMap } from "@orbweaver/session";
import { CodedFrontier } from "../frontier/coded.ts";
import type { Frontier } from "../frontier/frontier.ts";
import { decodeRequest, encodeRequest } from "../frontier/request_codec.ts";
import type { SharedFrontier, Store } from "../frontier/shared.ts";
import type { Request } from "../request.ts";
import type { Spider } from "../spider.ts";

/** A crawl that several workers share. */
export interface SharedCrawl {
  /** What they agree on. */
  readonly shared: SharedFrontier;
  /** Its requests. */
  readonly frontier: Frontier<Request>;
}

/**
 * Opens the crawl of a spider in a store, or joins it.
 *
 * @param store The store.
 * @param spider The spider.
 * @throws {FrontierStoreError} If the store can't be used, or has another spider's crawl of this name.
 */
export async function openShared<Item, S extends SessionMap>(
  store: Store,
  spider: Spider<Item, S>,
): Promise<SharedCrawl> {
  const shared = await store.open(spider.name, ownerOf(spider));
  const codec = { encode: encodeRequest, decode: decodeRequest };
  return { shared, frontier: new CodedFrontier<Request>(shared, codec) };
}

/** Tells two spiders apart that happen to have the same name, and not two versions of one. */
function ownerOf<Item, S extends SessionMap>(spider: Spider<Item, S>): string {
  const { name, startUrls, allowedDomains, constructor } = spider;
  const facts = JSON.stringify([startUrls, allowedDomains]);
  const digest = createHash("sha256").update(facts).digest("hex").slice(0, 12);
  return `spider '${name}', class ${
    constructor.name || "without a name"
  }, with the start URLs and ` +
    `domains ${digest}`;
}
