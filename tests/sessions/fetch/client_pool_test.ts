import assert from "node:assert/strict";
import { ClientPool } from "../../../sessions/fetch/transports/client_pool.ts";

function pool(limit: number): { clients: ClientPool<string>; closed: string[]; get: Get } {
  const closed: string[] = [];
  const clients = new ClientPool<string>(limit, (client) => void closed.push(client));
  const get: Get = (key, use = () => Promise.resolve()) =>
    clients.use(key, () => Promise.resolve(key), use);
  return { clients, closed, get };
}

type Get = (key: string, use?: (client: string) => Promise<void>) => Promise<void>;

Deno.test("ClientPool closes the client that was used longest ago", async () => {
  const { clients, closed, get } = pool(2);
  for (const key of ["a", "b", "a", "c"]) await get(key);
  await clients.close();
  assert.deepEqual(closed, ["b", "a", "c"]);
});

Deno.test("ClientPool keeps a client that is in use", async () => {
  const { clients, closed, get } = pool(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const using = get("a", () => promise);
  await get("b");
  assert.deepEqual(closed, []);
  assert.equal(clients.size, 2);
  resolve();
  await using;
  await get("c");
  await clients.close();
  assert.equal(closed[0], "a");
  assert.deepEqual(closed.toSorted(), ["a", "b", "c"]);
});

Deno.test("ClientPool makes a client anew after one could not be made", async () => {
  const { clients, get } = pool(1);
  const failing = clients.use("a", () => Promise.reject(new Error("no")), () => Promise.resolve());
  await assert.rejects(failing, /no/);
  await get("a", (client) => Promise.resolve(assert.equal(client, "a")));
  await clients.close();
});
