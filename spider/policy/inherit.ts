import { COMMON_OPTIONS, headerPairs, type HeadersInput } from "@orbweaver/session";
import type { SessionOptions } from "../request.ts";

/** How much of the parent's session options a followed link takes over. */
export type Inherit = "safe" | "all" | "none";

/** They say what one request does, not how a session behaves, so a link never inherits them. */
const ONE_REQUEST_ONLY = ["method", "data", "json", "params", "referer", "signal"];

/** Headers that describe one request's body or range. */
const ONE_REQUEST_HEADERS = ["range", "if-range", "idempotency-key"];

/** Headers that must not be shown to another origin. */
const CREDENTIAL_HEADERS = ["authorization", "cookie", "proxy-authorization"];

/** Options that must not be shown to another origin. */
const CREDENTIAL_OPTIONS = ["auth", "cookies"];

/** What decides which options pass from a page to a link on it. */
export interface Passage {
  /** How much passes. */
  inherit: Inherit;
  /** Whether the link stays on the page's origin. */
  sameOrigin: boolean;
  /** Whether the link's session is of the page's kind; other kinds share the common options only. */
  sameKind: boolean;
}

/**
 * The session options that a followed link takes over from the page it stands on. "safe" leaves out
 * what belongs to one request only, and credentials across origins.
 *
 * @param options The parent request's session options.
 * @param passage What decides.
 */
export function inheritedOptions(options: SessionOptions, passage: Passage): SessionOptions {
  if (passage.inherit === "none") return {};
  if (passage.inherit === "all") return options;
  const entries = Object.entries(options).filter(([name]) => passes(name, options, passage));
  const inherited = Object.fromEntries(entries);
  for (const name of ["headers", "extraHeaders"]) {
    if (name in inherited) {
      inherited[name] = inheritedHeaders(inherited[name] as HeadersInput, passage.sameOrigin);
    }
  }
  return inherited;
}

function passes(name: string, options: SessionOptions, passage: Passage): boolean {
  if (name === "referer" && options.referer === false) return true;
  if (ONE_REQUEST_ONLY.includes(name)) return false;
  if (!passage.sameOrigin && CREDENTIAL_OPTIONS.includes(name)) return false;
  return passage.sameKind || COMMON_OPTIONS.includes(name);
}

function inheritedHeaders(headers: HeadersInput, sameOrigin: boolean): [string, string][] {
  return headerPairs(headers).filter(([name]) => {
    const lower = name.toLowerCase();
    if (ONE_REQUEST_HEADERS.includes(lower) || lower.startsWith("content-")) return false;
    return sameOrigin || !CREDENTIAL_HEADERS.includes(lower);
  });
}
