import { suffixesOf } from "./domain_filter.ts";

/** Of the list's categories, those whose only business is the visitor. */
const UNWANTED: readonly string[] = ["ad", "analytics", "tag-manager"];

/** The part of an entry of npm `third-party-web` that is used. */
interface Entity {
  name: string;
  category: string;
  domains: readonly string[];
}

let loading: Promise<AdDomains> | undefined;

/**
 * The domains of advertisers and trackers. The list is loaded and read when it is first asked for,
 * once.
 */
export function loadAdDomains(): Promise<AdDomains> {
  loading ??= import("third-party-web/nostats-subset.js").then(
    ({ default: { entities } }) => new AdDomains(entities),
  );
  return loading;
}

/** Knows who owns the domains of advertisers and trackers. */
export class AdDomains {
  readonly #owners = new Map<string, string>();

  /** @param entities The companies of the web with their domains. */
  constructor(entities: readonly Entity[]) {
    for (const { name, category, domains } of entities) {
      if (!UNWANTED.includes(category)) continue;
      for (const domain of domains) {
        this.#owners.set(domain.replace(/^\*\./, "").toLowerCase(), name);
      }
    }
  }

  /**
   * Whether a request of a page goes to an advertiser or tracker. Some of them have sites to be
   * read: what such a site asks its owner for is no advertisement.
   *
   * @param hostname The host of the request.
   * @param pageHostname The host of the page.
   */
  includes(hostname: string, pageHostname: string): boolean {
    const owner = this.#ownerOf(hostname);
    return owner !== undefined && owner !== this.#ownerOf(pageHostname);
  }

  #ownerOf(hostname: string): string | undefined {
    const listed = suffixesOf(hostname).find((suffix) => this.#owners.has(suffix));
    return listed === undefined ? undefined : this.#owners.get(listed);
  }
}
