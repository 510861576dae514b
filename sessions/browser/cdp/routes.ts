import { Buffer } from "node:buffer";
import type { ProxyServer } from "@orbweaver/session";
import type { ScopedSession } from "./scoped_session.ts";

/** What a page can do without where only its text counts. */
const DISPENSABLE = ["CSPViolationReport", "Font", "Image", "Media", "Ping", "Stylesheet"];

const REDIRECTS = [301, 302, 303, 307, 308];
const EMPTY = [204, 205, 304];

/** Without a password Chromium doesn't show what a server says to that, but fails. */
const UNAUTHORIZED = 401;

const PAGE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;

interface Paused {
  requestId: string;
  /** The request's id in the domain `Network`. */
  networkId?: string;
  frameId: string;
  resourceType: string;
  request: { url: string };
  responseStatusCode?: number;
  responseErrorReason?: string;
  responseHeaders?: { name: string; value: string }[];
}

interface AuthRequired {
  requestId: string;
  authChallenge: { source?: "Server" | "Proxy" };
}

/**
 * Stands between the page and the network: refuses what is not wanted, and keeps the bytes of main
 * documents that are no web pages, which the browser would show in a viewer or download.
 */
export class Routes {
  readonly #cdp: ScopedSession;
  readonly #frameId: string;
  readonly #bodies = new Map<string, Uint8Array>();

  private constructor(cdp: ScopedSession, frameId: string) {
    this.#cdp = cdp;
    this.#frameId = frameId;
  }

  /**
   * Begins to intercept.
   *
   * @param cdp The session to the tab.
   * @param frameId The main frame's id.
   * @param disableResources Whether to refuse images, styles and the like.
   * @param proxy The proxy on the way, which may ask for its credentials.
   */
  static async open(
    cdp: ScopedSession,
    frameId: string,
    disableResources: boolean,
    proxy: ProxyServer | undefined,
  ): Promise<Routes> {
    const routes = new Routes(cdp, frameId);
    cdp.on<Paused>("Fetch.requestPaused", (paused) => void routes.#handle(paused).catch(() => {}));
    answerChallenges(cdp, proxy);
    const refused = disableResources ? DISPENSABLE : [];
    await cdp.send("Fetch.enable", {
      handleAuthRequests: true,
      patterns: [
        { urlPattern: "*", resourceType: "Document", requestStage: "Response" },
        { urlPattern: "file:*", requestStage: "Request" },
        ...(hasCredentials(proxy) ? [ASKS_FOR_CREDENTIALS] : []),
        ...refused.map((type) => ({
          urlPattern: "*",
          resourceType: type,
          requestStage: "Request",
        })),
      ],
    });
    return routes;
  }

  /**
   * The bytes of a main document that is no web page.
   *
   * @param id The document's request id.
   */
  bodyOf(id: string): Uint8Array | undefined {
    return this.#bodies.get(id);
  }

  async #handle(paused: Paused): Promise<void> {
    const { requestId, responseStatusCode, responseErrorReason } = paused;
    if (responseStatusCode === undefined && responseErrorReason === undefined) {
      if (isHarmless(paused)) this.#cdp.post("Fetch.continueRequest", { requestId });
      else this.#cdp.post("Fetch.failRequest", { requestId, errorReason: "BlockedByClient" });
      return;
    }
    try {
      await this.#keepBody(paused);
    } finally {
      this.#cdp.post("Fetch.continueRequest", { requestId });
    }
  }

  async #keepBody(paused: Paused): Promise<void> {
    const { networkId, responseStatusCode: status } = paused;
    if (networkId === undefined || status === undefined) return;
    if (paused.frameId !== this.#frameId || REDIRECTS.includes(status)) return;
    if (EMPTY.includes(status)) {
      this.#bodies.set(networkId, new Uint8Array());
      return;
    }
    if (status !== UNAUTHORIZED && isPage(paused.responseHeaders ?? [])) return;
    const { body, base64Encoded } = await this.#cdp.send<{ body: string; base64Encoded: boolean }>(
      "Fetch.getResponseBody",
      { requestId: paused.requestId },
    );
    this.#bodies.set(networkId, Buffer.from(body, base64Encoded ? "base64" : "utf8"));
  }
}

/**
 * Chromium asks for a proxy's credentials only where requests are stopped before they are sent. What
 * the document's request got is good for all that follow.
 */
const ASKS_FOR_CREDENTIALS = {
  urlPattern: "*",
  resourceType: "Document",
  requestStage: "Request",
};

function hasCredentials(proxy: ProxyServer | undefined): proxy is ProxyServer {
  return proxy !== undefined && proxy.username !== "";
}

/** Whether a request that is to be sent was stopped only for its credentials. */
function isHarmless({ resourceType, request }: Paused): boolean {
  return resourceType === "Document" && !request.url.startsWith("file:");
}

/** A proxy gets its credentials, once; a site gets none, where a browser with a window would ask. */
function answerChallenges(cdp: ScopedSession, proxy: ProxyServer | undefined): void {
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

/** Whether the browser will show it as a page for certain: an unknown type it has to guess first. */
function isPage(headers: readonly { name: string; value: string }[]): boolean {
  const valueOf = (name: string) =>
    headers.find((header) => header.name.toLowerCase() === name)?.value ?? "";
  return PAGE.test(valueOf("content-type")) &&
    !/^\s*attachment\b/i.test(valueOf("content-disposition"));
}
