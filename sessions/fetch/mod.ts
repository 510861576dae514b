/**
 * Fast HTTP fetching that looks like a browser on the wire, or plainly through the platform's own
 * `fetch`: cookies, redirects, retries and limits behave the same on both.
 *
 * @example
 * ```ts ignore
 * import { FetchSession } from "@orbweaver/fetch-session";
 *
 * await using session = new FetchSession();
 * const page = await session.fetch("https://example.com/", { impersonate: "chrome131_android" });
 * console.log(page.status, page.css("title::text").get());
 * ```
 *
 * @example Without impersonation, and with nothing native to install
 * ```ts
 * import { FetchSession } from "@orbweaver/fetch-session";
 * import assert from "node:assert/strict";
 * import { createServer } from "node:http";
 *
 * const server = createServer((request, response) => response.end(`<h1>${request.url}</h1>`));
 * await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
 * const { port } = server.address() as { port: number };
 *
 * const session = new FetchSession({ impersonate: false });
 * const page = await session.fetch(`http://127.0.0.1:${port}/`, { params: { q: "web" } });
 * assert.equal(page.css("h1::text").get(), "/?q=web");
 *
 * await session.close();
 * await new Promise((resolve) => server.close(resolve));
 * ```
 *
 * @module
 */
export {
  ConnectError,
  InvalidRedirectError,
  ProxyAuthError,
  ProxyError,
  TlsError,
  TooManyRedirectsError,
  TransportUnavailableError,
  UnknownProfileError,
  UnsupportedByTransportError,
} from "./errors.ts";
export { FetchSession, type MethodOptions } from "./fetch_session.ts";
export { Fetcher, type FetcherOptions } from "./fetcher.ts";
export type {
  BasicAuth,
  ClientCertificate,
  FetchRequestOptions,
  FetchSessionOptions,
  FormValue,
} from "./options.ts";
export { type Impersonate, type ProfileName, profileNames } from "./profiles/names.ts";
export {
  BodyTooLargeError,
  type Clock,
  type Cookie,
  CookieJar,
  type CookieJarData,
  type CookieJarOptions,
  type ErrorData,
  type FetchOptions,
  type HeadersInput,
  NetworkError,
  OrbweaverError,
  PrivateAddressError,
  type ProxyCredentials,
  type ProxyOutcome,
  ProxyPool,
  type ProxyPoolOptions,
  type ProxyPoolState,
  ProxyServer,
  type ProxyStats,
  type ProxyStrategy,
  type ProxyWanted,
  RedirectError,
  Response,
  type ResponseData,
  type ResponseJson,
  type Session,
  SessionError,
  type SessionErrorFacts,
  type SessionIdentity,
  type SessionState,
  type StorageState,
  type StorageStateCookie,
  type Timing,
  UnsafeRedirectError,
} from "@orbweaver/session";
export type {
  AdaptiveStore,
  AttributeFilter,
  AttributeFilters,
  CssOptions,
  DomNode,
  ElementDescription,
  FindByRegexOptions,
  FindByTextOptions,
  FindCondition,
  FindSimilarOptions,
  FromHtmlOptions,
  FromXmlOptions,
  GenerateOptions,
  PageParser,
  ParentDescription,
  Selector,
  SelectorList,
  TextMatchOptions,
  TextOptions,
  XPathOptions,
} from "@orbweaver/selectors";
