import assert from "node:assert/strict";
import { findNode } from "../../../../scripts/find_node.ts";
import {
  COMPRESSED_TEXT,
  type Echo,
  startHttpProxy,
  startHttpsProxy,
  startMutualTlsServer,
  startSilentServer,
  startSite,
  startSocksProxy,
  startTlsSite,
} from "../../../site/mod.ts";
import type { Outcome, Step } from "./undici_script.ts";

const FOLDER = import.meta.dirname!;

/** Runs steps in a Node of their own, which has to end by itself. */
async function inNode(steps: readonly Step[]): Promise<Outcome[]> {
  const node = await findNode(24);
  const { stdout, stderr, success } = await new Deno.Command(node, {
    args: [
      "--disable-warning=ExperimentalWarning",
      "--import",
      `${FOLDER}/workspace_hooks.ts`,
      `${FOLDER}/undici_script.ts`,
      JSON.stringify(steps),
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stderr));
  return decoder.decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("in Node, FetchSession sends the headers of the browser in order, and reads every encoding", async () => {
  await using site = await startSite();
  const encodings = ["identity", "gzip", "br", "deflate", "raw-deflate", "zstd"];
  const outcomes = await inNode([
    { url: `${site.url}/echo`, options: {} },
    { url: `${site.url}/cookies/many?count=3`, options: { followRedirects: false } },
    { url: `${site.url}/redirect/chain/3`, options: {} },
    { url: `${site.url}/echo`, options: { method: "POST", data: { a: "1" } } },
    ...encodings.map((name) => ({ url: `${site.url}/compressed/${name}`, options: {} })),
  ]);
  const [echo, many, chain, post, ...pages] = outcomes;
  const { headers } = JSON.parse(echo?.text ?? "") as Echo;
  assert.deepEqual(headers.map(([name]) => name.toLowerCase()), [
    "host",
    "connection",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "upgrade-insecure-requests",
    "user-agent",
    "accept",
    "sec-fetch-site",
    "sec-fetch-mode",
    "sec-fetch-user",
    "sec-fetch-dest",
    "referer",
    "accept-encoding",
    "accept-language",
  ]);
  assert.equal(many?.cookies, 3);
  assert.equal(chain?.status, 200);
  assert.equal((JSON.parse(post?.text ?? "") as Echo).body, "a=1");
  for (const [at, page] of pages.entries()) {
    assert.ok(page.text?.includes(`<h1>${COMPRESSED_TEXT}</h1>`), encodings[at]);
  }
});

Deno.test("in Node, FetchSession gives a typed error for every kind of break, and ends", async () => {
  await using site = await startSite();
  await using tls = await startTlsSite();
  const options = { retries: 1, timeoutMs: 2_000 };
  const expected: [path: string, error: string][] = [
    ["/broken/reset", "NetworkError"],
    ["/broken/reset-in-body", "NetworkError"],
    ["/broken/empty", "NetworkError"],
    ["/broken/short-body", "NetworkError"],
    ["/broken/not-http", "NetworkError"],
    ["/broken/chunk", "NetworkError"],
    ["/broken/gzip", "NetworkError"],
    ["/broken/huge-headers", "NetworkError"],
    ["/slow/forever", "TimeoutError"],
    ["/slow/stall", "TimeoutError"],
    ["/slow/drip-headers", "TimeoutError"],
    ["/bomb?bytes=268435456", "BodyTooLargeError"],
    ["/big?bytes=100000000&length=no", "BodyTooLargeError"],
    ["/redirect/loop", "TooManyRedirectsError"],
    ["/redirect/file", "InvalidRedirectError"],
    ["/redirect/cross-origin", "UnsafeRedirectError"],
  ];
  const outcomes = await inNode([
    ...expected.map(([path, error]) => ({
      url: site.url + path,
      options: { ...options, timeoutMs: error === "TimeoutError" ? 200 : 5_000, maxBytes: 1e6 },
    })),
    { url: `${tls.url}/json`, options },
    { url: `http://127.0.0.1:1/`, options },
  ]);
  const names = outcomes.map(({ error }) => error);
  assert.deepEqual(names, [...expected.map(([, error]) => error), "TlsError", "ConnectError"]);
});

Deno.test("in Node, FetchSession takes certificates, verify: false, HTTP/2 and client certificates", async () => {
  await using tls = await startTlsSite();
  await using mutual = await startMutualTlsServer();
  await using silent = await startSilentServer();
  const url = `${tls.url}/echo`;
  const outcomes = await inNode([
    { url, options: { ca: tls.caPem } },
    { url, options: { verify: false } },
    { url, options: { verify: false, http2: true } },
    { url, options: { verify: false, clientCert: { cert: tls.caPem, key: "no key" }, retries: 1 } },
    { url: silent.url, options: { connectTimeoutMs: 100, retries: 1 } },
    { url: mutual.url, options: { ca: mutual.caPem, clientCert: mutual.client } },
    { url: mutual.url, options: { ca: mutual.caPem, retries: 1 } },
  ]);
  assert.deepEqual(outcomes.slice(0, 3).map(({ status }) => status), [200, 200, 200]);
  assert.equal((JSON.parse(outcomes[2]?.text ?? "") as Echo).protocol, "HTTP/2");
  assert.ok(outcomes[3]?.error !== undefined, "a bad key is not ignored");
  assert.equal(outcomes[4]?.error, "ConnectError");
  assert.equal(outcomes[5]?.text, "Ada");
  assert.ok(outcomes[6]?.error !== undefined, "a server that asks for a certificate gets one");
});

Deno.test("in Node, FetchSession goes through proxies, and says when they refuse", async () => {
  await using site = await startSite();
  await using tls = await startTlsSite();
  const auth = { username: "ada", password: "s3cret" };
  await using http = await startHttpProxy({ auth });
  await using https = await startHttpsProxy({ auth });
  await using socks = await startSocksProxy({ auth });
  const steps: Step[] = [];
  for (const proxy of [`http://${http.host}`, `socks5h://${socks.host}`, `https://${https.host}`]) {
    for (const url of [`${site.url}/echo`, `${tls.url}/echo`]) {
      const options = { proxy, verify: false, ca: https.caPem, retries: 1, timeoutMs: 5_000 };
      steps.push({ url, options: { ...options, proxyAuth: auth } });
      steps.push({ url, options: { ...options, proxyAuth: { ...auth, password: "wr0ng" } } });
    }
  }
  const outcomes = await inNode(steps);
  for (const [at, { status, error, message }] of outcomes.entries()) {
    const what = `${steps[at]?.options.proxy} ${steps[at]?.url}: ${message}`;
    if (at % 2 === 0) assert.equal(status, 200, what);
    else assert.equal(error, "ProxyAuthError", what);
    assert.equal(message?.includes("wr0ng") ?? false, false, what);
  }
  for (const request of [...site.take(), ...tls.take()]) {
    assert.equal(request.header("proxy-authorization"), undefined);
  }
});

Deno.test("in Node, FetchSession refuses a name that becomes private the second time", async () => {
  await using site = await startSite();
  const { port } = new URL(site.url);
  const location = encodeURIComponent(`http://rebind.test:${port}/echo`);
  const url = `${site.url}/redirect/to?location=${location}`;
  const timeoutMs = 300;
  const [atOnce, later] = await inNode([
    { url, options: {}, names: { "rebind.test": [["127.0.0.1"]] } },
    // The first answer is what is connected to (and where nobody answers), however it goes on.
    { url, options: { timeoutMs }, names: { "rebind.test": [["198.51.0.1"], ["127.0.0.1"]] } },
  ]);
  assert.equal(atOnce?.error, "UnsafeRedirectError");
  assert.ok(
    later?.error === "TimeoutError" || later?.error === "ConnectError" ||
      later?.error === "UnsafeRedirectError",
    later?.error,
  );
  assert.equal(site.requestsTo("/echo").length, 0);
});
