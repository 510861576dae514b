import type { SelectorState } from "../cdp/selector_state.ts";
import { checkFetchOptions } from "./checks.ts";
import type {
  BrowserFetchOptions,
  PageStep,
  PdfOptions,
  ScreenshotOptions,
  StealthFetchOptions,
  XhrFilter,
} from "./fetch_options.ts";
import { chooseReferer, joinHeaders } from "./headers.ts";

const MAX_BYTES = 64 * 1024 * 1024;

const TIMEOUT_MS = 30_000;

/** A challenge page takes its time before it even shows what to click. */
const CHALLENGE_TIMEOUT_MS = 60_000;

/** The options of one fetch with every default filled in. */
export interface PagePlan<Page> {
  /** The headers to add to every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The referer of the navigation. */
  readonly referer: string | undefined;
  readonly proxy: string | undefined;
  readonly disableResources: boolean;
  readonly blockedDomains: readonly string[];
  readonly blockAds: boolean;
  readonly networkIdle: boolean;
  readonly loadDom: boolean;
  readonly waitSelector: string | undefined;
  readonly waitSelectorState: SelectorState;
  readonly waitMs: number;
  readonly timeoutMs: number;
  readonly pageSetup: PageStep<Page> | undefined;
  readonly pageAction: PageStep<Page> | undefined;
  readonly captureXhr: XhrFilter | undefined;
  readonly screenshot: ScreenshotOptions | undefined;
  readonly pdf: PdfOptions | undefined;
  readonly maxBytes: number;
  readonly allowPrivate: boolean;
  readonly onStepError: "fail" | "ignore";
  readonly solveCloudflare: boolean;
  readonly humanize: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Puts together the options of one fetch: those of the request win over those of the session.
 *
 * @param session The session's options.
 * @param request The request's options.
 * @throws {InvalidOptionError} If a value makes no sense.
 */
export function planPage<Page>(
  session: StealthFetchOptions<Page>,
  request: StealthFetchOptions<Page>,
): PagePlan<Page> {
  const options: StealthFetchOptions<Page> = { ...session, ...withoutUndefined(request) };
  checkFetchOptions(options);
  const solveCloudflare = options.solveCloudflare ?? false;
  return {
    headers: joinHeaders(session, request),
    referer: chooseReferer(session, request),
    proxy: options.proxy,
    disableResources: options.disableResources ?? false,
    blockedDomains: options.blockedDomains ?? [],
    blockAds: options.blockAds ?? false,
    networkIdle: options.networkIdle ?? false,
    loadDom: options.loadDom ?? true,
    waitSelector: options.waitSelector,
    waitSelectorState: options.waitSelectorState ?? "attached",
    waitMs: options.waitMs ?? 0,
    timeoutMs: options.timeoutMs ?? (solveCloudflare ? CHALLENGE_TIMEOUT_MS : TIMEOUT_MS),
    pageSetup: options.pageSetup,
    pageAction: options.pageAction,
    captureXhr: options.captureXhr,
    screenshot: orDefaults(options.screenshot),
    pdf: orDefaults(options.pdf),
    maxBytes: options.maxBytes ?? MAX_BYTES,
    allowPrivate: options.allowPrivate ?? true,
    onStepError: options.onStepError ?? "fail",
    solveCloudflare,
    humanize: options.humanize ?? false,
    signal: request.signal,
  };
}

/**
 * Options without those that were given as `undefined`, which would hide another level's.
 *
 * @param options The options.
 */
export function withoutUndefined<T extends object>(options: T): Partial<T> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

function orDefaults<T extends BrowserFetchOptions["screenshot"] | BrowserFetchOptions["pdf"]>(
  option: T,
): Exclude<T, boolean> | undefined {
  if (option === undefined || option === false) return undefined;
  return (option === true ? {} : option) as Exclude<T, boolean>;
}
