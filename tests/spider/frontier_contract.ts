/** What every {@linkcode Frontier} must do, whatever it keeps its requests in. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Frontier, FrontierItem, Lease } from "@orbweaver/spider";

/** A frontier under test, and a way to let its clock go on. */
export interface Subject {
  frontier: Frontier<string>;
  /** Lets that many milliseconds pass. */
  pass(ms: number): Promise<void>;
  /** The frontier's time, in milliseconds since 1970. */
  now(): number;
}

/** A request of the contract: its payload is its name. */
export function item(
  name: string,
  options: Partial<FrontierItem<string>> = {},
): FrontierItem<string> {
  const fingerprint = createHash("sha256").update(name).digest("hex").slice(0, 32);
  return { fingerprint, key: "a.test", priority: 0, payload: name, ...options };
}

/** Only what can be had at once. */
const AT_ONCE = { waitMs: 0 };

/** Registers a test with whatever runs it. */
export type Register = (name: string, run: () => Promise<void>) => void;

/**
 * Registers the tests.
 *
 * @param name The frontier's name.
 * @param make Makes an empty one.
 * @param register Registers a test. Default: `Deno.test`.
 */
export function frontierContract(
  name: string,
  make: () => Promise<Subject>,
  register: Register = (what, run) => Deno.test(what, run),
): void {
  const test = (what: string, run: (subject: Subject) => Promise<void>) =>
    register(`${name}: ${what}`, async () => {
      const subject = await make();
      try {
        await run(subject);
      } finally {
        await subject.frontier.close();
      }
    });

  test("inside a key the highest priority goes first, then first come, first served", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: -2, max: 2 })), async (priorities) => {
        const { frontier } = await make();
        const items = priorities.map((priority, i) => item(`${i}`, { priority }));
        await frontier.push(items);
        const leases = await frontier.lease({ max: items.length + 1, ...AT_ONCE });
        const expected = items.toSorted((a, b) => b.priority - a.priority); // a stable sort
        assert.deepEqual(payloads(leases), expected.map((i) => i.payload));
        await frontier.close();
      }),
      { numRuns: 30 },
    );
  });

  test("across keys the head's priority goes first, then the least recently served", async ({ frontier }) => {
    await frontier.push([
      item("a1"),
      item("a2"),
      item("a3"),
      item("b1", { key: "b.test" }),
      item("b2", { key: "b.test" }),
      item("c1", { key: "c.test", priority: 1 }),
      item("c2", { key: "c.test", priority: -1 }),
    ]);
    const order: string[] = [];
    for (let i = 0; i < 7; i++) order.push(...payloads(await frontier.lease({ max: 1 })));
    assert.deepEqual(order, ["c1", "a1", "b1", "a2", "b2", "a3", "c2"]);
  });

  test("a priority pushed later overtakes, on its key and across keys", async ({ frontier }) => {
    await frontier.push([item("a1"), item("b1", { key: "b.test" })]);
    await frontier.push([item("b2", { key: "b.test", priority: 9 })]);
    assert.deepEqual(payloads(await frontier.lease({ max: 3 })), ["b2", "a1", "b1"]);
  });

  test("equal hosts are served equally, whatever order they came in", async ({ frontier }) => {
    const items = Array.from(
      { length: 200 },
      (_, i) => item(`${i}`, { key: `${Math.floor(i / 20)}` }),
    );
    await frontier.push(items);
    const leases = await frontier.lease({ max: 100 });
    const counts = Map.groupBy(leases, (lease) => lease.key).values();
    assert.deepEqual([...counts].map((group) => group.length), Array(10).fill(10));
  });

  test("many at once come in the order of one by one, whatever was pushed, held back and done", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { maxLength: 20 }), async (steps) => {
        const [many, single] = [await make(), await make()];
        assert.deepEqual(
          await orderOf(many, steps, (max) => [max]),
          await orderOf(single, steps, (max) => Array(max).fill(1)),
        );
        await Promise.all([many.frontier.close(), single.frontier.close()]);
      }),
      { numRuns: 40 },
    );
  });

  test("a fingerprint is queued once, also after it was settled, unless dontFilter", async ({ frontier }) => {
    assert.deepEqual(await frontier.push([item("a"), item("a")]), ["added", "duplicate"]);
    const [lease] = await frontier.lease({ max: 5 });
    const settled = await frontier.settle(lease!, { discovered: [item("a"), item("b")] });
    assert.deepEqual(settled, { status: "ok", pushed: ["duplicate", "added"] });
    assert.deepEqual(await frontier.push([item("a", { dontFilter: true })]), ["added"]);
    assert.deepEqual(await frontier.push([item("c", { dontFilter: true }), item("c")]), [
      "added",
      "duplicate",
    ]);
    const { queued, leased, seen } = await frontier.stats();
    assert.deepEqual({ queued, leased, seen }, { queued: 3, leased: 0, seen: 3 });
  });

  test("a malformed item refuses its whole batch", async ({ frontier }) => {
    for (const wrong of [{ fingerprint: "short" }, { priority: NaN }, { notBefore: NaN }]) {
      await assert.rejects(frontier.push([item("a"), item("b", wrong)]), { name: "FrontierError" });
    }
    const { queued, seen } = await frontier.stats();
    assert.deepEqual({ queued, seen }, { queued: 0, seen: 0 });
  });

  test("settling stores items with their offsets, and adds up counters", async ({ frontier }) => {
    await frontier.push([item("a"), item("b")]);
    const [a, b] = await frontier.lease({ max: 2 });
    await frontier.settle(a!, { items: [{ n: 1 }, { n: 2 }], counters: { requests: 1, bytes: 5 } });
    await frontier.settle(b!, { items: [{ n: 3 }], counters: { requests: 1 } });
    assert.deepEqual(await Array.fromAsync(frontier.items()), [
      { offset: 0, item: { n: 1 } },
      { offset: 1, item: { n: 2 } },
      { offset: 2, item: { n: 3 } },
    ]);
    assert.deepEqual(await Array.fromAsync(frontier.items(2)), [{ offset: 2, item: { n: 3 } }]);
    const { items, counters } = await frontier.stats();
    assert.equal(items, 3);
    assert.deepEqual(counters, { requests: 2, bytes: 5 });
  });

  test("counters add up with a push, a retry and a burial, and not for a stale lease", async ({ frontier }) => {
    const counters = { __proto__x: 1, "a.test requests": 2.5 };
    await frontier.push([item("a"), item("b")], { counters });
    const [a, b] = await frontier.lease({ max: 2 });
    await frontier.retry(a!, { counters });
    await frontier.bury(b!, "broken", { counters });
    await frontier.retry(a!, { counters });
    await frontier.bury(b!, "broken", { counters });
    await frontier.settle(b!, { counters });
    assert.deepEqual((await frontier.stats()).counters, { __proto__x: 3, "a.test requests": 7.5 });
  });

  test("pending() gives what is queued, leased and has to wait, and nothing that is done", async ({ frontier, now }) => {
    await frontier.push([item("done"), item("dead"), item("leased")]);
    const [done, dead] = await frontier.lease({ max: 3 });
    await frontier.settle(done!, {});
    await frontier.bury(dead!, "broken");
    await frontier.push([item("queued"), item("late", { notBefore: now() + 1_000 })]);
    const pending = await Array.fromAsync(frontier.pending());
    assert.deepEqual(pending.sort(), ["late", "leased", "queued"]);
  });

  test("a lease says what it is, and a second settling changes nothing", async ({ frontier, now }) => {
    await frontier.push([item("a", { priority: 3 }), item("b")]);
    const before = now();
    const [a] = await frontier.lease({ max: 1, leaseMs: 500 });
    assert.equal(a?.payload, "a");
    assert.equal(a?.key, "a.test");
    assert.equal(a?.priority, 3);
    assert.equal(a?.attempt, 1);
    assert.ok(a!.expiresAt >= before + 500);
    assert.equal((await frontier.settle(a!, { items: [1] })).status, "ok");
    assert.deepEqual(await frontier.settle(a!, { items: [1], discovered: [item("x")] }), {
      status: "stale",
      pushed: [],
    });
    assert.equal(await frontier.retry(a!), "stale");
    assert.equal(await frontier.bury(a!, "late"), "stale");
    const { queued, leased, seen, dead, items } = await frontier.stats();
    assert.deepEqual({ queued, leased, seen, dead, items }, {
      queued: 1,
      leased: 0,
      seen: 2,
      dead: 0,
      items: 1,
    });
  });

  test("an expired lease comes back with attempt+1, and its old token settles nothing", async ({ frontier, pass }) => {
    await frontier.push([item("a")]);
    const [first] = await frontier.lease({ max: 1, leaseMs: 1_000 });
    await pass(999);
    assert.deepEqual(await frontier.lease({ max: 1, ...AT_ONCE }), []);
    await pass(1);
    const [second] = await frontier.lease({ max: 1, leaseMs: 1_000, ...AT_ONCE });
    assert.equal(second?.payload, "a");
    assert.equal(second?.attempt, 2);
    assert.notEqual(second?.token, first?.token);
    assert.equal((await frontier.settle(first!, { items: [1] })).status, "stale");
    assert.equal((await frontier.settle(second!, {})).status, "ok");
    assert.equal((await frontier.stats()).items, 0);
  });

  test("an extended lease does not expire before its new time", async ({ frontier, pass }) => {
    await frontier.push([item("a"), item("b")]);
    const leases = await frontier.lease({ max: 2, leaseMs: 1_000 });
    await frontier.settle(leases[1]!, {});
    await pass(900);
    assert.deepEqual(await frontier.extend(leases, 1_000), ["ok", "stale"]);
    await pass(900);
    assert.deepEqual(await frontier.lease({ max: 1, ...AT_ONCE }), []);
    await pass(100);
    assert.deepEqual(payloads(await frontier.lease({ max: 1, ...AT_ONCE })), ["a"]);
  });

  test("a wait for a lease ends when one expires", async ({ frontier, pass }) => {
    await frontier.push([item("a")]);
    await frontier.lease({ max: 1, leaseMs: 1_000 });
    const waiting = frontier.lease({ max: 1, leaseMs: 1_000 });
    await pass(1_000);
    assert.equal((await waiting)[0]?.attempt, 2);
  });

  test("leases of one key are bounded by maxPerKey, and another key gets its turn", async ({ frontier }) => {
    await frontier.push(["1", "2", "3"].map((name) => item(name)));
    await frontier.push([item("b", { key: "b.test" })]);
    const leases = await frontier.lease({ max: 9, maxPerKey: 2 });
    assert.deepEqual(payloads(leases).sort(), ["1", "2", "b"]);
    assert.deepEqual(await frontier.lease({ max: 9, maxPerKey: 2, ...AT_ONCE }), []);
    const waiting = frontier.lease({ max: 9, maxPerKey: 2 });
    await frontier.settle(leases.find((lease) => lease.key === "a.test")!, {});
    assert.deepEqual(payloads(await waiting), ["3"]);
    await frontier.push([item("4")]);
    assert.deepEqual(payloads(await frontier.lease({ max: 9, maxPerKey: 3, ...AT_ONCE })), ["4"]);
  });

  test("a delay is the least time between starts, whatever is in flight; other keys don't wait", async ({ frontier, pass, now }) => {
    await frontier.setDelay("a.test", 1_000);
    await frontier.push([item("1"), item("2"), item("3")]);
    await frontier.push(["x", "y"].map((name) => item(name, { key: "b.test" })));
    const begin = now();
    const starts: [string, number][] = [];
    for (let turn = 0; turn < 25; turn++) {
      const leases = await frontier.lease({ max: 9, ...AT_ONCE });
      for (const lease of leases) starts.push([lease.payload, now() - begin]);
      await pass(100);
    }
    assert.deepEqual(starts, [["1", 0], ["x", 0], ["y", 0], ["2", 1_000], ["3", 2_000]]);
  });

  test("a delay for '*' is that of every key without one of its own", async ({ frontier, pass }) => {
    await frontier.setDelay("*", 1_000);
    await frontier.setDelay("b.test", 0);
    await frontier.push(["1", "2"].map((name) => item(name)));
    await frontier.push(["x", "y"].map((name) => item(name, { key: "b.test" })));
    const first = payloads(await frontier.lease({ max: 9, ...AT_ONCE }));
    assert.deepEqual(first.sort(), ["1", "x", "y"]);
    await pass(999);
    assert.deepEqual(await frontier.lease({ max: 9, ...AT_ONCE }), []);
    await pass(1);
    assert.deepEqual(payloads(await frontier.lease({ max: 9, ...AT_ONCE })), ["2"]);
  });

  test("a spread lets a delay vary within its bounds", async ({ frontier, pass }) => {
    await frontier.setDelay("*", 1_000, 0.5);
    await frontier.push(Array.from({ length: 6 }, (_, i) => item(`${i}`)));
    for (let i = 0; i < 5; i++) {
      assert.equal((await frontier.lease({ max: 9, ...AT_ONCE })).length, 1);
      await pass(499);
      assert.deepEqual(await frontier.lease({ max: 9, ...AT_ONCE }), []);
      await pass(1_001);
    }
  });

  test("blockUntil() closes a key until a time, and opens it before its delay is over", async ({ frontier, pass, now }) => {
    await frontier.push([item("1"), item("2"), item("x", { key: "b.test" })]);
    await frontier.blockUntil("a.test", now() + 5_000);
    assert.deepEqual(payloads(await frontier.lease({ max: 9, ...AT_ONCE })), ["x"]);
    const waiting = frontier.lease({ max: 1 });
    await pass(5_000);
    assert.deepEqual(payloads(await waiting), ["1"]);

    await frontier.blockUntil("a.test", Infinity);
    await pass(3_600_000);
    const opened = frontier.lease({ max: 1, leaseMs: 1e9 });
    await frontier.blockUntil("a.test", now());
    assert.equal((await opened).length, 1);
  });

  test("blockUntil() of a key without requests holds for those that come", async ({ frontier, pass, now }) => {
    await frontier.blockUntil("a.test", now() + 1_000);
    await frontier.push([item("1")]);
    assert.deepEqual(await frontier.lease({ max: 1, ...AT_ONCE }), []);
    await pass(1_000);
    assert.equal((await frontier.lease({ max: 1, ...AT_ONCE })).length, 1);
  });

  test("notBefore holds one request back, and no other", async ({ frontier, pass, now }) => {
    await frontier.push([item("late", { notBefore: now() + 1_000, priority: 9 }), item("soon")]);
    assert.deepEqual(payloads(await frontier.lease({ max: 9, ...AT_ONCE })), ["soon"]);
    const waiting = frontier.lease({ max: 9 });
    await pass(1_000);
    assert.deepEqual(payloads(await waiting), ["late"]);
  });

  test("a retried request comes again after its delay, changed as asked, and attempt+1", async ({ frontier, pass }) => {
    await frontier.push([item("a"), item("b")]);
    const [a] = await frontier.lease({ max: 1 });
    assert.equal(
      await frontier.retry(a!, { delayMs: 1_000, priority: 7, payload: "A", key: "c.test" }),
      "ok",
    );
    assert.deepEqual(payloads(await frontier.lease({ max: 9, ...AT_ONCE })), ["b"]);
    await pass(1_000);
    const [again] = await frontier.lease({ max: 9, ...AT_ONCE });
    const { payload, priority, key, attempt } = again!;
    assert.deepEqual({ payload, priority, key, attempt }, {
      payload: "A",
      priority: 7,
      key: "c.test",
      attempt: 2,
    });
    await frontier.retry(again!);
    assert.equal((await frontier.lease({ max: 9, ...AT_ONCE }))[0]?.attempt, 3);
  });

  test("a retried request goes behind its equals", async ({ frontier }) => {
    await frontier.push([item("a"), item("b"), item("c")]);
    const [a] = await frontier.lease({ max: 1 });
    await frontier.retry(a!);
    assert.deepEqual(payloads(await frontier.lease({ max: 9 })), ["b", "c", "a"]);
  });

  test("a buried request is a dead letter, until it is revived", async ({ frontier }) => {
    await frontier.push([item("a"), item("b")]);
    const [a, b] = await frontier.lease({ max: 2 });
    assert.equal(await frontier.bury(a!, "broken"), "ok");
    await frontier.settle(b!, {});
    assert.deepEqual(await Array.fromAsync(frontier.deadLetters()), [
      { payload: "a", reason: "broken" },
    ]);
    assert.deepEqual(await frontier.push([item("a")]), ["duplicate"]);
    assert.equal(await frontier.revive(), 1);
    const [again] = await frontier.lease({ max: 1 });
    assert.deepEqual([again?.payload, again?.attempt], ["a", 1]);
    assert.equal((await frontier.stats()).dead, 0);
  });

  test("lease() waits while leases are out, for what they discover", async ({ frontier }) => {
    await frontier.push([item("a")]);
    const [lease] = await frontier.lease({ max: 1 });
    const waiting = frontier.lease({ max: 1 });
    await frontier.settle(lease!, { discovered: [item("b")] });
    assert.equal((await waiting)[0]?.payload, "b");
  });

  test("lease() is empty once nothing is left, after waitMs, on abort, and on close", async ({ frontier, pass }) => {
    assert.deepEqual(await frontier.lease({ max: 1 }), []);
    await frontier.push([item("a")]);
    const [lease] = await frontier.lease({ max: 1 });

    const late = frontier.lease({ max: 1, waitMs: 100 });
    await pass(100);
    assert.deepEqual(await late, []);

    const controller = new AbortController();
    const aborted = frontier.lease({ max: 1, signal: controller.signal });
    controller.abort();
    assert.deepEqual(await aborted, []);

    const drained = frontier.lease({ max: 1 });
    await frontier.bury(lease!, "broken");
    assert.deepEqual(await drained, []);

    await frontier.push([item("b")]);
    await frontier.lease({ max: 1 });
    const closed = frontier.lease({ max: 1 });
    await frontier.close();
    assert.deepEqual(await closed, []);
  });

  test("state keeps named facts", async ({ frontier }) => {
    assert.equal(await frontier.state.get("cookies"), undefined);
    await frontier.state.set("cookies", new Uint8Array([1, 2]));
    assert.deepEqual(await frontier.state.get("cookies"), new Uint8Array([1, 2]));
  });

  test("nothing is lost or given twice, whatever workers do", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ACTION, { maxLength: 60 }), async (actions) => {
        const subject = await make();
        await checkConserved(subject, actions);
        await subject.frontier.close();
      }),
      { numRuns: 50 },
    );
  });
}

/** Pushes requests of some hosts, then takes some, lets time pass, and settles those of every other step. */
const STEP = fc.record({
  pushed: fc.array(fc.record({ key: fc.nat(4), priority: fc.integer({ min: -1, max: 1 }) }), {
    maxLength: 12,
  }),
  delayMs: fc.constantFrom(0, 0, 30),
  max: fc.integer({ min: 1, max: 9 }),
  maxPerKey: fc.integer({ min: 1, max: 4 }),
  passMs: fc.nat(40),
  isSettled: fc.boolean(),
});
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

/** In which order requests are handed out, in parts of what is wanted at a time. */
async function orderOf(
  { frontier, pass }: Subject,
  steps: readonly Step[],
  partsOf: (max: number) => readonly number[],
): Promise<string[]> {
  const order: string[] = [];
  for (const [step, { pushed, delayMs, max, maxPerKey, passMs, isSettled }] of steps.entries()) {
    await frontier.push(
      pushed.map(({ key, priority }, i) => item(`${step}.${i}`, { key: `${key}`, priority })),
    );
    await frontier.setDelay("*", delayMs);
    const held: Lease<string>[] = [];
    for (const part of partsOf(max)) {
      held.push(...await frontier.lease({ max: part, maxPerKey, ...AT_ONCE }));
    }
    order.push(...payloads(held), "then");
    await pass(passMs);
    if (isSettled) await Promise.all(held.map((lease) => frontier.settle(lease, {})));
  }
  return order;
}

type Action = readonly ["push" | "lease" | "settle" | "retry" | "bury" | "pass", number];

const ACTION: fc.Arbitrary<Action> = fc.tuple(
  fc.constantFrom("push", "lease", "settle", "retry", "bury", "pass"),
  fc.nat(7),
);

/** Every request that was added is queued, leased, settled or dead, once. */
async function checkConserved({ frontier, pass }: Subject, actions: readonly Action[]) {
  const held: Lease<string>[] = [];
  let added = 0;
  let done = 0;
  for (const [what, n] of actions) {
    if (what === "push") {
      const items = [item(`${added}`, { key: `${n % 3}`, priority: n % 2 })];
      added += (await frontier.push(items)).filter((pushed) => pushed === "added").length;
    } else if (what === "lease") {
      held.push(...await frontier.lease({ max: n, maxPerKey: 3, leaseMs: 50, ...AT_ONCE }));
    } else if (what === "pass") {
      await pass(n * 10);
    } else if (held.length > 0) {
      const lease = held.splice(n % held.length, 1)[0]!;
      if (what === "retry") await frontier.retry(lease, { delayMs: n * 10 });
      else if (what === "bury") await frontier.bury(lease, "test");
      else done += (await frontier.settle(lease, {})).status === "ok" ? 1 : 0;
    }
    const { queued, leased, dead } = await frontier.stats();
    assert.equal(queued + leased + dead + done, added);
  }
}

function payloads(leases: readonly Lease<string>[]): string[] {
  return leases.map((lease) => lease.payload);
}
