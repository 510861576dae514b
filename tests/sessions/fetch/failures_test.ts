import {
  BodyTooLargeError,
  ConnectError,
  FetchSession,
  type FetchSessionOptions,
  TlsError,
  UnsupportedByTransportError,
} from "@orbweaver/fetch-session";
import { NetworkError, SessionClosedError, TimeoutError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  ENCODED_TEXT,
  startMutualTlsServer,
  startSilentServer,
  startSite,
  startTlsSite,
} from "../../site/mod.ts";
import { testBoth } from "./both_transports.ts";

/** A port of loopback that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

testBoth(
  "FetchSession gives a NetworkError for every kind of break",
  { retries: 1 },
  async (session, site) => {
    for (
      const kind of ["reset", "reset-in-body", "empty", "short-body", "not-http", "chunk", "gzip"]
    ) {
      const url = `${site.url}/broken/${kind}`;
      await assert.rejects(
        session.get(url),
        (error: unknown) => {
          assert.ok(error instanceof NetworkError, `${kind}: ${error}`);
          assert.equal(error.url, url);
          assert.ok(error.cause !== undefined);
          return true;
        },
      );
    }
  },
);

testBoth(
  "FetchSession tries a GET three times by default, a POST once",
  {},
  async (session, site) => {
    await assert.rejects(session.get(`${site.url}/broken/reset-in-body`), NetworkError);
    assert.equal(site.take().length, 3);
    await assert.rejects(
      session.post(`${site.url}/broken/reset-in-body`, { data: "x" }),
      NetworkError,
    );
    assert.equal(site.take().length, 1);
  },
);

testBoth("FetchSession does not repeat a request for its status", {}, async (session, site) => {
  assert.equal((await session.get(`${site.url}/status/503`)).status, 503);
  assert.equal(site.take().length, 1);
});

testBoth("FetchSession gives a ConnectError where nobody listens", {}, async (session) => {
  const url = `http://127.0.0.1:${await closedPort()}/`;
  await assert.rejects(session.post(url, { data: "x" }), (error) => {
    assert.ok(error instanceof ConnectError);
    const [what, ...why] = error.message.split(`${url}: `);
    assert.equal(what, "Could not connect for ");
    // What the transport says of its own layers is in the cause alone.
    assert.match(why.join(), /refused/i);
    assert.doesNotMatch(why.join(), /Error|fetch failed|sending request|client error/);
    return true;
  });
});

testBoth(
  "FetchSession ends a fetch at its time limit, before and in the body",
  { timeoutMs: 100 },
  async (session, site) => {
    for (const path of ["/slow/forever", "/slow/stall", "/slow/body?pieces=1000&ms=20"]) {
      await assert.rejects(
        session.get(`${site.url}${path}`),
        (error: unknown) => {
          assert.ok(error instanceof TimeoutError, `${path}: ${error}`);
          assert.equal(error.timeoutMs, 100);
          assert.equal(error.url, `${site.url}${path}`);
          return true;
        },
      );
      assert.equal(site.take().length, 1, "a time limit is for all attempts together");
    }
    assert.equal((await session.get(`${site.url}/json`, { timeoutMs: 30_000 })).status, 200);
  },
);

testBoth("FetchSession.close() rejects the fetches in flight", {}, async (session, site) => {
  const paths = ["/slow/forever", "/slow/stall"];
  const fetches = paths.map((path) => session.get(`${site.url}${path}`, { timeoutMs: 1_000 }));
  const outcomes = Promise.allSettled(fetches);
  for (const path of paths) await site.arrival(path);
  await session.close();
  for (const outcome of await outcomes) {
    assert.ok(outcome.status === "rejected" && outcome.reason instanceof SessionClosedError);
  }
  assert.equal(session.state, "closed");
  await assert.rejects(session.get(`${site.url}/json`), SessionClosedError);
  assert.equal(site.requestsTo("/json").length, 0);
});

testBoth(
  "FetchSession.fetch() rejects with the reason of the user's signal",
  {},
  async (session, site) => {
    for (const path of ["/slow/forever", "/slow/stall"]) {
      const controller = new AbortController();
      const reason = new Error("changed my mind");
      const fetching = session.get(`${site.url}${path}`, {
        signal: controller.signal,
        timeoutMs: 1_000,
      });
      await site.arrival(path);
      controller.abort(reason);
      await assert.rejects(fetching, reason);
    }
    const aborted = AbortSignal.abort(new Error("too late"));
    await assert.rejects(session.get(`${site.url}/json`, { signal: aborted }), /too late/);
    assert.equal(site.requestsTo("/json").length, 0);
  },
);

testBoth(
  "FetchSession ends the wait between attempts when it is closed",
  { retryDelayMs: 60_000 },
  async (session, site) => {
    const fetching = assert.rejects(session.get(`${site.url}/broken/empty`), SessionClosedError);
    await (await site.arrival("/broken/empty")).ended;
    await session.close();
    await fetching;
  },
);

testBoth(
  "FetchSession refuses a body over maxBytes, however it is sent",
  { maxBytes: 10_000 },
  async (session, site) => {
    const paths = ["/big?bytes=100000", "/big?bytes=100000&length=no", "/bomb?bytes=10000000"];
    for (const path of paths) {
      await assert.rejects(
        session.get(`${site.url}${path}`),
        (error: unknown) => error instanceof BodyTooLargeError && error.maxBytes === 10_000,
        path,
      );
    }
    const exact = await session.get(`${site.url}/big?bytes=10000`);
    assert.equal(exact.body.byteLength, 10_000);
    const chunked = await session.get(`${site.url}/big?bytes=10000&length=no`);
    assert.equal(chunked.body.byteLength, 10_000);
    assert.equal((await session.head(`${site.url}/big?bytes=100000`)).status, 200);
  },
);

testBoth("FetchSession reads a large body whole", {}, async (session, site) => {
  for (const path of ["/big?bytes=8388608", "/big?bytes=8388608&length=no"]) {
    assert.equal((await session.get(`${site.url}${path}`)).body.byteLength, 8_388_608);
  }
});

Deno.test("FetchSession gives a TlsError for a certificate it does not trust, at the first attempt", async () => {
  await using site = await startTlsSite();
  for (const impersonate of ["chrome", false] as const) {
    await using session = new FetchSession({ impersonate, retryDelayMs: 60_000 });
    await assert.rejects(session.get(`${site.url}/json`), TlsError);
  }
});

Deno.test("FetchSession trusts the certificates of SSL_CERT_FILE when impersonating, for a POST too", async () => {
  await using site = await startTlsSite();
  const folder = await mkdtemp(join(tmpdir(), "certificates-"));
  const before = process.env.SSL_CERT_FILE;
  try {
    process.env.SSL_CERT_FILE = join(folder, "ca.pem");
    await writeFile(process.env.SSL_CERT_FILE, site.caPem);
    await using session = new FetchSession({ retries: 1 });
    const answers = [1, 2, 3].map((number) =>
      session.post(`${site.url}/echo`, { json: { number } })
    );
    assert.deepEqual((await Promise.all(answers)).map(({ status }) => status), [200, 200, 200]);
    assert.equal(site.take().length, 3);
  } finally {
    if (before === undefined) delete process.env.SSL_CERT_FILE;
    else process.env.SSL_CERT_FILE = before;
    await rm(folder, { recursive: true });
  }
});

Deno.test("FetchSession says which of its options a transport can't do", async () => {
  await using site = await startTlsSite();
  await using native = new FetchSession({ impersonate: false, verify: false });
  await assert.rejects(
    native.get(site.url),
    (error: unknown) => error instanceof UnsupportedByTransportError && error.option === "verify",
  );
  await using browser = new FetchSession({ ca: site.caPem });
  await assert.rejects(
    browser.get(site.url),
    (error: unknown) => error instanceof UnsupportedByTransportError && error.option === "ca",
  );
  assert.equal(site.take().length, 0);
});

testBoth(
  "FetchSession ends what never ends: headers that drip in, and bodies of unknown length",
  { timeoutMs: 150 },
  async (session, site) => {
    for (const path of ["/slow/drip-headers", "/slow/stall-unsized"]) {
      await assert.rejects(session.get(`${site.url}${path}`), TimeoutError, path);
    }
  },
);

testBoth(
  "FetchSession gives a NetworkError for more headers than anyone needs",
  { retries: 1 },
  async (session, site) => {
    for (const path of ["/broken/huge-headers", "/broken/many-headers"]) {
      await assert.rejects(session.get(`${site.url}${path}`), NetworkError, path);
    }
    assert.equal((await session.get(`${site.url}/json`)).status, 200);
  },
);

testBoth(
  "FetchSession stops decompressing where maxBytes is, however large the bomb",
  { maxBytes: 1024 * 1024 },
  async (session, site) => {
    const before = Deno.memoryUsage().rss;
    await assert.rejects(session.get(`${site.url}/bomb?bytes=268435456`), BodyTooLargeError);
    const grown = Deno.memoryUsage().rss - before;
    // The site itself holds the 256 MiB while it compresses them.
    assert.ok(grown < 400 * 1024 * 1024, `${grown} bytes more`);
  },
);

testBoth("FetchSession decodes a page of an unknown charset", {}, async (session, site) => {
  const page = await session.get(`${site.url}/encoding/unknown`);
  assert.equal(page.encoding, "utf-8");
  assert.equal(page.css("h1::text").get(), ENCODED_TEXT);
});

testBoth(
  "FetchSession closes the connections of answers that it gave up",
  { timeoutMs: 150, retries: 1 },
  async (session, site) => {
    for (const path of ["/slow/forever", "/slow/stall", "/slow/drip-headers"]) {
      await assert.rejects(session.get(`${site.url}${path}`), TimeoutError);
      assert.equal(await (await site.arrival(path)).ended, "aborted");
    }
  },
);

Deno.test("FetchSession gives up connecting after connectTimeoutMs when impersonating", async () => {
  await using silent = await startSilentServer();
  await using session = new FetchSession({ connectTimeoutMs: 100, retries: 1, timeoutMs: 20_000 });
  await assert.rejects(session.get(silent.url), ConnectError);
});

Deno.test("FetchSession gives a TlsError for a certificate of another host", async () => {
  await using site = await startTlsSite();
  await using session = new FetchSession({ impersonate: false, ca: site.caPem, retries: 1 });
  const url = site.url.replace("localhost", "other.localhost");
  await assert.rejects(session.get(url), NetworkError);
  assert.equal((await session.get(`${site.url}/json`)).status, 200);
});

Deno.test("FetchSession shows clientCert to a server that asks for one, and fails without", async () => {
  await using server = await startMutualTlsServer();
  const options = { impersonate: false, ca: server.caPem, retries: 1 } as const;
  await using known = new FetchSession({ ...options, clientCert: server.client });
  assert.equal((await known.get(server.url)).text, "Ada");
  await using stranger = new FetchSession(options);
  await assert.rejects(stranger.get(server.url), NetworkError);
});

Deno.test("FetchSession says of every option that no transport, or not this one, can do it", async () => {
  await using site = await startSite();
  assert.throws(
    () => new FetchSession({ http3: true }),
    (error: unknown) => error instanceof UnsupportedByTransportError && error.option === "http3",
  );
  const clientCert = { cert: "cert", key: "key" };
  const cases: [FetchSessionOptions, option: string][] = [
    [{ http2: false }, "http2"],
    [{ clientCert }, "clientCert"],
    [{ ca: "pem" }, "ca"],
    [{ impersonate: false, verify: false }, "verify"],
    [{ impersonate: false, connectTimeoutMs: 100 }, "connectTimeoutMs"],
  ];
  for (const [options, option] of cases) {
    await using session = new FetchSession(options);
    await assert.rejects(
      session.get(site.url),
      (error: unknown) => error instanceof UnsupportedByTransportError && error.option === option,
      option,
    );
  }
  assert.equal(site.requests.length, 0);
});

Deno.test("FetchSession without impersonation speaks HTTP/1.1 where HTTP/2 is ruled out", async () => {
  await using site = await startTlsSite();
  for (const [http2, protocol] of [[false, "HTTP/1.1"], [true, "HTTP/2"]] as const) {
    await using session = new FetchSession({ impersonate: false, ca: site.caPem, http2 });
    await session.get(`${site.url}/json`);
    assert.equal(site.take()[0]?.protocol, protocol);
  }
});
