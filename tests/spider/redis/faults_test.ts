/** What a RedisFrontier does when its server, or the network, fails. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { RedisFrontier, type RedisFrontierOptions } from "@orbweaver/spider/redis";
import { makeCertificates } from "../../site/certificates.ts";
import { listen } from "../../site/listen.ts";
import { item } from "../frontier_contract.ts";
import { CutProxy } from "./_cut_proxy.ts";
import { administer, redisTest, until } from "./_redis_cases.ts";
import { freePort, HAS_REDIS, RedisServer } from "./_redis_server.ts";
import { textFrontier } from "./_text_frontier.ts";

/** Impatient, so that a test that waits for the end of the patience is a short one. */
const SOON = { name: "crawl", connectTimeoutMs: 300, patienceMs: 300, commandTimeoutMs: 500 };
/** Patient, but quick to see that nothing comes. */
const PATIENT = { name: "crawl", commandTimeoutMs: 500 };

async function open(url: string, options: RedisFrontierOptions = SOON) {
  return textFrontier(await RedisFrontier.open(url, options));
}

Deno.test("a Redis that is down at the start is an error in time, that tells no password", async () => {
  const url = `redis://ada:secret@127.0.0.1:${await freePort()}/2`;
  await assert.rejects(open(url), (error: Error) => {
    assert.equal(error.name, "StoreUnreachableError");
    assert.match(error.message, /redis:\/\/ada@127\.0\.0\.1:\d+\/2/);
    assert.match(error.message, /check that it runs/);
    assert.doesNotMatch(inspect(error, { depth: 9 }), /secret/);
    return true;
  });
});

Deno.test("a server that takes the connection and says nothing is an error in time", async () => {
  const silent = await listen(createServer(() => {}));
  try {
    await assert.rejects(open(`redis://127.0.0.1:${silent.port}`), {
      name: "StoreUnreachableError",
    });
  } finally {
    await silent.close();
  }
});

Deno.test("an address that is none is an error that tells no password", async () => {
  for (const url of ["", "localhost:6379", "http://:secret@localhost/", "redis://:secret@h/x y"]) {
    await assert.rejects(open(url), (error: Error) => {
      assert.equal(error.name, "SpiderOptionError");
      assert.doesNotMatch(error.message, /secret/);
      return true;
    }, url);
  }
  await assert.rejects(open("redis://127.0.0.1:1", { ...SOON, name: "" }), {
    name: "SpiderOptionError",
  });
});

redisTest(
  "a wrong password, and none, are refused at once; the right one lets in",
  async ({ port }) => {
    for (const secret of ["", ":wrong@"]) {
      await assert.rejects(
        open(`redis://${secret}127.0.0.1:${port}`, { name: "crawl" }),
        (error: Error) => {
          assert.equal(error.name, "StoreRefusedError");
          assert.match(error.message, /password/);
          assert.doesNotMatch(inspect(error, { depth: 9 }), /'wrong'|wrong@/);
          return true;
        },
      );
    }
    await using frontier = await open(`redis://:right@127.0.0.1:${port}`);
    assert.deepEqual(await frontier.push([item("a")]), ["added"]);
  },
  { args: ["--requirepass", "right"] },
);

if (HAS_REDIS) {
  Deno.test("rediss:// trusts the authority that it was given, and no other", async () => {
    const { caPem, certPem, keyPem } = await makeCertificates();
    const folder = await mkdtemp(join(tmpdir(), "orbweaver-tls-"));
    const [cert, key, ca] = ["cert.pem", "key.pem", "ca.pem"].map((name) => join(folder, name));
    try {
      await writeFile(cert!, certPem);
      await writeFile(key!, keyPem);
      await writeFile(ca!, caPem);
      await using server = await RedisServer.start({ tls: { cert: cert!, key: key!, ca: ca! } });
      await assert.rejects(open(server.url, { name: "crawl" }), {
        name: "StoreRefusedError",
        message: /not to be trusted/,
      });
      await using frontier = await open(server.url, { name: "crawl", ca: caPem });
      assert.deepEqual(await frontier.push([item("a")]), ["added"]);
      assert.equal((await frontier.lease({ max: 1 }))[0]?.payload, "a");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

redisTest("a node of a cluster is refused with a word on why", async ({ url }) => {
  await assert.rejects(open(url), { name: "StoreRefusedError", message: /cluster.*single server/ });
  // An INFO that is not allowed hides the cluster until it answers MOVED.
  await using other = await RedisServer.start({ args: ["--cluster-enabled", "yes"] });
  await administer(url, async (redis) => {
    await redis.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
    await redis.call("CLUSTER", "MEET", "127.0.0.1", `${other.port}`);
    const id = await administer(other.url, (redis) => redis.call("CLUSTER", "MYID")) as string;
    await until(async () => String(await redis.call("CLUSTER", "NODES")).includes(id), "they met");
    const slot = await redis.call("CLUSTER", "KEYSLOT", "orbweaver:{crawl}:");
    await until(
      () =>
        redis.call("CLUSTER", "SETSLOT", String(slot), "NODE", id).then(() => true, () => false),
      "the slot moved",
    );
    const moved = (error: Error) => error.message.startsWith("MOVED");
    await until(
      () => redis.hget("orbweaver:{crawl}:meta", "x").then(() => false, moved),
      "the node says that the slot moved",
    );
    await redis.call("ACL", "SETUSER", "default", "-info");
  });
  await assert.rejects(open(url), { name: "StoreRefusedError", message: /cluster.*single server/ });
}, { args: ["--cluster-enabled", "yes"] });

redisTest(
  "a crawl of another spider under the same name is refused, with both named",
  async ({ url }) => {
    await using _first = await open(url, { ...SOON, owner: "Shop (shop.ts)" });
    await using _second = await open(url, { ...SOON, owner: "Shop (shop.ts)" });
    await assert.rejects(open(url, { ...SOON, owner: "Shop (other.ts)" }), {
      name: "StoreMismatchError",
      message: /Shop \(shop\.ts\).*Shop \(other\.ts\)/,
    });
    await using _third = await open(url, { ...SOON, name: "shop2", owner: "Shop (other.ts)" });
  },
);

redisTest(
  "crawls of different names, and what other programs keep, don't meet",
  async ({ url }) => {
    await using one = await open(url, { name: "a:{b}" });
    await using two = await open(url, { name: "a" });
    await administer(url, (redis) => redis.set("orbweaver", "mine"));
    await one.push([item("x")]);
    assert.deepEqual(await two.push([item("x")]), ["added"]);
    const [lease] = await one.lease({ max: 1 });
    await one.settle(lease!, {});
    assert.equal((await two.stats()).queued, 1);
    const keys = await administer(url, (redis) => redis.keys("*"));
    for (const key of keys) assert.match(key, /^orbweaver($|:\{a(%3A%7Bb%7D)?\}:)/);
  },
);

redisTest(
  "a step whose answer got lost is not done twice, and is answered as it was",
  async ({ port, url }) => {
    await using proxy = await CutProxy.start(port);
    await using frontier = await open(proxy.url, PATIENT);
    await using watcher = await open(url);
    const lose = async <T>(step: () => Promise<T>): Promise<T> => {
      proxy.passing = "requests";
      const { swallowed } = proxy;
      const running = step();
      await until(() => proxy.swallowed > swallowed, "it was sent");
      await until(async () => (await watcher.stats()) !== undefined, "the server has done it");
      proxy.cut();
      proxy.passing = "all";
      return await running;
    };

    const twice = [item("a", { dontFilter: true }), item("b", { priority: -1 })];
    assert.deepEqual(await lose(() => frontier.push(twice)), ["added", "added"]);
    assert.equal((await watcher.stats()).queued, 2);

    const [a] = await lose(() => frontier.lease({ max: 1 }));
    assert.deepEqual([a?.payload, a?.attempt], ["a", 1]);
    assert.equal((await watcher.stats()).leased, 1);

    const outcome = {
      items: [{ n: 1 }],
      discovered: [item("c", { priority: 5 })],
      counters: { requests: 1 },
    };
    assert.deepEqual(await lose(() => frontier.settle(a!, outcome)), {
      status: "ok",
      pushed: ["added"],
    });
    assert.equal((await watcher.stats()).items, 1);
    assert.deepEqual((await watcher.stats()).counters, { requests: 1 });
    assert.equal((await frontier.settle(a!, outcome)).status, "stale");

    const [c] = await frontier.lease({ max: 1 });
    assert.equal(c?.payload, "c");
    assert.deepEqual(await lose(() => frontier.extend([c!], 60_000)), ["ok"]);
    assert.equal(await lose(() => frontier.retry(c!)), "ok");
    const leases = await frontier.lease({ max: 2 });
    assert.deepEqual(leases.map(({ payload, attempt }) => [payload, attempt]), [["c", 2], [
      "b",
      1,
    ]]);
    assert.equal(await lose(() => frontier.bury(leases[0]!, "broken")), "ok");
    assert.equal(await lose(() => frontier.revive()), 1);
    assert.deepEqual(await watcher.stats(), {
      queued: 1,
      leased: 1,
      seen: 3,
      dead: 0,
      items: 1,
      counters: { requests: 1 },
    });
  },
);

redisTest("the server keeps no answers longer than until they are received", async ({ url }) => {
  await using frontier = await open(url);
  for (let i = 0; i < 50; i++) await frontier.push([item(`${i}`)]);
  await Promise.all((await frontier.lease({ max: 50 })).map((lease) => frontier.settle(lease, {})));
  const kept = await administer(url, async (redis) => {
    const [key] = await redis.keys("*:answers:*");
    return await redis.hlen(key!);
  });
  assert.ok(kept <= 2, `${kept} answers`);
});

redisTest(
  "a network that is cut again and again loses nothing and doubles nothing",
  async ({ port }) => {
    await using proxy = await CutProxy.start(port);
    await using frontier = await open(proxy.url, PATIENT);
    const names = Array.from({ length: 200 }, (_, i) => `${i}`);
    const cutting = setInterval(() => proxy.cut(), 40);
    let cuts = 0;
    try {
      for (const name of names) {
        if (cuts++ % 10 === 0) proxy.cut();
        assert.deepEqual(await frontier.push([item(name)]), ["added"]);
      }
      await work(frontier);
    } finally {
      clearInterval(cutting);
    }
    assert.deepEqual(await itemsOf(frontier), names.sort());
  },
);

redisTest(
  "a network that swallows everything is seen, and left for a new connection",
  async ({ port }) => {
    await using proxy = await CutProxy.start(port);
    await using frontier = await open(proxy.url, PATIENT);
    await frontier.push([item("a")]);
    proxy.passing = "nothing";
    const pushing = frontier.push([item("b")]);
    await until(() => proxy.swallowed > 0, "it was sent");
    proxy.passing = "all"; // the old connection has lost the request all the same
    assert.deepEqual(await pushing, ["added"]);
    assert.equal((await frontier.stats()).queued, 2);
  },
);

redisTest("a Redis that hangs and comes back is waited for", async (server) => {
  await using frontier = await open(server.url, { ...PATIENT, commandTimeoutMs: 200 });
  await frontier.push([item("a")]);
  server.hang();
  const leasing = frontier.lease({ max: 1 });
  await new Promise((resolve) => setTimeout(resolve, 600));
  server.goOn();
  const [lease] = await leasing;
  assert.deepEqual([lease?.payload, lease?.attempt], ["a", 1]);
});

redisTest(
  "a Redis that is killed goes on from its append-only file, with those who waited",
  async (server) => {
    await using frontier = await open(server.url, PATIENT);
    await frontier.push([item("a"), item("b")]);
    const [a] = await frontier.lease({ max: 1 });
    await server.kill();
    const settling = frontier.settle(a!, { items: [{ n: 1 }], discovered: [item("c")] });
    const pushing = frontier.push([item("d"), item("a")]);
    await server.restart();
    assert.deepEqual(await settling, { status: "ok", pushed: ["added"] });
    assert.deepEqual(await pushing, ["added", "duplicate"]);
    const leases = await frontier.lease({ max: 9 });
    assert.deepEqual(leases.map(({ payload }) => payload).sort(), ["b", "c", "d"]);
    const waiting = frontier.lease({ max: 1 });
    await server.kill();
    await server.restart();
    await frontier.retry(leases[0]!);
    assert.equal((await waiting)[0]?.attempt, 2);
  },
  { appendOnly: true },
);

redisTest("a Redis that stays away is an error once the patience is over", async (server) => {
  await using frontier = await open(server.url);
  await frontier.push([item("a")]);
  await server.kill();
  await assert.rejects(frontier.push([item("b")]), { name: "StoreUnreachableError" });
  await assert.rejects(frontier.lease({ max: 1 }), { name: "StoreUnreachableError" });
});

redisTest("a wait for a Redis that is away ends on abort and on close", async (server) => {
  await using frontier = await open(server.url, PATIENT);
  await frontier.push([item("a")]);
  await server.kill();
  const controller = new AbortController();
  const aborted = frontier.lease({ max: 1, signal: controller.signal });
  controller.abort();
  assert.deepEqual(await aborted, []);
  const closed = frontier.lease({ max: 1 });
  const pushing = frontier.push([item("b")]);
  pushing.catch(() => {});
  await frontier.close();
  assert.deepEqual(await closed, []);
  await assert.rejects(pushing, { name: /Store(Unreachable)?Error/ });
});

redisTest("who is in a hurry does not wait for a Redis that is away", async (server) => {
  await using inner = await RedisFrontier.open(server.url, PATIENT);
  const frontier = textFrontier(inner);
  await frontier.push([item("a")]);
  await server.kill();
  const pushing = frontier.push([item("b")]);
  pushing.catch(() => {});
  inner.hurry();
  await assert.rejects(pushing, { name: "StoreUnreachableError" });
  await assert.rejects(frontier.stats(), { name: "StoreUnreachableError" });
});

redisTest(
  "a Redis that loses its data in mid-crawl is a StoreLostError, for those who wait too",
  async (server) => {
    await using frontier = await open(server.url, PATIENT);
    await frontier.push([item("a"), item("b")]);
    const [a] = await frontier.lease({ max: 2 });
    const waiting = frontier.lease({ max: 1 });
    waiting.catch(() => {});
    await administer(server.url, (redis) => redis.flushall());
    const lost = { name: "StoreLostError", message: /appendonly yes/ };
    await assert.rejects(frontier.settle(a!, {}), lost);
    await assert.rejects(frontier.push([item("c")]), lost);
    await assert.rejects(frontier.state.get("cookies"), lost);
    await assert.rejects(frontier.state.set("cookies", new Uint8Array()), lost);
    await assert.rejects(frontier.setDelay("*", 5), lost);
    await assert.rejects(frontier.stats(), lost);
    await assert.rejects(Array.fromAsync(frontier.items()), lost);
    await assert.rejects(waiting, lost);

    // Another crawl that began meanwhile under this name is not taken for the lost one.
    await using second = await open(server.url, PATIENT);
    await second.push([item("a"), item("b")]);
    const [again] = await second.lease({ max: 1 });
    await assert.rejects(frontier.settle(a!, { items: [1] }), lost);
    assert.equal((await second.settle(again!, {})).status, "ok");

    await server.kill();
    await server.restart();
    await assert.rejects(second.push([item("c")]), lost);
  },
);

redisTest(
  "a full Redis refuses what makes it grow, and loses nothing of what it took",
  async (server) => {
    await using frontier = await open(server.url, SOON);
    const names: string[] = [];
    const big = "x".repeat(100_000);
    await assert.rejects(async () => {
      for (let i = 0; i < 500; i++) {
        await frontier.push([item(`${i}`, { payload: `${i} ${big}` })]);
        names.push(`${i}`);
      }
    }, { name: "StoreFullError", message: /maxmemory/ });
    assert.ok(names.length > 20, `${names.length} were taken`);
    const { queued, seen } = await frontier.stats();
    assert.deepEqual({ queued, seen }, { queued: names.length, seen: names.length });

    await using patient = await open(server.url, PATIENT);
    const pushing = patient.push([item("late")]);
    await administer(server.url, (redis) => redis.config("SET", "maxmemory", "0"));
    assert.deepEqual(await pushing, ["added"]);
    await work(patient);
    assert.deepEqual(await itemsOf(patient), [...names, "late"].sort());
  },
  { args: ["--maxmemory", "10mb", "--maxmemory-policy", "noeviction"] },
);

redisTest(
  "a payload of 10 MB comes back, as a request, a dead letter and an item",
  async ({ url }) => {
    await using frontier = await open(url, PATIENT);
    const payload = "0123456789".repeat(1_000_000);
    await frontier.push([item("big", { payload })]);
    const [lease] = await frontier.lease({ max: 1 });
    assert.equal(lease?.payload, payload);
    await frontier.bury(lease!, "broken");
    assert.equal((await Array.fromAsync(frontier.deadLetters()))[0]?.payload, payload);
    await frontier.revive();
    const [again] = await frontier.lease({ max: 1 });
    await frontier.settle(again!, { items: [{ payload }] });
    assert.deepEqual(await Array.fromAsync(frontier.items()), [{ offset: 0, item: { payload } }]);
    await assert.rejects(
      frontier.push([item("huge", { payload: "x".repeat(300 * 1024 * 1024) })]),
      { name: "StoreError", message: /bytes/ },
    );
  },
);

/** Does all there is to do: every request leaves its name, the part before a blank, as an item. */
async function work(frontier: Awaited<ReturnType<typeof open>>): Promise<void> {
  for (;;) {
    const leases = await frontier.lease({ max: 20 });
    if (leases.length === 0) return;
    await Promise.all(
      leases.map((lease) => frontier.settle(lease, { items: [lease.payload.split(" ")[0]] })),
    );
  }
}

async function itemsOf(frontier: Awaited<ReturnType<typeof open>>): Promise<unknown[]> {
  return (await Array.fromAsync(frontier.items())).map(({ item }) => item).sort();
}
