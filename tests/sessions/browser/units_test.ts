import { BrowserNotFoundError, DynamicSession, findBrowser } from "@orbweaver/browser-session";
import { InvalidOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import process from "node:process";
import { toCdpCookie } from "../../../sessions/browser/cdp/cookies.ts";
import { clientHints } from "../../../sessions/browser/identity/client_hints.ts";
import { acceptLanguage } from "../../../sessions/browser/identity/languages.ts";
import { COMMON_FLAGS, joinFlags } from "../../../sessions/browser/lifecycle/launch_flags.ts";
import type { Cookie } from "@orbweaver/session";
import { Permits } from "../../../sessions/browser/lifecycle/permits.ts";

Deno.test("Permits are given in the order in which they were asked for", async () => {
  const permits = new Permits(1);
  const order: number[] = [];
  await permits.acquire();
  const waiting = [1, 2, 3].map(async (i) => {
    await permits.acquire();
    order.push(i);
    permits.release();
  });
  permits.release();
  await Promise.all(waiting);
  assert.deepEqual(order, [1, 2, 3]);
});

Deno.test("Permits aren't lost when one who waits gives up", async () => {
  const permits = new Permits(1);
  const controller = new AbortController();
  await permits.acquire();
  const givesUp = permits.acquire(controller.signal);
  const waits = permits.acquire();
  controller.abort(new Error("enough"));
  await assert.rejects(givesUp, /enough/);
  permits.release();
  await waits;
  permits.release();
  await permits.acquire();
  await assert.rejects(permits.acquire(controller.signal), /enough/);
});

Deno.test("joinFlags() joins lists, and never drops what was there", () => {
  assert.deepEqual(
    joinFlags(["--a", "--disable-features=A,B"], ["--disable-features=C", "--a", "--lang=de"]),
    ["--a", "--disable-features=A,B,C", "--lang=de"],
  );
  assert.deepEqual(joinFlags(["--lang=en"], ["--lang=de"]), ["--lang=de"]);
  const names = COMMON_FLAGS.map((flag) => flag.split("=")[0]);
  assert.equal(new Set(names).size, names.length);
});

Deno.test("clientHints() gives the brands that Chrome 156 has", () => {
  const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0.0.0 Safari/537.36";
  const hints = clientHints(agent, "156.0.8078.79")!;
  assert.deepEqual(hints.brands, [
    { brand: "Not:A-Brand", version: "8" },
    { brand: "Chromium", version: "156" },
    { brand: "Google Chrome", version: "156" },
  ]);
  assert.equal(hints.fullVersionList[1]?.version, "156.0.8078.79");
  assert.deepEqual([hints.platform, hints.mobile], ["Windows", false]);
  assert.equal(clientHints("Mozilla/5.0 Firefox/140.0", "156.0.8078.79"), undefined);
});

Deno.test("toCdpCookie() keeps a cookie to its host unless it has a domain", () => {
  const url = "https://shop.example/";
  const cookie = { name: "a", value: "1", path: "/", httpOnly: true, domain: "shop.example" };
  assert.deepEqual(toCdpCookie({ ...cookie, secure: false, hostOnly: true }), {
    name: "a",
    value: "1",
    path: "/",
    httpOnly: true,
    secure: false,
    url: "http://shop.example/",
  });
  const wide: Cookie = { ...cookie, secure: true, expires: 5000, hostOnly: false, sameSite: "lax" };
  const sent = toCdpCookie(wide) as Record<string, unknown>;
  assert.deepEqual(
    [sent.url, sent.domain, sent.expires, sent.sameSite],
    [url, "shop.example", 5, "Lax"],
  );
  assert.ok(!("domain" in toCdpCookie({ ...wide, hostOnly: true })));
});

Deno.test("acceptLanguage() gives languages without weights, each once", () => {
  assert.equal(acceptLanguage("en-US"), "en-US,en");
  assert.equal(acceptLanguage("de-DE"), "de-DE,de,en-US,en");
  assert.equal(acceptLanguage("fr"), "fr,en-US,en");
});

Deno.test("findBrowser() looks where the environment says, and nowhere else then", () => {
  const former = process.env.CHROME_PATH;
  process.env.CHROME_PATH = "/nowhere/chrome";
  try {
    assert.throws(findBrowser, (error) => {
      assert.ok(error instanceof BrowserNotFoundError);
      assert.deepEqual(error.searched, ["/nowhere/chrome"]);
      assert.match(error.installCommand, /install|add|-S/);
      return true;
    });
  } finally {
    if (former === undefined) delete process.env.CHROME_PATH;
    else process.env.CHROME_PATH = former;
  }
});

Deno.test("option values that make no sense are refused", async () => {
  const bad: [name: string, options: object][] = [
    ["maxPages", { maxPages: 0 }],
    ["retries", { retries: 1.5 }],
    ["timeoutMs", { timeoutMs: 0 }],
    ["waitMs", { waitMs: -1 }],
    ["viewport.width", { viewport: { width: 0, height: 1 } }],
    ["extraFlags", { extraFlags: ["--no-first-run", "user-data-dir=/"] }],
    ["cookies", { cookies: [{ name: "a", value: "b" }] }],
    ["waitSelectorState", { waitSelectorState: "gone" }],
    ["onStepError", { onStepError: "warn" }],
    ["headers", { headers: { "bad name": "x" } }],
    ["extraHeaders", { extraHeaders: { Host: "elsewhere.example" } }],
  ];
  for (const [option, options] of bad) {
    assert.throws(() => new DynamicSession(options), (error) => {
      assert.ok(error instanceof InvalidOptionError, `${option}: ${error}`);
      assert.equal(error.option, option);
      return true;
    });
  }
  await using session = new DynamicSession();
  await assert.rejects(session.fetch("http://a.example", { waitMs: NaN }), InvalidOptionError);
  assert.equal(session.state, "idle");
});
