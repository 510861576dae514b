import {
  InvalidOptionError,
  ProxyPool,
  type ProxyPoolOptions,
  ProxyServer,
} from "@orbweaver/session";
import fc from "fast-check";
import assert from "node:assert/strict";
import { inspect } from "node:util";

const [ONE, TWO, THREE] = [
  "http://one.test:1",
  "http://two.test:2",
  "socks5h://three.test:3",
] as const;

/** A pool whose clock stands still until it is moved. */
function startPool(options: ProxyPoolOptions = {}, proxies: string[] = [ONE, TWO, THREE]) {
  const clock = { now: 1_000_000 };
  const pool = new ProxyPool(proxies, {
    maxFailures: 2,
    cooldownMs: 1000,
    now: () => clock.now,
    ...options,
  });
  const fail = (server: string, times = 1) => {
    const proxy = pool.proxies.find((one) => one.server === server)!;
    for (let i = 0; i < times; i++) pool.report(proxy, { ok: false });
  };
  const take = (count: number) => Array.from({ length: count }, () => pool.next().server);
  return { pool, clock, fail, take };
}

Deno.test("ProxyPool takes turns in the order given", () => {
  const { take, pool } = startPool();
  assert.deepEqual(take(4), [ONE, TWO, THREE, ONE]);
  assert.equal(pool.size, 3);
});

Deno.test("ProxyPool leaves a proxy alone after so many failures in a row, longer each time", () => {
  const { pool, clock, fail, take } = startPool({ maxCooldownMs: 3000 }, [ONE, TWO]);
  fail(ONE);
  assert.deepEqual(take(2), [ONE, TWO], "one failure is none");
  fail(ONE);
  assert.deepEqual(take(3), [TWO, TWO, TWO]);
  assert.equal(pool.stats()[0]?.coolingUntil, clock.now + 1000);

  for (const cooldown of [2000, 3000, 3000]) {
    clock.now = pool.stats()[0]!.coolingUntil!;
    assert.deepEqual(take(2).sort(), [ONE, TWO], "it gets another chance");
    fail(ONE);
    assert.equal(pool.stats()[0]?.coolingUntil, clock.now + cooldown);
  }
});

Deno.test("ProxyPool: failures of requests that were under way don't make the cool-down longer", () => {
  const { pool, clock, fail } = startPool();
  fail(ONE, 50);
  const [one] = pool.stats();
  assert.deepEqual([one?.coolingUntil, one?.failures], [clock.now + 1000, 50]);
});

Deno.test("ProxyPool: one success makes a proxy healthy, and the next cool-down short again", () => {
  const { pool, clock, fail } = startPool();
  fail(ONE, 2);
  clock.now += 1000;
  fail(ONE);
  pool.report(pool.proxies[0]!, { ok: true, bytes: 100 });
  assert.equal(pool.stats()[0]?.coolingUntil, undefined);
  fail(ONE);
  assert.equal(pool.stats()[0]?.coolingUntil, undefined);
  fail(ONE);
  assert.equal(pool.stats()[0]?.coolingUntil, clock.now + 1000);
});

Deno.test("ProxyPool gives the one that recovers first when all are in cool-down", () => {
  const { pool, clock, fail, take } = startPool();
  fail(TWO, 2);
  clock.now += 1;
  fail(ONE, 2);
  fail(THREE, 2);
  assert.deepEqual(take(2), [TWO, TWO]);
  assert.equal(pool.next({ exclude: [pool.proxies[1]!] }).server, ONE);
});

Deno.test("ProxyPool avoids what is excluded, unless it is all there is", () => {
  const { pool, fail } = startPool();
  const [one, two, three] = pool.proxies;
  assert.equal(pool.next({ exclude: [one!] }), two);
  assert.equal(pool.next({ exclude: new Set([one!, three!]) }), two);
  assert.ok(pool.next({ exclude: pool.proxies }) instanceof ProxyServer);
  fail(TWO, 2);
  fail(THREE, 2);
  assert.equal(pool.next({ exclude: [one!] }), one, "healthy and excluded beats cooling");
});

Deno.test("ProxyPool keeps to a host's proxy while it is healthy", () => {
  const { pool, fail } = startPool({ stickyHosts: true });
  const first = pool.next({ host: "a.test" });
  assert.equal(pool.next({ host: "b.test" }).server, TWO);
  assert.equal(pool.next().server, THREE, "without a host it goes on in turn");
  assert.equal(pool.next({ host: "A.TEST" }), first);
  fail(first.server, 2);
  const second = pool.next({ host: "a.test" });
  assert.notEqual(second, first);
  pool.report(first, { ok: true });
  assert.equal(pool.next({ host: "a.test" }), second, "a new home is kept, too");
  const third = pool.next({ host: "a.test", exclude: [second] });
  assert.notEqual(third, second);
});

Deno.test("ProxyPool counts requests, failures and bytes per proxy", () => {
  const { pool, fail } = startPool({}, [ONE, TWO]);
  for (let i = 0; i < 3; i++) pool.report(pool.next(), { ok: true, bytes: 10 });
  fail(TWO);
  assert.deepEqual(pool.stats(), [
    { server: ONE, requests: 2, failures: 0, consecutiveFailures: 0, bytes: 20 },
    { server: TWO, requests: 1, failures: 1, consecutiveFailures: 1, bytes: 10 },
  ]);
});

Deno.test("ProxyPool asks the user's strategy, which sees only what may be used", () => {
  const seen: string[][] = [];
  const { pool, fail } = startPool({
    strategy: (proxies, state) => {
      seen.push([state.host ?? "-", ...proxies.map(String)]);
      assert.equal(state.all.length, 3);
      assert.equal(state.statsOf(proxies[0]!).requests, 0);
      return proxies.at(-1)!;
    },
  });
  assert.equal(pool.next({ host: "a.test" }).server, THREE);
  fail(THREE, 2);
  assert.equal(pool.next({ exclude: [pool.proxies[0]!] }).server, TWO);
  assert.deepEqual(seen, [["a.test", ONE, TWO, THREE], ["-", TWO]]);

  const astray = startPool({ strategy: () => new ProxyServer(ONE) });
  assert.throws(() => astray.pool.next(), { name: "InvalidOptionError", option: "strategy" });
});

Deno.test("ProxyPool refuses what makes no sense", () => {
  const refused = (make: () => unknown, option: string) =>
    assert.throws(make, { name: "InvalidOptionError", option });
  refused(() => new ProxyPool([]), "proxies");
  refused(() => new ProxyPool("http://a:1" as unknown as string[]), "proxies");
  refused(() => new ProxyPool([ONE, TWO, ONE]), "proxies");
  refused(() => new ProxyPool([ONE], { strategy: "random" as "cyclic" }), "strategy");
  refused(() => new ProxyPool([ONE], { maxFailures: 0 }), "maxFailures");
  refused(() => new ProxyPool([ONE], { cooldownMs: -1 }), "cooldownMs");
  refused(() => new ProxyPool([ONE], { maxCooldownMs: NaN }), "maxCooldownMs");
  refused(() => new ProxyPool([ONE]).report(new ProxyServer(ONE), { ok: true }), "proxy");
});

Deno.test("ProxyServer reads every usual form", () => {
  for (
    const [input, server, url] of [
      ["http://host:8080", "http://host:8080", "http://host:8080"],
      ["host:8080", "http://host:8080", "http://host:8080"],
      ["ada:pw@host:8080/", "http://host:8080", "http://ada:pw@host:8080"],
      ["HTTPS://Host", "https://host", "https://host"],
      ["socks5://ada:p%40w@[::1]:1080", "socks5://[::1]:1080", "socks5://ada:p%40w@[::1]:1080"],
      [
        { server: "socks5h://Host:1", username: "a:b", password: "p@w%41" },
        "socks5h://host:1",
        "socks5h://a%3Ab:p%40w%2541@host:1",
      ],
      [{ server: "http://host:1", username: "only" }, "http://host:1", "http://only@host:1"],
    ] as const
  ) {
    const proxy = new ProxyServer(input);
    assert.deepEqual([proxy.server, proxy.url], [server, url]);
    assert.deepEqual(new ProxyServer(proxy.url).password, proxy.password);
  }
  assert.equal(new ProxyServer("http://a:p%40w@h").password, "p@w");
});

Deno.test("ProxyServer refuses what is none, and does not repeat it", () => {
  for (
    const input of [
      "",
      "http://",
      "ftp://ada:s3cret@host",
      "http://ada:s3cret@host:99999",
      "http://ada:s3cret@host/path",
      "host:8080:ada:s3cret",
      { server: "http://a:s3cret@host", password: "s3cret" },
      { server: 1, password: "s3cret" },
      { server: "http://host", username: 1, password: "s3cret" },
      null,
      undefined,
    ] as unknown[]
  ) {
    assert.throws(() => new ProxyServer(input as string), (error: unknown) => {
      assert.ok(error instanceof InvalidOptionError, String(error));
      assert.ok(!inspect([error, JSON.stringify(error)], { depth: 9 }).includes("s3cret"));
      return true;
    });
  }
});

Deno.test("A proxy's password does not get into logs", () => {
  const pool = new ProxyPool(["http://ada:s3cret@host:1"]);
  const proxy = pool.next();
  const logged = [
    String(proxy),
    JSON.stringify({ proxy, pool, stats: pool.stats() }),
    inspect({ proxy, pool }, { depth: 9, showHidden: true }),
    Deno.inspect({ proxy, pool }, { depth: 9 }),
  ];
  for (const text of logged) assert.ok(!text.includes("s3cret"), text);
});

Deno.test("ProxyPool always gives one of its proxies, and counts all it gave", () => {
  const step = fc.record({
    wait: fc.nat(3000),
    host: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
    excluded: fc.subarray([0, 1, 2]),
    ok: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(step), fc.boolean(), (steps, stickyHosts) => {
    const { pool, clock } = startPool({ stickyHosts });
    for (const { wait, host, excluded, ok } of steps) {
      clock.now += wait;
      const exclude = excluded.map((index) => pool.proxies[index]!);
      const healthy = pool.stats().filter((one) => one.coolingUntil === undefined);
      const proxy = pool.next({ ...(host === undefined ? {} : { host }), exclude });
      if (healthy.length > 0) assert.ok(healthy.some((one) => one.server === proxy.server));
      const free = healthy.some((one) => exclude.every((no) => no.server !== one.server));
      if (free) assert.ok(!exclude.includes(proxy));
      pool.report(proxy, { ok });
    }
    const total = pool.stats().reduce((sum, one) => sum + one.requests, 0);
    assert.equal(total, steps.length);
  }));
});
