import type { ProxyServer } from "@orbweaver/session";
import { type ConnectError, ProxyAuthError, ProxyError } from "./errors.ts";
import type { TransportResponse } from "./transports/transport.ts";

/** How clients tell that a proxy wants (other) credentials: HTTP's status, or SOCKS in words. */
const WANTS_CREDENTIALS = /\b407\b|authenticat|authoriz|unauthorized|password|credentials/i;

/**
 * The error for a connection that did not come about through a proxy.
 *
 * @param url What was asked for.
 * @param cause What the transport said.
 * @param proxy The proxy.
 */
export function proxyFailure(url: URL, cause: ConnectError, proxy: ProxyServer): ProxyError {
  const facts = { url: url.href, cause };
  const said = withoutPassword(
    cause.message.replace(`Could not connect for ${url.href}: `, ""),
    proxy,
  );
  if (WANTS_CREDENTIALS.test(said)) return authError(proxy, facts);
  return new ProxyError(
    `Proxy ${proxy.server} gave no connection for ${url.href}: ${said}`,
    proxy.server,
    facts,
  );
}

/**
 * Tells a proxy's own refusal from an answer of the site.
 *
 * @param url What was asked for.
 * @param answer What came.
 * @param proxy The proxy.
 * @throws {ProxyAuthError} If the proxy wants (other) credentials.
 */
export async function checkProxyAnswer(
  url: URL,
  answer: TransportResponse,
  proxy: ProxyServer,
): Promise<void> {
  // RFC 9110 §15.5.8: 407 is a proxy's; a site that is asked says 401.
  if (answer.status !== 407) return;
  await answer.discard();
  throw authError(proxy, { url: url.href });
}

function authError(
  proxy: ProxyServer,
  facts: { url: string; cause?: unknown },
): ProxyAuthError {
  const why = proxy.username === ""
    ? "asks for a user name and a password"
    : `refuses the user name '${proxy.username}' with its password`;
  return new ProxyAuthError(
    `Proxy ${proxy.server} ${why}; set 'proxyAuth', or write them into the proxy's URL`,
    proxy.server,
    facts,
  );
}

/** Clients like to repeat the URL of a proxy as they got it. */
function withoutPassword(text: string, { password, url, server }: ProxyServer): string {
  if (password === "") return text;
  return text.replaceAll(url, server).replaceAll(encodeURIComponent(password), "…")
    .replaceAll(password, "…");
}
