import { InvalidOptionError, ProxyServer, UnsupportedOptionError } from "@orbweaver/session";
import type { StealthFetchOptions } from "./fetch_options.ts";
import type { BrowserSessionOptions } from "./session_options.ts";

const STATES = ["attached", "detached", "visible", "hidden"];
const FORMATS = ["png", "jpeg", "webp"];
const WEBSOCKET_OR_HTTP = /^(?:wss?|https?):$/;

/**
 * Refuses options that are unknown, so that a misspelt or unsupported one doesn't go unnoticed.
 *
 * @param options What was given.
 * @param supported The names that are known.
 * @param kind The session's kind.
 * @throws {UnsupportedOptionError} If there is another one.
 */
export function refuseUnknown(options: object, supported: readonly string[], kind: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || supported.includes(name)) continue;
    throw new UnsupportedOptionError(name, kind, supported);
  }
}

/**
 * Checks the values of a session's options; those that a fetch takes, too, are checked with it.
 *
 * @param options What was given.
 * @throws {InvalidOptionError} If a value makes no sense, or two exclude one another.
 */
export function checkSessionOptions<Page>(options: BrowserSessionOptions<Page>): void {
  requireWhole("maxPages", options.maxPages, 1);
  requireWhole("recycleAfterPages", options.recycleAfterPages, 0);
  requireWhole("maxBrowserMemoryBytes", options.maxBrowserMemoryBytes, 1);
  requireWhole("retries", options.retries, 1);
  requireWhole("retryDelayMs", options.retryDelayMs, 0);
  requireWhole("viewport.width", options.viewport?.width, 1);
  requireWhole("viewport.height", options.viewport?.height, 1);
  requireUrl("cdpUrl", options.cdpUrl, WEBSOCKET_OR_HTTP, "a ws, wss, http or https URL");
  requireUrl("dnsOverHttps", options.dnsOverHttps, /^https:$/, "an https URL");
  checkFlags(options.extraFlags ?? []);
  checkCookies(options.cookies ?? []);
  refuseTogether(options, "proxyPool", ["proxy"]);
  refuseTogether(options, "cdpUrl", LAUNCH_OPTIONS);
  refuseTogether(options, "executablePath", ["realChrome"]);
}

/** What only a browser that the session starts itself can be told. */
const LAUNCH_OPTIONS = [
  "executablePath",
  "realChrome",
  "userDataDir",
  "extraFlags",
  "headless",
  "dnsOverHttps",
] as const;

/**
 * Checks the values of a fetch's options.
 *
 * @param options The options of session and request together.
 * @throws {InvalidOptionError} If a value makes no sense.
 */
export function checkFetchOptions<Page>(options: StealthFetchOptions<Page>): void {
  requireWhole("waitMs", options.waitMs, 0);
  requireWhole("timeoutMs", options.timeoutMs, 1);
  requireWhole("maxBytes", options.maxBytes, 1);
  requireOneOf("waitSelectorState", options.waitSelectorState, STATES);
  requireOneOf("onStepError", options.onStepError, ["fail", "ignore"]);
  checkScreenshot(options.screenshot);
  checkDomains(options.blockedDomains ?? []);
  checkProxy(options.proxy);
}

function checkFlags(flags: readonly string[]): void {
  const wrong = flags.find((flag) => !flag.startsWith("--"));
  if (wrong !== undefined) {
    throw new InvalidOptionError("extraFlags", wrong, "a list of --switches");
  }
}

function checkCookies(cookies: NonNullable<BrowserSessionOptions["cookies"]>): void {
  const lost = cookies.find(({ url, domain }) => url === undefined && domain === undefined);
  if (lost === undefined) return;
  throw new InvalidOptionError("cookies", lost, "cookies with a 'url' or a 'domain'");
}

function checkScreenshot(screenshot: StealthFetchOptions["screenshot"]): void {
  if (typeof screenshot !== "object") return;
  requireOneOf("screenshot.format", screenshot.format, FORMATS);
  requireWhole("screenshot.quality", screenshot.quality, 0);
}

function checkDomains(domains: readonly string[]): void {
  const wrong = domains.find((domain) => !/^[^\s/:]+$/.test(domain));
  if (wrong === undefined) return;
  throw new InvalidOptionError("blockedDomains", wrong, "domains such as 'ads.example'");
}

function checkProxy(proxy: string | undefined): void {
  if (proxy === undefined) return;
  const { server, username } = new ProxyServer(proxy);
  if (!server.startsWith("socks") || username === "") return;
  const expected = "a proxy without credentials, or of http or https: Chromium has none for SOCKS";
  throw new InvalidOptionError("proxy", `credentials for ${server}`, expected);
}

function refuseTogether<Options extends object>(
  options: Options,
  name: keyof Options & string,
  others: readonly (keyof Options & string)[],
): void {
  if (options[name] === undefined || (options[name] as unknown) === false) return;
  const other = others.find((other) => options[other] !== undefined);
  if (other === undefined) return;
  throw new InvalidOptionError(other, options[other], `left out where '${name}' is given`);
}

function requireWhole(option: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw new InvalidOptionError(option, value, `a whole number, ${least} or more`);
}

function requireOneOf(option: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new InvalidOptionError(option, value, `one of ${allowed.join(", ")}`);
}

function requireUrl(
  option: string,
  value: string | undefined,
  protocols: RegExp,
  expected: string,
): void {
  if (value === undefined) return;
  const url = URL.parse(value);
  if (url !== null && protocols.test(url.protocol)) return;
  throw new InvalidOptionError(option, value, expected);
}
