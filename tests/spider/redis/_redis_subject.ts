import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { RedisFrontier } from "@orbweaver/spider/redis";
import type { Subject } from "../frontier_contract.ts";
import { VirtualClock } from "../_virtual_clock.ts";
import { textFrontier } from "./_text_frontier.ts";

/** The time of the tests instead of the server's: hours pass in milliseconds. */
const TEST_CLOCK = `
local function readClock() return tonumber(redis.call('GET', 'test-clock:' .. KEYS[1])) end
`;

/**
 * Makes a frontier for the contract, with a clock that the test drives.
 *
 * @param url The server.
 */
export async function redisSubject(url: string): Promise<Subject> {
  const name = `contract-${randomUUID()}`;
  const control = new Redis(url);
  const client = new VirtualClock();
  const prefix = `orbweaver:{${name}}:`;
  const set = () => control.set(`test-clock:${prefix}`, `${client.now()}`);
  await set();
  const frontier = await RedisFrontier.open(url, { name }, { server: TEST_CLOCK, client });
  return {
    frontier: textFrontier(frontier, async () => {
      if (control.status === "end") return;
      const end = new Promise((resolve) => control.once("end", resolve));
      control.disconnect();
      await end;
    }),
    now: () => client.now(),
    async pass(ms) {
      await client.advance(ms);
      await set();
      // A message wakes who went to sleep by the old time.
      await control.publish(`${prefix}wake`, "");
    },
  };
}
