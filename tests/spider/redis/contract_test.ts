import { Redis } from "ioredis";
import { RedisFrontier } from "@orbweaver/spider/redis";
import { frontierContract, type Subject } from "../frontier_contract.ts";
import { VirtualClock } from "../_virtual_clock.ts";
import { textFrontier } from "./_text_frontier.ts";
import { HAS_REDIS, RedisServer } from "./_redis_server.ts";

/** The time of the tests instead of the server's: hours pass in milliseconds. */
const TEST_CLOCK = `
local function readClock() return tonumber(redis.call('GET', 'test-clock:' .. KEYS[1])) end
`;

/** One server for all the tests; each crawl has a name of its own. */
let server: RedisServer | undefined;
let crawls = 0;

async function makeSubject(): Promise<Subject> {
  const { url } = server!;
  const name = `contract-${crawls++}`;
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

if (HAS_REDIS) {
  Deno.test.beforeAll(async () => void (server = await RedisServer.start()));
  Deno.test.afterAll(() => server?.[Symbol.asyncDispose]());
  frontierContract("RedisFrontier", makeSubject);
} else Deno.test.ignore("RedisFrontier: the contract (no redis-server on this machine)", () => {});
