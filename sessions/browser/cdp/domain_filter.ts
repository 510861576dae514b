import { isIP } from "node:net";

/** Domains, each with its sub-domains. */
export class DomainFilter {
  readonly #domains: ReadonlySet<string>;

  /** @param domains The domains, in any case, with or without a dot at either end. */
  constructor(domains: Iterable<string>) {
    this.#domains = new Set([...domains].map(canonical));
  }

  /** The domains, as they stand in URLs. */
  get domains(): readonly string[] {
    return [...this.#domains];
  }

  /**
   * The domain that a host belongs to.
   *
   * @param hostname The host as `URL.hostname` gives it.
   * @returns `undefined` if it belongs to none.
   */
  match(hostname: string): string | undefined {
    return suffixesOf(hostname).find((suffix) => this.#domains.has(suffix));
  }
}

/**
 * What a host may be listed as: itself, and every domain above it but the last label alone, so that
 * a list with "com" in it doesn't refuse half of the web.
 *
 * @param hostname The host as `URL.hostname` gives it.
 */
export function suffixesOf(hostname: string): string[] {
  const host = hostname.replace(/\.$/, "");
  if (host.startsWith("[") || isIP(host) !== 0) return [host];
  const labels = host.split(".");
  const above = labels.slice(1, -1).map((_, i) => labels.slice(i + 1).join("."));
  return [host, ...above];
}

/** Lower case, without dots at the ends, and in Punycode. */
function canonical(domain: string): string {
  const bare = domain.replace(/^\*?\.|\.$/g, "");
  return URL.parse(`http://${bare}/`)?.hostname ?? bare.toLowerCase();
}
