import {
  BodyTooLargeError,
  NetworkError,
  type ProxyServer,
  TimeoutError,
} from "@orbweaver/session";
import { exchange, type Page, type Trip } from "./exchange.ts";
import type { Hop } from "./redirects.ts";
import { withRetries } from "./retries.ts";

/** Which proxy to use, and which have failed. */
export interface Route {
  /** The proxy for the next attempt; `undefined` asks the pool, where there is one. */
  proxy: ProxyServer | undefined;
  /** Those that failed this fetch already. */
  readonly failed: Set<ProxyServer>;
}

/**
 * Sends a request until it is answered, each attempt through another proxy of the pool. Redirects
 * stay with the proxy that brought them: to the site, the whole chain is one visitor.
 *
 * @param hop The request.
 * @param trip The fetch that it is part of.
 * @param route The proxy so far.
 */
export function exchangeWithRetries(hop: Hop, trip: Trip, route: Route): Promise<Page> {
  const { settings, flight } = trip;
  const { proxyPool, proxyServer } = settings;
  return withRetries(settings, hop.method, flight.signal, async () => {
    if (proxyPool === undefined) return await exchange(hop, trip, proxyServer);
    const proxy = route.proxy ??= proxyPool.next({ host: hop.url.hostname, exclude: route.failed });
    try {
      const page = await exchange(hop, trip, proxy);
      proxyPool.report(proxy, { ok: true, bytes: page.body.byteLength });
      return page;
    } catch (error) {
      if (error instanceof NetworkError || error instanceof TimeoutError) {
        proxyPool.report(proxy, { ok: false });
        route.failed.add(proxy);
        route.proxy = undefined;
      } else if (error instanceof BodyTooLargeError) {
        proxyPool.report(proxy, { ok: true });
      }
      throw error;
    }
  });
}
