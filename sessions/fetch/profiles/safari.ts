import type { HeaderSet, RequestMode } from "./headers.ts";
import type { Profile } from "./names.ts";

/**
 * What Safari sends on macOS, iPhone and iPad; order and values of navigations as captured by
 * curl-impersonate, which differ between versions 15, 16 to 17, and 18 and later. Where the
 * headers of a form stand was not captured.
 */
export function safariHeaders(profile: Profile, mode: RequestMode): HeaderSet {
  return {
    order: order(profile),
    h2Only: ["priority"],
    values: { ...commonValues(profile), ...modeValues(mode) },
  };
}

function order({ major }: Profile): readonly string[] {
  if (major < 16) return ORDER_15;
  return major < 18 ? ORDER_16 : ORDER_18;
}

const ORDER_15 = [
  "host",
  "content-type",
  "origin",
  "connection",
  "authorization",
  "user-agent",
  "accept",
  "accept-language",
  "referer",
  "accept-encoding",
  "content-length",
  "cookie",
];

const ORDER_16 = [
  "host",
  "authorization",
  "accept",
  "content-type",
  "sec-fetch-site",
  "accept-encoding",
  "sec-fetch-mode",
  "origin",
  "user-agent",
  "content-length",
  "accept-language",
  "referer",
  "connection",
  "sec-fetch-dest",
  "cookie",
];

const ORDER_18 = [
  "host",
  "authorization",
  "sec-fetch-dest",
  "content-type",
  "user-agent",
  "accept",
  "sec-fetch-site",
  "origin",
  "sec-fetch-mode",
  "referer",
  "accept-language",
  "priority",
  "accept-encoding",
  "content-length",
  "connection",
  "cookie",
];

function commonValues(profile: Profile): Record<string, string> {
  return {
    "user-agent": userAgent(profile),
    "accept-language": "en-US,en;q=0.9",
    "accept-encoding": profile.major >= 26 ? "gzip, deflate, br, zstd" : "gzip, deflate, br",
    "connection": "keep-alive",
  };
}

function modeValues(mode: RequestMode): Record<string, string> {
  if (mode === "fetch") {
    return {
      "accept": "*/*",
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
      "priority": "u=3, i",
    };
  }
  return {
    "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
    "priority": "u=0, i",
  };
}

/** Since version 26 Safari no longer says which iOS it runs on, but one of the last before. */
const FROZEN_IOS: Readonly<Record<string, string>> = {
  "26": "18_6",
  "26.1": "18_6",
  "26.2": "18_7",
};

function userAgent(profile: Profile): string {
  const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
  const version = `Version/${shortVersion(profile.version)}`;
  if (profile.os === "macos") {
    return `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} ${version} Safari/605.1.15`;
  }
  const os = FROZEN_IOS[profile.version] ?? shortVersion(profile.version).replaceAll(".", "_");
  const device = profile.tablet ? `iPad; CPU OS ${os}` : `iPhone; CPU iPhone OS ${os}`;
  return `Mozilla/5.0 (${device} like Mac OS X) ${webkit} ${version} Mobile/15E148 Safari/604.1`;
}

function shortVersion(version: string): string {
  return version.includes(".") ? version : `${version}.0`;
}
