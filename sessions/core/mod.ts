/**
 * What every session has in common: the {@linkcode Session} contract, the {@linkcode SessionManager}
 * that keeps named sessions, the {@linkcode Response} they give, cookies, and errors.
 *
 * @example
 * ```ts
 * import { Response } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const body = new TextEncoder().encode("<title>Hello</title>");
 * const page = new Response({ url: "https://example.com/", status: 200, body });
 * assert.equal(page.css("title::text").get(), "Hello");
 * ```
 *
 * @module
 */
export {
  type Challenge,
  type ChallengeEvidence,
  challengeOf,
  type ChallengeType,
} from "./challenge_markup.ts";
export type { Clock } from "./clock.ts";
export { type Cookie, CookieJar, type CookieJarData, type CookieJarOptions } from "./cookie_jar.ts";
export type { StorageState, StorageStateCookie } from "./cookies/storage_state.ts";
export { withDeadline } from "./deadline.ts";
export * from "./errors.ts";
export { identityOf, isIdentityHeader, type SessionIdentity } from "./identity.ts";
export * from "./proxy_errors.ts";
export { Lifecycle, type LifecycleSteps } from "./lifecycle.ts";
export { type AddOptions, SessionManager, type SessionManagerOptions } from "./manager.ts";
export { COMMON_OPTIONS, type FetchOptions, headerPairs, type HeadersInput } from "./options.ts";
export { isPrivateAddress, literalAddress } from "./private_address.ts";
export {
  type ProxyOutcome,
  ProxyPool,
  type ProxyPoolOptions,
  type ProxyPoolState,
  type ProxyStats,
  type ProxyStrategy,
  type ProxyWanted,
} from "./proxy_pool.ts";
export { type ProxyCredentials, ProxyServer } from "./proxy_server.ts";
export {
  BodyTooLargeError,
  PrivateAddressError,
  RedirectError,
  UnsafeRedirectError,
} from "./refusals.ts";
export { JsonError, Response, type ResponseData, type Timing } from "./response.ts";
export type { ResponseJson } from "./response_json.ts";
export type {
  LooseOptions,
  OptionsOf,
  RoutedOptions,
  Session,
  SessionMap,
  SessionState,
  UnionToIntersection,
} from "./session.ts";
export { reasonPhrase } from "./reason_phrase.ts";
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
