import { BodyTooLargeError } from "@orbweaver/session";
import type { Documents } from "./documents.ts";
import type { ScopedSession } from "./scoped_session.ts";

/** What is needed to keep pages from growing without end while they arrive. */
export interface DocumentLimitSettings {
  readonly cdp: ScopedSession;
  readonly documents: Documents;
  /** The URL that was asked for. */
  readonly url: string;
  readonly maxBytes: number;
  /** Ends the fetch. */
  fail(error: BodyTooLargeError): void;
}

/**
 * Ends a fetch once more of a main document has arrived than it may have, decompressed.
 *
 * @param settings What is needed.
 */
export function limitDocuments(settings: DocumentLimitSettings): void {
  const { cdp, documents, url, maxBytes, fail } = settings;
  const received = new Map<string, number>();
  cdp.on<{ requestId: string; dataLength: number }>("Network.dataReceived", (event) => {
    if (!documents.has(event.requestId)) return;
    const total = (received.get(event.requestId) ?? 0) + event.dataLength;
    received.set(event.requestId, total);
    if (total <= maxBytes) return;
    fail(new BodyTooLargeError(maxBytes, `${total} bytes of it have arrived`, { url }));
  });
}
