import type { Exchange, Routes } from "../route.ts";

/** What `/echo` answers. */
export interface Echo {
  /** The request's method. */
  readonly method: string;
  /** The absolute URL. */
  readonly url: string;
  /** The path, without the query. */
  readonly path: string;
  /** The query's parameters, in order. */
  readonly query: readonly (readonly [string, string])[];
  /** The headers, in wire order and case. */
  readonly headers: readonly (readonly [string, string])[];
  /** The body as text. */
  readonly body: string;
  /** The protocol: `"HTTP/1.1"` or `"HTTP/2"`. */
  readonly protocol: string;
  /** The connection's number. */
  readonly connection: number;
  /** The client's JA4 fingerprint, over TLS. */
  readonly ja4?: string;
}

/** `/echo`: what arrived, as JSON; any method, and any path below. `/json`: a fixed JSON document. */
export const echoRoutes: Routes = {
  "/echo": ({ request, reply }) => reply.json(echo(request)),
  "/echo/*": ({ request, reply }) => reply.json(echo(request)),
  "/json": ({ reply }) =>
    reply.json({ name: "Orbweaver", legs: 8, colours: ["amber", "ash"], nested: { deep: true } }),
};

function echo(request: Exchange["request"]): Echo {
  return {
    method: request.method,
    url: request.url,
    path: request.path,
    query: [...request.query],
    headers: request.rawHeaders,
    body: request.body,
    protocol: request.protocol,
    connection: request.connection.id,
    ja4: request.ja4,
  };
}
