import type { HeaderSet } from "./headers.ts";
import type { Profile } from "./names.ts";

/**
 * What OkHttp, the client of most Android apps, sends by itself: little, and after the app's own
 * headers (`BridgeInterceptor` in square/okhttp).
 */
export function okhttpHeaders(profile: Profile): HeaderSet {
  return {
    order: [
      "authorization",
      "content-type",
      "content-length",
      "host",
      "connection",
      "accept-encoding",
      "cookie",
      "user-agent",
    ],
    h2Only: [],
    values: {
      "connection": "Keep-Alive",
      "accept-encoding": "gzip",
      "user-agent": `okhttp/${FULL_VERSIONS[profile.version] ?? profile.version}`,
    },
  };
}

/** The last release of each version. */
const FULL_VERSIONS: Readonly<Record<string, string>> = {
  "3.9": "3.9.1",
  "3.11": "3.11.0",
  "3.13": "3.13.1",
  "3.14": "3.14.9",
  "4.9": "4.9.3",
  "4.10": "4.10.0",
  "4.12": "4.12.0",
  "5": "5.0.0",
};
