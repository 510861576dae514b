import { FetchSession } from "@orbweaver/fetch-session";
import { SessionManager, UnsupportedOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { startSite } from "../../site/mod.ts";

Deno.test("SessionManager sends each request through the browser that its session is", async () => {
  await using site = await startSite();
  await using sessions = new SessionManager<{ chrome: FetchSession; firefox: FetchSession }>();
  sessions.add("chrome", new FetchSession({ impersonate: "chrome" }));
  sessions.add("firefox", new FetchSession({ impersonate: "firefox" }), { lazy: true });
  await sessions.start();
  await sessions.fetch(`${site.url}/echo`);
  await sessions.fetch(`${site.url}/echo`, { sid: "firefox", method: "POST", data: { a: "1" } });
  await sessions.fetch(`${site.url}/echo`, { impersonate: "chrome131_android" });
  const agents = site.take().map((request) => request.header("user-agent") ?? "");
  assert.match(agents[0] ?? "", /Windows.*Chrome\/147/);
  assert.match(agents[1] ?? "", /Firefox\/149/);
  assert.match(agents[2] ?? "", /Android.*Chrome\/131/);
});

Deno.test("SessionManager refuses a browser session's option for a FetchSession", async () => {
  await using sessions = new SessionManager();
  sessions.add("http", new FetchSession({ impersonate: false }));
  await assert.rejects(
    sessions.fetch("http://127.0.0.1:1/", { waitSelector: "h1" }),
    UnsupportedOptionError,
  );
});
