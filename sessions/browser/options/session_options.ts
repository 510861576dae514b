import type { Cookie, CookieJar, ProxyPool } from "@orbweaver/session";
import type { Engine } from "../engines/engine.ts";
import type { PuppeteerPage } from "../engines/puppeteer.ts";
import { type BrowserFetchOptions, FETCH_OPTIONS } from "./fetch_options.ts";

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
  /** Whether nothing but Google Chrome itself will do. Default false. */
  realChrome?: boolean;
  /**
   * A browser that runs already, here or elsewhere, to use instead of starting one: its
   * `ws://…/devtools/browser/…` address, or the `http://host:port` where it tells that. Closing the
   * session closes the tabs that it opened and leaves the browser running.
   */
  cdpUrl?: string;
  /**
   * The folder of a profile to keep: what pages store there outlives the session. Made where it is
   * missing; one browser at a time can use it. Default: an empty profile for each browser, removed
   * with it.
   */
  userDataDir?: string;
  /** Command line switches to add to the session's own. */
  extraFlags?: readonly string[];
  /** How many tabs may work at a time; further fetches wait in line. Default 4. */
  maxPages?: number;
  /**
   * After how many pages a browser is replaced by a new one, which keeps memory from growing; pages
   * in flight are finished. Default 1000; 0 is never.
   */
  recycleAfterPages?: number;
  /**
   * From how much memory on, all of its processes together, a browser is replaced, in bytes; looked
   * at after each page. On Linux and macOS. Default: any.
   */
  maxBrowserMemoryBytes?: number;
  /** The user agent. Default: that of the same browser with a window. */
  userAgent?: string;
  /** The language, such as "de-DE". Default "en-US". */
  locale?: string;
  /** The time zone, such as "Europe/Berlin". Default: the system's. */
  timezoneId?: string;
  /** The size of the page in CSS pixels. Default: that of a usual window. */
  viewport?: { width: number; height: number };
  /** JavaScript to run in every document, before its own scripts. Pages can notice it. */
  initScript?: string;
  /** Cookies to begin with. */
  cookies?: readonly InitialCookie[];
  /**
   * Where cookies are kept; may be shared with other sessions, of this kind or another. Default: a
   * jar of its own, and one more for each proxy.
   */
  jar?: CookieJar;
  /** Proxies to take turns with: each attempt asks for another one and reports how it went. */
  proxyPool?: ProxyPool;
  /** A DNS-over-HTTPS server to look names up with, such as "https://dns.quad9.net/dns-query". */
  dnsOverHttps?: string;
  /**
   * How often to try to load a page, in all, when the network fails or the browser crashes. Default
   * 3.
   */
  retries?: number;
  /** How long to wait before the second try, in milliseconds; it doubles each time. Default 1000. */
  retryDelayMs?: number;
}

/** The names of the options that every kind of browser session takes. */
export const SESSION_OPTIONS: readonly string[] = [
  ...FETCH_OPTIONS.filter((name) => name !== "signal"),
  "engine",
  "headless",
  "executablePath",
  "realChrome",
  "cdpUrl",
  "userDataDir",
  "extraFlags",
  "maxPages",
  "recycleAfterPages",
  "maxBrowserMemoryBytes",
  "userAgent",
  "locale",
  "timezoneId",
  "viewport",
  "initScript",
  "cookies",
  "jar",
  "proxyPool",
  "dnsOverHttps",
  "retries",
  "retryDelayMs",
];
