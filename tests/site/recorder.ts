import type { Connection } from "./connection.ts";
import { http2Fingerprint } from "./http2_preface.ts";

/** How an exchange ended: the whole answer was handed over, or the client or a broken route cut it short. */
export type Outcome = "answered" | "aborted";

/** What of a request is known when its headers have arrived. */
export interface RequestHead {
  /** The request's method. */
  readonly method: string;
  /** The request's target as it stood on the wire: path and query. */
  readonly target: string;
  /** The protocol: `"HTTP/1.1"` or `"HTTP/2"`. */
  readonly protocol: string;
  /** Header names and values by turns, in wire order and case, pseudo-headers included. */
  readonly wireHeaders: readonly string[];
  /** The connection that it came on. */
  readonly connection: Connection;
}

/** A request as it arrived. */
export class RecordedRequest {
  /** The request's number in its site, counted from 1 in order of arrival. */
  readonly id: number;
  /** The request's method. */
  readonly method: string;
  /** The absolute URL, from the target and the Host (or `:authority`) header. */
  readonly url: string;
  /** The target as it stood on the wire: path and query. */
  readonly target: string;
  /** The path, without the query. */
  readonly path: string;
  /** The query's parameters. */
  readonly query: URLSearchParams;
  /** The headers as pairs, in wire order and case; pseudo-headers are not among them. */
  readonly rawHeaders: readonly (readonly [string, string])[];
  /** The names of the HTTP/2 pseudo-headers, in wire order; empty in HTTP/1.1. */
  readonly pseudoHeaders: readonly string[];
  /** The protocol: `"HTTP/1.1"` or `"HTTP/2"`. */
  readonly protocol: string;
  /** The connection that it came on: two requests on one connection have the same object here. */
  readonly connection: Connection;
  /** The body as UTF-8 text; empty until it has arrived as a whole. */
  body = "";
  /** Settles when the exchange is over. */
  readonly ended: Promise<Outcome>;
  /** Tells how the exchange ended. */
  readonly end: (outcome: Outcome) => void;

  constructor(id: number, head: RequestHead) {
    const pairs = pairUp(head.wireHeaders);
    const queryAt = head.target.indexOf("?");
    this.id = id;
    this.method = head.method;
    this.target = head.target;
    this.path = queryAt < 0 ? head.target : head.target.slice(0, queryAt);
    this.query = new URLSearchParams(queryAt < 0 ? "" : head.target.slice(queryAt));
    this.rawHeaders = pairs.filter(([name]) => !name.startsWith(":"));
    this.pseudoHeaders = pairs.map(([name]) => name).filter((name) => name.startsWith(":"));
    this.protocol = head.protocol;
    this.connection = head.connection;
    const authority = pairs.find(([name]) => name === ":authority")?.[1] ?? this.header("host");
    this.url = `${head.connection.secure ? "https" : "http"}://${authority ?? ""}${head.target}`;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    this.ended = promise;
    this.end = resolve;
  }

  /** Host and port as the client named them. */
  get host(): string {
    return this.url.split("/")[2] ?? "";
  }

  /** The client's JA4 fingerprint, on an encrypted connection. */
  get ja4(): string | undefined {
    return this.connection.ja4;
  }

  /** The client's HTTP/2 fingerprint: `SETTINGS|WINDOW_UPDATE|PRIORITY|pseudo-header order`. */
  get http2Fingerprint(): string | undefined {
    const preface = this.connection.http2;
    return preface && http2Fingerprint(preface, this.pseudoHeaders);
  }

  /** A header's value by its name in any case; several of the name are joined with `", "`, cookies with `"; "`. */
  header(name: string): string | undefined {
    const wanted = name.toLowerCase();
    const values = this.rawHeaders.filter(([own]) => own.toLowerCase() === wanted);
    if (values.length === 0) return undefined;
    return values.map(([, value]) => value).join(wanted === "cookie" ? "; " : ", ");
  }

  /** The cookies that came along, by name. */
  get cookies(): ReadonlyMap<string, string> {
    const pairs = (this.header("cookie") ?? "").split(";").map((pair) => pair.trim());
    return new Map(pairs.filter((pair) => pair !== "").map(splitPair));
  }
}

/** Keeps what arrived, in order of arrival. */
export class Recorder {
  /** Every request since the start or the last `take()`, in order of arrival. */
  readonly requests: RecordedRequest[] = [];
  #count = 0;
  #waiting: { path: string; resolve: (request: RecordedRequest) => void }[] = [];

  /** Records a request. */
  record(head: RequestHead): RecordedRequest {
    const request = new RecordedRequest(++this.#count, head);
    this.requests.push(request);
    this.#waiting = this.#waiting.filter(({ path, resolve }) => {
      if (path === request.path) resolve(request);
      return path !== request.path;
    });
    return request;
  }

  /** Hands out the recorded requests and forgets them. */
  take(): RecordedRequest[] {
    return this.requests.splice(0);
  }

  /** The recorded requests to a path. */
  requestsTo(path: string): RecordedRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** The first recorded request to a path; waits for it when there is none yet. */
  arrival(path: string): Promise<RecordedRequest> {
    const arrived = this.requests.find((request) => request.path === path);
    if (arrived !== undefined) return Promise.resolve(arrived);
    return new Promise((resolve) => this.#waiting.push({ path, resolve }));
  }
}

function pairUp(flat: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) pairs.push([flat[at]!, flat[at + 1]!]);
  return pairs;
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return at < 0 ? ["", pair] : [pair.slice(0, at), pair.slice(at + 1)];
}
