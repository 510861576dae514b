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

/** One request: a redirect, or the last of a chain of them. */
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

/** A resource with the redirects that led to it: CDP gives one request id to all of them. */
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

/** A request as CDP announces it. */
export interface RequestEvent {
  /** The request's id, the same for those that it is redirected to. */
  readonly requestId: string;
  /** The kind of resource, such as "Document" or "XHR". */
  readonly type: string;
  /** The frame that asks for it; a worker's requests have none. */
  readonly frameId?: string;
  /** The request. */
  readonly request: NetworkRequest;
  /** The answer to the former request, if that was a redirect to this one. */
  readonly redirectResponse?: NetworkResponse;
  /** Whether that answer's wire headers come in an event of their own. */
  readonly redirectHasExtraInfo: boolean;
}

/** Some of the requests that a target makes, with what became of them. */
export class Exchanges {
  readonly #chains = new Map<string, Chain>();
  readonly #extras = new Map<string, Extras>();

  /**
   * Follows requests.
   *
   * @param cdp The session to the target, with the domain `Network` enabled.
   * @param wanted Says of a request whether to follow it.
   */
  constructor(cdp: ScopedSession, wanted: (event: RequestEvent) => boolean) {
    cdp.on<RequestEvent>("Network.requestWillBeSent", (event) => {
      if (this.has(event.requestId) || wanted(event)) this.#onRequest(event);
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

  /** Forgets the requests that there were. */
  forget(): void {
    this.#chains.clear();
    this.#extras.clear();
  }

  /**
   * Forgets the requests that began before another.
   *
   * @param id The other request's id.
   */
  forgetBefore(id: string): void {
    for (const earlier of this.ids.slice(0, Math.max(0, this.ids.indexOf(id)))) {
      this.#chains.delete(earlier);
      this.#extras.delete(earlier);
    }
  }

  /** The ids of the requests, in order. */
  get ids(): string[] {
    return [...this.#chains.keys()];
  }

  /**
   * Whether a request is followed.
   *
   * @param id The request's id.
   */
  has(id: string): boolean {
    return this.#chains.has(id);
  }

  /**
   * Whether there was an answer, be it a redirect.
   *
   * @param id The request's id.
   */
  isAnswered(id: string): boolean {
    return (this.#chains.get(id)?.responses.length ?? 0) > 0;
  }

  /**
   * Why a request failed, in Chromium's words.
   *
   * @param id The request's id.
   */
  failureOf(id: string): string | undefined {
    return this.#chains.get(id)?.failure;
  }

  /**
   * A request with the redirects that led to it, oldest first.
   *
   * @param id The request's id.
   */
  hopsOf(id: string): Hop[] {
    const chain = this.#chains.get(id);
    if (chain === undefined) return [];
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

  #extrasOf(id: string): Extras {
    const extras = this.#extras.get(id) ?? { requests: [], responses: [] };
    this.#extras.set(id, extras);
    return extras;
  }
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
