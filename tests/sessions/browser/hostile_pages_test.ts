import { type CdpSession, DynamicSession } from "@orbweaver/browser-session";
import { SessionError, withDeadline } from "@orbweaver/session";
import assert from "node:assert/strict";
import { browserTest, Sandbox } from "./_browser.ts";
import { servePages } from "./_pages.ts";

/** What a fetch may take here, in milliseconds. */
const TIMEOUT_MS = 4_000;

/** By when it has ended for certain, on a machine with much else to do. */
const PATIENCE_MS = 60_000;

const HOSTILE: Record<string, string> = {
  "a loop": "<script>for (;;) {}</script>",
  "a loop after load": "<script>onload = () => setTimeout(() => { for (;;) {} }, 50)</script>",
  "a loop that begins when it is read":
    "<script>Object.defineProperty(document, 'doctype', { get() { for (;;) {} } })</script>",
  "dialogs": "<script>for (let i = 0; i < 20; i++) { alert(i); confirm(i); prompt(i) }</script>",
  "dialogs without end": "<script>for (;;) alert(1)</script>",
  "popups": "<script>for (let i = 0; i < 20; i++) open('/fine?' + i)</script>",
  "print()": "<script>print(); onload = () => print()</script>",
  "redirects without end":
    "<script>onload = () => setTimeout(() => location = '?' + Math.random())</script>",
  "redirects before load": "<script>location = '?' + Math.random()</script>",
  "reloads": "<script>location.reload()</script>",
  "navigations within the document":
    "<script>setInterval(() => location.hash = Math.random())</script>",
  "growth without end": `<script>const grow = () => {
    for (let i = 0; i < 1000; i++) document.body.append(document.createElement("p"));
    setTimeout(grow); }; onload = grow</script>`,
  "writing without end":
    "<script>const write = () => { document.write('<p>'.repeat(1000)); setTimeout(write) }; write()</script>",
  "memory": `<script>const all = []; const take = () => {
    all.push(new Array(1e6).fill(Math.random())); setTimeout(take) }; take()</script>`,
  "a tower of elements": `<script>let top = document.documentElement;
    for (let i = 0; i < 50000; i++) { const b = document.createElement("b"); top.append(b); top = b }
    </script>`,
  "closing itself": "<script>onload = () => close()</script>",
  "not to be left": "<script>onbeforeunload = () => 'stay'</script>",
  "not to be left after a click":
    "<h1>x</h1><script>addEventListener('beforeunload', (e) => { e.preventDefault(); e.returnValue = 1 })</script>",
  "no root": "<script>onload = () => document.documentElement.remove()</script>",
  "a thousand frames":
    "<script>for (let i = 0; i < 1000; i++) document.write('<iframe srcdoc=x></iframe>')</script>",
  "frames in frames": "<iframe src='?1'></iframe><iframe src='?2'></iframe>",
  "workers that never rest": `<script>for (let i = 0; i < 4; i++) new Worker(
    URL.createObjectURL(new Blob(["for (;;) {}"])))</script>`,
  "breakpoints": "<script>setInterval(() => { debugger }); debugger</script>",
  "requests for permission": `<script>Notification.requestPermission();
    navigator.geolocation.getCurrentPosition(() => {}); navigator.mediaDevices?.getUserMedia({ video: true });
    document.documentElement.requestFullscreen().catch(() => {})</script>`,
  "downloads": `<script>for (let i = 0; i < 20; i++) {
    const a = document.createElement("a"); a.download = "x" + i;
    a.href = URL.createObjectURL(new Blob(["x"])); a.click() }</script>`,
  "requests without end": "<script>setInterval(() => fetch('/fine?' + Math.random()))</script>",
  "built-ins of its own": `<script>
    for (const o of [Array, Object, Promise, Map, String, XMLSerializer, MutationObserver])
      for (const k of Object.getOwnPropertyNames(o.prototype)) try {
        Object.defineProperty(o.prototype, k, { get() { throw 1 } }) } catch {}
    JSON.stringify = () => { throw 2 }</script>`,
};

const WORKER = `self.addEventListener("install", () => self.skipWaiting());
  self.addEventListener("activate", (e) => e.waitUntil(clients.claim()));
  self.addEventListener("fetch", (e) => e.respondWith(new Response("<h1>hijacked</h1>",
    { headers: { "content-type": "text/html" } })))`;

browserTest("a hostile page ends in time, and leaves nothing for the next one", async (t) => {
  await using sandbox = await Sandbox.open();
  const pages = await servePages({ "/fine": "<h1>fine</h1>" });
  const hostile = await Promise.all(
    Object.entries(HOSTILE).map(async ([name, html]) => ({
      name,
      server: await serveEverywhere(html),
    })),
  );
  const session = new DynamicSession({ maxPages: 1, timeoutMs: TIMEOUT_MS, retries: 1 });
  for (const { name, server } of hostile) {
    await t.step(name, async () => {
      const fetching = session.fetch(server.url, {
        screenshot: true,
        captureXhr: /./,
        onStepError: "ignore",
      });
      await withDeadline(
        fetching.catch((error) => assert.ok(error instanceof SessionError, String(error))),
        PATIENCE_MS,
        "A hostile page",
      );
      let targets: string[] = [];
      const next = await session.fetch(`${pages.url}/fine`, {
        timeoutMs: PATIENCE_MS,
        pageAction: async ({ cdp }) => {
          // Chromium says that a tab is closed when it begins to close it.
          for (let i = 0; i < 100 && targets.length !== 1; i++) {
            if (i > 0) await new Promise((resolve) => setTimeout(resolve, 100));
            targets = await shownTargets(cdp);
          }
        },
      });
      assert.equal(next.css("h1::text").get(), "fine");
      assert.deepEqual(targets, [`${pages.url}/fine`]);
    });
  }
  await session.close();
  for (const { server } of hostile) await server[Symbol.asyncDispose]();
  await pages[Symbol.asyncDispose]();
  assert.deepEqual(await sandbox.remains(), []);
});

/** The addresses that tabs and popups show, without the browser's own empty first tab. */
async function shownTargets(cdp: CdpSession): Promise<string[]> {
  type Targets = { targetInfos: { type: string; url: string }[] };
  const { targetInfos } = await cdp.send<Targets>("Target.getTargets");
  const shown = targetInfos.filter(({ type }) => type === "page").map(({ url }) => url);
  return shown.filter((url) => url !== "about:blank");
}

/** Serves the same page at every address but one. */
async function serveEverywhere(html: string) {
  return await servePages(
    new Proxy<Record<string, string>>({}, {
      get: (_, path) => String(path).startsWith("/fine") ? "<h1>fine</h1>" : html,
    }),
  );
}

browserTest("a service worker of one page does not answer for the next", async () => {
  await using pages = await servePages({
    "/worker.js": { headers: { "content-type": "text/javascript" }, body: WORKER },
    "/register": `<h1>registers</h1><script>navigator.serviceWorker.register("/worker.js")
      .then(() => navigator.serviceWorker.ready).then(() => document.body.id = "ready")</script>`,
    "/fine": "<h1>fine</h1>",
  });
  await using session = new DynamicSession({ maxPages: 1 });
  const first = await session.fetch(`${pages.url}/register`, { waitSelector: "#ready" });
  assert.equal(first.css("h1::text").get(), "registers");
  const next = await session.fetch(`${pages.url}/fine`);
  assert.equal(next.css("h1::text").get(), "fine");
});
