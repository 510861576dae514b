import type { RecordedRequest } from "./recorder.ts";
import type { Reply } from "./reply.ts";

/** A request and the means to answer it. */
export interface Exchange {
  /** What arrived. */
  readonly request: RecordedRequest;
  /** How to answer. */
  readonly reply: Reply;
  /** What the path has in place of a route's `*`; empty for a route without one. */
  readonly rest: string;
}

/** Answers the requests to a path. */
export type Route = (exchange: Exchange) => void | Promise<void>;

/** Routes by path: `"/echo"` is that path only, `"/status/*"` every path below. */
export type Routes = Readonly<Record<string, Route>>;

/** A route that was found for a path. */
export interface Match {
  /** The route. */
  readonly route: Route;
  /** What the path has in place of the route's `*`. */
  readonly rest: string;
}

/** Finds the route for a path: an exact one, else the one with the longest prefix. */
export function findRoute(routes: Routes, path: string): Match | undefined {
  const exact = routes[path];
  if (exact !== undefined) return { route: exact, rest: "" };
  for (let slash = path.lastIndexOf("/"); slash >= 0; slash = path.lastIndexOf("/", slash - 1)) {
    const route = routes[`${path.slice(0, slash)}/*`];
    if (route !== undefined) return { route, rest: path.slice(slash + 1) };
    if (slash === 0) break;
  }
  return undefined;
}

/** Reads a whole number from a query, with a default. */
export function numberParameter(exchange: Exchange, name: string, fallback: number): number {
  const value = exchange.request.query.get(name);
  return value === null ? fallback : Number(value);
}
