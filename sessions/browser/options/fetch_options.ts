import { COMMON_OPTIONS, type FetchOptions, type HeadersInput } from "@orbweaver/session";
import type { PageHandle } from "../cdp/page_handle.ts";
import type { SelectorState } from "../cdp/selector_state.ts";
import type { PuppeteerPage } from "../engines/puppeteer.ts";

export type { PageHandle, SelectorState };

/** What a user does with a page, before it is loaded or after. Its result is awaited and dropped. */
export type PageStep<Page = PuppeteerPage> = (page: PageHandle<Page>) => unknown;

/** Which of a page's own requests to keep the answers of: a pattern or a function for their URLs. */
export type XhrFilter = RegExp | ((url: string) => boolean);

/** How a screenshot is taken. */
export interface ScreenshotOptions {
  /** The picture's format. Default "png". */
  format?: "png" | "jpeg" | "webp";
  /** The quality of a "jpeg" or "webp", from 0 to 100. Default: the browser's. */
  quality?: number;
  /** Whether to take the whole page and not just what the window shows. Default false. */
  fullPage?: boolean;
}

/** How a page is printed. */
export interface PdfOptions {
  /** Whether it lies on its side. Default false. */
  landscape?: boolean;
  /** Whether backgrounds are printed. Default true. */
  printBackground?: boolean;
  /** The paper's width in inches. Default 8.27 (A4). */
  paperWidth?: number;
  /** The paper's height in inches. Default 11.69 (A4). */
  paperHeight?: number;
}

/** Options of one fetch through a browser. A session takes them too, as defaults for all fetches. */
export interface BrowserFetchOptions<Page = PuppeteerPage> extends FetchOptions {
  /**
   * Extra request headers; they win over `headers`. The browser sends them with every request of
   * the page, those for images and to other hosts included.
   */
  extraHeaders?: HeadersInput;
  /** Whether to come from Google's search page where no referer is given. Default true. */
  googleSearch?: boolean;
  /**
   * The proxy to go through: `http://`, `https://` or `socks5://`, with credentials if it wants
   * them (`http` and `https` only: Chromium has no credentials for SOCKS). Each proxy has a browser
   * context of its own, with its own cookies unless the session has a `jar`.
   */
  proxy?: string;
  /** Whether to skip images, fonts, media, style sheets and beacons, for speed. Default false. */
  disableResources?: boolean;
  /**
   * Domains that pages may not ask for anything, their sub-domains included; a page that belongs to
   * one is a `BlockedDomainError`. Default: none.
   */
  blockedDomains?: readonly string[];
  /** Whether to refuse requests to the domains of advertisers and trackers. Default false. */
  blockAds?: boolean;
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
   * Which answers to the page's own requests (`fetch` and `XMLHttpRequest`) to keep, as
   * `response.capturedXhr`, in order of arrival; those of frames and of the page's own workers are
   * among them, those of shared and service workers are not. What is still on its way at the end, or
   * never read by the page, is left out, and so is what would make the sum larger than `maxBytes`:
   * `meta.omittedXhr` counts the latter. Default: none.
   */
  captureXhr?: XhrFilter;
  /**
   * Whether to take a picture of the page at the end, as `response.meta.screenshot` (bytes); there is
   * none of what is not shown, as a download. Default false.
   */
  screenshot?: boolean | ScreenshotOptions;
  /** Whether to print the page at the end, as `response.meta.pdf` (bytes). Default false. */
  pdf?: boolean | PdfOptions;
  /** Largest body to accept, and largest sum of captured ones, in bytes. Default 64 MiB. */
  maxBytes?: number;
  /**
   * Whether the URL that is asked for may lead to a private, loopback, link-local or metadata
   * address; otherwise it is a `PrivateAddressError`. What another page sends the browser to never
   * may, unless that page came from one itself: that is an `UnsafeRedirectError`. Behind a proxy,
   * addresses and `localhost` are recognised, and names are the proxy's business. Popups are held to
   * it as well, but for those in a browser that was connected to. Default true.
   */
  allowPrivate?: boolean;
  /**
   * What becomes of a fetch when one of its steps (`pageSetup`, `networkIdle`, `solveCloudflare`,
   * `pageAction`, `waitSelector`, `screenshot`, `pdf`, `captureXhr`) fails: "fail" rejects; "ignore" goes on and
   * notes the error in the response's `meta.stepErrors`. Default "fail".
   */
  onStepError?: "fail" | "ignore";
}

/** Options of one fetch through a stealth session. A session takes them too, as defaults. */
export interface StealthFetchOptions<Page = PuppeteerPage> extends BrowserFetchOptions<Page> {
  /**
   * Whether to get past Cloudflare's challenge pages, in at most three attempts; `timeoutMs` is then
   * 60000 by default. Default false.
   */
  solveCloudflare?: boolean;
  /**
   * Whether the mouse moves to what it clicks as a hand would move it, and keys are pressed at a
   * person's pace. Default false.
   */
  humanize?: boolean;
  /**
   * Whether to keep WebRTC from telling addresses that a proxy would hide. A fetch that differs
   * from its session in this option or the two below goes through a second browser. Default false.
   */
  blockWebrtc?: boolean;
  /**
   * Whether to keep pages from reading what they drew on a canvas, which tells machines apart: it
   * fails as if another site's picture were on it. Chromium can add no noise instead. Pages that
   * read canvases for their work break, and a page can tell that it was kept from it. Default false.
   */
  hideCanvas?: boolean;
  /** Whether pages may use WebGL; without it a browser is easier to tell apart. Default true. */
  allowWebgl?: boolean;
}

/** The names of the options that a fetch through any browser session takes. */
export const FETCH_OPTIONS: readonly string[] = [
  ...COMMON_OPTIONS,
  "extraHeaders",
  "googleSearch",
  "proxy",
  "disableResources",
  "blockedDomains",
  "blockAds",
  "networkIdle",
  "loadDom",
  "waitSelector",
  "waitSelectorState",
  "waitMs",
  "pageSetup",
  "pageAction",
  "captureXhr",
  "screenshot",
  "pdf",
  "maxBytes",
  "allowPrivate",
  "onStepError",
];

/** The names of the options that only a fetch through a stealth session takes. */
export const STEALTH_OPTIONS: readonly string[] = [
  "solveCloudflare",
  "humanize",
  "blockWebrtc",
  "hideCanvas",
  "allowWebgl",
];
