import type { HeaderSet, RequestMode } from "./headers.ts";
import type { Profile } from "./names.ts";

/**
 * What Chrome, Edge and Opera send. Captured from Chromium over HTTP/1.1 and HTTP/2; the values of
 * versions are those that curl-impersonate captured from Chrome and Edge.
 */
export function chromiumHeaders(profile: Profile, mode: RequestMode): HeaderSet {
  return mode === "fetch" ? fetchHeaders(profile) : navigationHeaders(profile, mode);
}

function navigationHeaders(profile: Profile, mode: RequestMode): HeaderSet {
  // Since Chrome 128 the form's headers are set before `upgrade-insecure-requests` and not after it.
  const form = ["origin", "content-type"];
  const early = chromiumMajor(profile) >= 128;
  return {
    order: [
      "host",
      "connection",
      "content-length",
      "cache-control",
      "authorization",
      "sec-ch-ua",
      "sec-ch-ua-mobile",
      "sec-ch-ua-platform",
      ...(early ? form : []),
      "upgrade-insecure-requests",
      ...(early ? [] : form),
      "user-agent",
      "accept",
      "sec-fetch-site",
      "sec-fetch-mode",
      "sec-fetch-user",
      "sec-fetch-dest",
      "referer",
      "accept-encoding",
      "accept-language",
      "cookie",
      "priority",
    ],
    h2Only: ["priority"],
    values: {
      ...commonValues(profile),
      "upgrade-insecure-requests": "1",
      "accept": acceptPage(profile),
      "sec-fetch-mode": "navigate",
      "sec-fetch-user": "?1",
      "sec-fetch-dest": "document",
      ...(mode === "form" ? { "cache-control": "max-age=0" } : {}),
      ...priority(profile, "u=0, i"),
    },
  };
}

function fetchHeaders(profile: Profile): HeaderSet {
  return {
    order: [
      "host",
      "connection",
      "content-length",
      "authorization",
      "sec-ch-ua-platform",
      "user-agent",
      "sec-ch-ua",
      "content-type",
      "sec-ch-ua-mobile",
      "accept",
      "origin",
      "sec-fetch-site",
      "sec-fetch-mode",
      "sec-fetch-dest",
      "referer",
      "accept-encoding",
      "accept-language",
      "cookie",
      "priority",
    ],
    h2Only: ["priority"],
    values: {
      ...commonValues(profile),
      "accept": "*/*",
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
      ...priority(profile, "u=1, i"),
    },
  };
}

function commonValues(profile: Profile): Record<string, string> {
  return {
    "connection": "keep-alive",
    "sec-ch-ua": clientHint(profile),
    "sec-ch-ua-mobile": profile.os === "android" ? "?1" : "?0",
    "sec-ch-ua-platform": `"${PLATFORMS[profile.os]}"`,
    "user-agent": userAgent(profile),
    "accept-encoding": chromiumMajor(profile) >= 123
      ? "gzip, deflate, br, zstd"
      : "gzip, deflate, br",
    "accept-language": "en-US,en;q=0.9",
  };
}

/** Chrome sends RFC 9218 priorities since version 124. */
function priority(profile: Profile, value: string): Record<string, string> {
  return chromiumMajor(profile) >= 124 ? { priority: value } : {};
}

function acceptPage(profile: Profile): string {
  const exchange = chromiumMajor(profile) >= 110 ? "0.7" : "0.9";
  const avif = profile.brand === "edge" && profile.major < 121 ? "" : "image/avif,";
  return `text/html,application/xhtml+xml,application/xml;q=0.9,${avif}image/webp,image/apng,` +
    `*/*;q=0.8,application/signed-exchange;v=b3;q=${exchange}`;
}

const PLATFORMS: Readonly<Record<Profile["os"], string>> = {
  windows: "Windows",
  macos: "macOS",
  linux: "Linux",
  android: "Android",
  ios: "iOS",
};

// What the reduced user agent string says, whatever the machine (https://www.chromium.org/updates/ua-reduction/).
const SYSTEMS: Readonly<Record<Profile["os"], string>> = {
  windows: "Windows NT 10.0; Win64; x64",
  macos: "Macintosh; Intel Mac OS X 10_15_7",
  linux: "X11; Linux x86_64",
  android: "Linux; Android 10; K",
  ios: "iPhone; CPU iPhone OS 18_0 like Mac OS X",
};

/** The versions here that are older than the reduction of the user agent string. */
const FULL_VERSIONS: Readonly<Record<string, string>> = {
  chrome100: "100.0.4896.75",
  edge101: "101.0.4951.64",
};

/** The Chromium in a browser. Opera's is 15 or 16 versions ahead of its own number. */
function chromiumMajor({ brand, major }: Profile): number {
  if (brand !== "opera") return major;
  return major + (major >= 121 ? 16 : 15);
}

function userAgent(profile: Profile): string {
  const major = chromiumMajor(profile);
  const version = FULL_VERSIONS[`${profile.brand}${major}`] ?? `${major}.0.0.0`;
  const mobile = profile.os === "android" ? " Mobile" : "";
  const chrome = `Mozilla/5.0 (${SYSTEMS[profile.os]}) AppleWebKit/537.36 (KHTML, like Gecko) ` +
    `Chrome/${version}${mobile} Safari/537.36`;
  if (profile.brand === "chrome") return chrome;
  if (profile.brand === "opera") return `${chrome} OPR/${profile.major}.0.0.0`;
  const edge = profile.major === 101 ? "101.0.1210.47" : `${profile.major}.0.0.0`;
  return `${chrome} ${profile.os === "android" ? "EdgA" : "Edg"}/${edge}`;
}

const HINT_NAMES: Partial<Record<Profile["brand"], string>> = {
  edge: "Microsoft Edge",
  opera: "Opera",
};
const GREASE_CHARACTERS = [" ", "(", ":", "-", ".", "/", ")", ";", "=", "?", "_"];
const GREASE_VERSIONS = ["8", "99", "24"];
const BRAND_ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/**
 * `sec-ch-ua`, whose made-up third brand and whose order follow from the version: Chromium's
 * `GenerateBrandVersionList` in components/embedder_support/user_agent_utils.cc.
 */
function clientHint(profile: Profile): string {
  const major = chromiumMajor(profile);
  const chromium = `"Chromium";v="${major}"`;
  const own = `"${HINT_NAMES[profile.brand] ?? "Google Chrome"}";v="${profile.major}"`;
  if (major < 105) {
    const grease = `" Not A;Brand";v="99"`;
    return (major === 104 ? [chromium, grease, own] : [grease, chromium, own]).join(", ");
  }
  const first = GREASE_CHARACTERS[major % 11];
  const second = GREASE_CHARACTERS[(major + 1) % 11];
  const grease = `"Not${first}A${second}Brand";v="${GREASE_VERSIONS[major % 3]}"`;
  const [greaseAt = 0, chromiumAt = 0, ownAt = 0] = BRAND_ORDERS[major % 6] ?? [];
  const list: string[] = [];
  list[greaseAt] = grease;
  list[chromiumAt] = chromium;
  list[ownAt] = own;
  return list.join(", ");
}
