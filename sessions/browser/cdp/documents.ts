import type { ScopedSession } from "./scoped_session.ts";

/** CDP's headers: duplicates are joined by line breaks. */
export type RawHeaders = Readonly<Record<string, string>>;

interface NetworkResponse {
  url: string;
  status: number;
  statusText: string;
  headers: RawHeaders;
  mimeType: string;
}

interface NetworkRequest {
  url: string;
  method: string;
  headers: RawHeaders;
}

/** How Chromium calls an error status without a body. */
const EMPTY_ERROR = "net::ERR_HTTP_RESPONSE_CODE_FAILURE";

/** A download, no content, or a page that stopped its own loading; and an empty error is an answer. */
const NO_FAILURES = ["net::ERR_ABORTED", EMPTY_ERROR];

/** One request for the main document, a redirect or the last. */
export interface Hop {
  /** The address that was requested. */
  readonly url: string;
  /** The method. */
  readonly method: string;
  /** What was sent. */
  readonly requestHeaders: RawHeaders;
  /** What came back; missing if nothing did. */
  readonly response: {
    readonly status: number;
    readonly reason: string;
    readonly headers: RawHeaders;
    readonly mimeType: string;
  } | undefined;
}

/** A document with the redirects that led to it: CDP gives one request id to all of them. */
interface Chain {
  readonly requests: NetworkRequest[];
  readonly responses: { response: NetworkResponse; hasExtra: boolean }[];
  failure?: string;
}

/** The headers as they went over the wire arrive in events of their own, before or after the others. */
interface Extras {
  readonly requests: RawHeaders[];
  readonly responses: RawHeaders[];
}

/** Every document that the main frame requested, in order. */
export class Documents {
  readonly #chains = new Map<string, Chain>();
  readonly #extras = new Map<string, Extras>();

  /**
   * Follows the requests of the main frame.
   *
   * @param cdp The session to the tab, with the domain `Network` enabled.
   * @param frameId The main frame's id.
   */
  constructor(cdp: ScopedSession, frameId: string) {
    cdp.on<RequestEvent>("Network.requestWillBeSent", (event) => {
      if (event.type === "Document" && event.frameId === frameId) this.#onRequest(event);
    });
    cdp.on<ResponseEvent>("Network.responseReceived", (event) => {
      this.#chains.get(event.requestId)?.responses.push({
        response: event.response,
        hasExtra: event.hasExtraInfo,
      });
    });
    cdp.on<ExtraEvent>("Network.requestWillBeSentExtraInfo", (event) => {
      this.#extrasOf(event.requestId).requests.push(event.headers);
    });
    cdp.on<ExtraEvent>("Network.responseReceivedExtraInfo", (event) => {
      this.#extrasOf(event.requestId).responses.push(event.headers);
    });
    cdp.on<{ requestId: string; errorText: string }>("Network.loadingFailed", (event) => {
      const chain = this.#chains.get(event.requestId);
      if (chain !== undefined) chain.failure = event.errorText;
    });
  }

  /** The id of the newest document for which there was an answer. */
  get lastAnswered(): string | undefined {
    const answered = [...this.#chains].filter(([, chain]) => chain.responses.length > 0);
    return answered.at(-1)?.[0];
  }

  /** The id of the first document that was requested. */
  get firstRequested(): string | undefined {
    return this.#chains.keys().next().value;
  }

  /** Forgets the documents that there were. */
  forget(): void {
    this.#chains.clear();
  }

  /**
   * What Chromium calls the end of a request that was not followed by a page; a download and an
   * answer without content are such ends, too.
   *
   * @param id The document's request id.
   */
  errorOf(id: string): string | undefined {
    return this.#chains.get(id)?.failure;
  }

  /**
   * Whether a document was requested, and not only shown, as `about:blank` is.
   *
   * @param id The document's request id.
   */
  has(id: string): boolean {
    return this.#chains.has(id);
  }

  /**
   * Why a document did not arrive as a whole, in Chromium's words; such a one never fires `load`.
   *
   * @param id The document's request id.
   */
  failureOf(id: string): string | undefined {
    const failure = this.#chains.get(id)?.failure;
    return failure === undefined || NO_FAILURES.includes(failure) ? undefined : failure;
  }

  /**
   * Whether a document is an error status without a body, for which Chromium shows a page of its own.
   *
   * @param id The document's request id.
   */
  isEmptyError(id: string): boolean {
    return this.#chains.get(id)?.failure === EMPTY_ERROR;
  }

  /**
   * The requests that led to a document, oldest first: redirects, and documents that a script
   * replaced.
   *
   * @param id The document's request id.
   */
  hopsTo(id: string): Hop[] {
    const ids = [...this.#chains.keys()];
    return ids.slice(0, ids.indexOf(id) + 1).flatMap((id) => this.#hopsOf(id));
  }

  #onRequest(event: RequestEvent): void {
    const chain = this.#chains.get(event.requestId) ?? { requests: [], responses: [] };
    if (event.redirectResponse !== undefined) {
      chain.responses.push({
        response: event.redirectResponse,
        hasExtra: event.redirectHasExtraInfo,
      });
    }
    chain.requests.push(event.request);
    this.#chains.set(event.requestId, chain);
  }

  #hopsOf(id: string): Hop[] {
    const chain = this.#chains.get(id)!;
    const extras = this.#extrasOf(id);
    let extra = 0; // only some answers come with wire headers: a cached one, for instance, doesn't
    return chain.requests.map((request, i) => {
      const answer = chain.responses[i];
      const wire = answer?.hasExtra ? extra++ : undefined;
      const sent = wire === undefined ? undefined : extras.requests[wire];
      const received = wire === undefined ? undefined : extras.responses[wire];
      return {
        url: request.url,
        method: request.method,
        requestHeaders: sent ?? request.headers,
        response: answer === undefined ? undefined : {
          status: answer.response.status,
          reason: answer.response.statusText,
          headers: received ?? answer.response.headers,
          mimeType: answer.response.mimeType,
        },
      };
    });
  }

  #extrasOf(id: string): Extras {
    const extras = this.#extras.get(id) ?? { requests: [], responses: [] };
    this.#extras.set(id, extras);
    return extras;
  }
}

interface RequestEvent {
  requestId: string;
  type: string;
  frameId: string;
  request: NetworkRequest;
  redirectResponse?: NetworkResponse;
  redirectHasExtraInfo: boolean;
}

interface ResponseEvent {
  requestId: string;
  response: NetworkResponse;
  hasExtraInfo: boolean;
}

interface ExtraEvent {
  requestId: string;
  headers: RawHeaders;
}
