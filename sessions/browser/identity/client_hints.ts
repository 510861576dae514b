import { release } from "node:os";
import process from "node:process";
import { majorOf } from "./user_agent.ts";

/** A brand with a version, as in `Sec-CH-UA`. */
export interface Brand {
  /** The brand's name. */
  brand: string;
  /** Its version. */
  version: string;
}

/** What `navigator.userAgentData` and the `Sec-CH-UA` headers say; CDP's `UserAgentMetadata`. */
export interface ClientHints {
  /** Brands with major versions. */
  brands: Brand[];
  /** Brands with full versions. */
  fullVersionList: Brand[];
  /** The operating system's name. */
  platform: string;
  /** The operating system's version; empty on Linux, as in Chrome. */
  platformVersion: string;
  /** The processor family, such as "x86". */
  architecture: string;
  /** The processor's word size. */
  bitness: string;
  /** The device's model; empty on a desktop. */
  model: string;
  /** Whether it is a phone. */
  mobile: boolean;
  /** Whether it is a 32-bit program on 64-bit Windows. */
  wow64: boolean;
}

/**
 * The client hints that belong to a user agent. Without them Chromium sends none at all once its
 * user agent is overridden, which no real browser does.
 *
 * @param userAgent The user agent.
 * @param version The running browser's full version.
 * @returns `undefined` if the user agent is not a Chromium's: other browsers have no client hints.
 */
export function clientHints(userAgent: string, version: string): ClientHints | undefined {
  const major = /Chrome\/(\d+)/.exec(userAgent)?.[1];
  if (major === undefined) return undefined;
  const full = major === majorOf(version) ? version : `${major}.0.0.0`;
  const mobile = userAgent.includes("Mobile");
  const arm = mobile || process.arch === "arm64";
  return {
    brands: brandList(Number(major), (greased) => greased.major, major),
    fullVersionList: brandList(Number(major), (greased) => greased.full, full),
    platform: platformName(userAgent),
    platformVersion: platformVersion(userAgent),
    architecture: mobile ? "" : arm ? "arm" : "x86",
    bitness: mobile ? "" : "64",
    model: "",
    mobile,
    wow64: false,
  };
}

const GREASE_CHARACTERS = [" ", "(", ":", "-", ".", "/", ")", ";", "=", "?", "_"];
const GREASE_VERSIONS = ["8", "99", "24"];
const ORDERS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

/**
 * The brands in the order, and with the made-up brand, that this major version of Chrome has:
 * `GenerateBrandVersionList` in Chromium's components/embedder_support/user_agent_utils.cc.
 */
function brandList(
  seed: number,
  greasedVersion: (greased: { major: string; full: string }) => string,
  version: string,
): Brand[] {
  const first = GREASE_CHARACTERS[seed % GREASE_CHARACTERS.length];
  const second = GREASE_CHARACTERS[(seed + 1) % GREASE_CHARACTERS.length];
  const major = GREASE_VERSIONS[seed % GREASE_VERSIONS.length]!;
  const greased = {
    brand: `Not${first}A${second}Brand`,
    version: greasedVersion({ major, full: `${major}.0.0.0` }),
  };
  const unordered = [
    greased,
    { brand: "Chromium", version },
    { brand: "Google Chrome", version },
  ];
  const ordered: Brand[] = [];
  ORDERS[seed % ORDERS.length]!.forEach((place, i) => ordered[place] = unordered[i]!);
  return ordered;
}

function platformName(userAgent: string): string {
  if (userAgent.includes("Windows")) return "Windows";
  if (userAgent.includes("Android")) return "Android";
  if (userAgent.includes("Macintosh")) return "macOS";
  return "Linux";
}

/** What https://wicg.github.io/ua-client-hints/#sec-ch-ua-platform-version says for each system. */
function platformVersion(userAgent: string): string {
  if (userAgent.includes("Windows")) {
    // Windows 11 begins with build 22000 and calls itself 13 or more.
    return process.platform !== "win32" || buildOf(release()) >= 22_000 ? "15.0.0" : "10.0.0";
  }
  if (userAgent.includes("Macintosh")) {
    // Darwin 20 to 24 is macOS 11 to 15; Darwin 25 is macOS 26.
    const darwin = process.platform === "darwin" ? Number(release().split(".")[0]) : 24;
    return `${darwin >= 25 ? darwin + 1 : darwin - 9}.0.0`;
  }
  return /Android (\d+)/.exec(userAgent)?.[1]?.concat(".0.0") ?? "";
}

function buildOf(windowsRelease: string): number {
  return Number(windowsRelease.split(".")[2]);
}
