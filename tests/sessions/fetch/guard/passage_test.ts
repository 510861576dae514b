import { PrivateAddressError, ProxyPool, UnsafeRedirectError } from "@orbweaver/fetch-session";
import assert from "node:assert/strict";
import { firstHop } from "../../../../sessions/fetch/first_hop.ts";
import { passageOf } from "../../../../sessions/fetch/guard/passage.ts";
import { type FetchRequestOptions, sessionSettings } from "../../../../sessions/fetch/options.ts";
import { nextHop } from "../../../../sessions/fetch/redirects.ts";

async function passage(from: string, to: string, options: FetchRequestOptions): Promise<string> {
  const settings = sessionSettings(options);
  const { hop } = await firstHop(from, settings);
  return passageOf(nextHop(hop, { status: 302, location: to }, 30), hop, settings);
}

Deno.test("passageOf() guards names that may lead elsewhere than the first request", async () => {
  const expected: [from: string, to: string, passage: string, options?: FetchRequestOptions][] = [
    ["http://a.test/", "http://b.test/", "guarded"],
    ["http://a.test/", "https://b.test/", "guarded"],
    ["http://a.test/", "http://a.test/x", "guarded"],
    ["http://a.test/", "https://a.test/x", "free"], // only its owner has the certificate
    ["http://a.test/", "https://a.test/x", "guarded", { verify: false }],
    ["http://a.test/", "http://1.1.1.1/", "free"],
    ["http://10.0.0.1/", "http://10.0.0.1:8080/", "free"],
    ["http://localhost/", "http://localhost:8080/", "free"],
    ["http://a.test/", "http://b.test/", "free", { followRedirects: true }],
    ["http://a.test/", "http://b.test/", "guarded", { followRedirects: true, allowPrivate: false }],
    ["http://a.test/", "http://b.test/", "free", { proxy: "http://proxy.test:8080" }],
    ["http://a.test/", "http://b.test/", "free", { proxyPool: new ProxyPool(["http://p.test"]) }],
  ];
  for (const [from, to, wanted, options = {}] of expected) {
    assert.equal(await passage(from, to, options), wanted, `${from} to ${to}`);
  }
});

Deno.test("passageOf() refuses addresses that are not public, whoever would connect", async () => {
  for (const options of [{}, { proxy: "socks5h://proxy.test" }]) {
    for (const to of ["http://10.0.0.1/", "http://[::1]/", "http://x.localhost/"]) {
      await assert.rejects(passage("http://a.test/", to, options), UnsafeRedirectError, to);
    }
  }
  const settings = sessionSettings({ allowPrivate: false });
  const { hop } = await firstHop("http://169.254.169.254/", settings);
  assert.throws(() => passageOf(hop, hop, settings), PrivateAddressError);
});
