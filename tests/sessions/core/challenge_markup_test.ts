import { challengeOf, Response } from "@orbweaver/session";
import assert from "node:assert/strict";

function options(type: string): string {
  return `<script>(function(){window._cf_chl_opt = {cvId: '3',cZone: "example.com",cType: '${type}',cRay: '1'};
var a = document.createElement('script');
a.src = '/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray=1';}());</script>`;
}

const TITLE = "<!DOCTYPE html><html><head><title>Just a moment...</title>";
const TURNSTILE =
  `<script src="https://challenges.cloudflare.com/turnstile/v0/api.js" async defer>`;

Deno.test("challengeOf() tells the types of challenge pages", () => {
  for (const type of ["non-interactive", "managed", "interactive"] as const) {
    const expected = { provider: "cloudflare", type, blocking: true };
    assert.deepEqual(challengeOf({ text: TITLE + options(type) }), expected);
    assert.deepEqual(challengeOf({ text: `<title>Un momento…</title>${options(type)}` }), expected);
  }
});

Deno.test("challengeOf() takes Cloudflare's word for it where the markup is unknown", () => {
  const page = new Response({
    url: "https://example.com/",
    status: 403,
    headers: { "CF-Mitigated": "challenge", "content-type": "text/html" },
    body: new TextEncoder().encode("<title>Einen Moment</title>"),
  });
  assert.deepEqual(challengeOf(page), {
    provider: "cloudflare",
    type: "managed",
    blocking: true,
  });
  assert.equal(challengeOf({ text: TITLE + options("brand-new") })?.type, "managed");
});

Deno.test("challengeOf() finds a widget in an ordinary page, which is not held back", () => {
  const expected = { provider: "cloudflare", type: "embedded", blocking: false };
  for (
    const widget of [
      `<div class="cf-turnstile" data-sitekey="x">`,
      `<div class="wide cf-turnstile">`,
      `<input type="hidden" name="cf-turnstile-response" value="">`,
    ]
  ) {
    assert.deepEqual(challengeOf({ text: `${TURNSTILE}</script>${widget}` }), expected);
    assert.equal(challengeOf({ text: widget }), undefined);
  }
  assert.equal(challengeOf({ text: `${TURNSTILE}</script><p>no widget</p>` }), undefined);
});

Deno.test("challengeOf() leaves other pages alone", () => {
  const ordinary = [
    "",
    "<title>Just a moment...</title><h1>A song</h1>",
    `<script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script>`,
    `<title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js">`,
    `<p>_cf_chl_opt and cType: 'managed'</p><script>1</script>
     <p>/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1</p>`,
  ];
  for (const text of ordinary) assert.equal(challengeOf({ text }), undefined, text);
  const headers = new Headers({ "cf-ray": "1", "cf-mitigated": "" });
  assert.equal(challengeOf({ headers, text: "<h1>Hello</h1>" }), undefined);
});

Deno.test("challengeOf() gets through pages that are made to take for ever", () => {
  const bait = [
    "<script ",
    "<title ",
    "class=",
    "class cf-turnstile",
    "cType  :  ",
    "/cdn-cgi/challenge-platform/",
    "<script>_cf_chl_opt",
  ];
  for (const piece of bait) {
    const text = `${TURNSTILE}</script>challenge-platform${piece.repeat(200_000)}`;
    assert.equal(challengeOf({ text }), undefined, piece);
  }
});
