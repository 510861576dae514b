import assert from "node:assert/strict";
import { MemoryFrontier, StoredDataError } from "@orbweaver/spider";
import { CodedFrontier } from "../../../spider/frontier/coded.ts";
import { item } from "../frontier_contract.ts";

Deno.test("what can't be read any more becomes a dead letter, and what comes after it is handed out", async () => {
  const store = new MemoryFrontier<Uint8Array>();
  await using frontier = new CodedFrontier<number>(store, {
    encode: (value) => new Uint8Array([value]),
    decode([value]) {
      if (value! > 9) throw new StoredDataError("What was stored is no digit");
      return value!;
    },
  });
  await frontier.push([10, 11, 5, 12].map((payload) => ({ ...item(`${payload}`), payload })));
  assert.equal((await Array.fromAsync(frontier.pending())).length, 1);
  const first = await frontier.lease({ max: 1 });
  assert.deepEqual(first.map(({ payload }) => payload), [5]);
  await frontier.settle(first[0]!, {});
  assert.deepEqual(await frontier.lease({ max: 1 }), []);
  assert.equal((await frontier.stats()).dead, 3);
  const letters = await Array.fromAsync(store.deadLetters());
  assert.deepEqual(
    letters.map(({ reason }) => reason),
    Array(3).fill("What was stored is no digit"),
  );
});
