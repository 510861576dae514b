/** CPU time to lease and settle a request, and queue another, the more are queued. */
import process from "node:process";
import { type FrontierItem, MemoryFrontier } from "@orbweaver/spider";

const OPERATIONS = 100_000;
const gc = (globalThis as unknown as { gc(): void }).gc;

function item(id: number, hosts: number): FrontierItem<number> {
  const print = id.toString(16).padStart(32, "0");
  // The first 32 bits spread the numbers over the table, as a hash would.
  const spread = (Math.imul(id, 0x9e3779b1) >>> 0).toString(16).padStart(8, "0");
  return {
    fingerprint: spread + print.slice(8),
    key: `host-${id % hosts}`,
    priority: 0,
    payload: id,
  };
}

for (const hosts of [1, 1_000, 10_000]) {
  for (const queued of [1_000, 10_000, 100_000, 1_000_000]) {
    if (queued < hosts) continue;
    await using frontier = new MemoryFrontier<number>({ keepItems: false });
    await frontier.push(Array.from({ length: queued }, (_, id) => item(id, hosts)));
    let next = queued;
    gc();
    const before = process.cpuUsage();
    for (let done = 0; done < OPERATIONS;) {
      for (const lease of await frontier.lease({ max: 16 })) {
        await frontier.settle(lease, { discovered: [item(next++, hosts)] });
        done += 1;
      }
    }
    const { user, system } = process.cpuUsage(before);
    const each = (user + system) / OPERATIONS;
    console.log(
      `scale     ${hosts} hosts, ${queued} queued`.padEnd(41) +
        `${each.toFixed(2)} µs CPU/lease+settle+push`,
    );
  }
}
