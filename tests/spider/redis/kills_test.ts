import assert from "node:assert/strict";
import { killAtRandom } from "./_kill_rounds.ts";
import { HAS_REDIS } from "./_redis_server.ts";

const NAME =
  "a shared crawl whose workers and Redis are killed at random loses no item and doubles none";

if (HAS_REDIS) {
  Deno.test(NAME, async () => {
    const options = { pages: 200, workers: 2, mostPages: 40 };
    const { workers, servers, lost, doubled } = await killAtRandom(8, options);
    assert.deepEqual({ kills: workers + servers, lost, doubled }, {
      kills: 8,
      lost: 0,
      doubled: 0,
    });
  });
} else {
  Deno.test.ignore(`${NAME} (no redis-server on this machine)`, () => {});
}
