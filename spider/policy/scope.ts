import { SpiderOptionError } from "../errors.ts";

/**
 * Says which hosts a spider may visit.
 *
 * @param allowedDomains Domains; each allows itself and its sub-hosts, on any port. None allows all.
 * @returns A function that says whether a URL is in scope.
 * @throws {SpiderOptionError} If one of them can't be a domain.
 */
export function scopeOf(allowedDomains: Iterable<string>): (url: string) => boolean {
  const domains = [...allowedDomains].map(hostNameOf);
  if (domains.length === 0) return () => true;
  return (url) => {
    const { hostname } = new URL(url);
    return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
  };
}

/** In the spelling that URLs have, whatever script it was written in. */
function hostNameOf(domain: string): string {
  const url = domain.includes("://") ? domain : `http://${domain.replace(/^\.+/, "")}`;
  if (URL.canParse(url) && new URL(url).hostname !== "") return new URL(url).hostname;
  throw new SpiderOptionError(
    `allowedDomains must hold domains, such as "example.com": received ${JSON.stringify(domain)}`,
  );
}
