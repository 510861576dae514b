import assert from "node:assert/strict";
import { findNode } from "../../../scripts/find_node.ts";
import { frontierContract } from "../frontier_contract.ts";
import { HAS_REDIS, RedisServer } from "./_redis_server.ts";
import { redisSubject } from "./_redis_subject.ts";

/** How long Node may take, until it has ended by itself. */
const MOST_NODE_MS = 120_000;

/** One server for all the tests. */
let server: RedisServer | undefined;

if (HAS_REDIS) {
  Deno.test.beforeAll(async () => void (server = await RedisServer.start()));
  Deno.test.afterAll(() => server?.[Symbol.asyncDispose]());
  frontierContract("RedisFrontier", () => redisSubject(server!.url));

  Deno.test("RedisFrontier in Node 24: the whole contract", async () => {
    const tests = new URL("../../", import.meta.url);
    const { stdout, stderr, success } = await new Deno.Command(await findNode(24), {
      args: [
        "--disable-warning=ExperimentalWarning",
        "--import",
        new URL("sessions/fetch/node/workspace_hooks.ts", tests).pathname,
        "--test-reporter=tap",
        new URL("spider/redis/contract_in_node.ts", tests).pathname,
        server!.url,
      ],
      env: { NO_COLOR: "1" },
      signal: AbortSignal.timeout(MOST_NODE_MS),
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.ok(success, text + new TextDecoder().decode(stderr));
    assert.ok(Number(/^# pass (\d+)$/m.exec(text)?.[1]) >= 27, text);
  });
} else {
  Deno.test.ignore("RedisFrontier: the contract (no redis-server on this machine)", () => {});
}
