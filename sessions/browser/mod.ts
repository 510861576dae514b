/**
 * Sessions with a real browser: {@linkcode DynamicSession} renders JavaScript, and
 * {@linkcode StealthSession} does so without looking automated.
 *
 * Both need Chrome, Chromium or Edge on the machine. They start it over a pipe with a profile of
 * its own in the temporary folder, and leave neither behind.
 *
 * @example
 * ```ts ignore
 * import { DynamicSession } from "@orbweaver/browser-session";
 *
 * await using session = new DynamicSession();
 * const page = await session.fetch("https://example.com/", {
 *   waitSelector: ".results",
 *   pageAction: async (page) => {
 *     await page.type("#search", "orb weaver\n");
 *   },
 * });
 * console.log(page.css(".results a::text").getAll());
 * ```
 *
 * @module
 */
export { BrowserSession } from "./browser_session.ts";
export { DynamicSession } from "./dynamic.ts";
export type {
  CdpSession,
  ConnectOptions,
  Engine,
  EngineBrowser,
  EngineTab,
  LaunchOptions,
  NewTabOptions,
} from "./engines/engine.ts";
export { findBrowser } from "./engines/find_browser.ts";
export type { PuppeteerPage } from "./engines/puppeteer.ts";
export * from "./errors.ts";
export type { CdpCommand } from "./identity/emulation.ts";
export type {
  BrowserFetchOptions,
  PageHandle,
  PageStep,
  PdfOptions,
  ScreenshotOptions,
  SelectorState,
  StealthFetchOptions,
  XhrFilter,
} from "./options/fetch_options.ts";
export type { BrowserSessionOptions, InitialCookie } from "./options/session_options.ts";
export type { BrowserRecipe } from "./recipe.ts";
export { StealthSession, type StealthSessionOptions } from "./stealth.ts";
export {
  BodyTooLargeError,
  type Challenge,
  type ChallengeEvidence,
  challengeOf,
  type ChallengeType,
  type Clock,
  ConnectError,
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
  ProxyAuthError,
  type ProxyCredentials,
  ProxyError,
  type ProxyOutcome,
  ProxyPool,
  type ProxyPoolOptions,
  type ProxyPoolState,
  ProxyServer,
  type ProxyStats,
  type ProxyStrategy,
  type ProxyWanted,
  RedirectError,
  type Response,
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
