/**
 * What a Cloudflare challenge asks of a visitor: to wait ("non-interactive"), to wait and perhaps to
 * click a box ("managed"), to click it ("interactive"), or to click one inside a page that is
 * otherwise there ("embedded", a Turnstile widget).
 */
export type ChallengeType = "non-interactive" | "managed" | "interactive" | "embedded";

/** A challenge in the place of a page, or in it. */
export interface Challenge {
  /** Who asks. */
  readonly provider: "cloudflare";
  /** What it asks. */
  readonly type: ChallengeType;
  /** Whether the page itself is held back until the challenge is solved. */
  readonly blocking: boolean;
}

/** What a challenge is told by; a {@linkcode Response} has both. */
export interface ChallengeEvidence {
  /** The response's headers. */
  readonly headers?: Pick<Headers, "get">;
  /** The document's HTML. */
  readonly text: string;
}

/** Cloudflare's mark on each answer that is a challenge and not the site's own. */
const HEADER = "cf-mitigated";

/** Where a challenge page keeps what its script works with. */
const OPTIONS = "_cf_chl_opt";

/** Part of the path of a challenge page's script; the one of `/scripts/jsd/` is on ordinary pages. */
const PAGE_SCRIPT = /\/cdn-cgi\/challenge-platform\/[\w/.-]{0,80}\b(?:orchestrate|chl_page)\b/;

const TITLE = /<title[^>]{0,80}>\s{0,20}Just a moment/i;

const TYPE = /\bcType\s{0,5}:\s{0,5}["'](non-interactive|managed|interactive)["']/;

/** Where Turnstile's widgets come from; looked for first, since it is in few pages. */
const WIDGETS = "//challenges.cloudflare.com/turnstile/";

/** The script that makes them. */
const WIDGET_SCRIPT =
  /<script\b[^>]{0,500}\bsrc\s{0,5}=\s{0,5}["']?https:\/\/challenges\.cloudflare\.com\/turnstile\//i;

/** What is in the page where a widget is, or is to be. */
const WIDGET = /\b(?:class|name)\s{0,5}=\s{0,5}["']?[^"'<>]{0,200}\bcf-turnstile(?:-response)?\b/i;

/**
 * The challenge that a response is or holds, told by its headers and its markup alone.
 *
 * @param page The response, or its headers and its HTML.
 * @returns `undefined` if there is none.
 *
 * @example
 * ```ts
 * import { challengeOf } from "@orbweaver/session";
 * import assert from "node:assert/strict";
 *
 * const headers = new Headers({ "cf-mitigated": "challenge" });
 * assert.equal(challengeOf({ headers, text: "<title>Just a moment...</title>" })?.type, "managed");
 * assert.equal(challengeOf({ text: "<h1>Hello</h1>" }), undefined);
 * ```
 */
export function challengeOf({ headers, text }: ChallengeEvidence): Challenge | undefined {
  const marked = headers?.get(HEADER)?.trim().toLowerCase() === "challenge";
  if (marked || isChallengePage(text)) {
    const type = (TYPE.exec(text)?.[1] ?? "managed") as ChallengeType;
    return { provider: "cloudflare", type, blocking: true };
  }
  if (!text.includes(WIDGETS) || !WIDGET_SCRIPT.test(text) || !WIDGET.test(text)) return undefined;
  return { provider: "cloudflare", type: "embedded", blocking: false };
}

/** Two marks of three: pages that write about challenges may have one. */
function isChallengePage(text: string): boolean {
  if (!text.includes("challenge-platform") && !text.includes(OPTIONS)) return false;
  const marks = [hasOptions(text), PAGE_SCRIPT.test(text), TITLE.test(text)];
  return marks.filter(Boolean).length >= 2;
}

/** Whether the options are in a script; in an article about them they are not. */
function hasOptions(text: string): boolean {
  const at = text.indexOf(OPTIONS);
  if (at < 0) return false;
  const script = text.lastIndexOf("<script", at);
  return script >= 0 && text.indexOf("</script", script) > at;
}
