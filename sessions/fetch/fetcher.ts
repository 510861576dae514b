import type { Response } from "@orbweaver/session";
import { FetchSession } from "./fetch_session.ts";
import type { FetchSessionOptions } from "./options.ts";

/** Options of a single fetch that brings its own session. */
export type FetcherOptions = Omit<FetchSessionOptions, "method">;

/**
 * Single fetches: each opens a session of its own and closes it. For more than one page, a
 * {@linkcode FetchSession} keeps its connections and cookies.
 *
 * @example
 * ```ts ignore
 * import { Fetcher } from "@orbweaver/fetch-session";
 *
 * const page = await Fetcher.get("https://example.com/", { impersonate: "safari" });
 * console.log(page.css("h1::text").get());
 * ```
 */
export class Fetcher {
  /**
   * Fetches with GET.
   *
   * @param url The URL.
   * @param options Options of the session and of the request.
   */
  static get(url: string | URL, options?: FetcherOptions): Promise<Response> {
    return fetchOnce(url, "GET", options);
  }

  /**
   * Fetches with POST.
   *
   * @param url The URL.
   * @param options Options of the session and of the request, `data` or `json` among them.
   */
  static post(url: string | URL, options?: FetcherOptions): Promise<Response> {
    return fetchOnce(url, "POST", options);
  }

  /**
   * Fetches with PUT.
   *
   * @param url The URL.
   * @param options Options of the session and of the request, `data` or `json` among them.
   */
  static put(url: string | URL, options?: FetcherOptions): Promise<Response> {
    return fetchOnce(url, "PUT", options);
  }

  /**
   * Fetches with DELETE.
   *
   * @param url The URL.
   * @param options Options of the session and of the request.
   */
  static delete(url: string | URL, options?: FetcherOptions): Promise<Response> {
    return fetchOnce(url, "DELETE", options);
  }

  /**
   * Fetches with HEAD.
   *
   * @param url The URL.
   * @param options Options of the session and of the request.
   */
  static head(url: string | URL, options?: FetcherOptions): Promise<Response> {
    return fetchOnce(url, "HEAD", options);
  }

  /**
   * Fetches with PATCH.
   *
   * @param url The URL.
   * @param options Options of the session and of the request, `data` or `json` among them.
   */
  static patch(url: string | URL, options?: FetcherOptions): Promise<Response> {
    return fetchOnce(url, "PATCH", options);
  }
}

async function fetchOnce(
  url: string | URL,
  method: string,
  options: FetcherOptions = {},
): Promise<Response> {
  const session = new FetchSession({ ...options, method });
  try {
    return await session.fetch(url);
  } finally {
    await session.close();
  }
}
