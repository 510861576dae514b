/**
 * The `Referer` of a link, by the policy that browsers default to, `strict-origin-when-cross-origin`
 * (https://w3c.github.io/webappsec-referrer-policy/): the whole URL within an origin, the bare origin
 * across origins, nothing from https to http.
 *
 * @param from The page with the link.
 * @param to Where the link leads.
 * @returns The header's value, or `undefined` for none.
 */
export function refererFor(from: string, to: string): string | undefined {
  const source = new URL(from);
  const target = new URL(to);
  if (source.protocol === "https:" && target.protocol !== "https:") return undefined;
  if (source.origin !== target.origin) return `${source.origin}/`;
  source.hash = "";
  source.username = "";
  source.password = "";
  return source.href;
}
