import process from "node:process";

/** Chrome's reduced user agents: fixed platform versions, only the major version is true. */
const PLATFORMS: Readonly<Record<string, string>> = {
  win32: "Windows NT 10.0; Win64; x64",
  darwin: "Macintosh; Intel Mac OS X 10_15_7",
};
const LINUX = "X11; Linux x86_64";

/**
 * The user agent of a Chrome with a window, on this operating system.
 *
 * @param version The browser's full version.
 */
export function defaultUserAgent(version: string): string {
  const platform = PLATFORMS[process.platform] ?? LINUX;
  return `Mozilla/5.0 (${platform}) AppleWebKit/537.36 (KHTML, like Gecko) ` +
    `Chrome/${majorOf(version)}.0.0.0 Safari/537.36`;
}

/**
 * The value of `navigator.platform` that belongs to a user agent.
 *
 * @param userAgent The user agent.
 */
export function navigatorPlatform(userAgent: string): string {
  if (userAgent.includes("Windows")) return "Win32";
  if (/iPhone|iPad/.test(userAgent)) return "iPhone";
  if (userAgent.includes("Macintosh")) return "MacIntel";
  if (userAgent.includes("Android")) return "Linux armv81";
  return "Linux x86_64";
}

/**
 * The major version of a browser.
 *
 * @param version The full version, such as "156.0.8078.79".
 */
export function majorOf(version: string): string {
  return version.split(".")[0] ?? version;
}
