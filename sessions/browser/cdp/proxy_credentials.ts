import type { ProxyServer } from "@orbweaver/session";
import type { Pattern } from "./request_rules.ts";
import type { ScopedSession } from "./scoped_session.ts";

/**
 * Chromium asks for a proxy's credentials only where requests are held up before they are sent. What
 * the document's request got is good for all that follow.
 */
export const ASKS_FOR_CREDENTIALS: Pattern = {
  urlPattern: "*",
  resourceType: "Document",
  requestStage: "Request",
};

interface AuthRequired {
  requestId: string;
  authChallenge: { source?: "Server" | "Proxy" };
}

/**
 * Whether there is something to tell a proxy that asks.
 *
 * @param proxy The proxy.
 */
export function hasCredentials(proxy: ProxyServer | undefined): proxy is ProxyServer {
  return proxy !== undefined && proxy.username !== "";
}

/**
 * Tells a proxy its credentials, once; a site that asks is told nothing, where a browser with a
 * window would ask the user.
 *
 * @param cdp The session to the tab.
 * @param proxy The proxy.
 */
export function answerProxy(cdp: ScopedSession, proxy: ProxyServer | undefined): void {
  const told = new Set<string>();
  cdp.on<AuthRequired>("Fetch.authRequired", ({ requestId, authChallenge }) => {
    const isWanted = authChallenge.source === "Proxy" && hasCredentials(proxy) &&
      !told.has(requestId);
    told.add(requestId);
    const authChallengeResponse = isWanted
      ? { response: "ProvideCredentials", username: proxy.username, password: proxy.password }
      : { response: "CancelAuth" };
    cdp.post("Fetch.continueWithAuth", { requestId, authChallengeResponse });
  });
}
