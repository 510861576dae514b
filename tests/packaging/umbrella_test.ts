import assert from "node:assert/strict";
import * as umbrella from "@orbweaver/orbweaver";
import * as browser from "@orbweaver/browser-session";
import * as fetch from "@orbweaver/fetch-session";
import * as selectors from "@orbweaver/selectors";
import * as session from "@orbweaver/session";
import * as spider from "@orbweaver/spider";

/** What only someone who writes a session of their own needs, or has no use for in a spider. */
const LEFT_OUT = [
  "COMMON_OPTIONS",
  "Lifecycle",
  "decodeHtml",
  "headerPairs",
  "reasonPhrase",
  "withDeadline",
];

Deno.test("the umbrella has everything that a spider's author needs from the packages", () => {
  const exported = new Set<unknown>(Object.values(umbrella));
  for (const module of [selectors, session, fetch, browser, spider]) {
    const missing = Object.entries(module)
      .filter(([name, value]) => !exported.has(value) && !LEFT_OUT.includes(name))
      .map(([name]) => name);
    assert.deepEqual(missing, []);
  }
});

Deno.test("the umbrella's Response is the spider's, and a session's is SessionResponse", () => {
  assert.equal(umbrella.Response, spider.Response);
  assert.equal(umbrella.SessionResponse, session.Response);
});
