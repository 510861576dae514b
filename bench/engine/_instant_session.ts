import { Response, type Session, type SessionState } from "@orbweaver/session";

const BODY = new TextEncoder().encode("<title>A page</title>");
const HEADERS = { "content-type": "text/html; charset=utf-8" };

/** A session that answers at once, so that what is left to measure is the engine. */
export class InstantSession implements Session {
  readonly kind = "instant";
  readonly state: SessionState = "open";

  start(): Promise<void> {
    return Promise.resolve();
  }

  fetch(url: string | URL): Promise<Response> {
    return Promise.resolve(
      new Response({ url: String(url), status: 200, headers: HEADERS, body: BODY }),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
