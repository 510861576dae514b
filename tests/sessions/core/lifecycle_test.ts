import assert from "node:assert/strict";
import { Lifecycle, SessionClosedError } from "@orbweaver/session";

Deno.test("Lifecycle.start() that failed can be tried again", async () => {
  let attempts = 0;
  const lifecycle = new Lifecycle("demo", {
    start: () => ++attempts === 1 ? Promise.reject(new Error("first")) : Promise.resolve(),
    stop: () => Promise.resolve(),
  });
  await assert.rejects(lifecycle.start(), { message: "first" });
  assert.equal(lifecycle.state, "idle");
  await lifecycle.start();
  assert.equal(lifecycle.state, "open");
  await lifecycle.close();
  assert.equal(lifecycle.state, "closed");
});

Deno.test("Lifecycle.close() aborts a start under way, waits for it, and stops once", async () => {
  const log: string[] = [];
  const lifecycle = new Lifecycle("demo", {
    start: (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          log.push("start aborted");
          reject(signal.reason);
        });
      }),
    stop: () => {
      log.push("stop");
      return Promise.resolve();
    },
  });
  const starting = lifecycle.start();
  const closing = [lifecycle.close(), lifecycle.close()];
  await assert.rejects(starting, SessionClosedError);
  await Promise.all(closing);
  assert.deepEqual(log, ["start aborted", "stop"]);
  await assert.rejects(lifecycle.start(), SessionClosedError);
});

Deno.test("Lifecycle.close() that fails still leads to closed", async () => {
  const lifecycle = new Lifecycle("demo", {
    start: () => Promise.resolve(),
    stop: () => Promise.reject(new Error("stuck")),
  });
  await lifecycle.start();
  await assert.rejects(lifecycle.close(), { message: "stuck" });
  assert.equal(lifecycle.state, "closed");
});
