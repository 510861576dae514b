import { DynamicSession } from "@orbweaver/browser-session";
import { InvalidOptionError, ProxyAuthError, ProxyError, ProxyPool } from "@orbweaver/session";
import assert from "node:assert/strict";
import {
  type Proxy,
  type ProxyOptions,
  startHttpProxy,
  startSite,
  startSocksProxy,
  startTlsSite,
} from "../../site/mod.ts";
import { browserTest } from "./_browser.ts";

const AUTH = { username: "ada", password: "s3cret:p@ss" };

const KINDS: readonly (readonly [string, (options?: ProxyOptions) => Promise<Proxy>])[] = [
  ["http", startHttpProxy],
  ["socks5", startSocksProxy],
];

for (const [kind, start] of KINDS) {
  browserTest(`requests go through ${kind} proxies, to loopback too`, async () => {
    await using plain = await startSite();
    await using tls = await startTlsSite();
    await using proxy = await start();
    await using session = new DynamicSession({
      proxy: `${kind}://${proxy.host}`,
      extraFlags: ["--ignore-certificate-errors"],
    });
    for (const site of [plain, tls]) {
      const page = await session.fetch(`${site.url}/plain/1`);
      assert.deepEqual([page.status, page.proxy], [200, `${kind}://${proxy.host}`]);
      const { host } = new URL(site.url);
      assert.ok(
        proxy.asks.some(({ target }) => target.includes(host)),
        `${host} was not asked for`,
      );
    }
  });
}

browserTest("a proxy gets its credentials, and a site's 401 does not", async () => {
  await using plain = await startSite();
  await using tls = await startTlsSite();
  await using proxy = await startHttpProxy({ auth: AUTH });
  await using session = new DynamicSession({ extraFlags: ["--ignore-certificate-errors"] });
  const login = `${AUTH.username}:${encodeURIComponent(AUTH.password)}`;
  const through = { proxy: `http://${login}@${proxy.host}` };
  for (const site of [plain, tls]) {
    const page = await session.fetch(`${site.url}/dynamic-page`, {
      ...through,
      waitSelector: "div.loaded",
    });
    assert.deepEqual([page.status, page.proxy], [200, `http://${proxy.host}`]);
  }
  assert.ok(proxy.asks.some(({ username }) => username === AUTH.username));
  assert.ok(plain.requests.every((request) => request.header("authorization") === undefined));
});

browserTest(
  "a proxy that wants other credentials is a ProxyAuthError without the password",
  async () => {
    await using plain = await startSite();
    await using tls = await startTlsSite();
    await using proxy = await startHttpProxy({ auth: AUTH });
    await using session = new DynamicSession({ extraFlags: ["--ignore-certificate-errors"] });
    for (const login of ["", "ada:wrong@"]) {
      for (const site of [plain, tls]) {
        const url = `${site.url}/plain/1`;
        const options = { proxy: `http://${login}${proxy.host}` };
        await assert.rejects(session.fetch(url, options), (error) => {
          assert.ok(error instanceof ProxyAuthError, `${login} ${url}: ${error}`);
          assert.deepEqual([error.proxy, error.url], [`http://${proxy.host}`, url]);
          assert.ok(!error.message.includes("wrong"), error.message);
          return true;
        });
      }
    }
  },
);

browserTest("a dead proxy is a ProxyError, and the session goes on", async () => {
  await using site = await startSite();
  await using session = new DynamicSession({ retryDelayMs: 0 });
  const dead = await startHttpProxy();
  await dead[Symbol.asyncDispose]();
  const url = `${site.url}/plain/1`;
  await assert.rejects(session.fetch(url, { proxy: `http://${dead.host}` }), (error) => {
    assert.ok(error instanceof ProxyError && !(error instanceof ProxyAuthError), String(error));
    assert.deepEqual([error.proxy, error.url, error.attempts], [`http://${dead.host}`, url, 3]);
    return true;
  });
  assert.equal((await session.fetch(url)).status, 200);
  assert.equal(site.requestsTo("/plain/1").length, 1);
});

browserTest("each try takes another proxy of the pool, which hears how it went", async () => {
  await using site = await startSite();
  await using proxy = await startHttpProxy();
  const dead = await startHttpProxy();
  await dead[Symbol.asyncDispose]();
  const proxyPool = new ProxyPool([`http://${dead.host}`, `http://${proxy.host}`]);
  await using session = new DynamicSession({ proxyPool, retryDelayMs: 0 });
  const page = await session.fetch(`${site.url}/plain/1`);
  assert.deepEqual([page.proxy, page.meta.attempts], [`http://${proxy.host}`, 2]);
  const [first, second] = proxyPool.stats();
  assert.deepEqual([first!.failures, second!.failures, second!.requests], [1, 0, 1]);
  assert.ok(second!.bytes > 0);
});

browserTest(
  "more proxies than tabs wait for their turn, and their contexts are kept or closed",
  async () => {
    await using site = await startSite();
    const proxies = await Promise.all(Array.from({ length: 20 }, () => startHttpProxy()));
    try {
      await using session = new DynamicSession({ maxPages: 2 });
      const seen = await Promise.all(proxies.map(async ({ host }, i) => {
        const page = await session.fetch(`${site.url}/plain/${i + 1}`, { proxy: `http://${host}` });
        return page.proxy;
      }));
      assert.deepEqual(seen, proxies.map(({ host }) => `http://${host}`));
      for (const proxy of proxies) assert.ok(proxy.asks.length > 0);
      const { browserContexts, tabs } = await insideOf(session, site.url);
      assert.ok(browserContexts <= 16, `${browserContexts} contexts`);
      assert.ok(tabs <= 4, `${tabs} tabs`); // two that are kept, the first one, and the one that looks
    } finally {
      for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    }
  },
);

async function insideOf(session: DynamicSession, url: string) {
  let seen = { browserContexts: 0, tabs: 0 };
  await session.fetch(`${url}/plain/1`, {
    pageAction: async (page) => {
      const native = await page.native();
      const browser = native.browser();
      const pages = browser.targets().filter((target) => target.type() === "page");
      seen = { browserContexts: browser.browserContexts().length, tabs: pages.length };
    },
  });
  return seen;
}

browserTest("a profile that is kept goes through the session's proxy", async () => {
  const { mkdtemp, rm } = await import("node:fs/promises");
  const { tmpdir } = await import("node:os");
  const { join } = await import("node:path");
  const userDataDir = await mkdtemp(join(tmpdir(), "profile-"));
  try {
    await using site = await startSite();
    await using proxy = await startHttpProxy();
    await using session = new DynamicSession({ userDataDir, proxy: `http://${proxy.host}` });
    const page = await session.fetch(`${site.url}/plain/1`);
    assert.equal(page.proxy, `http://${proxy.host}`);
    assert.ok(proxy.asks.length > 0);
  } finally {
    await rm(userDataDir, { recursive: true, force: true });
  }
});

Deno.test("proxies that make no sense are refused before anything starts", async () => {
  assert.throws(() => new DynamicSession({ proxy: "ftp://proxy.example" }), InvalidOptionError);
  assert.throws(
    () => new DynamicSession({ proxy: "socks5://ada:secret@proxy.example:1080" }),
    (error) => error instanceof InvalidOptionError && !error.message.includes("secret"),
  );
  const proxyPool = new ProxyPool(["http://proxy.example"]);
  assert.throws(
    () => new DynamicSession({ proxyPool, proxy: "http://proxy.example" }),
    InvalidOptionError,
  );
  await using session = new DynamicSession();
  await assert.rejects(
    session.fetch("http://127.0.0.1:9/", { proxy: "nonsense://" }),
    InvalidOptionError,
  );
  assert.equal(session.state, "idle");
});
