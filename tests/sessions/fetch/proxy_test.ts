import {
  FetchSession,
  type FetchSessionOptions,
  ProxyAuthError,
  ProxyError,
  ProxyPool,
  UnsafeRedirectError,
  UnsupportedByTransportError,
} from "@orbweaver/fetch-session";
import { InvalidOptionError, TimeoutError } from "@orbweaver/session";
import assert from "node:assert/strict";
import {
  type Proxy,
  type ProxyOptions,
  type Site,
  startHttpProxy,
  startHttpsProxy,
  startSite,
  startSocksProxy,
  startTlsSite,
} from "../../site/mod.ts";

const AUTH = { username: "ada", password: "s3cret:p@ss" };
const CREDENTIALS = `${AUTH.username}:${encodeURIComponent(AUTH.password)}`;

/** A way to send requests, with what it needs to trust the test sites. */
interface Way {
  readonly how: string;
  readonly options: (site: { caPem: string }) => FetchSessionOptions;
}

const WAYS: readonly Way[] = [
  { how: "impersonating", options: () => ({ impersonate: "chrome", verify: false }) },
  { how: "native", options: ({ caPem }) => ({ impersonate: false, ca: caPem }) },
];

/** Kinds of proxies; those over TLS need a certificate, which only the native way can be told of. */
const KINDS: Readonly<Record<string, (options?: ProxyOptions) => Promise<Proxy>>> = {
  http: startHttpProxy,
  socks5: startSocksProxy,
  socks5h: startSocksProxy,
};

for (const { how, options } of WAYS) {
  for (const [kind, start] of Object.entries(KINDS)) {
    Deno.test(`FetchSession goes through ${kind} proxies, with and without credentials (${how})`, async () => {
      await using plain = await startSite();
      await using tls = await startTlsSite();
      for (const auth of [undefined, AUTH]) {
        await using proxy = await start(auth === undefined ? {} : { auth });
        const login = auth === undefined ? "" : `${CREDENTIALS}@`;
        await using session = new FetchSession({
          ...options(tls),
          proxy: `${kind}://${login}${proxy.host}`,
        });
        for (const site of [plain, tls]) {
          if (wouldLeak(how, kind, site, auth)) {
            await assert.rejects(session.get(`${site.url}/echo`), UnsupportedByTransportError);
            assert.equal(site.requests.length, 0);
            continue;
          }
          const page = await session.get(`${site.url}/echo`);
          assert.equal(page.status, 200);
          assert.equal(page.proxy, `${kind}://${proxy.host}`);
          const [request] = site.take();
          assert.equal(request?.header("proxy-authorization"), undefined);
        }
        const methods = proxy.asks.map(({ method }) => method);
        assert.equal(methods[0], kind === "http" ? "GET" : "CONNECT");
        assert.equal(methods[1], wouldLeak(how, kind, tls, auth) ? undefined : "CONNECT");
        assert.equal(proxy.asks[0]?.username, auth?.username);
      }
    });
  }

  Deno.test(`FetchSession goes through https proxies (${how})`, async () => {
    await using plain = await startSite();
    await using tls = await startTlsSite();
    const auths = how === "native" ? [undefined] : [undefined, AUTH];
    for (
      const [site, auth] of [plain, tls].flatMap((site) =>
        auths.map((auth) => [site, auth] as const)
      )
    ) {
      await using proxy = await startHttpsProxy(auth === undefined ? {} : { auth });
      await using session = new FetchSession({
        ...options({ caPem: tls.caPem + proxy.caPem }),
        proxy: `https://${proxy.host}`,
        ...(auth === undefined ? {} : { proxyAuth: auth }),
      });
      assert.equal((await session.get(`${site.url}/echo`)).status, 200);
      assert.equal(proxy.asks[0]?.username, auth?.username);
    }
  });

  Deno.test(`FetchSession leaves names to a socks5h proxy (${how})`, async () => {
    await using site = await startSite();
    const { port } = new URL(site.url);
    await using proxy = await startSocksProxy({ route: () => Number(port) });
    await using session = new FetchSession({
      ...options({ caPem: "" }),
      ca: undefined,
      proxy: `socks5h://${proxy.host}`,
    });
    assert.equal((await session.get("http://shop.test/echo")).status, 200);
    assert.deepEqual(proxy.asks.map(({ target }) => target), ["shop.test:80"]);
  });

  Deno.test(`FetchSession says when a proxy wants other credentials, without telling them (${how})`, async () => {
    await using plain = await startSite();
    await using tls = await startTlsSite();
    for (const [kind, start] of Object.entries(KINDS)) {
      await using proxy = await start({ auth: AUTH });
      for (const site of [plain, tls]) {
        if (wouldLeak(how, kind, site, AUTH)) continue;
        await using session = new FetchSession({
          ...options(tls),
          proxy: `${kind}://ada:wr0ng@${proxy.host}`,
          retryDelayMs: 60_000,
          timeoutMs: 4_000,
        });
        await assert.rejects(session.get(`${site.url}/echo`), (error: unknown) => {
          assert.ok(error instanceof ProxyAuthError, `${kind} ${site.url}: ${describe(error)}`);
          assert.equal(error.proxy, `${kind}://${proxy.host}`);
          assert.equal(describe(error).includes("wr0ng"), false, describe(error));
          return true;
        });
      }
    }
    assert.equal(plain.requests.length + tls.requests.length, 0);
  });

  Deno.test(`FetchSession gives a ProxyError for a proxy that refuses or is down (${how})`, async () => {
    await using tls = await startTlsSite();
    for (const [kind, start] of Object.entries(KINDS)) {
      const down = await start();
      await down[Symbol.asyncDispose]();
      await using refusing = await start({ manner: "refuse" });
      for (const proxy of [down, refusing]) {
        await using session = new FetchSession({
          ...options(tls),
          proxy: `${kind}://${kind === "http" ? "" : `${CREDENTIALS}@`}${proxy.host}`,
          retries: 1,
        });
        await assert.rejects(session.get(`${tls.url}/echo`), (error: unknown) => {
          assert.ok(error instanceof ProxyError, `${kind}: ${describe(error)}`);
          assert.equal(error.proxy, `${kind}://${proxy.host}`);
          assert.equal(describe(error).includes("s3cret"), false, describe(error));
          return true;
        });
      }
    }
  });

  Deno.test(`FetchSession ends at its time limit when a proxy hangs, and lets go of it (${how})`, async () => {
    await using plain = await startSite();
    await using tls = await startTlsSite();
    for (const [kind, start] of Object.entries(KINDS)) {
      await using proxy = await start({ manner: "hang" });
      {
        await using session = new FetchSession({
          ...options(tls),
          proxy: `${kind}://${proxy.host}`,
          timeoutMs: 150,
        });
        for (const site of [plain, tls]) {
          await assert.rejects(session.get(`${site.url}/echo`), TimeoutError, kind);
        }
      }
      await proxy.idle();
      assert.equal(proxy.open(), 0);
    }
  });

  Deno.test(`FetchSession does not follow redirects to private addresses through a proxy (${how})`, async () => {
    await using site = await startSite();
    const { port } = new URL(site.url);
    await using proxy = await startHttpProxy({ route: () => Number(port) });
    await using session = new FetchSession({
      ...options({ caPem: "" }),
      ca: undefined,
      proxy: `http://${proxy.host}`,
    });
    const location = encodeURIComponent("http://169.254.169.254/latest/meta-data/");
    await assert.rejects(
      session.get(`http://shop.test/redirect/to?location=${location}`),
      UnsafeRedirectError,
    );
    assert.equal(proxy.asks.length, 1);
  });

  Deno.test(`FetchSession asks its pool for another proxy at each attempt, and reports (${how})`, async () => {
    await using site = await startSite();
    const down = await startHttpProxy();
    await down[Symbol.asyncDispose]();
    await using good = await startHttpProxy();
    const pool = new ProxyPool([`http://${down.host}`, `http://${good.host}`], { maxFailures: 1 });
    await using session = new FetchSession({
      ...options({ caPem: "" }),
      ca: undefined,
      proxyPool: pool,
      retryDelayMs: 1,
    });
    const page = await session.get(`${site.url}/redirect/302`);
    assert.equal(page.proxy, `http://${good.host}`);
    assert.equal(page.history[0]?.proxy, `http://${good.host}`);
    await session.post(`${site.url}/echo`, { data: "x" });
    const [bad, fine] = pool.stats();
    assert.deepEqual([bad?.requests, bad?.failures], [1, 1]);
    assert.equal(fine?.failures, 0);
    assert.ok((fine?.bytes ?? 0) >= page.body.byteLength);
    assert.equal(site.requests.length, 3);
  });

  Deno.test(`FetchSession prefers the request's proxy to the session's (${how})`, async () => {
    await using site: Site = await startSite();
    await using own = await startHttpProxy();
    await using other = await startHttpProxy();
    for (
      const mine of [
        { proxy: `http://${own.host}` },
        { proxyPool: new ProxyPool([`http://${own.host}`]) },
      ]
    ) {
      await using session = new FetchSession({ ...options({ caPem: "" }), ca: undefined, ...mine });
      await session.get(`${site.url}/json`, { proxy: `http://${other.host}` });
      await session.get(`${site.url}/json`, { proxyPool: new ProxyPool([`http://${other.host}`]) });
      await session.get(`${site.url}/json`);
    }
    assert.deepEqual([own.asks.length, other.asks.length], [2, 4]);
  });

  Deno.test(`FetchSession reports no failure of a proxy when the user changes his mind (${how})`, async () => {
    await using site = await startSite();
    await using proxy = await startHttpProxy();
    const pool = new ProxyPool([`http://${proxy.host}`]);
    await using session = new FetchSession({
      ...options({ caPem: "" }),
      ca: undefined,
      proxyPool: pool,
    });
    const controller = new AbortController();
    const fetching = session.get(`${site.url}/slow/forever`, { signal: controller.signal });
    await site.arrival("/slow/forever");
    controller.abort(new Error("enough"));
    await assert.rejects(fetching, /enough/);
    assert.deepEqual(pool.stats().map(({ requests, failures }) => [requests, failures]), [[1, 0]]);
  });
}

Deno.test("FetchSession refuses a pool beside a fixed proxy when it is made", () => {
  const proxyPool = new ProxyPool(["http://one.test:8080"]);
  for (
    const options of [
      { proxy: "http://two.test:8080", proxyPool },
      { proxyPool, proxyAuth: AUTH },
      { proxyPool: {} },
      { proxy: "http://ada:s3cret@ /" },
      { proxyAuth: { username: "s3cret:", password: "x" } },
    ]
  ) {
    assert.throws(
      () => new FetchSession(options as FetchSessionOptions),
      (error: unknown) =>
        error instanceof InvalidOptionError && !describe(error).includes("s3cret"),
    );
  }
});

/** Deno's `fetch` would tell the site the proxy's password. */
function wouldLeak(how: string, kind: string, site: Site, auth: unknown): boolean {
  return how === "native" && kind === "http" && site.url.startsWith("https:") && auth !== undefined;
}

/** An error with all its causes, as a log would show it. */
function describe(error: unknown): string {
  return Deno.inspect(error, { depth: 10 });
}
