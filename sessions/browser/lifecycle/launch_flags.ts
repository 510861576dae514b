import type { ProxyServer } from "@orbweaver/session";

/**
 * Switches that every browser gets, whatever the session's kind: no first-run questions, no calls
 * home, no throttling of tabs that are not in front. Puppeteer's list, without those that only
 * automated browsers have.
 */
export const COMMON_FLAGS: readonly string[] = [
  "--no-first-run",
  "--no-default-browser-check",
  "--no-pings",
  "--disable-background-networking",
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-breakpad",
  "--disable-client-side-phishing-detection",
  "--disable-crash-reporter",
  "--disable-domain-reliability",
  "--disable-features=Translate,AcceptCHFrame,MediaRouter,OptimizationHints",
  "--disable-hang-monitor",
  "--disable-ipc-flooding-protection",
  "--disable-prompt-on-repost",
  "--disable-renderer-backgrounding",
  "--disable-search-engine-choice-screen",
  "--disable-sync",
  "--metrics-recording-only",
  "--mute-audio",
  "--password-store=basic",
  "--use-mock-keychain",
];

/**
 * The switches for a browser that goes through a proxy.
 *
 * @param proxy The proxy.
 */
export function proxyFlags(proxy: ProxyServer): string[] {
  // Chromium goes to loopback addresses directly unless this is taken away from its own list.
  return [`--proxy-server=${proxy.server}`, "--proxy-bypass-list=<-loopback>"];
}

/** Of these switches a browser heeds only the last, so that their values have to be joined. */
const LISTS = [
  "--disable-features",
  "--enable-features",
  "--disable-blink-features",
  "--enable-blink-features",
  "--blink-settings",
];

/**
 * Joins lists of switches, so that a later list adds to an earlier one and never undoes it.
 *
 * @param lists Lists of switches; of two equal switches with different values the later one holds.
 * @returns One list.
 */
export function joinFlags(...lists: readonly (readonly string[])[]): string[] {
  const joined = new Map<string, string>();
  for (const flag of lists.flat()) {
    const name = flag.split("=", 1)[0]!;
    const earlier = joined.get(name);
    const adds = earlier !== undefined && earlier !== flag && LISTS.includes(name);
    joined.set(name, adds ? `${earlier},${flag.slice(name.length + 1)}` : flag);
  }
  return [...joined.values()];
}
