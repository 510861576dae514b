import assert from "node:assert/strict";
import { Response } from "@orbweaver/session";
import { challengeIn } from "../../spider/policy/challenge.ts";

function answer(html: string, facts: { status?: number; headers?: Record<string, string> } = {}) {
  return new Response({
    url: "https://site.test/",
    status: facts.status ?? 200,
    headers: { "content-type": "text/html; charset=utf-8", ...facts.headers },
    body: new TextEncoder().encode(html),
  });
}

const ARTICLE = "<p>" + "Words about something, and more of them. ".repeat(40) + "</p>";
const LINKS = '<a href="/">Home</a>'.repeat(10);
const SCRIPT = '<script src="/app.js"></script>';

Deno.test("challenges are told by headers, titles and CAPTCHAs, at any status", () => {
  const challenges: [Response, string][] = [
    [answer("", { status: 403, headers: { "cf-mitigated": "challenge" } }), "Cloudflare challenge"],
    [
      answer("", { status: 202, headers: { "x-amzn-waf-action": "challenge" } }),
      "AWS WAF challenge",
    ],
    [
      answer("", { status: 405, headers: { "x-amzn-waf-action": "captcha" } }),
      "AWS WAF captcha",
    ],
    [answer("<title>Just a moment...</title>"), 'challenge page "Just a moment..."'],
    [answer("<title>\n Just a moment… </title>" + LINKS), 'challenge page "Just a moment…"'],
    [
      answer("<title>Attention Required! | Cloudflare</title>", { status: 403 }),
      'challenge page "Attention Required! | Cloudflare"',
    ],
    [answer("<title>DDoS-Guard</title>"), 'challenge page "DDoS-Guard"'],
    [answer("<title>Access Denied</title>"), 'challenge page "Access Denied"'],
    [
      answer("<title>Access to this page has been denied.</title>"),
      'challenge page "Access to this page has been denied."',
    ],
    [answer("<title>Pardon Our Interruption</title>"), 'challenge page "Pardon Our Interruption"'],
    [answer("<title>Robot Check</title>"), 'challenge page "Robot Check"'],
    [
      answer(
        '<p>Please enable JS</p><script src="https://geo.captcha-delivery.com/c.js"></script>',
      ),
      "CAPTCHA",
    ],
    [answer('<div id="px-captcha"></div>', { status: 403 }), "CAPTCHA"],
    [answer('<form><div class="h-captcha" data-sitekey="x"></div></form>'), "CAPTCHA"],
    [answer('<iframe src="/_Incapsula_Resource?x=1"></iframe>'), "CAPTCHA"],
  ];
  for (const [response, reason] of challenges) {
    assert.deepEqual(challengeIn(response), { reason, needsJavaScript: false }, response.text);
  }
});

Deno.test("pages that are empty without their scripts are told apart", () => {
  const shells = [
    `<div id="root"></div>${SCRIPT}`,
    `<noscript>You need to enable JavaScript to run this app.</noscript><div id="x"></div>${SCRIPT}`,
    `<div id="app"><div class="spinner"></div>Loading…</div>${SCRIPT}`,
    `<app-root></app-root>${SCRIPT}`,
    `<script>document.cookie = "a=1"; location.reload()</script>`,
    `<p>This site requires JavaScript.</p>${SCRIPT}`,
    `<p>JavaScript is disabled in your browser.</p>${SCRIPT}`,
  ];
  for (const html of shells) {
    assert.equal(challengeIn(answer(`<body>${html}</body>`))?.needsJavaScript, true, html);
  }
});

Deno.test("pages are pages, even short ones, and ones about challenges and with CAPTCHAs in forms", () => {
  const pages = [
    answer(`<title>Just a moment: a novel</title>${ARTICLE}`),
    answer(`<title>How to read "Access Denied" errors</title>${ARTICLE}`),
    answer(`<svg><title>Captcha</title></svg><title>Shop</title>${ARTICLE}`),
    answer(`<title>Contact</title>${ARTICLE}${ARTICLE}<div class="g-recaptcha"></div>`),
    answer(`<title>Contact</title>${LINKS}<div class="g-recaptcha"></div>`),
    answer(`<div id="root"><h1>Lamp</h1>${ARTICLE}</div>${SCRIPT}`),
    answer(`<div id="root"></div>${LINKS}${SCRIPT}`),
    answer(`<h1>Lamp</h1>${SCRIPT}`),
    answer(`<img src="/photo.jpg">${SCRIPT}`),
    answer("<h1>Nothing here</h1>"),
    answer(""),
    answer(`<noscript>Please enable JavaScript.</noscript>${ARTICLE}${SCRIPT}`),
    answer('{"captcha": true}', { headers: { "content-type": "application/json" } }),
    answer(`<div id="root"></div>${SCRIPT}`, { status: 404 }),
    answer(`<div class="g-recaptcha">${" ".repeat(600_000)}`),
  ];
  for (const page of pages) assert.equal(challengeIn(page), undefined, page.text.slice(0, 100));
});

Deno.test("a page made to take long is looked at in no time", () => {
  for (const piece of ["<a ", "captcha ", "<div id=root>", "checking your browser ", "enable "]) {
    challengeIn(answer(piece.repeat(500 * 1024 / piece.length)));
  }
  challengeIn(answer(`<title>${"checking your browser".repeat(20_000)}`));
});
