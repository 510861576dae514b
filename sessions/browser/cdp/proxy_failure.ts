import { ProxyAuthError, ProxyError, type ProxyServer } from "@orbweaver/session";

/** RFC 9110 §15.5.8: 407 is a proxy's; a site that is asked says 401. */
export const PROXY_AUTH_REQUIRED = 407;

/** How Chromium calls what is a proxy's failure, and no site's. */
const PROXY_FAILURE = /ERR_(?:PROXY|TUNNEL|SOCKS|MANDATORY_PROXY|UNEXPECTED_PROXY|HTTPS_PROXY)/;

/** How Chromium calls a refusal of credentials. */
const REFUSAL = /ERR_(?:PROXY_AUTH|INVALID_AUTH|UNEXPECTED_PROXY_AUTH|MISSING_AUTH)/;

/**
 * The error for a page that did not come about because of its proxy.
 *
 * @param code Chromium's name for what went wrong.
 * @param url The URL that was to be loaded.
 * @param proxy The proxy.
 * @returns `undefined` if the proxy is not to blame.
 */
export function proxyFailure(code: string, url: string, proxy: ProxyServer): Error | undefined {
  if (REFUSAL.test(code)) return proxyRefusal(url, proxy);
  if (!PROXY_FAILURE.test(code)) return undefined;
  const message = `Proxy ${proxy.server} gave no connection for ${url}: ${code}`;
  return new ProxyError(message, proxy.server, { url });
}

/**
 * The error for a proxy that wants credentials, or others than it got.
 *
 * @param url The URL that was to be loaded.
 * @param proxy The proxy.
 */
export function proxyRefusal(url: string, proxy: ProxyServer): ProxyAuthError {
  const why = proxy.username === ""
    ? "asks for a user name and a password"
    : `refuses the user name '${proxy.username}' with its password`;
  const message = `Proxy ${proxy.server} ${why}; write them into the proxy's URL`;
  return new ProxyAuthError(message, proxy.server, { url });
}
