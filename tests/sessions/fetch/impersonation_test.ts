import { FetchSession, UnknownProfileError } from "@orbweaver/fetch-session";
import { InvalidOptionError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { type Echo, type RecordedRequest, startSite, startTlsSite } from "../../site/mod.ts";

function names(request: RecordedRequest | undefined): string[] {
  return request?.rawHeaders.map(([name]) => name) ?? [];
}

Deno.test("FetchSession has the JA4, HTTP/2 settings and user agent of the browser it impersonates", async () => {
  await using site = await startTlsSite();
  await using session = new FetchSession({ verify: false });
  const expected = [
    {
      impersonate: "chrome",
      ja4: "t13d1516h2_8daaf6152771_d8a2da3f94cd",
      http2: "1:65536;2:0;4:6291456;6:262144|15663105|",
      agent: /Windows NT 10\.0; Win64; x64\).* Chrome\/147\.0\.0\.0 Safari\/537\.36$/,
    },
    {
      impersonate: "chrome131_android",
      ja4: "t13d1516h2_8daaf6152771_02713d6af862",
      http2: "1:65536;2:0;4:6291456;6:262144|15663105|",
      agent: /Linux; Android 10; K\).* Chrome\/131\.0\.0\.0 Mobile Safari\/537\.36$/,
    },
    {
      impersonate: "firefox",
      ja4: "t13d1717h2_5b57614c22b0_3cbfd9057e0d",
      http2: "1:65536;2:0;4:131072;5:16384|12517377|",
      agent: /rv:149\.0\) Gecko\/20100101 Firefox\/149\.0$/,
    },
    {
      impersonate: "safari_ios",
      ja4: "t13d2013h2_a09f3c656075_7f0f34a4126d",
      http2: "2:0;3:100;4:2097152;9:1|10420225|",
      agent: /\(iPhone; .*Version\/26\.2 Mobile\/15E148 Safari\/604\.1$/,
    },
  ];
  for (const { impersonate, ja4, http2, agent } of expected) {
    const response = await session.fetch(`${site.url}/echo`, { impersonate });
    const [request] = site.take();
    assert.equal(response.status, 200);
    assert.equal(request?.protocol, "HTTP/2");
    assert.equal(request?.ja4, ja4, impersonate);
    assert.ok(request?.http2Fingerprint?.startsWith(http2), request?.http2Fingerprint);
    assert.match(request?.header("user-agent") ?? "", agent);
  }
});

Deno.test("FetchSession sends Chrome's headers in Chrome's order over HTTP/2", async () => {
  await using site = await startTlsSite();
  await using session = new FetchSession({ verify: false, impersonate: "chrome131" });
  await session.fetch(`${site.url}/cookies/set?a=1`, { followRedirects: false });
  site.take();
  await session.fetch(`${site.url}/echo`);
  const [request] = site.take();
  // The order is that of Chromium on the wire.
  assert.deepEqual(request?.rawHeaders, [
    ["sec-ch-ua", '"Google Chrome";v="131", "Chromium";v="131", "Not_A Brand";v="24"'],
    ["sec-ch-ua-mobile", "?0"],
    ["sec-ch-ua-platform", '"Windows"'],
    ["upgrade-insecure-requests", "1"],
    [
      "user-agent",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    ],
    [
      "accept",
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
    ],
    ["sec-fetch-site", "cross-site"],
    ["sec-fetch-mode", "navigate"],
    ["sec-fetch-user", "?1"],
    ["sec-fetch-dest", "document"],
    ["referer", "https://www.google.com/"],
    ["accept-encoding", "gzip, deflate, br, zstd"],
    ["accept-language", "en-US,en;q=0.9"],
    ["cookie", "a=1"],
    ["priority", "u=0, i"],
  ]);
});

Deno.test("FetchSession sends Firefox's headers in Firefox's order over HTTP/2", async () => {
  await using site = await startTlsSite();
  await using session = new FetchSession({ verify: false, impersonate: "firefox135" });
  await session.fetch(`${site.url}/echo`, { referer: false });
  assert.deepEqual(names(site.take()[0]), [
    "user-agent",
    "accept",
    "accept-language",
    "accept-encoding",
    "upgrade-insecure-requests",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "priority",
    "te",
  ]);
});

Deno.test("FetchSession writes a form's headers over HTTP/1.1 as Chrome does", async () => {
  await using site = await startSite();
  await using session = new FetchSession({ impersonate: "chrome131" });
  await session.post(`${site.url}/echo`, { data: { a: "1" } });
  const [request] = site.take();
  assert.deepEqual(names(request), [
    "Host",
    "Connection",
    "Content-Length",
    "Cache-Control",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "Origin",
    "Content-Type",
    "Upgrade-Insecure-Requests",
    "User-Agent",
    "Accept",
    "Sec-Fetch-Site",
    "Sec-Fetch-Mode",
    "Sec-Fetch-User",
    "Sec-Fetch-Dest",
    "Referer",
    "Accept-Encoding",
    "Accept-Language",
  ]);
  assert.equal(request?.header("origin"), site.url);
  assert.equal(request?.header("referer"), `${site.url}/`);
  assert.equal(request?.header("sec-fetch-site"), "same-origin");
});

Deno.test("FetchSession sends JSON as a script of the page would", async () => {
  await using site = await startSite();
  await using session = new FetchSession();
  await session.post(`${site.url}/echo`, { json: { a: 1 } });
  const [request] = site.take();
  assert.equal(request?.header("sec-fetch-mode"), "cors");
  assert.equal(request?.header("sec-fetch-dest"), "empty");
  assert.equal(request?.header("accept"), "*/*");
  assert.equal(request?.header("sec-fetch-user"), undefined);
});

Deno.test("FetchSession lets the user's headers win, in any case, at the browser's place", async () => {
  await using site = await startSite();
  await using session = new FetchSession({
    impersonate: "chrome131",
    headers: { "USER-AGENT": "session/1", "X-Session": "kept", "X-Both": "session" },
  });
  await session.fetch(`${site.url}/echo`, {
    headers: { "user-agent": "request/2", "x-both": "request" },
    referer: "https://example.com/from",
  });
  const [request] = site.take();
  const order = names(request);
  assert.equal(request?.header("user-agent"), "request/2");
  assert.equal(request?.header("x-both"), "request");
  assert.equal(request?.header("x-session"), "kept");
  assert.equal(request?.header("referer"), "https://example.com/from");
  assert.equal(order.filter((name) => name.toLowerCase() === "user-agent").length, 1);
  assert.equal(order.indexOf("User-Agent"), order.indexOf("Accept") - 1);
});

Deno.test("FetchSession with stealthyHeaders: false sends no browser's headers and no referer", async () => {
  await using site = await startSite();
  await using session = new FetchSession({ stealthyHeaders: false });
  await session.fetch(`${site.url}/echo`, { headers: { "x-mine": "1" } });
  const [request] = site.take();
  assert.deepEqual(names(request), ["Host", "User-Agent", "Accept", "Accept-Encoding", "x-mine"]);
  assert.equal(request?.header("user-agent"), "Orbweaver");
});

Deno.test("FetchSession with impersonate: false uses the platform's fetch", async () => {
  await using site = await startTlsSite();
  await using session = new FetchSession({ impersonate: false, ca: site.caPem });
  const response = await session.fetch(`${site.url}/echo`);
  const { ja4 = "" } = response.json<Echo>();
  assert.deepEqual(response.meta, { impersonate: false });
  assert.equal(ja4.startsWith("t13d1516h2_"), false, `${ja4} is Chrome's`);
});

Deno.test("FetchSession picks one of several browsers for each request", async () => {
  await using site = await startSite();
  await using session = new FetchSession({ impersonate: ["chrome131", "firefox135"] });
  const seen = new Set<string>();
  for (let i = 0; i < 64 && seen.size < 2; i++) {
    const { meta } = await session.fetch(`${site.url}/json`);
    const agent = site.take()[0]?.header("user-agent") ?? "";
    assert.match(agent, meta.impersonate === "chrome131" ? /Chrome\/131/ : /Firefox\/135/);
    seen.add(String(meta.impersonate));
  }
  assert.deepEqual(seen, new Set(["chrome131", "firefox135"]));
});

Deno.test("FetchSession refuses an unknown browser when it is made, and lists near ones", async () => {
  assert.throws(
    () => new FetchSession({ impersonate: "chrome9999" }),
    (error: unknown) => {
      assert.ok(error instanceof UnknownProfileError);
      assert.equal(error.profile, "chrome9999");
      assert.ok(error.near.includes("chrome147"), error.near.join());
      return true;
    },
  );
  assert.throws(
    () => new FetchSession({ impersonate: ["chrome", "chrom"] }),
    (error: unknown) => error instanceof UnknownProfileError && error.near.includes("chrome"),
  );
  assert.throws(() => new FetchSession({ impersonate: [] }), InvalidOptionError);
  await using session = new FetchSession({ impersonate: false });
  await assert.rejects(
    session.fetch("http://127.0.0.1:1/", { impersonate: "netscape4" }),
    UnknownProfileError,
  );
});
