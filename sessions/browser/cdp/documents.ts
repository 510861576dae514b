import { Exchanges, type Hop } from "./exchanges.ts";
import type { ScopedSession } from "./scoped_session.ts";

/** How Chromium calls an error status without a body. */
const EMPTY_ERROR = "net::ERR_HTTP_RESPONSE_CODE_FAILURE";

/** A download, no content, or a page that stopped its own loading; and an empty error is an answer. */
const NO_FAILURES = ["net::ERR_ABORTED", EMPTY_ERROR];

/** Every document that the main frame requested, in order. */
export class Documents {
  readonly #exchanges: Exchanges;

  /**
   * Follows the requests of the main frame.
   *
   * @param cdp The session to the tab, with the domain `Network` enabled.
   * @param frameId The main frame's id.
   */
  constructor(cdp: ScopedSession, frameId: string) {
    this.#exchanges = new Exchanges(
      cdp,
      (event) => event.type === "Document" && event.frameId === frameId,
    );
  }

  /** The id of the newest document for which there was an answer. */
  get lastAnswered(): string | undefined {
    return this.#exchanges.ids.findLast((id) => this.#exchanges.isAnswered(id));
  }

  /** The id of the first document that was requested. */
  get firstRequested(): string | undefined {
    return this.#exchanges.ids[0];
  }

  /**
   * Forgets the documents that were requested before another.
   *
   * @param id The other document's request id.
   */
  forgetBefore(id: string): void {
    this.#exchanges.forgetBefore(id);
  }

  /** Forgets the documents that there were. */
  forget(): void {
    this.#exchanges.forget();
  }

  /**
   * What Chromium calls the end of a request that was not followed by a page; a download and an
   * answer without content are such ends, too.
   *
   * @param id The document's request id.
   */
  errorOf(id: string): string | undefined {
    return this.#exchanges.failureOf(id);
  }

  /**
   * Whether a document was requested, and not only shown, as `about:blank` is.
   *
   * @param id The document's request id.
   */
  has(id: string): boolean {
    return this.#exchanges.has(id);
  }

  /**
   * Why a document did not arrive as a whole, in Chromium's words; such a one never fires `load`.
   *
   * @param id The document's request id.
   */
  failureOf(id: string): string | undefined {
    const failure = this.#exchanges.failureOf(id);
    return failure === undefined || NO_FAILURES.includes(failure) ? undefined : failure;
  }

  /**
   * Whether a document is an error status without a body, for which Chromium shows a page of its own.
   *
   * @param id The document's request id.
   */
  isEmptyError(id: string): boolean {
    return this.#exchanges.failureOf(id) === EMPTY_ERROR;
  }

  /**
   * The requests that led to a document, oldest first: redirects, and documents that a script
   * replaced.
   *
   * @param id The document's request id.
   */
  hopsTo(id: string): Hop[] {
    const { ids } = this.#exchanges;
    return ids.slice(0, ids.indexOf(id) + 1).flatMap((id) => this.#exchanges.hopsOf(id));
  }
}
