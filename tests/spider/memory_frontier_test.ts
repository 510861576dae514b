import assert from "node:assert/strict";
import { MemoryFrontier } from "@orbweaver/spider";
import { frontierContract, item } from "./frontier_contract.ts";
import { VirtualClock } from "./_virtual_clock.ts";

frontierContract("MemoryFrontier", () => {
  const clock = new VirtualClock();
  return Promise.resolve({
    frontier: new MemoryFrontier<string>({ clock }),
    pass: (ms) => clock.advance(ms),
    now: () => clock.now(),
  });
});

Deno.test("MemoryFrontier holds live objects, functions among them", async () => {
  await using frontier = new MemoryFrontier<{ process: () => string }>();
  const payload = { process: () => "live" };
  await frontier.push([{ ...item("a"), payload }]);
  const [lease] = await frontier.lease({ max: 1 });
  assert.equal(lease?.payload, payload);
});

Deno.test("MemoryFrontier keeps no items with keepItems: false, and counts them all the same", async () => {
  await using frontier = new MemoryFrontier<string>({ keepItems: false });
  await frontier.push([item("a")]);
  const [lease] = await frontier.lease({ max: 1 });
  await frontier.settle(lease!, { items: [1, 2] });
  assert.deepEqual(await Array.fromAsync(frontier.items()), []);
  assert.equal((await frontier.stats()).items, 2);
});

Deno.test("MemoryFrontier sets no timer unless someone waits, and one for any number of hosts", async () => {
  const clock = new VirtualClock();
  const frontier = new MemoryFrontier<string>({ clock });
  await frontier.setDelay("*", 1_000);
  for (let host = 0; host < 100; host++) {
    await frontier.push([
      item(`a${host}`, { key: `${host}` }),
      item(`b${host}`, { key: `${host}` }),
    ]);
  }
  await frontier.lease({ max: 1_000, leaseMs: 1e6 });
  assert.equal(clock.sleepers, 0);
  const waiting = frontier.lease({ max: 1_000 });
  assert.equal(clock.sleepers, 1);
  await clock.advance(1_000);
  assert.equal((await waiting).length, 100);
  await frontier.close();
  assert.equal(clock.sleepers, 0);
});
