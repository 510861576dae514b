import { InvalidOptionError } from "@orbweaver/session";
import type { BrowserProfile, EmulationOS } from "wreq-js";
import { UnknownProfileError } from "../errors.ts";

/**
 * A browser, or OkHttp: a family (`"chrome"`: its newest known version), a version (`"chrome131"`), and an
 * operating system where there is a choice (`"chrome131_android"`, `"firefox_linux"`). The names of
 * curl_cffi and of wreq-js are understood too. A version of curl_cffi's that has no fingerprint here
 * is the nearest that has:
 *
 * | curl_cffi | here |
 * | --- | --- |
 * | `chrome99`, `chrome99_android` | `chrome100`, `chrome100_android` |
 * | `chrome133a`, `chrome150` | `chrome133`, `chrome147` |
 * | `edge99` | `edge101` |
 * | `safari180`, `safari184` | `safari18`, `safari18.5` |
 * | `safari260`, `safari2601` | `safari26` |
 * | `safari172_ios`, `safari260_ios` | `safari17.2_ios`, `safari26_ios` |
 * | `safari180_ios`, `safari184_ios` | `safari18.1.1_ios` |
 * | `safari_beta`, `safari_ios_beta` | `safari`, `safari_ios` |
 * | `tor145` | `tor136` |
 */
export type ProfileName =
  | "chrome"
  | "chrome_android"
  | "edge"
  | "firefox"
  | "firefox_android"
  | "okhttp"
  | "opera"
  | "safari"
  | "safari_ios"
  | "safari_ipad"
  | "tor"
  | (string & Record<never, never>);

/** What `impersonate` takes: a browser, several to choose from at random, or `false` for none. */
export type Impersonate = ProfileName | readonly ProfileName[] | false;

/** A browser of one version on one operating system. */
export interface Profile {
  /** Its name in the form that `impersonate` takes, such as "chrome131_android". */
  readonly name: string;
  /** Which browser it is; OkHttp is what Android apps use. */
  readonly brand: "chrome" | "edge" | "firefox" | "okhttp" | "opera" | "safari" | "tor";
  /** Its version, such as "131" or "18.1.1". */
  readonly version: string;
  /** The first number of its version. */
  readonly major: number;
  /** Its operating system; an iPad runs "ios" as well. */
  readonly os: EmulationOS;
  /** True for an iPad. */
  readonly tablet: boolean;
  /** The name of its TLS and HTTP/2 fingerprint in wreq-js. */
  readonly fingerprint: BrowserProfile;
}

// deno-fmt-ignore
const CHROME = [
  100, 101, 104, 105, 106, 107, 108, 109, 110, 114, 116, 117, 118, 119, 120, 123, 124, 126, 127, 128, 129, 130,
  131, 132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147,
] as const;
// deno-fmt-ignore
const EDGE = [
  101, 122, 127, 131, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147,
] as const;
// deno-fmt-ignore
const FIREFOX = [
  109, 117, 128, 133, 135, 136, 139, 142, 143, 144, 145, 146, 147, 148, 149,
] as const;
// deno-fmt-ignore
const SAFARI = [
  "15.3", "15.5", "15.6.1", "16", "16.5", "17.0", "17.2.1", "17.4.1", "17.5", "17.6", "18", "18.2", "18.3", "18.3.1",
  "18.5", "26", "26.1", "26.2",
] as const;
const SAFARI_IOS = ["16.5", "17.2", "17.4.1", "18.1.1", "26", "26.2"] as const;
const SAFARI_IPAD = ["18", "26", "26.2"] as const;
const OPERA = [116, 117, 118, 119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130] as const;
const OKHTTP = ["3.9", "3.11", "3.13", "3.14", "4.9", "4.10", "4.12", "5"] as const;

const DESKTOP = ["windows", "macos", "linux"] as const;

/** Names of curl_cffi whose version has no fingerprint of its own here, and the nearest that has. */
const NEAREST: Readonly<Record<string, string>> = {
  chrome99: "chrome100",
  chrome99_android: "chrome100_android",
  chrome133a: "chrome133",
  chrome150: "chrome147",
  edge99: "edge101",
  safari180: "safari18",
  safari184: "safari18.5",
  safari260: "safari26",
  safari2601: "safari26",
  safari172_ios: "safari17.2_ios",
  safari180_ios: "safari18.1.1_ios",
  safari184_ios: "safari18.1.1_ios",
  safari260_ios: "safari26_ios",
  safari_beta: "safari",
  safari_ios_beta: "safari_ios",
  tor145: "tor136",
};

let registry: ReadonlyMap<string, Profile> | undefined;

/**
 * The profiles that an `impersonate` option stands for.
 *
 * @param impersonate The option.
 * @returns The profiles to choose from, or `undefined` for the platform's own `fetch`.
 * @throws {UnknownProfileError} If a name is not known.
 * @throws {InvalidOptionError} If it is not a name, a list of names or `false`.
 */
export function profilesOf(impersonate: Impersonate): readonly Profile[] | undefined {
  if (impersonate === false) return undefined;
  if (typeof impersonate === "string") return [profileByName(impersonate)];
  if (!Array.isArray(impersonate) || impersonate.length === 0) {
    const expected = "a browser's name, a list of at least one, or false";
    throw new InvalidOptionError("impersonate", impersonate, expected);
  }
  return impersonate.map((name) => profileByName(String(name)));
}

/** The names that `impersonate` takes, without the other spellings of the same browsers. */
export function profileNames(): string[] {
  return [...new Set([...profiles().values()].map((profile) => profile.name))];
}

function profileByName(name: string): Profile {
  const known = profiles();
  const profile = known.get(spelling(name));
  if (profile === undefined) throw new UnknownProfileError(name, nearMatches(name));
  return profile;
}

/** One spelling for `chrome131_android`, `Chrome-131-Android` and `chrome_131_android`. */
function spelling(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "");
}

function profiles(): ReadonlyMap<string, Profile> {
  return registry ??= buildRegistry();
}

/** Every browser under all its spellings; of equal ones the newest version wins. */
function buildRegistry(): Map<string, Profile> {
  const map = new Map<string, Profile>();
  for (const version of CHROME) {
    for (const os of [...DESKTOP, "android"] as const) {
      add(map, "chrome", `${version}`, os, `chrome_${version}`);
    }
  }
  for (const version of EDGE) {
    for (const os of [...DESKTOP, "android"] as const) {
      add(map, "edge", `${version}`, os, `edge_${version}`);
    }
  }
  for (const version of FIREFOX) {
    for (const os of DESKTOP) add(map, "firefox", `${version}`, os, `firefox_${version}`);
  }
  add(map, "firefox", "135", "android", "firefox_android_135");
  for (const version of [135, 136] as const) {
    for (const os of DESKTOP) add(map, "tor", `${version}`, os, `firefox_private_${version}`);
  }
  for (const version of OPERA) {
    for (const os of DESKTOP) add(map, "opera", `${version}`, os, `opera_${version}`);
  }
  for (const version of OKHTTP) add(map, "okhttp", version, "android", `okhttp_${version}`);
  for (const version of SAFARI) add(map, "safari", version, "macos", `safari_${version}`);
  for (const version of SAFARI_IOS) add(map, "safari", version, "ios", `safari_ios_${version}`);
  for (const version of SAFARI_IPAD) add(map, "safari", version, "ipad", `safari_ipad_${version}`);
  for (const [name, nearest] of Object.entries(NEAREST)) {
    const profile = map.get(spelling(nearest));
    if (profile !== undefined) map.set(spelling(name), profile);
  }
  return map;
}

const USUAL_OS: Partial<Record<Profile["brand"], EmulationOS>> = {
  okhttp: "android",
  safari: "macos",
};

function add(
  map: Map<string, Profile>,
  brand: Profile["brand"],
  version: string,
  device: EmulationOS | "ipad",
  fingerprint: BrowserProfile,
): void {
  const usual = USUAL_OS[brand] ?? "windows";
  const profile: Profile = {
    name: `${brand}${version}${device === usual ? "" : `_${device}`}`,
    brand,
    version,
    major: Number.parseInt(version),
    os: device === "ipad" ? "ios" : device,
    tablet: device === "ipad",
    fingerprint,
  };
  const names = [
    `${brand}${version}${device}`,
    `${brand}${device}${version}`,
    `${brand}${device}`,
    ...(device === usual ? [`${brand}${version}`, brand, fingerprint] : []),
  ];
  for (const name of names) map.set(spelling(name), profile);
}

const MOST_MATCHES = 5;

/** Versions near the one that was asked for, where the browser is known; else names spelt alike. */
function nearMatches(name: string): string[] {
  const [, brand, version] = /^([a-z]+)[^a-z0-9]*(\d+)/i.exec(name) ?? [];
  const all = [...new Set(profiles().values())];
  const sameBrand = all.filter((profile) => profile.brand === brand?.toLowerCase());
  if (sameBrand.length > 0) {
    const distance = (profile: Profile) =>
      Math.abs(profile.major - Number(version)) + (name.endsWith(profile.os) ? -0.5 : 0);
    return sameBrand.sort((a, b) => distance(a) - distance(b)).slice(0, MOST_MATCHES)
      .map((profile) => profile.name);
  }
  const wanted = spelling(name).slice(0, 40);
  return FAMILIES.map((family) => ({ family, distance: editDistance(wanted, spelling(family)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_MATCHES)
    .map(({ family }) => family);
}

const FAMILIES: readonly ProfileName[] = [
  "chrome",
  "chrome_android",
  "edge",
  "firefox",
  "firefox_android",
  "okhttp",
  "opera",
  "safari",
  "safari_ios",
  "safari_ipad",
  "tor",
];

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
