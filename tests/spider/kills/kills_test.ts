import assert from "node:assert/strict";
import { killAndResume } from "./rounds.ts";

Deno.test("a crawl that is killed again and again loses no item and doubles none", async () => {
  const { kills, lost, doubled } = await killAndResume(15);
  assert.deepEqual({ kills, lost, doubled }, { kills: 15, lost: 0, doubled: 0 });
});
