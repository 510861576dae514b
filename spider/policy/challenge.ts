import { challengeOf, type Response } from "@orbweaver/session";

/** Why an answer is not the page, although its status may say so. */
export interface Challenge {
  /** In words, such as "challenge page" or "CAPTCHA". */
  readonly reason: string;
  /** True for a page that is empty before its scripts have run; nobody was turned away. */
  readonly needsJavaScript: boolean;
}

/** Longer pages have something to say; and reading them for nothing would take its time. */
const LONGEST_PAGE = 512 * 1024;

/** Whole titles, since a page may well be about a security check. */
const CHALLENGE_TITLES = new RegExp(
  "^(?:" + [
    "just a moment",
    "one moment,? please",
    "attention required!?(?: \\| cloudflare)?",
    "checking your browser.*",
    "ddos-guard",
    "access (?:to this page has been )?denied",
    "pardon our interruption",
    "(?:please )?verify(?:ing)? (?:that )?you are (?:a )?(?:human|not a robot)",
    "are you (?:a )?(?:human|robot)",
    "(?:robot|bot|human|security|browser) (?:check|verification)",
    "security checkpoint",
    "captcha",
    "one more step",
    "request unsuccessful",
  ].join("|") + ")[.!?\\u2026 ]*$",
  "i",
);

/** What the usual services put into the page that asks whether a person is there. */
const CAPTCHA_MARKUP =
  /challenges\.cloudflare\.com|_cf_chl_opt|cf-chl-|google\.com\/recaptcha|recaptcha\.net|hcaptcha\.com|captcha-delivery\.com|px-captcha|_incapsula_resource|awswaf\.com|gokuprops|arkoselabs\.com|geetest\.com|\b[gh]-(?:re)?captcha\b|\bcaptcha\b/i;

/** A login form with a CAPTCHA has more around it than a page that is nothing else. */
const MOST_CAPTCHA_TEXT = 600;
const MOST_CAPTCHA_LINKS = 5;

/** Where the frameworks put what they render. */
const MOUNT_POINTS =
  "#root, #app, #main-app, #__next, #__nuxt, #___gatsby, #svelte, app-root, [ng-app], [data-reactroot]";
const ASKS_FOR_JAVASCRIPT =
  /\b(?:enable|allow|activate|turn on|needs?|requires?) javascript\b|\bjavascript (?:is )?(?:disabled|required|needed)\b/i;
const MOST_SHELL_TEXT = 200;
/** "Loading…", in whatever words. */
const MOST_MOUNTED_TEXT = 40;
const MOST_SHELL_LINKS = 2;
/** Without any of these, and without text, there is nothing to see. */
const CONTENT = "img, picture, video, audio, iframe, frame, object, embed, form, input, table";
const NO_TEXT = ["script", "style", "noscript", "template"];

/**
 * Looks for signs that an answer is not the page that was asked for: what the services against robots
 * write into headers, the titles of their pages, a CAPTCHA with hardly anything around it, or an empty
 * page that needs its scripts.
 *
 * @param response The answer.
 * @returns What it is instead; `undefined` for a page.
 */
export function challengeIn(response: Response): Challenge | undefined {
  const announced = challengeInHeaders(response.headers);
  if (announced !== undefined) return turnedAway(announced);
  if (!isWebPage(response)) return undefined;
  if (challengeOf(response)?.blocking) return turnedAway("Cloudflare challenge");
  const title = response.css("head > title").first?.text().trim() ?? "";
  if (CHALLENGE_TITLES.test(title)) return turnedAway(`challenge page "${title.slice(0, 60)}"`);
  const links = linksIn(response.text);
  if (links <= MOST_CAPTCHA_LINKS && isCaptcha(response)) return turnedAway("CAPTCHA");
  if (!response.ok || links > MOST_SHELL_LINKS || !isEmptyShell(response)) return undefined;
  return { reason: "empty without JavaScript", needsJavaScript: true };
}

function turnedAway(reason: string): Challenge {
  return { reason, needsJavaScript: false };
}

function challengeInHeaders(headers: Headers): string | undefined {
  // https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/
  if (headers.get("cf-mitigated") === "challenge") return "Cloudflare challenge";
  // https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html
  const action = headers.get("x-amzn-waf-action");
  return action === "challenge" || action === "captcha" ? `AWS WAF ${action}` : undefined;
}

function isWebPage({ headers, body }: Response): boolean {
  if (body.byteLength === 0 || body.byteLength > LONGEST_PAGE) return false;
  return (headers.get("content-type") ?? "text/html").includes("html");
}

/** How many links there are, as far as it matters. */
function linksIn(html: string): number {
  let count = 0;
  for (let at = html.indexOf("<a "); at !== -1; at = html.indexOf("<a ", at + 3)) {
    if (++count > MOST_CAPTCHA_LINKS) break;
  }
  return count;
}

function isCaptcha(response: Response): boolean {
  return CAPTCHA_MARKUP.test(response.text) && visibleText(response).length <= MOST_CAPTCHA_TEXT;
}

function isEmptyShell(response: Response): boolean {
  if (response.css("script").first === undefined) return false;
  const text = visibleText(response);
  if (text.length > MOST_SHELL_TEXT) return false;
  if (ASKS_FOR_JAVASCRIPT.test(text)) return true;
  const warning = response.css("noscript").first?.text({ ignore: [] }) ?? "";
  if (ASKS_FOR_JAVASCRIPT.test(warning)) return true;
  if (response.css("body").css(CONTENT).first !== undefined) return false;
  const isMounted = response.css(MOUNT_POINTS).first !== undefined;
  return text.length <= (isMounted ? MOST_MOUNTED_TEXT : 0);
}

function visibleText(response: Response): string {
  const text = response.css("body").first?.text({ ignore: NO_TEXT }) ?? "";
  return text.replace(/\s+/g, " ").trim();
}
