import { isIdentityHeader, type SessionIdentity } from "@orbweaver/session";
import type { UserHeader } from "../user_headers.ts";
import { chromiumHeaders } from "./chromium.ts";
import { firefoxHeaders } from "./firefox.ts";
import type { Profile } from "./names.ts";
import { okhttpHeaders } from "./okhttp.ts";
import { safariHeaders } from "./safari.ts";

/** A header as it goes out: name and value. */
export type HeaderPair = readonly [name: string, value: string];

/** How a browser comes to send such a request: a link, a form, or a script's `fetch()`. */
export type RequestMode = "navigate" | "form" | "fetch";

/**
 * What a server is told depends on the way to it: `tls` (which most likely is HTTP/2), `local` for
 * this machine without TLS, `plain` for any other without TLS, which gets neither client hints nor
 * fetch metadata (https://w3c.github.io/webappsec-fetch-metadata/ §4).
 */
export type Wire = "tls" | "local" | "plain";

/** Which headers a request gets. */
export interface HeaderKind {
  /** The browser to be; `undefined` for none. */
  readonly profile: Profile | undefined;
  /** How the browser came to send the request. */
  readonly mode: RequestMode;
  /** The way to the server. */
  readonly wire: Wire;
  /** Who writes the connection's own headers: a client that leaves them to us, or the platform's `fetch`. */
  readonly sender: "exact" | "platform";
  /** Who to be instead, as far as headers say it; `undefined` for the browser itself. */
  readonly identity?: SessionIdentity | undefined;
}

/** What a browser sends for one kind of request: an order, and values that never change. */
export interface HeaderSet {
  /** All names in lower case, in the order of the wire; those without a value are left out. */
  readonly order: readonly string[];
  /** Names that are sent over HTTP/2 only. */
  readonly h2Only: readonly string[];
  /** Values that don't depend on the request. */
  readonly values: Readonly<Record<string, string>>;
}

/** Values that depend on the request, by lower-case name; `undefined` leaves the header out. */
export interface RequestValues {
  readonly host?: string;
  readonly "content-length"?: string;
  readonly "content-type"?: string;
  readonly authorization?: string;
  readonly origin?: string;
  readonly referer?: string;
  readonly "sec-fetch-site"?: string;
  readonly cookie?: string;
}

interface Slot {
  readonly key: string;
  readonly name: string;
  /** The whole header, where its value never changes: one for all requests. */
  readonly pair: HeaderPair | undefined;
}

const templates = new Map<string, readonly Slot[]>();

/**
 * The headers of a request, in the order in which they go out.
 *
 * @param kind Which browser sends what kind of request over what.
 * @param values The values that depend on the request.
 * @param user The user's headers: they win, and stand where the browser's header would.
 */
export function orderedHeaders(
  kind: HeaderKind,
  values: RequestValues,
  user: readonly UserHeader[],
): HeaderPair[] {
  const slots = template(kind);
  const pairs: HeaderPair[] = [];
  const { identity } = kind;
  if (identity !== undefined) user = [...identityHeaders(identity, kind.wire, user), ...user];
  const extra = user.length === 0 ? user : user.filter((header) => !has(slots, header.key));
  for (const slot of slots) {
    // The user's own come before what a browser's network layer adds last.
    if (slot.key === "cookie") {
      for (const header of extra) pairs.push([header.name, header.value]);
    }
    const given = user.length === 0 ? undefined : user.find((header) => header.key === slot.key);
    if (given === undefined && identity !== undefined && isIdentityHeader(slot.key)) continue;
    if (given === undefined && slot.pair !== undefined) {
      pairs.push(slot.pair);
      continue;
    }
    const value = given?.value ?? values[slot.key as keyof RequestValues];
    if (value !== undefined) pairs.push([slot.name, value]);
  }
  return pairs;
}

/** What says who it is, where the user does not. */
function identityHeaders(
  { headers }: SessionIdentity,
  wire: Wire,
  user: readonly UserHeader[],
): UserHeader[] {
  return headers.map(([name, value]) => ({ name, key: name.toLowerCase(), value }))
    .filter(({ key }) => !(wire === "plain" && key.startsWith("sec-")))
    .filter(({ key }) => !user.some((header) => header.key === key));
}

function has(slots: readonly Slot[], key: string): boolean {
  return slots.some((slot) => slot.key === key);
}

function template(kind: HeaderKind): readonly Slot[] {
  const key = `${kind.profile?.name} ${kind.mode} ${kind.wire} ${kind.sender}`;
  let slots = templates.get(key);
  if (slots === undefined) {
    const set = kind.profile === undefined ? NO_BROWSER : headerSet(kind.profile, kind.mode);
    slots = toSlots(set, kind);
    templates.set(key, slots);
  }
  return slots;
}

/** What goes out where nobody is impersonated: just enough for a polite request. */
const NO_BROWSER: HeaderSet = {
  order: [
    "host",
    "authorization",
    "user-agent",
    "accept",
    "accept-encoding",
    "content-type",
    "content-length",
    "referer",
    "cookie",
  ],
  values: {
    "user-agent": "Orbweaver",
    "accept": "*/*",
    "accept-encoding": "gzip, deflate, br",
  },
  h2Only: [],
};

function headerSet(profile: Profile, mode: RequestMode): HeaderSet {
  switch (profile.brand) {
    case "chrome":
    case "edge":
    case "opera":
      return chromiumHeaders(profile, mode);
    case "firefox":
    case "tor":
      return firefoxHeaders(profile, mode);
    case "okhttp":
      return okhttpHeaders(profile);
    case "safari":
      return safariHeaders(profile, mode);
  }
}

function toSlots(set: HeaderSet, kind: HeaderKind): Slot[] {
  const slots: Slot[] = [];
  for (const key of set.order) {
    if (!goesOut(key, set, kind)) continue;
    const name = kind.wire === "tls" || kind.sender === "platform" ? key : titleCase(key);
    const value = key === "accept-encoding" ? acceptEncoding(set, kind) : set.values[key];
    slots.push({ key, name, pair: value === undefined ? undefined : [name, value] });
  }
  return slots;
}

const CONNECTION_HEADERS: readonly string[] = ["host", "connection", "content-length"];

function goesOut(key: string, set: HeaderSet, { wire, sender }: HeaderKind): boolean {
  if (sender === "platform" && CONNECTION_HEADERS.includes(key)) return false;
  // HTTP/2 forbids `connection` and replaces `host` (RFC 9113 §8.2.2 and §8.3.1).
  if (key === "connection" || key === "host") return wire !== "tls";
  if (set.h2Only.includes(key)) return wire === "tls" && sender === "exact";
  return !(key.startsWith("sec-") && wire === "plain");
}

/** Browsers offer the newer encodings only over TLS or to this machine; Deno's `fetch` knows no zstd. */
function acceptEncoding(set: HeaderSet, { wire, sender }: HeaderKind): string | undefined {
  if (wire === "plain") return "gzip, deflate";
  return sender === "platform" ? "gzip, deflate, br" : set.values["accept-encoding"];
}

/** On HTTP/1.1, browsers write `User-Agent`, but client hints as `sec-ch-ua`. */
function titleCase(key: string): string {
  if (key.startsWith("sec-ch-")) return key;
  return key.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
