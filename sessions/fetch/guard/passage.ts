import {
  isPrivateAddress,
  literalAddress,
  PrivateAddressError,
  UnsafeRedirectError,
} from "@orbweaver/session";
import type { Settings } from "../options.ts";
import type { Hop } from "../redirects.ts";

/** How a request may connect: as it likes, or through the guard that checks where a name leads. */
export type Passage = "free" | "guarded";

/**
 * How a request may connect.
 *
 * @param hop The request.
 * @param first The one that the chain of redirects began with.
 * @param settings The settings of the fetch.
 * @throws {UnsafeRedirectError} If it is a redirect to an address that is not public.
 * @throws {PrivateAddressError} If it is the first, and such addresses are ruled out.
 */
export function passageOf(hop: Hop, first: Hop, settings: Settings): Passage {
  if (!isChecked(hop, first, settings)) return "free";
  const address = literalAddress(hop.url.hostname);
  if (address !== undefined) {
    if (isPrivateAddress(address)) throw refusal(hop, address);
    return "free";
  }
  // Names are the proxy's to look up, in a network that is not ours.
  const byProxy = settings.proxyServer !== undefined || settings.proxyPool !== undefined;
  return byProxy ? "free" : "guarded";
}

/**
 * The error for a request that leads to an address that is not public.
 *
 * @param hop The request.
 * @param address The address.
 */
export function refusal(
  hop: Hop,
  address: string,
): UnsafeRedirectError | PrivateAddressError {
  const { href } = hop.url;
  if (hop.redirectedFrom === undefined) return new PrivateAddressError(address, { url: href });
  return new UnsafeRedirectError(
    `${hop.redirectedFrom} redirects to ${href}, whose address ${address} is not public; ` +
      `set 'followRedirects: true' to follow such redirects, or fetch that URL directly`,
    href,
    { url: hop.redirectedFrom },
  );
}

function isChecked(hop: Hop, first: Hop, settings: Settings): boolean {
  if (!settings.allowPrivate) return true;
  if (settings.followRedirects !== "safe" || hop.redirects === 0) return false;
  return hop.url.hostname !== first.url.hostname || mayMove(hop.url, settings);
}

/**
 * Whether a host can lead elsewhere than a moment before. One that can't is as safe as the first
 * request: an address stays what it is, and over TLS only the same owner has the certificate.
 */
function mayMove(url: URL, { verify }: Settings): boolean {
  if (literalAddress(url.hostname) !== undefined) return false;
  return url.protocol !== "https:" || !verify;
}
