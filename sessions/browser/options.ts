import {
  COMMON_OPTIONS,
  type Cookie,
  type FetchOptions,
  headerPairs,
  type HeadersInput,
  InvalidOptionError,
  UnsupportedOptionError,
} from "@orbweaver/session";
import type { PageHandle } from "./cdp/page_handle.ts";
import type { SelectorState } from "./cdp/selector_state.ts";
import type { Engine } from "./engines/engine.ts";
import type { PuppeteerPage } from "./engines/puppeteer.ts";

export type { PageHandle, SelectorState };

/** What a user does with a page, before it is loaded or after. Its result is awaited and dropped. */
export type PageStep<Page = PuppeteerPage> = (page: PageHandle<Page>) => unknown;

/** Options of one fetch through a browser. A session takes them too, as defaults for all fetches. */
export interface BrowserFetchOptions<Page = PuppeteerPage> extends FetchOptions {
  /**
   * Extra request headers; they win over `headers`. The browser sends them with every request of
   * the page, those for images and to other hosts included.
   */
  extraHeaders?: HeadersInput;
  /** Whether to come from Google's search page where no referer is given. Default true. */
  googleSearch?: boolean;
  /** Whether to skip images, fonts, media, style sheets and beacons, for speed. Default false. */
  disableResources?: boolean;
  /** Whether to wait until there were no requests for 500 ms. Default false. */
  networkIdle?: boolean;
  /**
   * Whether to wait, after `load`, until the document that is then there (a script may have
   * replaced the first) is parsed. Default true.
   */
  loadDom?: boolean;
  /** A CSS selector to wait for. */
  waitSelector?: string;
  /** What to wait for at `waitSelector`. Default "attached". */
  waitSelectorState?: SelectorState;
  /** How long to wait after everything else, in milliseconds. Default 0. */
  waitMs?: number;
  /** What to do with the tab before the page is loaded. */
  pageSetup?: PageStep<Page>;
  /** What to do with the page once it is loaded. */
  pageAction?: PageStep<Page>;
  /**
   * What becomes of a fetch when one of its steps (`pageSetup`, `networkIdle`, `pageAction`,
   * `waitSelector`) fails: "fail" rejects; "ignore" goes on and notes the error in the response's
   * `meta.stepErrors`. Default "fail".
   */
  onStepError?: "fail" | "ignore";
}

/** A cookie to begin with. */
export type InitialCookie = Partial<Cookie> & Pick<Cookie, "name" | "value"> & {
  /** A URL of the site that it belongs to; needed where there is no `domain`. */
  url?: string;
};

/** Options of a session; those of {@linkcode BrowserFetchOptions} are defaults for its fetches. */
export interface BrowserSessionOptions<Page = PuppeteerPage>
  extends Omit<BrowserFetchOptions<Page>, "signal"> {
  /** What launches the browser. Default `puppeteer()`. */
  engine?: Engine<Page>;
  /** Whether the browser runs without a window. Default true. */
  headless?: boolean;
  /** The browser's executable. Default: Chrome, Chromium or Edge where it usually is. */
  executablePath?: string;
  /** Command line switches to add to the session's own. */
  extraFlags?: readonly string[];
  /** How many tabs may work at a time; further fetches wait in line. Default 4. */
  maxPages?: number;
  /** The user agent. Default: that of the same browser with a window. */
  userAgent?: string;
  /** The language, such as "de-DE". Default "en-US". */
  locale?: string;
  /** The time zone, such as "Europe/Berlin". Default: the system's. */
  timezoneId?: string;
  /** The size of the page in CSS pixels. Default: that of a usual window. */
  viewport?: { width: number; height: number };
  /** Cookies to begin with. */
  cookies?: readonly InitialCookie[];
  /** How often to try to load a page when the network fails, in all. Default 3. */
  retries?: number;
  /** How long to wait before the second try, in milliseconds; it doubles each time. Default 1000. */
  retryDelayMs?: number;
}

/** The names of the options that a fetch takes. */
export const FETCH_OPTIONS: readonly string[] = [
  ...COMMON_OPTIONS,
  "extraHeaders",
  "googleSearch",
  "disableResources",
  "networkIdle",
  "loadDom",
  "waitSelector",
  "waitSelectorState",
  "waitMs",
  "pageSetup",
  "pageAction",
  "onStepError",
];

/** The names of the options that every kind of browser session takes. */
export const SESSION_OPTIONS: readonly string[] = [
  ...FETCH_OPTIONS.filter((name) => name !== "signal"),
  "engine",
  "headless",
  "executablePath",
  "extraFlags",
  "maxPages",
  "userAgent",
  "locale",
  "timezoneId",
  "viewport",
  "cookies",
  "retries",
  "retryDelayMs",
];

/** The options of one fetch with every default filled in. */
export interface PagePlan<Page> {
  /** The headers to add to every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The referer of the navigation. */
  readonly referer: string | undefined;
  readonly disableResources: boolean;
  readonly networkIdle: boolean;
  readonly loadDom: boolean;
  readonly waitSelector: string | undefined;
  readonly waitSelectorState: SelectorState;
  readonly waitMs: number;
  readonly timeoutMs: number;
  readonly pageSetup: PageStep<Page> | undefined;
  readonly pageAction: PageStep<Page> | undefined;
  readonly onStepError: "fail" | "ignore";
  readonly signal: AbortSignal | undefined;
}

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
 * Checks the values of a session's options.
 *
 * @param options What was given.
 * @throws {InvalidOptionError} If a value makes no sense.
 */
export function checkSessionOptions<Page>(options: BrowserSessionOptions<Page>): void {
  requireWhole("maxPages", options.maxPages, 1);
  requireWhole("retries", options.retries, 1);
  requireWhole("retryDelayMs", options.retryDelayMs, 0);
  requireWhole("viewport.width", options.viewport?.width, 1);
  requireWhole("viewport.height", options.viewport?.height, 1);
  for (const flag of options.extraFlags ?? []) {
    if (!flag.startsWith("--")) {
      throw new InvalidOptionError("extraFlags", flag, "a list of --switches");
    }
  }
  for (const cookie of options.cookies ?? []) {
    if (cookie.url !== undefined || cookie.domain !== undefined) continue;
    throw new InvalidOptionError("cookies", cookie, "cookies with a 'url' or a 'domain'");
  }
  planPage(options, {});
}

/**
 * Puts together the options of one fetch: those of the request win over those of the session.
 *
 * @param session The session's options.
 * @param request The request's options.
 * @throws {InvalidOptionError} If a value makes no sense.
 */
export function planPage<Page>(
  session: BrowserSessionOptions<Page>,
  request: BrowserFetchOptions<Page>,
): PagePlan<Page> {
  const options: BrowserFetchOptions<Page> = { ...session, ...withoutUndefined(request) };
  requireWhole("waitMs", options.waitMs, 0);
  requireWhole("timeoutMs", options.timeoutMs, 1);
  requireOneOf("waitSelectorState", options.waitSelectorState, STATES);
  requireOneOf("onStepError", options.onStepError, ["fail", "ignore"]);
  return {
    headers: joinHeaders(session, request),
    referer: chooseReferer(session, request),
    disableResources: options.disableResources ?? false,
    networkIdle: options.networkIdle ?? false,
    loadDom: options.loadDom ?? true,
    waitSelector: options.waitSelector,
    waitSelectorState: options.waitSelectorState ?? "attached",
    waitMs: options.waitMs ?? 0,
    timeoutMs: options.timeoutMs ?? 30_000,
    pageSetup: options.pageSetup,
    pageAction: options.pageAction,
    onStepError: options.onStepError ?? "fail",
    signal: request.signal,
  };
}

const STATES: readonly SelectorState[] = ["attached", "detached", "visible", "hidden"];
const GOOGLE = "https://www.google.com/";

/** The browser writes these itself; overriding them breaks the request. */
const FORBIDDEN_HEADERS = ["host", "connection", "content-length", "transfer-encoding"];

/** `extraHeaders` win over `headers`, and those of the request over those of the session. */
function joinHeaders(...levels: readonly BrowserFetchOptions<never>[]): Record<string, string> {
  const joined = new Map<string, [name: string, value: string]>();
  for (const option of ["headers", "extraHeaders"] as const) {
    for (const [name, value] of levels.flatMap((level) => checkedPairs(option, level[option]))) {
      joined.set(name.toLowerCase(), [name, value]);
    }
  }
  joined.delete("referer"); // as an extra header it would go with every image, too
  return Object.fromEntries(joined.values());
}

function checkedPairs(option: string, input: HeadersInput | undefined): [string, string][] {
  const pairs = headerPairs(input);
  for (const [name, value] of pairs) {
    if (FORBIDDEN_HEADERS.includes(name.toLowerCase())) {
      throw new InvalidOptionError(option, name, "headers that the browser doesn't write itself");
    }
    try {
      new Headers([[name, value]]);
    } catch (cause) {
      const expected = "valid header names and values";
      throw new InvalidOptionError(option, { [name]: value }, expected, { cause });
    }
  }
  return pairs;
}

/** What the request says about the referer wins over what the session says. */
function chooseReferer(
  session: BrowserFetchOptions<never>,
  request: BrowserFetchOptions<never>,
): string | undefined {
  const told = toldReferer(request) ?? toldReferer(session);
  if (told !== undefined) return told === false ? undefined : told;
  return request.googleSearch ?? session.googleSearch ?? true ? GOOGLE : undefined;
}

function toldReferer(level: BrowserFetchOptions<never>): string | false | undefined {
  if (level.referer !== undefined) return level.referer;
  const pairs = [...headerPairs(level.extraHeaders), ...headerPairs(level.headers)];
  return pairs.find(([name]) => name.toLowerCase() === "referer")?.[1];
}

function withoutUndefined<T extends object>(options: T): Partial<T> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

function requireWhole(option: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return;
  throw new InvalidOptionError(option, value, `a whole number, ${least} or more`);
}

function requireOneOf(option: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new InvalidOptionError(option, value, `one of ${allowed.join(", ")}`);
}
