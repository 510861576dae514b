import {
  NetworkError,
  type ProxyPool,
  ProxyServer,
  type Response,
  TimeoutError,
} from "@orbweaver/session";

/** How the tries of one fetch leave for the network. */
export interface Route {
  /** The proxy for the next try; `undefined` is none. */
  next(): ProxyServer | undefined;
  /** Says that the site answered through it. */
  succeeded(response: Response): void;
  /** Says what a try failed with. */
  failed(error: unknown): void;
}

/**
 * Chooses how a fetch leaves for the network.
 *
 * @param url The URL that is fetched.
 * @param proxy The one proxy to use.
 * @param pool Proxies to take turns with, where no proxy is named.
 */
export function routeFor(url: string, proxy: string | undefined, pool?: ProxyPool): Route {
  if (proxy !== undefined || pool === undefined) {
    const server = proxy === undefined ? undefined : new ProxyServer(proxy);
    return { next: () => server, succeeded: () => {}, failed: () => {} };
  }
  return new PoolRoute(new URL(url).hostname, pool);
}

/** Each try goes through another proxy, and the pool hears how it went. */
class PoolRoute implements Route {
  readonly #host: string;
  readonly #pool: ProxyPool;
  readonly #failed = new Set<ProxyServer>();
  #current: ProxyServer | undefined;

  constructor(host: string, pool: ProxyPool) {
    this.#host = host;
    this.#pool = pool;
  }

  next(): ProxyServer {
    return this.#current = this.#pool.next({ host: this.#host, exclude: this.#failed });
  }

  succeeded(response: Response): void {
    this.#pool.report(this.#current!, { ok: true, bytes: response.body.byteLength });
  }

  failed(error: unknown): void {
    if (!(error instanceof NetworkError || error instanceof TimeoutError)) return;
    if (this.#current === undefined) return;
    this.#pool.report(this.#current, { ok: false });
    this.#failed.add(this.#current);
  }
}
