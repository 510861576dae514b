import assert from "node:assert/strict";
import { Watch } from "../../../spider/frontier/redis_watch.ts";

const MS = 40;

Deno.test("Watch: a connection is given up when its oldest call is overdue, and all its calls fail", async () => {
  const calls: PromiseWithResolvers<string>[] = [];
  const call = () => {
    const answer = Promise.withResolvers<string>();
    calls.push(answer);
    return answer.promise;
  };
  const watch = new Watch(MS, () => {
    for (const { reject } of calls) reject(new Error("Connection is closed."));
  });
  const answered = watch.answerTo(call);
  calls[0]!.resolve("in time");
  assert.equal(await answered, "in time");
  const begin = performance.now();
  const [first, second] = [watch.answerTo(call), watch.answerTo(call)];
  await assert.rejects(first, /no answer within 40 ms/);
  await assert.rejects(second, /no answer within 40 ms/);
  assert.ok(performance.now() - begin >= MS - 1);
  watch.end();
});

Deno.test("Watch: an error that comes in time is given as it is, and no timer outlives the connection", async () => {
  const watch = new Watch(60_000, () => assert.fail("it was in time"));
  await assert.rejects(watch.answerTo(() => Promise.reject(new Error("WRONGTYPE"))), /WRONGTYPE/);
  watch.end();
  assert.equal(await watch.answerTo(() => Promise.resolve(1)), 1);
});
