import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { untilAborted } from "./pause.ts";

/** A request as Node's servers hand it over. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;
/** A response as Node's servers hand it over. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** Response headers as pairs; a name may come more than once. */
export type HeaderPairs = readonly (readonly [string, string])[];

/** How a route answers, well-behaved or not, on either protocol. */
export class Reply {
  /** Aborts when the exchange is over, however it ended: a slow route stops waiting then. */
  readonly over: AbortSignal;
  #request: NodeRequest;
  #response: NodeResponse;

  constructor(request: NodeRequest, response: NodeResponse) {
    const over = new AbortController();
    response.once("close", () => over.abort());
    this.over = over.signal;
    this.#request = request;
    this.#response = response;
  }

  /** Answers in full. */
  send(status: number, headers: HeaderPairs, body: string | Uint8Array = ""): void {
    this.#head(status, headers);
    this.end(body);
  }

  /** Answers with an HTML document in UTF-8. */
  html(document: string, status = 200, headers: HeaderPairs = []): void {
    this.send(status, [["content-type", "text/html; charset=utf-8"], ...headers], document);
  }

  /** Answers with JSON. */
  json(value: unknown, status = 200, headers: HeaderPairs = []): void {
    this.send(status, [["content-type", "application/json"], ...headers], JSON.stringify(value));
  }

  /** Answers with a redirect; `location` goes out as it is. */
  redirect(status: number, location: string, headers: HeaderPairs = []): void {
    this.send(status, [
      ["location", location],
      ["content-type", "text/plain"],
      ...headers,
    ], `Moved to ${location}\n`);
  }

  /** Sends status and headers at once, and leaves the body open. */
  start(status: number, headers: HeaderPairs): void {
    this.#head(status, headers);
    (this.#response as ServerResponse).flushHeaders();
  }

  /** Sends a piece of the body, and waits until it has left or the exchange is over. */
  async write(piece: string | Uint8Array): Promise<void> {
    const sent = new Promise<void>((resolve) => {
      (this.#response as ServerResponse).write(piece, () => resolve());
    });
    await Promise.race([sent, untilAborted(this.over)]);
  }

  /** Sends the rest of the body and closes it. */
  end(rest: string | Uint8Array = ""): void {
    (this.#response as ServerResponse).end(rest);
  }

  /** Resets: the connection in HTTP/1.1 (a TCP RST), the stream in HTTP/2. */
  reset(): void {
    if ("stream" in this.#request) {
      this.#request.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    } else {
      this.#request.socket.resetAndDestroy();
    }
  }

  /** Closes the connection without a word, as it is. */
  hangUp(): void {
    if ("stream" in this.#request) return this.#request.stream.session?.destroy();
    this.#request.socket.end();
  }

  /** Sends bytes past the HTTP library and closes the connection; in HTTP/2 the stream is reset instead. */
  raw(bytes: string): void {
    if ("stream" in this.#request) return this.reset();
    this.#request.socket.end(bytes, "latin1");
  }

  /** Sends bytes past the HTTP library, and leaves the connection open; not for HTTP/2. */
  rawPiece(bytes: string): void {
    if (!this.over.aborted && !this.#request.socket.destroyed) {
      this.#request.socket.write(bytes, "latin1");
    }
  }

  #head(status: number, headers: HeaderPairs): void {
    this.#response.statusCode = status;
    for (const [name, values] of groupByName(headers)) this.#response.setHeader(name, values);
  }
}

function groupByName(headers: HeaderPairs): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of headers) groups.set(name, [...groups.get(name) ?? [], value]);
  return groups;
}
