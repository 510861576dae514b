import { BodyTooLargeError, ConnectError, TlsError } from "@orbweaver/fetch-session";
import { NetworkError } from "@orbweaver/session";
import assert from "node:assert/strict";
import { withRetries } from "../../../sessions/fetch/retries.ts";

const POLICY = { retries: 3, retryDelayMs: 0 };

async function attempts(method: string, error: Error): Promise<number> {
  let count = 0;
  const failing = withRetries(POLICY, method, new AbortController().signal, () => {
    count += 1;
    return Promise.reject(error);
  });
  await assert.rejects(failing, error);
  return count;
}

Deno.test("withRetries() repeats what is idempotent, or was never sent", async () => {
  for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]) {
    assert.equal(await attempts(method, new NetworkError("reset")), 3, method);
  }
  for (const method of ["POST", "PATCH"]) {
    assert.equal(await attempts(method, new NetworkError("reset")), 1, method);
    assert.equal(await attempts(method, new ConnectError("refused")), 3, method);
  }
});

Deno.test("withRetries() does not repeat what would fail again", async () => {
  assert.equal(await attempts("GET", new TlsError("expired")), 1);
  assert.equal(await attempts("GET", new BodyTooLargeError(1, "more")), 1);
  assert.equal(await attempts("GET", new Error("a bug")), 1);
});

Deno.test("withRetries() gives the first success", async () => {
  let count = 0;
  const result = await withRetries(POLICY, "GET", new AbortController().signal, () => {
    count += 1;
    return count < 3 ? Promise.reject(new NetworkError("reset")) : Promise.resolve(count);
  });
  assert.equal(result, 3);
});

Deno.test("withRetries() does not try again once the signal has aborted", async () => {
  const controller = new AbortController();
  let count = 0;
  const failing = withRetries(POLICY, "GET", controller.signal, () => {
    count += 1;
    controller.abort();
    return Promise.reject(new NetworkError("reset"));
  });
  await assert.rejects(failing, NetworkError);
  assert.equal(count, 1);
});
