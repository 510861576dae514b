import type { DynamicSession, StealthSession } from "@orbweaver/browser-session";
import { FetchSession } from "@orbweaver/fetch-session";
import { type Response, type RoutedOptions, SessionManager } from "@orbweaver/session";
import assert from "node:assert/strict";
import { ScriptedSession } from "./_scripted_session.ts";

// What the compiler has to refuse stands under @ts-expect-error: `deno check` fails where it doesn't.

type Sessions = { http: FetchSession; stealth: StealthSession };
type Manager = SessionManager<Sessions>;

/** Never called: it only has to compile. */
export function idsAndSessions(sessions: Manager, dynamic: DynamicSession): void {
  sessions.add("http", new FetchSession());
  // @ts-expect-error -- no session has this id
  sessions.add("htpp", new FetchSession());
  // @ts-expect-error -- a FetchSession is no StealthSession
  sessions.add("stealth", new FetchSession());
  // @ts-expect-error -- neither is a DynamicSession a FetchSession
  sessions.add("http", dynamic);
  // @ts-expect-error -- no such option
  sessions.add("http", new FetchSession(), { lasy: true });

  sessions.get("http").jar.clear();
  sessions.get("stealth").jar.clear();
  void sessions.get("http").post;
  // @ts-expect-error -- a browser session only loads pages
  void sessions.get("stealth").post;
  // @ts-expect-error -- no session has this id
  sessions.get("browser");
  // @ts-expect-error -- no session has this id
  sessions.pop("browser");
  // @ts-expect-error -- no session has this id
  sessions.remove("browser");
  const id: "http" | "stealth" = sessions.defaultId;
  assert.ok(id);
}

/** Never called: it only has to compile. */
export function optionsByKind(sessions: Manager): Promise<Response>[] {
  const url = "https://example.com/";
  return [
    sessions.fetch(url),
    sessions.fetch(new URL(url), { timeoutMs: 1 }),
    sessions.fetch(url, { sid: "http", method: "POST", json: {} }),
    sessions.fetch(url, { sid: "stealth", waitSelector: ".price", networkIdle: true }),
    // Without a sid the session is the default one, or inherited: any option of any of them.
    sessions.fetch(url, { waitSelector: ".price" }),
    // @ts-expect-error -- no session has this id
    sessions.fetch(url, { sid: "steahlt" }),
    // @ts-expect-error -- an HTTP session waits for no selector
    sessions.fetch(url, { sid: "http", waitSelector: ".price" }),
    // @ts-expect-error -- a browser session has no method
    sessions.fetch(url, { sid: "stealth", method: "POST" }),
    // @ts-expect-error -- the right option with a wrong value
    sessions.fetch(url, { sid: "stealth", waitSelector: 1 }),
    // @ts-expect-error -- no session has such an option
    sessions.fetch(url, { waitSelecter: ".price" }),
    // @ts-expect-error -- a wrong value without a sid, too
    sessions.fetch(url, { timeoutMs: "1s" }),
    // @ts-expect-error -- a URL is text or a URL
    sessions.fetch(1),
  ];
}

/** Never called: it only has to compile. */
export function untypedManager(sessions: SessionManager): Promise<Response>[] {
  sessions.add("any", new FetchSession()).add("other", new ScriptedSession("other"));
  return [
    sessions.fetch("https://example.com/", { sid: "any", whatever: 1 }),
    // @ts-expect-error -- what is common to all sessions is typed all the same
    sessions.fetch("https://example.com/", { timeoutMs: "1s" }),
  ];
}

Deno.test("SessionManager's types allow what it takes at run time", async () => {
  await using sessions = new SessionManager<{ a: ScriptedSession; b: ScriptedSession }>();
  sessions.add("a", new ScriptedSession("a")).add("b", new ScriptedSession("b"));
  const options: RoutedOptions<{ a: ScriptedSession; b: ScriptedSession }> = { sid: "b" };
  const page = await sessions.fetch("https://example.com/", options);
  assert.equal(page.sessionId, "b");
  const session: ScriptedSession = sessions.get("a");
  assert.equal(session.state, "idle");
});
