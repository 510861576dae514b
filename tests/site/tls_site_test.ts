import assert from "node:assert/strict";
import { startTlsSite } from "./mod.ts";

/** Deno's `fetch` with its `client` option, which the DOM's types do not know. */
const send = (url: string, init: RequestInit & { client: Deno.HttpClient }) => fetch(url, init);

Deno.test("a TLS site speaks HTTP/2 and HTTP/1.1 to who trusts its authority, and to no one else", async () => {
  await using site = await startTlsSite();
  for (const http2 of [true, false]) {
    using client = Deno.createHttpClient({ caCerts: [site.caPem], http2 });
    for (const url of [site.url, site.otherUrl]) {
      const response = await send(`${url}/echo`, { client, method: "POST", body: "hello" });
      const echo = await response.json();
      assert.equal(echo.protocol, http2 ? "HTTP/2" : "HTTP/1.1");
      assert.equal(echo.body, "hello");
      assert.equal(echo.url, `${url}/echo`);
    }
  }
  await assert.rejects(fetch(site.url));
  assert.equal(site.take().length, 4);
});

Deno.test("requests over TLS carry the client's JA4 and HTTP/2 fingerprints", async () => {
  await using site = await startTlsSite();
  using client = Deno.createHttpClient({ caCerts: [site.caPem] });
  for (const url of [site.url, site.url, site.otherUrl]) {
    await (await send(`${url}/json`, { client })).body?.cancel();
  }
  const [first, second, byAddress] = site.take();
  assert.match(first?.ja4 ?? "", /^t13d\d{4}h2_[0-9a-f]{12}_[0-9a-f]{12}$/);
  assert.match(byAddress?.ja4 ?? "", /^t13i\d{4}h2_/); // no SNI for an address
  assert.equal(byAddress?.ja4?.slice(10), first?.ja4?.slice(10));
  assert.equal(first?.connection.clientHello?.serverName, "localhost");
  assert.match(first?.http2Fingerprint ?? "", /^\d+:\d+(;\d+:\d+)*\|[1-9]\d*\|0\|m(,[asp]){3}$/);
  assert.equal(second?.connection, first?.connection);
  assert.equal(second?.http2Fingerprint, first?.http2Fingerprint);
  assert.equal(await first?.ended, "answered");
});

Deno.test("a TLS site agrees only to the protocols it was told to", async () => {
  await using site = await startTlsSite({ alpn: ["http/1.1"] });
  using client = Deno.createHttpClient({ caCerts: [site.caPem] });
  const echo = await (await send(`${site.url}/echo`, { client })).json();
  assert.equal(echo.protocol, "HTTP/1.1");
});

Deno.test("broken answers break over TLS too", async () => {
  await using site = await startTlsSite();
  for (const http2 of [true, false]) {
    using client = Deno.createHttpClient({ caCerts: [site.caPem], http2 });
    for (const path of ["/broken/reset", "/broken/empty"]) {
      await assert.rejects(send(site.url + path, { client }), Error, path);
    }
    const response = await send(`${site.url}/broken/reset-in-body`, { client });
    assert.equal(response.status, 200);
    await assert.rejects(response.text());
  }
});

Deno.test("closing a TLS site ends idle, slow and hanging connections", async () => {
  const site = await startTlsSite();
  using http2 = Deno.createHttpClient({ caCerts: [site.caPem] });
  using http1 = Deno.createHttpClient({ caCerts: [site.caPem], http2: false });
  const stalled = await send(`${site.url}/slow/stall`, { client: http1 });
  const hanging = [http1, http2].map((client) => send(`${site.url}/slow/forever`, { client }));
  await site.arrival("/slow/forever");
  await (await send(site.url, { client: http2 })).body?.cancel();
  // Listened to before the close: a rejection that nobody awaits yet would end the test run.
  const ended = [...hanging, stalled.text()].map((request) => assert.rejects(request));
  await Promise.all([site.close(), site.close()]);
  await Promise.all(ended);
});

Deno.test("a TLS site hangs up on a client that does not speak TLS", async () => {
  await using site = await startTlsSite();
  const { port } = new URL(site.url);
  await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
  assert.equal(site.requests.length, 0);
});
