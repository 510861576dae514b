import type { HeaderSet, RequestMode } from "./headers.ts";
import type { Profile } from "./names.ts";

/** What Firefox and Tor Browser send; values as captured by curl-impersonate. */
export function firefoxHeaders(profile: Profile, mode: RequestMode): HeaderSet {
  return {
    order: [
      "host",
      "user-agent",
      "accept",
      "accept-language",
      "accept-encoding",
      "content-type",
      "content-length",
      "origin",
      "sec-gpc",
      "connection",
      "authorization",
      "referer",
      "cookie",
      "upgrade-insecure-requests",
      "sec-fetch-dest",
      "sec-fetch-mode",
      "sec-fetch-site",
      "sec-fetch-user",
      "priority",
      "te",
    ],
    h2Only: ["te"],
    values: {
      "user-agent": userAgent(profile),
      "accept-language": "en-US,en;q=0.5",
      "accept-encoding": profile.major >= 126 ? "gzip, deflate, br, zstd" : "gzip, deflate, br",
      "connection": "keep-alive",
      "te": "trailers",
      ...(profile.brand === "tor" ? { "sec-gpc": "1" } : {}),
      ...(mode === "fetch" ? fetchValues(profile) : navigationValues(profile)),
    },
  };
}

function navigationValues(profile: Profile): Record<string, string> {
  return {
    "accept": acceptPage(profile),
    "upgrade-insecure-requests": "1",
    "sec-fetch-dest": "document",
    "sec-fetch-mode": "navigate",
    "sec-fetch-user": "?1",
    ...priority(profile, "u=0, i"),
  };
}

function fetchValues(profile: Profile): Record<string, string> {
  return {
    "accept": "*/*",
    "sec-fetch-dest": "empty",
    "sec-fetch-mode": "cors",
    ...priority(profile, "u=4"),
  };
}

/** Firefox sends RFC 9218 priorities since version 128. */
function priority(profile: Profile, value: string): Record<string, string> {
  return profile.major >= 128 ? { priority: value } : {};
}

function acceptPage(profile: Profile): string {
  const start = "text/html,application/xhtml+xml,application/xml;q=0.9,";
  if (profile.major >= 132) return `${start}*/*;q=0.8`;
  if (profile.major >= 128) {
    return `${start}image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8`;
  }
  return `${start}image/avif,image/webp,*/*;q=0.8`;
}

function userAgent(profile: Profile): string {
  // Tor Browser 14.5 is built on the extended support release 128 and says so.
  const version = profile.brand === "tor" ? "128.0" : `${profile.major}.0`;
  const start = `Mozilla/5.0 (${SYSTEMS[profile.os]}; rv:${version})`;
  const gecko = profile.os === "android" ? version : "20100101";
  return `${start} Gecko/${gecko} Firefox/${version}`;
}

const SYSTEMS: Readonly<Record<Profile["os"], string>> = {
  windows: "Windows NT 10.0; Win64; x64",
  macos: "Macintosh; Intel Mac OS X 10.15",
  linux: "X11; Linux x86_64",
  android: "Android 13; Mobile",
  ios: "iPhone; CPU iPhone OS 18_0 like Mac OS X",
};
