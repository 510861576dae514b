/** What several workers on one Redis owe each other. */
import assert from "node:assert/strict";
import { type Clock, systemClock } from "@orbweaver/spider";
import { RedisFrontier } from "@orbweaver/spider/redis";
import { item } from "../frontier_contract.ts";
import { administer, redisTest, until } from "./_redis_cases.ts";
import { redisSubject } from "./_redis_subject.ts";
import { textFrontier } from "./_text_frontier.ts";

const NAME = "workers";

async function worker(url: string, client: Clock = systemClock) {
  return textFrontier(await RedisFrontier.open(url, { name: NAME }, { client }));
}

/** A clock that is wrong by some minutes. */
function skewed(minutes: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + minutes * 60_000 };
}

redisTest(
  "two workers with clocks 20 minutes apart ask 20 hosts never more often than every 200 ms",
  async ({ url }) => {
    await using slow = await worker(url, skewed(-10));
    await using fast = await worker(url, skewed(10));
    await slow.setDelay("*", 200);
    const hosts = Array.from({ length: 20 }, (_, i) => `${i}.test`);
    const names = hosts.flatMap((key) => Array.from({ length: 12 }, (_, i) => ({ key, i })));
    await fast.push(names.map(({ key, i }) => item(`${key} ${i}`, { key })));

    const leaseMs = 60_000;
    const starts = new Map<string, number[]>(hosts.map((host) => [host, []]));
    const crawl = async (frontier: typeof slow) => {
      for (;;) {
        const leases = await frontier.lease({ max: 7, leaseMs });
        if (leases.length === 0) return;
        // When a lease began is told by the server's clock, in the script that gave it.
        for (const { key, expiresAt } of leases) starts.get(key)!.push(expiresAt - leaseMs);
        await Promise.all(leases.map((lease) => frontier.settle(lease, {})));
      }
    };
    await Promise.all([crawl(slow), crawl(fast)]);
    let violations = 0;
    for (const times of starts.values()) {
      assert.equal(times.length, 12);
      times.sort((a, b) => a - b);
      for (let i = 1; i < times.length; i++) violations += times[i]! - times[i - 1]! < 200 ? 1 : 0;
    }
    assert.equal(violations, 0);
  },
);

redisTest(
  "a key that a worker has closed for ever opens when that worker is no more, and not before",
  async ({ url }) => {
    const { frontier, pass } = await redisSubject(url);
    await using _ = frontier;
    const atOnce = { max: 9, waitMs: 0, leaseMs: 1_000 };
    await frontier.push([item("1"), item("2")]);
    const leases = await frontier.lease({ ...atOnce, max: 1 });
    await frontier.blockUntil(leases[0]!.key, Infinity);
    for (let i = 0; i < 3; i++) {
      await pass(900);
      assert.deepEqual(await frontier.extend(leases, 1_000), ["ok"]);
      assert.deepEqual(await frontier.lease(atOnce), []);
    }
    await pass(1_001); // nobody has extended anything: so it is when the worker was killed
    const left = await frontier.lease(atOnce);
    assert.deepEqual(left.map(({ payload }) => payload).sort(), ["1", "2"]);
  },
);

redisTest(
  "a wait is as long as it was asked for, whatever the worker's clock says",
  async ({ url }) => {
    await using slow = await worker(url, skewed(-10));
    await using fast = await worker(url, skewed(10));
    for (const [index, frontier] of [slow, fast].entries()) {
      const now = systemClock.now() + (index === 0 ? -10 : 10) * 60_000;
      await frontier.blockUntil(`blocked${index}`, now + 300);
      await frontier.push([
        item(`a${index}`, { key: `blocked${index}` }),
        item(`b${index}`, { notBefore: now + 300 }),
      ]);
      const begin = performance.now();
      const leases = [...await frontier.lease({ max: 1 }), ...await frontier.lease({ max: 1 })];
      assert.deepEqual(leases.map(({ payload }) => payload).sort(), [`a${index}`, `b${index}`]);
      const took = performance.now() - begin;
      assert.ok(took > 100 && took < 60_000, `${took} ms`);
    }
  },
);

redisTest("what two workers push at once is queued once", async ({ url }) => {
  await using one = await worker(url);
  await using two = await worker(url);
  const added = await Promise.all(
    [one, two].flatMap((frontier) =>
      Array.from({ length: 50 }, (_, i) => frontier.push([item(`${2 * i}`), item(`${2 * i + 1}`)]))
    ),
  );
  assert.equal(added.flat().filter((what) => what === "added").length, 100);
  assert.equal((await one.stats()).queued, 100);
});

redisTest(
  "no two workers get the same request, and one gets what another left behind",
  async ({ url }) => {
    await using one = await worker(url);
    const two = await worker(url);
    await one.push(Array.from({ length: 40 }, (_, i) => item(`${i}`, { key: `${i % 7}` })));
    const dead = await two.lease({ max: 5, leaseMs: 150 });
    await two.close();
    const seen: string[] = [];
    const attempts = new Set<number>();
    for (;;) {
      const leases = await one.lease({ max: 6 });
      if (leases.length === 0) break;
      for (const lease of leases) {
        seen.push(lease.payload);
        if (dead.some(({ payload }) => payload === lease.payload)) attempts.add(lease.attempt);
        await one.settle(lease, {});
      }
    }
    assert.equal(new Set(seen).size, 40);
    assert.equal(seen.length, 40);
    assert.deepEqual([...attempts], [2]);
  },
);

redisTest("maxPerKey counts the leases of all workers", async ({ url }) => {
  await using one = await worker(url);
  await using two = await worker(url);
  await one.push(["1", "2", "3"].map((name) => item(name)));
  const first = await one.lease({ max: 9, maxPerKey: 2 });
  assert.equal(first.length, 2);
  assert.deepEqual(await two.lease({ max: 9, maxPerKey: 2, waitMs: 0 }), []);
  const waiting = two.lease({ max: 9, maxPerKey: 2 });
  await one.settle(first[0]!, {});
  assert.deepEqual((await waiting).map(({ payload }) => payload), ["3"]);
});

redisTest("one who waits asks the server nothing until there is something", async ({ url }) => {
  await using one = await worker(url);
  await using two = await worker(url);
  await one.push([item("a")]);
  const [lease] = await one.lease({ max: 1 });
  const waiting = Promise.all([two.lease({ max: 1 }), two.lease({ max: 1 })]);
  const scripts = () =>
    administer(url, async (redis) => {
      const stats = await redis.info("commandstats");
      return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    });
  await until(async () => (await scripts()) >= 5, "both wait");
  const before = await scripts();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.ok(await scripts() <= before + 2, "no more than a heartbeat each");
  await one.settle(lease!, { discovered: [item("b"), item("c")] });
  const got = (await waiting).flat().map(({ payload }) => payload).sort();
  assert.deepEqual(got, ["b", "c"]);
});

redisTest(
  "a seen URL takes no more than 12 bytes, in buckets that the server packs by default",
  async ({ url }) => {
    await using frontier = await RedisFrontier.open(url, { name: "size" });
    const count = 50_000;
    const used = () =>
      administer(url, async (redis) => {
        const keys = await redis.keys("*:s:*");
        const sizes = await Promise.all(
          keys.map((key) => redis.memory("USAGE", key, "SAMPLES", "0")),
        );
        const forms = await Promise.all(keys.map((key) => redis.object("ENCODING", key)));
        assert.deepEqual(forms.filter((form) => String(form) !== "intset"), []);
        return sizes.reduce<number>((sum, size) => sum + Number(size), 0);
      });
    for (let from = 0; from < count; from += 5_000) {
      const items = Array.from({ length: 5_000 }, (_, i) => item(`${from + i}`));
      const empty = new Uint8Array();
      const pushed = await frontier.push(items.map((one) => ({ ...one, payload: empty })));
      assert.equal(pushed.filter((what) => what === "added").length, 5_000);
      const again = await frontier.push([{ ...items[7]!, payload: empty }]);
      assert.deepEqual(again, ["duplicate"]);
    }
    const bytes = await used() / count;
    assert.ok(bytes <= 12, `${bytes} bytes a URL`);
    assert.equal((await frontier.stats()).seen, count);
  },
);
