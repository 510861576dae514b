import { createServer } from "node:http";
import type { Socket } from "node:net";
import { App } from "./app.ts";
import type { Connection } from "./connection.ts";
import { listen } from "./listen.ts";
import type { RecordedRequest, Recorder } from "./recorder.ts";
import { allRoutes } from "./routes/mod.ts";

/** Options of a site. */
export interface SiteOptions {
  /** How many products its shop has. @default {200} */
  readonly productCount?: number;
  /** How many products a listing page of its shop shows. @default {20} */
  readonly listingSize?: number;
}

/** A test site that is open for requests, until it is closed. */
export interface Site extends AsyncDisposable {
  /** Where it is, without a slash at the end: `"http://127.0.0.1:PORT"`; over TLS `"https://localhost:PORT"`. */
  readonly url: string;
  /** The same site under another origin: `"http://localhost:PORT"`; over TLS `"https://127.0.0.1:PORT"`. */
  readonly otherUrl: string;
  /** How many products its shop has. */
  readonly productCount: number;
  /** How many products a listing page of its shop shows. */
  readonly listingSize: number;
  /** Every request since the start or the last `take()`, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Hands out the recorded requests and forgets them. */
  take(): RecordedRequest[];
  /** The recorded requests to a path. */
  requestsTo(path: string): RecordedRequest[];
  /** The first recorded request to a path; waits for it when there is none yet. */
  arrival(path: string): Promise<RecordedRequest>;
  /** Closes the site with every connection and timer; closing twice is closing once. */
  close(): Promise<void>;
}

/** A pooled connection that the server ended while it was idle would fail a test now and then. */
export const KEEP_CONNECTIONS = { keepAliveTimeout: 0 } as const;

/** Opens the test site over plain HTTP/1.1 on loopback. */
export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const size = sizeOf(options);
  const app = new App(allRoutes(size));
  const connections = new WeakMap<Socket, Connection>();
  let count = 0;
  const server = createServer(
    KEEP_CONNECTIONS,
    (message, response) => app.accept(message, response, connections.get(message.socket)!),
  );
  server.on(
    "connection",
    (socket: Socket) => connections.set(socket, { id: ++count, secure: false }),
  );
  const { port, close } = await listen(server);
  return openSite({
    url: `http://127.0.0.1:${port}`,
    otherUrl: `http://localhost:${port}`,
    ...size,
    recorder: app.recorder,
    close: async () => {
      await close();
      await app.idle();
    },
  });
}

/** What a site is made of. */
export interface SiteParts {
  /** See {@linkcode Site.url}. */
  readonly url: string;
  /** See {@linkcode Site.otherUrl}. */
  readonly otherUrl: string;
  /** See {@linkcode Site.productCount}. */
  readonly productCount: number;
  /** See {@linkcode Site.listingSize}. */
  readonly listingSize: number;
  /** What arrived. */
  readonly recorder: Recorder;
  /** Closes servers and connections; called once. */
  readonly close: () => Promise<void>;
}

/** Makes a site of its parts. */
export function openSite(parts: SiteParts): Site {
  const { recorder } = parts;
  let closed: Promise<void> | undefined;
  const close = () => closed ??= parts.close();
  return {
    url: parts.url,
    otherUrl: parts.otherUrl,
    productCount: parts.productCount,
    listingSize: parts.listingSize,
    requests: recorder.requests,
    take: () => recorder.take(),
    requestsTo: (path) => recorder.requestsTo(path),
    arrival: (path) => recorder.arrival(path),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Fills in a shop's default size. */
export function sizeOf(options: SiteOptions): Required<SiteOptions> {
  return { productCount: options.productCount ?? 200, listingSize: options.listingSize ?? 20 };
}
