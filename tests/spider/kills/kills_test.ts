import assert from "node:assert/strict";
import { fillTheDisk, killAndResume } from "./rounds.ts";

Deno.test("a crawl that is killed again and again loses no item and doubles none", async () => {
  const { kills, lost, doubled } = await killAndResume(15);
  assert.deepEqual({ kills, lost, doubled }, { kills: 15, lost: 0, doubled: 0 });
});

Deno.test("a crawl whose disk gets full fails with a typed error, and goes on once there is room", async () => {
  const { error, lost, doubled } = await fillTheDisk();
  assert.match(error, /FrontierStoreError: The crawl's file '.*crawl.sqlite' failed/);
  assert.deepEqual({ lost, doubled }, { lost: 0, doubled: 0 });
});
