import { type ClientHints, clientHints } from "./client_hints.ts";
import { acceptLanguage } from "./languages.ts";
import { defaultUserAgent, navigatorPlatform } from "./user_agent.ts";

/** Who a browser says it is: the same in switches, in emulation and in every header. */
export interface Identity {
  /** The `User-Agent` header and `navigator.userAgent`. */
  userAgent: string;
  /** `navigator.platform`. */
  platform: string;
  /** The languages, best first, without weights: Chromium adds those. */
  acceptLanguage: string;
  /** What the `Sec-CH-UA` headers say; missing for a user agent that is no Chromium. */
  clientHints: ClientHints | undefined;
}

/**
 * Puts together who a browser says it is.
 *
 * @param version The browser's full version, such as "156.0.8078.79".
 * @param options The user's wishes: another user agent, another locale.
 */
export function createIdentity(
  version: string,
  options: { userAgent?: string; locale: string },
): Identity {
  const userAgent = options.userAgent ?? defaultUserAgent(version);
  return {
    userAgent,
    platform: navigatorPlatform(userAgent),
    acceptLanguage: acceptLanguage(options.locale),
    clientHints: clientHints(userAgent, version),
  };
}
