import { DynamicSession, StepError } from "@orbweaver/browser-session";
import type { Response } from "@orbweaver/session";
import assert from "node:assert/strict";
import { type Site, startSite } from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

const EVERY_NAME = ["--host-resolver-rules=MAP *.example 127.0.0.1"];

/** A page that runs a script. */
function pageWith(site: Site, script: string, rest = ""): string {
  const body = `${rest}<script type="module">${script}</script>`;
  return `${site.url}/html?body=${encodeURIComponent(body)}`;
}

const pathsOf = (responses: readonly Response[]) =>
  responses.map(({ url }) => new URL(url).pathname);

browserTest("captureXhr keeps the answers to what a page fetches", async (t) => {
  await using site = await startSite();
  await using session = new DynamicSession({ extraFlags: EVERY_NAME, timeoutMs: 15_000 });

  await t.step("whole, in order of arrival, and those alone that the filter wants", async () => {
    const page = await session.fetch(`${site.url}/dynamic-page`, {
      captureXhr: /\/data\/[13]$/g,
      waitSelector: "#items li:nth-child(3)",
    });
    assert.deepEqual(pathsOf(page.capturedXhr), ["/dynamic-page/data/1", "/dynamic-page/data/3"]);
    const [first] = page.capturedXhr;
    assert.deepEqual(first?.json(), { text: "Item 1" });
    assert.deepEqual([first?.status, first?.method, first?.reason], [200, "GET", "OK"]);
    assert.equal(first?.headers.get("content-type"), "application/json");
    assert.equal(first?.requestHeaders.get("host"), new URL(site.url).host);
    assert.equal(page.meta.omittedXhr, undefined);
  });

  await t.step(
    "fetch and XMLHttpRequest, synchronous ones too, but no other resource",
    async () => {
      const script = `
      const read = async (...args) => (await fetch(...args)).text();
      await read("/echo/posted", { method: "POST", body: "hello", headers: { "x-own": "1" } });
      const sync = new XMLHttpRequest();
      sync.open("GET", "/echo/sync", false);
      sync.send();
      await read("/status/404");
      await read("/redirect/301");
      await read("/status/204");
      await new Promise((resolve) => {
        document.body.append(Object.assign(new Image(), { src: "/echo/image", onerror: resolve }));
      });
      document.body.className = "done";`;
      const page = await session.fetch(pageWith(site, script), {
        captureXhr: () => true,
        waitSelector: "body.done",
      });
      assert.deepEqual(pathsOf(page.capturedXhr), [
        "/echo/posted",
        "/echo/sync",
        "/status/404",
        "/echo",
        "/status/204",
      ]);
      const [posted, , missing, redirected, empty] = page.capturedXhr;
      assert.deepEqual([posted?.method, posted?.requestHeaders.get("x-own")], ["POST", "1"]);
      assert.equal(posted?.json<{ body: string }>().body, "hello");
      assert.equal(missing?.status, 404);
      assert.deepEqual(redirected?.history.map(({ status }) => status), [301]);
      assert.equal(empty?.body.length, 0);
    },
  );

  await t.step("bytes as bytes, and text in its own encoding", async () => {
    const script = `await (await fetch("/binary")).arrayBuffer();
      await (await fetch("/encoding/latin-1")).text();
      await (await fetch("/compressed/gzip")).text(); document.body.className = "done"`;
    const page = await session.fetch(pageWith(site, script), {
      captureXhr: /./,
      waitSelector: "body.done",
    });
    const [binary, latin, gzip] = page.capturedXhr;
    assert.deepEqual([...binary!.body], Array.from({ length: 256 }, (_, byte) => byte));
    assert.match(latin!.text, /Crème brûlée/);
    assert.match(gzip!.text, /<h1>Compressed/);
  });

  await t.step("although the page leaves the moment that it has them", async () => {
    const script = `await (await fetch("/echo/first")).text();
      await (await fetch("/json")).text(); location = "/plain/1"`;
    for (let i = 0; i < 5; i++) {
      const page = await session.fetch(pageWith(site, script), {
        captureXhr: /./,
        waitSelector: "h1",
      });
      assert.equal(new URL(page.url).pathname, "/plain/1");
      assert.deepEqual(pathsOf(page.capturedXhr), ["/echo/first", "/json"]);
      assert.equal(page.capturedXhr[1]?.json<{ name: string }>().name, "Orbweaver");
    }
  });

  await t.step("also from frames of the same site and of others, and from workers", async () => {
    const { port } = new URL(site.url);
    const run = (path: string) => `<script>fetch("${path}").then((r) => r.text())</script>`;
    const frame = (origin: string, path: string) =>
      `<iframe src="${origin}/html?body=${encodeURIComponent(run(path))}"></iframe>`;
    const worker = `/script?body=${
      encodeURIComponent('fetch("/echo/worker").then((r) => r.text()).then(() => postMessage(1))')
    }`;
    const script = `new Worker(${JSON.stringify(worker)}).onmessage = () =>
      document.body.className = "done"`;
    const frames = frame("", "/echo/near") + frame(`http://far.example:${port}`, "/echo/far");
    const page = await session.fetch(pageWith(site, script, frames), {
      captureXhr: /echo/,
      waitSelector: "body.done",
      networkIdle: true,
    });
    assert.deepEqual(pathsOf(page.capturedXhr).sort(), ["/echo/far", "/echo/near", "/echo/worker"]);
    for (const response of page.capturedXhr) {
      assert.equal(response.json<{ method: string }>().method, "GET");
    }
  });

  await t.step("but waits for none that is on its way, and stops no stream", async () => {
    const script = `const { body } = await fetch("/slow/stall-unsized");
      const { value } = await body.getReader().read();
      document.body.className = "done" + value.length; await (await fetch("/echo/after")).text()`;
    const page = await session.fetch(pageWith(site, script), {
      captureXhr: /./,
      waitSelector: "body[class^=done]",
      waitMs: 300,
    });
    assert.deepEqual(pathsOf(page.capturedXhr), ["/echo/after"]);
  });

  await t.step("and nothing where nothing was asked for", async () => {
    const page = await session.fetch(`${site.url}/dynamic-page`, { networkIdle: true });
    assert.deepEqual(page.capturedXhr, []);
  });
});

browserTest("captureXhr keeps no more than maxBytes, and says how many it left out", async () => {
  await using site = await startSite();
  await using session = new DynamicSession();
  const script = `for (const bytes of [30_000, 90_000, 40_000, 60_000, 20_000]) {
    await (await fetch("/big?length=no&bytes=" + bytes)).text(); } document.body.id = "done"`;
  const page = await session.fetch(pageWith(site, script), {
    captureXhr: /big/,
    maxBytes: 100_000,
    waitSelector: "#done",
  });
  const sizes = page.capturedXhr.map(({ body }) => body.length);
  assert.deepEqual(sizes, [30_000, 40_000, 20_000]);
  assert.equal(page.meta.omittedXhr, 2);
});

browserTest("a captureXhr that throws is a step that fails", async () => {
  await using site = await startSite();
  await using session = new DynamicSession();
  const options = {
    waitSelector: "#items li:nth-child(3)",
    captureXhr: (url: string) => {
      if (url.endsWith("2")) throw new Error("no twos");
      return true;
    },
  };
  const url = `${site.url}/dynamic-page`;
  await assert.rejects(session.fetch(url, options), (error) => {
    assert.ok(error instanceof StepError, String(error));
    assert.equal(error.step, "captureXhr");
    assert.match(error.message, /no twos/);
    return true;
  });
  const page = await session.fetch(url, { ...options, onStepError: "ignore" });
  assert.deepEqual((page.meta.stepErrors as StepError[]).map(({ step }) => step), ["captureXhr"]);
  assert.equal(page.css("#items li").length, 3);
});
