import { type ProxyServer, SessionError } from "@orbweaver/session";
import { answerProxy, ASKS_FOR_CREDENTIALS, hasCredentials } from "./proxy_credentials.ts";
import {
  checkAnnounced,
  type HeaderEntry,
  headerValue,
  takeRawBody,
  UNAUTHORIZED,
} from "./raw_body.ts";
import type { Pattern, RequestRules } from "./request_rules.ts";
import type { ScopedSession } from "./scoped_session.ts";

const REDIRECTS = [301, 302, 303, 307, 308];
const EMPTY = [204, 205, 304];

const PAGE = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i;
const ATTACHMENT = /^\s*attachment\b/i;

const ANSWERED_DOCUMENTS: Pattern = {
  urlPattern: "*",
  resourceType: "Document",
  requestStage: "Response",
};

interface Paused {
  requestId: string;
  /** The request's id in the domain `Network`. */
  networkId?: string;
  frameId: string;
  resourceType: string;
  request: { url: string };
  responseStatusCode?: number;
  responseStatusText?: string;
  responseErrorReason?: string;
  responseHeaders?: HeaderEntry[];
}

type Answered = Paused & { networkId: string; responseStatusCode: number };

/** What stands between a page and the network is made of. */
export interface RoutesSettings {
  readonly cdp: ScopedSession;
  /** The main frame's id. */
  readonly frameId: string;
  /** The proxy on the way, which may ask for its credentials. */
  readonly proxy: ProxyServer | undefined;
  readonly rules: RequestRules;
  /** Whether hosts that are no public address are looked at from the start. */
  readonly guarded: boolean;
  /** Says that of a page; what leads there is held up until its answer is known. */
  wantsGuard(url: string): boolean;
  /** The largest body to keep, in bytes. */
  readonly maxBytes: number;
  /** Ends the fetch. */
  fail(error: SessionError): void;
}

/**
 * Stands between the page and the network: refuses what is not wanted, and keeps the bytes of main
 * documents that are no web pages, which the browser would show in a viewer or download.
 */
export class Routes {
  readonly #settings: RoutesSettings;
  readonly #bodies = new Map<string, Uint8Array>();
  #guarded: boolean;
  #refusesDownloads = false;

  private constructor(settings: RoutesSettings) {
    this.#settings = settings;
    this.#guarded = settings.guarded;
  }

  /**
   * Begins to intercept.
   *
   * @param settings What it is made of.
   */
  static async open(settings: RoutesSettings): Promise<Routes> {
    const { cdp } = settings;
    const routes = new Routes(settings);
    cdp.on<Paused>("Fetch.requestPaused", (paused) => void routes.#handle(paused));
    answerProxy(cdp, settings.proxy);
    await routes.#enable();
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

  /** From now on there is a page, and it stays where something it leads to is but a download. */
  refuseDownloads(): void {
    this.#refusesDownloads = true;
  }

  async #enable(): Promise<void> {
    const { cdp, rules, proxy } = this.#settings;
    const asks = hasCredentials(proxy) ? [ASKS_FOR_CREDENTIALS] : [];
    await cdp.send("Fetch.enable", {
      handleAuthRequests: true,
      patterns: [ANSWERED_DOCUMENTS, ...asks, ...rules.patterns(this.#guarded)],
    });
  }

  async #handle(paused: Paused): Promise<void> {
    try {
      if (isAnswered(paused)) await this.#onAnswer(paused);
      else if (paused.responseErrorReason !== undefined) this.#continue(paused);
      else this.#onRequest(paused);
    } catch (error) {
      // A tab that is closed or a fetch that is over has no use for the error either.
      this.#refuse(paused);
      if (error instanceof SessionError) this.#settings.fail(error);
    }
  }

  #onRequest(paused: Paused): void {
    const { request: { url }, resourceType: type } = paused;
    if (this.#settings.rules.allow({ url, type, isMain: this.#isMain(paused) })) {
      this.#continue(paused);
    } else this.#refuse(paused);
  }

  async #onAnswer(answer: Answered): Promise<void> {
    if (!this.#isMain(answer)) return this.#continue(answer);
    await this.#guardFrom(answer.request.url);
    const { networkId, responseStatusCode: status, responseHeaders: headers } = answer;
    if (REDIRECTS.includes(status)) return this.#continue(answer);
    if (EMPTY.includes(status)) {
      this.#bodies.set(networkId, new Uint8Array());
      return this.#continue(answer);
    }
    if (this.#refusesDownloads && isAttachment(headers)) return this.#refuse(answer);
    const { cdp, maxBytes } = this.#settings;
    checkAnnounced(answer, maxBytes);
    if (status !== UNAUTHORIZED && isPage(headers)) return this.#continue(answer);
    this.#bodies.set(networkId, await takeRawBody(cdp, answer, maxBytes));
  }

  /** A page from a public host may not reach what one from a private host, which began, may. */
  async #guardFrom(url: string): Promise<void> {
    if (this.#guarded || !this.#settings.wantsGuard(url)) return;
    this.#guarded = true;
    await this.#enable();
  }

  #isMain({ frameId, resourceType }: Paused): boolean {
    return resourceType === "Document" && frameId === this.#settings.frameId;
  }

  #continue({ requestId }: Paused): void {
    this.#settings.cdp.post("Fetch.continueRequest", { requestId });
  }

  #refuse({ requestId, responseStatusCode }: Paused): void {
    // Of a document that has been answered, "aborted" is what a browser says of downloads.
    const errorReason = responseStatusCode === undefined ? "BlockedByClient" : "Aborted";
    this.#settings.cdp.post("Fetch.failRequest", { requestId, errorReason });
  }
}

function isAnswered(paused: Paused): paused is Answered {
  return paused.responseStatusCode !== undefined && paused.networkId !== undefined;
}

/** Whether the browser will show it as a page for certain: an unknown type it has to guess first. */
function isPage(headers: readonly HeaderEntry[] | undefined): boolean {
  return PAGE.test(headerValue(headers, "content-type")) && !isAttachment(headers);
}

function isAttachment(headers: readonly HeaderEntry[] | undefined): boolean {
  return ATTACHMENT.test(headerValue(headers, "content-disposition"));
}
